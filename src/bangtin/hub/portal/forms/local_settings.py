"""Form of a number that the regulation leaves to the province, typed as its unit asks. The loader's rules judge it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bangtin.hub.portal.forms.administration import day_field
from bangtin.hub.regulations.queries.settings import shape_of
from bangtin.rulebook.shapes import DatedValue, Unit

WHOLE = {Unit.COUNT, Unit.HOUR, Unit.MONTH, Unit.DAY, Unit.MINUTE, Unit.DAY_OF_MONTH}
READINGS = (("single", _("each by itself")), ("joint", _("all together")))


class SettingForm(forms.Form):
    """A value from a day on, with its paper; or that nothing is fixed from then on."""

    value = forms.CharField(label=_("Value"), required=False, max_length=200)
    is_open = forms.BooleanField(label=_("Fix nothing from this day on"), required=False)
    since = day_field(label=_("From"))
    basis = forms.CharField(
        label=_("Legal basis"), max_length=300, help_text=_("Number, date and issuer of the paper that decides it.")
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        if unit is Unit.READING:
            self.fields["value"] = forms.ChoiceField(label=_("Value"), required=False, choices=[("", "–"), *READINGS])
        field = self.fields["value"]
        field.help_text, field.is_needed = shape_of(unit), True  # type: ignore[attr-defined]  # read by field.html
        if unit is Unit.TIME:
            field.widget = forms.TimeInput(attrs={"type": "time"})
        elif unit in WHOLE:
            field.widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def clean(self) -> dict[str, Any]:
        """A value, or that nothing is fixed; not both, not neither."""
        typed = super().clean() or {}
        if bool(typed.get("value")) == bool(typed.get("is_open")):
            self.add_error("value", _("Write a value, or tick that nothing is fixed."))
        return typed

    def given(self) -> DatedValue:
        """What was typed, as it would stand in the pack."""
        typed = self.cleaned_data
        value = None if typed["is_open"] else self._written(typed["value"].strip())
        return DatedValue(typed["since"], value, typed["basis"])

    def _written(self, text: str) -> str | tuple[str, ...]:
        if self.unit is Unit.WINDOWS:
            parts = text.replace(";", ",").replace("\u2013", "-").split(",")
            return tuple(part.replace(" ", "") for part in parts if part.strip())
        if self.unit is Unit.MONTH_DAY and "/" in text:  # 15/12, as officers write it
            day, _slash, month = text.partition("/")
            return f"{month.strip():0>2}-{day.strip():0>2}"
        return text

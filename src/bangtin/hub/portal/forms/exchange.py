"""Forms of the source system, of inspections, and of what is kept or removed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

DAY: dict[str, Any] = {"attrs": {"type": "date"}, "format": "%Y-%m-%d"}


class InspectionForm(forms.Form):
    """A cluster and a period."""

    cluster = forms.ChoiceField(label=_("Cluster"))
    from_on = forms.DateField(label=_("First day"), widget=forms.DateInput(**DAY))
    until_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(**DAY))

    def __init__(self, *args: Any, clusters: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["cluster"]
        field.choices = list(clusters)


class GroundsForm(forms.Form):
    """Why something is kept, or goes, and the paper it rests on."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
    basis = forms.CharField(label=_("Paper it rests on"), max_length=300, help_text=_("Number, day, issuer."))


class ReasonForm(forms.Form):
    """Why something ends or is decided so."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class DecisionForm(ReasonForm):
    """Whether the second person agrees."""

    verdict = forms.ChoiceField(
        label=_("Decision"),
        choices=[("agree", _("Agree: the files are removed for good")), ("refuse", _("Do not agree: they stay"))],
        widget=forms.RadioSelect,
    )
    field_order = ("verdict", "reason")

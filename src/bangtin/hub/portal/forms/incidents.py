"""Forms of an incident's page: who was told, a note, its cause, how it was closed, why it is opened again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bangtin.hub.devices.states import IncidentCause, Way
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.portal.forms.air import AirForm

MOMENT = "%Y-%m-%dT%H:%M"


def _words(label: Any, *, rows: int = 3, required: bool = True, help_text: Any = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=500, required=required, widget=area, help_text=help_text)


class ToldForm(AirForm):
    """Who was told, when and how."""

    agency = forms.ChoiceField(label=_("Who was told?"))
    told_at = forms.DateTimeField(
        label=_("When?"),
        input_formats=[MOMENT, "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(format=MOMENT, attrs={"type": "datetime-local", "step": 60}),
    )
    way = forms.ChoiceField(label=_("How?"), choices=Way.choices)
    words = _words(
        _("Who answered, number of the paper, what was asked or proposed"),
        required=False,
        help_text=_("What goes to the People's Committee says what is proposed."),
    )

    def __init__(self, *args: Any, agencies: Mapping[str, str], at: datetime, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"told_at": at.astimezone(LOCAL).replace(second=0, microsecond=0)})
        super().__init__(*args, **kwargs)
        field: Any = self.fields["agency"]
        field.choices = [("", "---------"), *agencies.items()]


class NoteForm(AirForm):
    """What was seen or done meanwhile."""

    words = _words(_("What was seen or done?"))


class CauseForm(AirForm):
    """Why it happened; sets right what was said before."""

    cause = forms.ChoiceField(label=_("Cause"), choices=[("", "---------"), *IncidentCause.choices])
    words = _words(_("In your words"), required=False)


class CloseForm(AirForm):
    """What was found and done."""

    findings = _words(_("What was found and done?"))


class ReopenForm(AirForm):
    """Why it is not over."""

    reason = _words(_("Why is it not over?"))

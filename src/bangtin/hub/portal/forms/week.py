"""Forms of the week: where a slot moves, which week is copied."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy, pgettext_lazy

from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.portal.forms.air import AirForm, faces_field, offer_faces, sound_field
from bangtin.hub.schedules.models import Slot


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day with the browser's own picker."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


def time_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.TimeField:
    """A time of day with the browser's own picker."""
    return forms.TimeField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": 60}),
    )


class MoveForm(AirForm):
    """Another day, other hours."""

    on = day_field(gettext_lazy("Day"))
    starts = time_field(pgettext_lazy("time of day", "From"))
    ends = time_field(pgettext_lazy("time of day", "Until"))

    @property
    def starts_at(self) -> datetime:
        """Call after `is_valid`."""
        return datetime.combine(self.cleaned_data["on"], self.cleaned_data["starts"], LOCAL)

    @property
    def ends_at(self) -> datetime:
        """Midnight as an end is that of the following day; call after `is_valid`."""
        on: date = self.cleaned_data["on"]
        until: time = self.cleaned_data["ends"]
        return datetime.combine(on + timedelta(days=until == time()), until, LOCAL)


class SlotForm(MoveForm):
    """All that may change of a slot: its day, hours, faces, and why it sounds; of one that runs only the end."""

    faces = faces_field()
    sound_reason = sound_field()

    def __init__(self, data: QueryDict | None, *, slot: Slot, has_begun: bool) -> None:
        starts, ends = slot.starts_at.astimezone(LOCAL), slot.ends_at.astimezone(LOCAL)
        held = {"on": starts.date(), "starts": starts.time(), "ends": ends.time()}
        super().__init__(data, initial={**held, "faces": slot.faces, "sound_reason": slot.sound_reason})
        offer_faces(self, slot.cluster)
        for name, field in self.fields.items():
            field.disabled = has_begun and name != "ends"

    @property
    def on_faces(self) -> tuple[str, ...]:
        """The screen ids that were chosen; empty: every face. Call after `is_valid`."""
        return tuple(self.cleaned_data.get("faces", ()))


def is_of_one_day(slot: Slot) -> bool:
    """Whether a form with one day can say when the slot is."""
    return local_date(slot.starts_at) == local_date(slot.ends_at - timedelta(microseconds=1))


class CopyForm(AirForm):
    """Two Mondays."""

    from_monday = day_field(gettext_lazy("From the week of"))
    to_monday = day_field(gettext_lazy("To the week of"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("from_monday", "to_monday"):
            if name in given:
                given[name] -= timedelta(days=given[name].weekday())
        return given

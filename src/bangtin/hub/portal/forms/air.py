"""Forms of the schedule, the screens and the enrolment. Shapes only: the desks judge."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bangtin.hub.clusters.models import Cluster, Face, faces_of
from bangtin.hub.kit import reading
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.schedules.actions import Instruction
from bangtin.hub.schedules.models import BulletinClass
from bangtin.rulebook.hours import DayHours
from bangtin.rulebook.texts import DAY_S, Window

WINDOWS = 3
CLASSES = (
    (BulletinClass.ORDINARY.value, gettext_lazy("Ordinary")),
    (BulletinClass.PRIORITY.value, gettext_lazy("Urgent")),
)


def _time(label: Any, *, required: bool = True, help_text: Any = "") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": 60}),
    )


def _instant(on: date, at: time) -> datetime:
    return datetime.combine(on, at, LOCAL)


def ready(cluster: Cluster) -> list[tuple[str, str]]:
    """The versions that may go on this cluster's plan, by title."""
    rows = ProgrammeVersion.objects.filter(state=VersionState.READY, programme__clusters=cluster)
    found = rows.order_by("title", "-id").values_list("id", "title", "receipt")
    listed = reading.once(("ready", cluster.pk), lambda: list(found))
    return [(str(pk), f"{title} ({receipt})") for pk, title, receipt in listed]


def faces_field() -> forms.MultipleChoiceField:
    """Some faces of a cluster; `offer_faces` fills it."""
    return forms.MultipleChoiceField(
        label=gettext_lazy("Only on these faces"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: every face shows it."),
    )


def sound_field() -> forms.CharField:
    """Why something with sound is to sound at an hour that is kept quiet."""
    return forms.CharField(
        label=gettext_lazy("Why it sounds outside 06:00 – 21:00"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Only for what has sound; the reason is kept with the plan."),
    )


def offer_faces(form: forms.Form, cluster: Cluster) -> None:
    """Let the form's `faces` be chosen among those of the cluster; where there is one alone, nothing is asked."""
    faces, field = faces_of(cluster), form.fields["faces"]
    assert isinstance(field, forms.MultipleChoiceField)
    field.choices = [(one.pk, str(one)) for one in faces]
    if len(faces) < 2:
        del form.fields["faces"]


class AirForm(forms.Form):
    """A form that shows a desk's refusal at its fields."""

    def take(self, refusal: Refusal, names: dict[str, str] | None = None) -> None:
        """Put the refusal's field messages where they belong."""
        for field, message in refusal.fields.items():
            name = (names or {}).get(field, field)
            if name in self.fields:
                self.add_error(name, message)


class PlaceForm(AirForm):
    """What to place, when, on which faces, and on whose instruction."""

    version = forms.ChoiceField(label=gettext_lazy("Programme"))
    on = forms.DateField(
        label=gettext_lazy("Day"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    starts = _time(pgettext_lazy("time of day", "From"))
    ends = _time(pgettext_lazy("time of day", "Until"))
    bulletin_class = forms.ChoiceField(label=gettext_lazy("Class"), choices=CLASSES, initial=BulletinClass.ORDINARY)
    instruction_number = forms.CharField(
        label=gettext_lazy("Number of the instruction from above"), max_length=80, required=False
    )
    instruction_issuer = forms.CharField(
        label=gettext_lazy("Issued by"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Both only for what has to air outside the hours (Article 7.1)."),
    )
    faces = faces_field()
    sound_reason = sound_field()

    def __init__(self, *args: Any, cluster: Cluster, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_faces(self, cluster)
        field = self.fields["version"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose a programme that is ready")), *ready(cluster)]

    @property
    def starts_at(self) -> datetime:
        """Call after `is_valid`."""
        return _instant(self.cleaned_data["on"], self.cleaned_data["starts"])

    @property
    def ends_at(self) -> datetime:
        """Midnight as an end is that of the following day; call after `is_valid`."""
        on, until = self.cleaned_data["on"], self.cleaned_data["ends"]
        return _instant(on + timedelta(days=1), until) if until == time() else _instant(on, until)

    @property
    def instruction(self) -> Instruction | None:
        """The instruction, if either of its fields is filled; call after `is_valid`."""
        number, issuer = self.cleaned_data["instruction_number"], self.cleaned_data["instruction_issuer"]
        return Instruction(number, issuer) if number or issuer else None

    @property
    def on_faces(self) -> tuple[str, ...]:
        """The screen ids that were chosen; empty: every face. Call after `is_valid`."""
        return tuple(self.cleaned_data.get("faces", ()))


class FillerForm(AirForm):
    """One more version among the filler."""

    version = forms.ChoiceField(label=gettext_lazy("Add to the filler"))

    def __init__(self, *args: Any, cluster: Cluster, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["version"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose a programme that is ready")), *ready(cluster)]


class ProvinceFillerForm(AirForm):
    """One more version among the filler of a province."""

    version = forms.ChoiceField(label=gettext_lazy("Add to the filler"))

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["version"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose a programme that is ready")), *choices]


class HoursForm(AirForm):
    """Up to three windows of a day off; empty rows are left out, none at all leaves the day dark."""

    def __init__(self, *args: Any, hours: DayHours, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = list(hours.windows or ())
        for number in range(WINDOWS):
            row = now[number] if number < len(now) else None
            words = {"number": number + 1}
            self.fields[f"tu-{number}"] = _time(_("Window %(number)d from") % words, required=False)
            self.fields[f"den-{number}"] = _time(_("until"), required=False)
            if row:
                self.fields[f"tu-{number}"].initial = _clock(row.opens_s)
                self.fields[f"den-{number}"].initial = _clock(row.closes_s)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for number in range(WINDOWS):
            starts, ends = given.get(f"tu-{number}"), given.get(f"den-{number}")
            if (starts is None) != (ends is None):
                missing = f"den-{number}" if ends is None else f"tu-{number}"
                if missing not in self.errors:
                    self.add_error(missing, _("Fill in both times of the window, or neither."))
            elif starts is not None and ends is not None and _seconds(ends, is_end=True) <= _seconds(starts):
                self.add_error(f"den-{number}", _("The window ends before it begins."))
        return given

    @property
    def windows(self) -> list[Window]:
        """The windows that are filled in; call after `is_valid`."""
        pairs = [(self.cleaned_data[f"tu-{n}"], self.cleaned_data[f"den-{n}"]) for n in range(WINDOWS)]
        return [Window(_seconds(starts), _seconds(ends, is_end=True)) for starts, ends in pairs if starts is not None]


class ReasonForm(AirForm):
    """Why something is taken away; the reason stays in the trail."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class RevokeForm(ReasonForm):
    """Why a key is revoked, with the screen's name typed to confirm."""

    phrase = forms.CharField(label="", max_length=80)

    def __init__(self, *args: Any, phrase: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = phrase
        self.fields["phrase"].label = _("Type “%(phrase)s” to go on") % {"phrase": phrase}

    def clean_phrase(self) -> str:
        typed = str(self.cleaned_data["phrase"]).strip()
        if typed != self.wanted:
            raise forms.ValidationError(_("Type exactly “%(phrase)s”.") % {"phrase": self.wanted})
        return typed


class EnrolForm(AirForm):
    """The code that a screen shows, and the face it is to drive."""

    code = forms.CharField(
        label=gettext_lazy("Code on the screen"),
        max_length=20,
        help_text=gettext_lazy("Ten letters and digits, such as 7K3QM-X2B9T. Small letters will do."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    face = forms.ChoiceField(label=gettext_lazy("This player drives"))
    is_drill = forms.BooleanField(
        label=gettext_lazy("A screen for exercises"),
        required=False,
        help_text=gettext_lazy("Exercises of emergency notices show only on such screens. Not for a public place."),
    )

    def __init__(self, *args: Any, faces: list[Face], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["face"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("Choose the screen")),
            *((face.id, f"{face.cluster}, {face} ({face.width} × {face.height})") for face in faces),
        ]


def _clock(seconds: int) -> time:
    return time() if seconds >= DAY_S else time(seconds // 3600, seconds % 3600 // 60)


def _seconds(at: time, *, is_end: bool = False) -> int:
    seconds = at.hour * 3600 + at.minute * 60
    return DAY_S if is_end and seconds == 0 else seconds

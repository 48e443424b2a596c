"""Forms of what a week is made of: playlists, placements, parts of the day, shares, campaigns. Shapes only."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.portal.forms.air import CLASSES, AirForm, faces_field, offer_faces, ready, sound_field
from bangtin.hub.portal.forms.week import day_field, time_field
from bangtin.hub.programmes.models import Language
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.actions import MixSpec, PlacementSpec
from bangtin.hub.schedules.models import BulletinClass, Campaign, CampaignKind, Daypart, DayScope, MixKind, Placement
from bangtin.rulebook.texts import DAY_S, Window

WINDOWS = 2
WEEKDAYS = (
    ("MO", pgettext_lazy("weekday", "Mon")),
    ("TU", pgettext_lazy("weekday", "Tue")),
    ("WE", pgettext_lazy("weekday", "Wed")),
    ("TH", pgettext_lazy("weekday", "Thu")),
    ("FR", pgettext_lazy("weekday", "Fri")),
    ("SA", pgettext_lazy("weekday", "Sat")),
    ("SU", pgettext_lazy("weekday", "Sun")),
)
_WEEKLY = "FREQ=WEEKLY;BYDAY="


def seconds(at: time, *, is_end: bool = False) -> int:
    """Seconds from midnight; midnight as an end is the end of the day."""
    found = at.hour * 3600 + at.minute * 60
    return DAY_S if is_end and found == 0 else found


def clock(at_s: int) -> time:
    """The time of day of so many seconds; the end of the day is midnight."""
    return time() if at_s >= DAY_S else time(at_s // 3600, at_s % 3600 // 60)


def _count(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=9999, help_text=help_text)


class PlaylistForm(AirForm):
    """A name, and the clusters that share the playlist."""

    name = forms.CharField(label=gettext_lazy("Name of the playlist"), max_length=120)
    clusters = forms.MultipleChoiceField(
        label=gettext_lazy("Plays on"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, clusters: list[Cluster], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["clusters"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one.pk, str(one)) for one in clusters]


class PlacementForm(AirForm):
    """Which programme, on which days and hours, how often."""

    version = forms.ChoiceField(label=gettext_lazy("Programme"))
    starts_on = day_field(gettext_lazy("First day"))
    ends_on = day_field(gettext_lazy("Last day"))
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("On these days of the week"),
        choices=WEEKDAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: every day."),
    )
    recurrence = forms.CharField(
        label=gettext_lazy("Another rule of recurrence (RFC 5545)"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Such as FREQ=MONTHLY;BYMONTHDAY=1,15. It goes before the days of the week."),
    )
    dayparts = forms.MultipleChoiceField(
        label=gettext_lazy("Parts of the day"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen, and no hours of its own: all the operating hours."),
    )
    target_per_day = _count(gettext_lazy("Plays wanted a day"), gettext_lazy("Empty: as often as there is room."))
    min_per_day = _count(gettext_lazy("Least plays a day"))
    max_per_day = _count(gettext_lazy("Most plays a day"))
    min_per_hour = _count(gettext_lazy("Least plays an hour"))
    max_per_hour = _count(gettext_lazy("Most plays an hour"))
    gap_min = _count(gettext_lazy("Least time between two plays, in minutes"))
    bulletin_class = forms.ChoiceField(label=gettext_lazy("Class"), choices=CLASSES, initial=BulletinClass.ORDINARY)
    campaign = forms.ChoiceField(label=gettext_lazy("Campaign or event"), required=False)
    faces = faces_field()
    sound_reason = sound_field()

    def __init__(self, *args: Any, cluster: Cluster, placement: Placement | None = None, **kwargs: Any) -> None:
        if placement is not None:
            kwargs["initial"] = {**_initial(placement), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        versions = ready(cluster)
        if placement is not None:
            versions = [(str(placement.version_id), f"{placement.version.title} ({placement.version.receipt})")]
            self.fields["version"].disabled = True
        self._choose("version", [("", _("Choose a programme that is ready")), *versions])
        parts = Daypart.objects.filter(cluster=cluster)
        self.parts = {str(one.pk): one for one in parts}
        self._choose("dayparts", [(key, daypart_words(one)) for key, one in self.parts.items()])
        self.campaigns = {str(one.pk): one for one in Campaign.objects.all()[:50]}
        self._choose("campaign", [("", _("None")), *((key, str(one)) for key, one in self.campaigns.items())])
        offer_faces(self, cluster)
        for number in range(WINDOWS):
            words = {"number": number + 1}
            self.fields[f"tu-{number}"] = time_field(_("Own hours %(number)d from") % words, required=False)
            self.fields[f"den-{number}"] = time_field(_("until"), required=False)

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for number in range(WINDOWS):
            pair = given.get(f"tu-{number}"), given.get(f"den-{number}")
            if (pair[0] is None) != (pair[1] is None):
                name = f"den-{number}" if pair[1] is None else f"tu-{number}"
                self.add_error(name, _("Fill in both times of the window, or neither."))
        return given

    @property
    def spec(self) -> PlacementSpec:
        """What the desk is asked for; call after `is_valid`."""
        data = self.cleaned_data
        pairs = [(data[f"tu-{number}"], data[f"den-{number}"]) for number in range(WINDOWS)]
        days = data["weekdays"]
        return PlacementSpec(
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            recurrence=data["recurrence"] or (_WEEKLY + ",".join(days) if 0 < len(days) < len(WEEKDAYS) else ""),
            dayparts=tuple(self.parts[key] for key in data["dayparts"]),
            windows=tuple(Window(seconds(a), seconds(b, is_end=True)) for a, b in pairs if a is not None),
            faces=tuple(data.get("faces", ())),
            target_per_day=data["target_per_day"],
            min_per_day=data["min_per_day"] or 0,
            max_per_day=data["max_per_day"],
            min_per_hour=data["min_per_hour"] or 0,
            max_per_hour=data["max_per_hour"],
            gap_s=(data["gap_min"] or 0) * 60,
            bulletin_class=data["bulletin_class"],
            campaign=self.campaigns.get(data["campaign"]),
            sound_reason=data["sound_reason"],
        )

    @property
    def own_hours(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The two fields of each window of its own."""
        return [(self[f"tu-{number}"], self[f"den-{number}"]) for number in range(WINDOWS)]


def _initial(row: Placement) -> dict[str, Any]:
    is_weekly = row.recurrence.startswith(_WEEKLY) and ";" not in row.recurrence.removeprefix(_WEEKLY)
    found: dict[str, Any] = {
        name: getattr(row, name)
        for name in (
            "starts_on",
            "ends_on",
            "target_per_day",
            "min_per_day",
            "max_per_day",
            "min_per_hour",
            "max_per_hour",
            "bulletin_class",
            "faces",
            "sound_reason",
        )
    }
    for number, (opens, closes) in enumerate(row.windows[:WINDOWS]):
        found |= {f"tu-{number}": clock(opens), f"den-{number}": clock(closes)}
    return found | {
        "version": str(row.version_id),
        "weekdays": row.recurrence.removeprefix(_WEEKLY).split(",") if is_weekly else [],
        "recurrence": "" if is_weekly else row.recurrence,
        "dayparts": [str(one.pk) for one in row.dayparts.all()],
        "gap_min": row.gap_s // 60 or None,
        "campaign": str(row.campaign_id or ""),
    }


def daypart_words(one: Daypart) -> str:
    """`Buổi sáng 07:30 – 11:00`."""
    until = "24:00" if one.closes_s >= DAY_S else f"{clock(one.closes_s):%H:%M}"
    return f"{one.name} {clock(one.opens_s):%H:%M} – {until}"


class DaypartForm(AirForm):
    """A named part of the day."""

    name = forms.CharField(label=pgettext_lazy("part of the day", "Name"), max_length=80)
    opens = time_field(pgettext_lazy("time of day", "From"))
    closes = time_field(pgettext_lazy("time of day", "Until"))
    days = forms.ChoiceField(label=gettext_lazy("For"), choices=DayScope.choices, initial=DayScope.EVERY)

    @property
    def opens_s(self) -> int:
        """Call after `is_valid`."""
        return seconds(self.cleaned_data["opens"])

    @property
    def closes_s(self) -> int:
        """Call after `is_valid`."""
        return seconds(self.cleaned_data["closes"], is_end=True)


class MixForm(AirForm):
    """The least and the most share of a kind of content, a language, or advertising, in percent."""

    what = forms.ChoiceField(label=gettext_lazy("Share of"))
    least = forms.DecimalField(
        label=gettext_lazy("At least, percent"), required=False, min_value=0, max_value=100, decimal_places=1
    )
    most = forms.DecimalField(
        label=gettext_lazy("At most, percent"), required=False, min_value=0, max_value=100, decimal_places=1
    )
    is_hourly = forms.BooleanField(label=gettext_lazy("In every hour, not only over the day"), required=False)
    basis = forms.CharField(
        label=gettext_lazy("Set by"),
        max_length=300,
        help_text=gettext_lazy("The paper or decision that sets the number."),
    )

    def __init__(self, *args: Any, cluster: Cluster, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)
        kinds = [
            (f"{MixKind.CATEGORY}:{one.id}", regulations.in_words(one.name))
            for one in regulations.of_cluster(cluster).categories
        ]
        languages = [(f"{MixKind.LANGUAGE}:{code}", str(name)) for code, name in Language.choices]
        field.choices = [
            ("", _("Choose what the share is of")),
            (f"{MixKind.ADVERTISING}:", _("Advertising")),
            (_("Kind of content"), kinds),
            (_("Language"), languages),
        ]

    @property
    def spec(self) -> MixSpec:
        """Call after `is_valid`."""
        data = self.cleaned_data
        kind, _colon, key = data["what"].partition(":")
        least, most = data["least"], data["most"]
        return MixSpec(
            kind=kind,
            key=key,
            least_permille=None if least is None else int(least * 10),
            most_permille=None if most is None else int(most * 10),
            is_hourly=data["is_hourly"],
            basis=data["basis"],
        )


class CampaignForm(AirForm):
    """A campaign or event from its first to its last day."""

    name = forms.CharField(label=pgettext_lazy("campaign", "Name"), max_length=160)
    kind = forms.ChoiceField(
        label=pgettext_lazy("campaign", "Kind"), choices=CampaignKind.choices, initial=CampaignKind.CAMPAIGN
    )
    starts_on = day_field(gettext_lazy("First day"))
    ends_on = day_field(gettext_lazy("Last day"))

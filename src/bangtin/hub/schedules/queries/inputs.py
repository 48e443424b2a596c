"""Everything that decides what plays on a cluster on one local day, gathered for many days at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Prefetch

from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.kit import reading
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.compiler import DAY_MS, Share, Span, recurrence, spans
from bangtin.hub.schedules.models import Daypart, DayScope, MixKind, MixRule, Placement, Slot
from bangtin.hub.schedules.queries.opening import hours_between
from bangtin.hub.schedules.states import PlacementState, SlotState
from bangtin.rulebook.calendars import DayKind
from bangtin.rulebook.hours import DayHours

WORKED = frozenset({DayKind.WORKING, DayKind.MAKE_UP})


@dataclass(frozen=True)
class Due:
    """A placement that is due on a day: `windows` in ms from local midnight, empty for all the operating hours."""

    placement: Placement
    windows: tuple[Span, ...]


@dataclass(frozen=True)
class DayInput:
    """A cluster's local day: its hours, the slots that touch it, the placements due, the shares to keep."""

    cluster: Cluster
    on: date
    hours: DayHours
    slots: tuple[Slot, ...]
    due: tuple[Due, ...]
    shares: tuple[Share, ...]
    faces: tuple[Face, ...]
    adverts: frozenset[str]

    @property
    def starts_at(self) -> datetime:
        """Local midnight."""
        return datetime.combine(self.on, time(), LOCAL)

    @property
    def open(self) -> tuple[Span, ...]:
        """The operating hours in ms from midnight."""
        return spans.joined((one.opens_s * 1000, one.closes_s * 1000) for one in self.hours.windows or ())

    def is_advertising(self, version: ProgrammeVersion) -> bool:
        """Whether the version counts as advertising on this cluster, by its kind of content."""
        return version.programme.category in self.adverts


def mix_rules(cluster: Cluster) -> list[MixRule]:
    """The shares that are set for a cluster, in order."""
    rows = MixRule.objects.filter(cluster=cluster).order_by("kind", "key", "is_hourly")
    return reading.once(("mix", cluster.pk), lambda: list(rows))


def days_between(cluster: Cluster, first: date, last: date) -> list[DayInput]:
    """The inputs of each local day from `first` to `last`, both included. A fixed number of queries, once a page."""
    return reading.once(("days", cluster.pk, first, last), lambda: _read(cluster, first, last))


def _read(cluster: Cluster, first: date, last: date) -> list[DayInput]:
    hours = hours_between(cluster, first, last)
    slots = slots_of_days(cluster, first, last)
    placements = in_force(cluster, first, last)
    faces = tuple(sorted(cluster.faces.all(), key=lambda face: face.pk))
    shares = tuple(_shares(mix_rules(cluster)))
    adverts = frozenset(one.id for one in regulations.of_cluster(cluster).categories if one.is_advertising)
    parts = _own_dayparts(cluster) if placements else {}
    recurring = {one.pk: _recurring(one, first, last) for one in placements}
    return [
        DayInput(
            cluster=cluster,
            on=day.on,
            hours=day,
            slots=tuple(_touching(slots, day.on)),
            due=tuple(_due(placements, day, recurring=recurring, parts=parts)) if day.windows else (),
            shares=shares,
            faces=faces,
            adverts=adverts,
        )
        for day in hours
    ]


def in_force(cluster: Cluster, first: date, last: date) -> list[Placement]:
    """The placements of the cluster's playlists that stand and touch these days, with what laying them out reads."""
    rows = Placement.objects.filter(
        playlist__clusters=cluster, state=PlacementState.PLACED, starts_on__lte=last, ends_on__gte=first
    )
    with_versions = rows.select_related("version__programme", "version__facts", "campaign", "playlist")
    found = with_versions.prefetch_related("version__renditions", "dayparts").order_by("pk")
    return [one for one in found if one.version.state == VersionState.READY]


def slots_of_days(cluster: Cluster, first: date, last: date) -> list[Slot]:
    """The placed slots that touch these local days, in time, with their versions' forms."""
    starts_at = datetime.combine(first, time(), LOCAL)
    ends_at = datetime.combine(last + timedelta(days=1), time(), LOCAL)
    rows = Slot.objects.filter(cluster=cluster, state=SlotState.PLACED, starts_at__lt=ends_at, ends_at__gt=starts_at)
    return list(
        rows.select_related("version__programme", "version__facts", "cluster")
        .prefetch_related(Prefetch("version__renditions"))
        .order_by("starts_at", "id")
    )


def duration_ms(version: ProgrammeVersion, geometries: Iterable[str]) -> int | None:
    """How long one turn lasts on faces of these geometries: the longest of its forms, so that no screen cuts it.

    None if it has no form for any of them; sound needs none.
    """
    wanted = set(geometries)
    fitting = [one.duration_ms for one in version.renditions.all() if one.geometry in wanted or not one.geometry]
    return max(fitting, default=None)


def _due(
    placements: Sequence[Placement],
    day: DayHours,
    *,
    recurring: Mapping[int, frozenset[date]],
    parts: Mapping[tuple[str, str], Daypart],
) -> Iterator[Due]:
    for one in placements:
        if day.on in recurring[one.pk] and _has_rights(one.version, day.on):
            windows = _windows(one, day, parts)
            if windows is not None:
                yield Due(one, windows)


def _recurring(one: Placement, first: date, last: date) -> frozenset[date]:
    """The days between `first` and `last` on which the placement airs, within its campaign."""
    begins, ends = one.starts_on, one.ends_on
    within = (max(first, begins), min(last, ends))
    if one.campaign is not None:
        within = (max(within[0], one.campaign.starts_on), min(within[1], one.campaign.ends_on))
    if within[0] > within[1]:
        return frozenset()
    if not one.recurrence:
        return frozenset(within[0] + timedelta(days=number) for number in range((within[1] - within[0]).days + 1))
    return frozenset(recurrence.days(one.recurrence, first=begins, last=ends, within=within))


def _has_rights(version: ProgrammeVersion, on: date) -> bool:
    """Whether what its agency stated of the rights covers the day."""
    try:
        facts = version.facts
    except ObjectDoesNotExist:
        return True
    return not (
        (facts.rights_from is not None and on < facts.rights_from)
        or (facts.rights_until is not None and on > facts.rights_until)
    )


def _windows(one: Placement, day: DayHours, parts: Mapping[tuple[str, str], Daypart]) -> tuple[Span, ...] | None:
    """Its windows on that day; empty for all the hours, None where its dayparts leave the day out."""
    named = list(one.dayparts.all())
    if not named and not one.windows:
        return ()
    # a playlist may serve clusters whose mornings differ: each goes by its own daypart of that name
    own = (parts.get((part.name, part.days), part) for part in named)
    found = [(part.opens_s * 1000, part.closes_s * 1000) for part in own if _is_for(part.days, day.kind)]
    found += [(int(opens_s) * 1000, min(int(closes_s) * 1000, DAY_MS)) for opens_s, closes_s in one.windows]
    return spans.joined(found) or None


def _is_for(scope: str, kind: DayKind) -> bool:
    if scope == DayScope.EVERY:
        return True
    return (kind in WORKED) == (scope == DayScope.WORKING)


def _own_dayparts(cluster: Cluster) -> dict[tuple[str, str], Daypart]:
    return {(part.name, part.days): part for part in Daypart.objects.filter(cluster=cluster)}


def _shares(rules: Iterable[MixRule]) -> Iterator[Share]:
    for rule in rules:
        yield Share(
            kind=str(rule.kind),
            key="" if rule.kind == MixKind.ADVERTISING else rule.key,
            least_permille=rule.least_permille,
            most_permille=rule.most_permille,
            is_hourly=rule.is_hourly,
            basis=rule.clause or rule.basis,
        )


def _touching(slots: Sequence[Slot], on: date) -> Iterator[Slot]:
    begins = datetime.combine(on, time(), LOCAL)
    ends = begins + timedelta(days=1)
    return (slot for slot in slots if slot.starts_at < ends and slot.ends_at > begins)

"""The plan of a cluster over a stretch of time: what `devices` turns into a bundle, and what the pages draw."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules.models import Filler, Slot
from bangtin.hub.schedules.queries.opening import hours_between
from bangtin.hub.schedules.states import SlotState
from bangtin.rulebook import hours as rulebook_hours
from bangtin.rulebook.hours import Advice, DayHours


@dataclass(frozen=True)
class Span:
    """[starts_at, ends_at) with the clause that makes it so."""

    starts_at: datetime
    ends_at: datetime
    clause: str


@dataclass(frozen=True)
class PlanWindow:
    """The slots of one class that share exactly one window; their items loop in this order."""

    starts_at: datetime
    ends_at: datetime
    bulletin_class: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Plan:
    """What a cluster does over [from_at, until_at): windows with slots, filler, and rest outside the hours."""

    cluster: Cluster
    from_at: datetime
    until_at: datetime
    windows: tuple[PlanWindow, ...]
    fillers: tuple[ProgrammeVersion, ...]
    open: tuple[Span, ...]
    rest: tuple[Span, ...]

    @property
    def versions(self) -> list[ProgrammeVersion]:
        """Every version of the plan once: those in slots by time, then filler."""
        found = [slot.version for window in self.windows for slot in window.slots]
        return list({version.pk: version for version in (*found, *self.fillers)}.values())


@dataclass(frozen=True)
class DayPlan:
    """One day of a week's page: its hours, what to look at, its slots and the stretches left to filler."""

    on: date
    hours: DayHours
    advice: tuple[Advice, ...]
    slots: tuple[Slot, ...]
    gaps: tuple[Span, ...]


def plan(cluster: Cluster, from_at: datetime, until_at: datetime) -> Plan:
    """The plan as it stands; hours and rest are expanded to instants, so that a screen needs no calendar.

    Slots that have begun before `from_at` keep their own start: their loop counts from it.
    """
    days = hours_between(cluster, local_date(from_at), local_date(until_at))
    slots = slots_between(cluster, from_at, until_at)
    return Plan(
        cluster=cluster,
        from_at=from_at,
        until_at=until_at,
        windows=tuple(_windows(slots)),
        fillers=tuple(row.version for row in fillers(cluster)),
        open=tuple(_clipped(_open(days), from_at, until_at)),
        rest=tuple(_rest(days, from_at, until_at)),
    )


def slots_between(cluster: Cluster, from_at: datetime, until_at: datetime) -> list[Slot]:
    """The placed slots that touch [from_at, until_at), in time."""
    return list(
        Slot.objects.filter(cluster=cluster, state=SlotState.PLACED, starts_at__lt=until_at, ends_at__gt=from_at)
        .select_related("version__programme", "cluster")
        .order_by("starts_at", "id")
    )


def fillers(cluster: Cluster) -> list[Filler]:
    """The cluster's filler in its order."""
    rows = Filler.objects.filter(cluster=cluster).select_related("version__programme")
    return list(rows.order_by("position", "id"))


def week(cluster: Cluster, monday: date) -> list[DayPlan]:
    """Seven days from `monday` with their hours, advice, slots and gaps."""
    days = hours_between(cluster, monday, monday + timedelta(days=6))
    from_at = datetime.combine(monday, time(), LOCAL)
    slots = slots_between(cluster, from_at, from_at + timedelta(days=7))
    return [_day_plan(found, slots) for found in days]


def _day_plan(found: DayHours, slots: Sequence[Slot]) -> DayPlan:
    begins = datetime.combine(found.on, time(), LOCAL)
    here = tuple(slot for slot in slots if slot.starts_at < begins + timedelta(days=1) and slot.ends_at > begins)
    return DayPlan(
        on=found.on,
        hours=found,
        advice=rulebook_hours.check_day_total(found),
        slots=here,
        gaps=tuple(_gaps(_open([found]), here)),
    )


def _gaps(spans: Iterable[Span], slots: Sequence[Slot]) -> Iterator[Span]:
    for span in spans:
        begins = span.starts_at
        for slot in sorted(slots, key=lambda one: one.starts_at):
            if slot.ends_at <= begins or slot.starts_at >= span.ends_at:
                continue
            if slot.starts_at > begins:
                yield Span(begins, slot.starts_at, span.clause)
            begins = max(begins, slot.ends_at)
        if begins < span.ends_at:
            yield Span(begins, span.ends_at, span.clause)


def _windows(slots: Sequence[Slot]) -> Iterator[PlanWindow]:
    def key(slot: Slot) -> tuple[datetime, datetime, str]:
        return (slot.starts_at, slot.ends_at, slot.bulletin_class)

    for (starts_at, ends_at, bulletin_class), found in groupby(sorted(slots, key=key), key=key):
        shared = tuple(sorted(found, key=lambda slot: slot.pk))
        yield PlanWindow(starts_at, ends_at, bulletin_class, shared)


def _open(days: Iterable[DayHours]) -> Iterator[Span]:
    for day in days:
        for starts_at, ends_at in day.intervals():
            yield Span(starts_at, ends_at, day.citation)


def _rest(days: Sequence[DayHours], from_at: datetime, until_at: datetime) -> Iterator[Span]:
    """Day by day what the hours leave over: so each stretch names the clause of its own day."""
    for day in days:
        begins = datetime.combine(day.on, time(), LOCAL)
        ends = begins + timedelta(days=1)
        spans = [Span(starts_at, ends_at, day.citation) for starts_at, ends_at in day.intervals()]
        edges = [begins, *(edge for one in spans for edge in (one.starts_at, one.ends_at)), ends]
        pairs = zip(edges[::2], edges[1::2], strict=True)
        rest = (Span(start, end, day.citation) for start, end in pairs if start < end)
        yield from _clipped(rest, from_at, until_at)


def _clipped(spans: Iterable[Span], from_at: datetime, until_at: datetime) -> Iterator[Span]:
    for span in spans:
        starts_at, ends_at = max(span.starts_at, from_at), min(span.ends_at, until_at)
        if starts_at < ends_at:
            yield Span(starts_at, ends_at, span.clause)

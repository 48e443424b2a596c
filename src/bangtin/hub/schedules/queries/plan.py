"""The plan of a cluster over a stretch of time: what `devices` turns into a bundle, and what the pages draw."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import reading
from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.schedules.models import Filler, ProvinceFiller, Slot
from bangtin.hub.schedules.queries.inputs import duration_ms
from bangtin.hub.schedules.queries.layouts import CompiledWindow, DayLayout, layout_of, layouts_between
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
    """The slots of one class that share exactly one window; their items loop in this order.

    `faces` are screen ids; empty: every face.
    """

    starts_at: datetime
    ends_at: datetime
    bulletin_class: str
    slots: tuple[Slot, ...]
    faces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What a cluster does over [from_at, until_at): slots, placements laid out, filler, and rest outside the hours."""

    cluster: Cluster
    from_at: datetime
    until_at: datetime
    windows: tuple[PlanWindow, ...]
    fillers: tuple[ProgrammeVersion, ...]
    open: tuple[Span, ...]
    rest: tuple[Span, ...]
    compiled: tuple[CompiledWindow, ...] = ()

    @property
    def versions(self) -> list[ProgrammeVersion]:
        """Every version of the plan once: those in slots by time, those of placements, then filler."""
        found = [slot.version for window in self.windows for slot in window.slots]
        placements = {turn.placement.pk: turn.placement for window in self.compiled for turn in window.turns}
        found += [one.version for one in placements.values()]
        return list({version.pk: version for version in (*found, *self.fillers)}.values())


@dataclass(frozen=True)
class DayPlan:
    """One day of a week's page: its hours, what to look at, its slots, its placements laid out, and the stretches left
    to filler.
    """

    on: date
    hours: DayHours
    advice: tuple[Advice, ...]
    slots: tuple[Slot, ...]
    gaps: tuple[Span, ...]
    layout: DayLayout


def plan(cluster: Cluster, from_at: datetime, until_at: datetime) -> Plan:
    """The plan as it stands; hours and rest are expanded to instants, so that a screen needs no calendar.

    Slots that have begun before `from_at` keep their own start: their loop counts from it.
    """
    layouts = layouts_between(cluster, local_date(from_at), local_date(until_at))
    return of_layouts(cluster, layouts, from_at, until_at)


def of_layouts(cluster: Cluster, layouts: Sequence[DayLayout], from_at: datetime, until_at: datetime) -> Plan:
    """The same of days that are laid out already, in order and without a hole."""
    days = [one.input.hours for one in layouts]
    slots = {slot.pk: slot for one in layouts for slot in one.input.slots}
    touching = [slot for slot in slots.values() if slot.starts_at < until_at and slot.ends_at > from_at]
    compiled = (window for one in layouts for window in one.windows())
    return Plan(
        cluster=cluster,
        from_at=from_at,
        until_at=until_at,
        windows=tuple(_windows(touching)),
        fillers=tuple(all_filler(cluster)),
        open=tuple(_clipped(_open(days), from_at, until_at)),
        rest=tuple(_rest(days, from_at, until_at)),
        compiled=tuple(one for one in compiled if one.starts_at < until_at and one.ends_at > from_at),
    )


def until(found: Plan, until_at: datetime) -> Plan:
    """The plan without what comes after `until_at`; what runs then ends there."""
    return replace(
        found,
        until_at=min(found.until_at, until_at),
        windows=tuple(
            replace(one, ends_at=min(one.ends_at, until_at)) for one in found.windows if one.starts_at < until_at
        ),
        open=tuple(_clipped(found.open, found.from_at, until_at)),
        rest=tuple(_clipped(found.rest, found.from_at, until_at)),
        compiled=tuple(
            replace(one, ends_at=min(one.ends_at, until_at)) for one in found.compiled if one.starts_at < until_at
        ),
    )


def slots_between(cluster: Cluster, from_at: datetime, until_at: datetime) -> list[Slot]:
    """The placed slots that touch [from_at, until_at), in time; taken down and withdrawn ones are none of the plan."""
    return list(
        Slot.objects.filter(cluster=cluster, state=SlotState.PLACED, starts_at__lt=until_at, ends_at__gt=from_at)
        .select_related("version__programme", "cluster")
        .order_by("starts_at", "id")
    )


def fillers(cluster: Cluster) -> list[Filler]:
    """The cluster's filler in its order."""
    rows = Filler.objects.filter(cluster=cluster).select_related("version__programme").order_by("position", "id")
    return list(reading.once(("fillers", cluster.pk), lambda: list(rows)))


def all_filler(cluster: Cluster) -> list[ProgrammeVersion]:
    """The ladder of filler: the cluster's own in its order, then the province's. Read once a page."""
    return list(reading.once(("filler", cluster.pk), lambda: _all_filler(cluster)))


def _all_filler(cluster: Cluster) -> list[ProgrammeVersion]:
    own = [row.version for row in fillers(cluster)]
    known = {version.pk for version in own}
    return own + [row.version for row in province_fillers(cluster) if row.version_id not in known]


def province_fillers(cluster: Cluster) -> list[ProvinceFiller]:
    """The province's filler that this cluster can show: handed in for it, ready, with a form for one of its faces."""
    rows = ProvinceFiller.objects.filter(
        instrument=cluster.instrument_id, version__programme__clusters=cluster, version__state=VersionState.READY
    )
    found = rows.select_related("version__programme").prefetch_related("version__renditions")
    geometries = {face.geometry for face in cluster.faces.all()}
    return [row for row in found.order_by("position", "id") if duration_ms(row.version, geometries)]


def week(cluster: Cluster, monday: date) -> list[DayPlan]:
    """Seven days from `monday` with their hours, advice, slots, layouts and gaps."""
    return [_day_plan(found) for found in layouts_between(cluster, monday, monday + timedelta(days=6))]


def day_plan(cluster: Cluster, on: date) -> DayPlan:
    """One day in the same form."""
    return _day_plan(layout_of(cluster, on))


def _day_plan(found: DayLayout) -> DayPlan:
    slots = found.input.slots
    taken = [(slot.starts_at, slot.ends_at) for slot in slots]
    taken += [(window.starts_at, window.ends_at) for window in found.windows()]
    return DayPlan(
        on=found.on,
        hours=found.input.hours,
        advice=rulebook_hours.check_day_total(found.input.hours),
        slots=slots,
        gaps=tuple(_gaps(_open([found.input.hours]), taken)),
        layout=found,
    )


def _gaps(spans: Iterable[Span], taken: Sequence[tuple[datetime, datetime]]) -> Iterator[Span]:
    """What no face has anything planned for."""
    for span in spans:
        begins = span.starts_at
        for starts_at, ends_at in sorted(taken):
            if ends_at <= begins or starts_at >= span.ends_at:
                continue
            if starts_at > begins:
                yield Span(begins, starts_at, span.clause)
            begins = max(begins, ends_at)
        if begins < span.ends_at:
            yield Span(begins, span.ends_at, span.clause)


def _windows(slots: Sequence[Slot]) -> Iterator[PlanWindow]:
    def key(slot: Slot) -> tuple[datetime, datetime, str, tuple[str, ...]]:
        return (slot.starts_at, slot.ends_at, slot.bulletin_class, tuple(sorted(slot.faces)))

    for (starts_at, ends_at, bulletin_class, faces), found in groupby(sorted(slots, key=key), key=key):
        shared = tuple(sorted(found, key=lambda slot: slot.pk))
        yield PlanWindow(starts_at, ends_at, bulletin_class, shared, faces)


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

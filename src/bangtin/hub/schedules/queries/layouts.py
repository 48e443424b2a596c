"""A cluster's day laid out: what the compiler makes of its placements on the time that slots leave free."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules.compiler import DAY_MS, HOUR_MS, Day, Entry, Layout, Span, Taken, Turn, lay_out, spans
from bangtin.hub.schedules.models import BulletinClass, Placement, Slot
from bangtin.hub.schedules.queries.inputs import DayInput, Due, days_between, duration_ms
from bangtin.hub.schedules.queries.naming import placement_name

# a turn is looked for from the beginning of its loop: a long run is cut into windows of at most so many turns
MOST_TURNS = 240


@dataclass(frozen=True)
class PlacedTurn:
    """One planned play of a placement."""

    placement: Placement
    from_at: datetime
    until_at: datetime

    @property
    def version(self) -> ProgrammeVersion:
        """What plays."""
        return self.placement.version


@dataclass(frozen=True)
class CompiledWindow:
    """Plays without a pause between them, over [starts_at, ends_at). `faces` are screen ids; empty: every face."""

    starts_at: datetime
    ends_at: datetime
    bulletin_class: str
    faces: tuple[str, ...]
    turns: tuple[PlacedTurn, ...]
    clause: str


@dataclass(frozen=True)
class GroupLayout:
    """What faces that share slots and placements show by rule in one class: the compiler's question and its answer."""

    faces: tuple[str, ...]
    bulletin_class: str
    day: Day
    layout: Layout
    placements: Mapping[str, Placement]

    @property
    def is_for_every_face(self) -> bool:
        """Whether no face of the cluster shows anything else."""
        return not self.faces


@dataclass(frozen=True)
class DayLayout:
    """A cluster's day: what decides it, and the layouts, priority before ordinary, one for each group of faces."""

    input: DayInput
    groups: tuple[GroupLayout, ...]

    @property
    def on(self) -> date:
        """The local day."""
        return self.input.on

    def windows(self) -> Iterator[CompiledWindow]:
        """The plays as windows whose turns follow each other without a pause."""
        begins = self.input.starts_at
        for group in self.groups:
            for run in _runs(group.layout):
                turns = tuple(
                    PlacedTurn(
                        group.placements[turn.entry],
                        begins + timedelta(milliseconds=turn.from_ms),
                        begins + timedelta(milliseconds=turn.until_ms),
                    )
                    for turn in run
                )
                clause = self.input.hours.citation
                yield CompiledWindow(
                    turns[0].from_at, turns[-1].until_at, group.bulletin_class, group.faces, turns, clause
                )


def layout_of(cluster: Cluster, on: date) -> DayLayout:
    """The day as the plan stands now."""
    return layouts_between(cluster, on, on)[0]


def layouts_between(cluster: Cluster, first: date, last: date) -> list[DayLayout]:
    """Each day from `first` to `last`, both included; days of equal input are laid out once a process."""
    return [lay(one) for one in days_between(cluster, first, last)]


def lay(found: DayInput) -> DayLayout:
    """Lay the day out: priority placements first, on time that no priority slot has; ordinary ones on what is left.

    Priority covers ordinary on the screens, so it may take the time of an ordinary slot.
    """
    groups: list[GroupLayout] = []
    for faces in groups_of(found) if found.due else ():
        geometries = {face.geometry for face in found.faces if not faces or face.pk in faces}
        slots = [slot for slot in found.slots if stands_on(slot.faces, faces)]
        due = [one for one in found.due if stands_on(one.placement.faces, faces)]
        priority = [one for one in due if one.placement.bulletin_class == BulletinClass.PRIORITY]
        ordinary = [one for one in due if one.placement.bulletin_class != BulletinClass.PRIORITY]
        above = [slot for slot in slots if slot.bulletin_class == BulletinClass.PRIORITY]
        taken = _taken(found, above, geometries)
        first = _group(found, faces, priority, geometries, taken=taken)
        if first is not None:
            groups.append(first)
            taken = _covered(first, priority, found) + _under(_taken(found, slots, geometries), first.layout)
        else:
            taken = _taken(found, slots, geometries)
        second = _group(found, faces, ordinary, geometries, taken=taken)
        if second is not None:
            groups.append(second)
    ranked = sorted(groups, key=lambda one: one.bulletin_class != BulletinClass.PRIORITY)
    return DayLayout(found, tuple(ranked))


def groups_of(found: DayInput) -> list[tuple[str, ...]]:
    """The faces that show the same, together; one group of all faces is the empty tuple."""
    together: dict[tuple[tuple[int, ...], tuple[int, ...]], list[str]] = {}
    for face in found.faces:
        slots = tuple(slot.pk for slot in found.slots if not slot.faces or face.pk in slot.faces)
        due = tuple(one.placement.pk for one in found.due if not one.placement.faces or face.pk in one.placement.faces)
        together.setdefault((slots, due), []).append(face.pk)
    groups = [tuple(names) for names in together.values()]
    return [()] if len(groups) == 1 else groups


def stands_on(wanted: Sequence[str], faces: Sequence[str]) -> bool:
    """Whether what is for the faces `wanted` (empty: all) stands on a group of faces that show the same."""
    return not wanted or not faces or bool(set(wanted).intersection(faces))


def entry_of(due: Due, found: DayInput, geometries: set[str]) -> Entry | None:
    """The placement in the compiler's words; None where its version has no form for these faces."""
    one = due.placement
    length_ms = duration_ms(one.version, geometries)
    if not length_ms:
        return None
    gap_ms = one.gap_s * 1000
    windows = due.windows
    if gap_ms and any(until_ms == DAY_MS for _from_ms, until_ms in found.open):
        # the next day begins where this one ends: the pause is kept before midnight
        windows = spans.common(windows or ((0, DAY_MS),), ((0, max(DAY_MS - gap_ms, 1)),))
        if not windows:
            return None
    return Entry(
        id=placement_name(one.pk),
        dur_ms=length_ms,
        category=one.version.programme.category,
        language=one.version.language,
        is_advertising=found.is_advertising(one.version),
        windows=windows,
        target=one.target_per_day,
        min_day=one.min_per_day,
        max_day=one.max_per_day,
        min_hour=one.min_per_hour,
        max_hour=one.max_per_hour,
        gap_ms=gap_ms,
    )


def _group(
    found: DayInput, faces: tuple[str, ...], due: Sequence[Due], geometries: set[str], *, taken: tuple[Taken, ...]
) -> GroupLayout | None:
    entries = tuple(entry for one in due if (entry := entry_of(one, found, geometries)) is not None)
    if not entries:
        return None
    day = Day(
        open=spans.without(found.open, ((one.from_ms, one.until_ms) for one in taken)),
        entries=entries,
        shares=found.shares,
        taken=taken,
    )
    placements = {placement_name(one.placement.pk): one.placement for one in due}
    return GroupLayout(faces, str(due[0].placement.bulletin_class), day, _laid(day), placements)


@lru_cache(maxsize=64)
def _laid(day: Day) -> Layout:
    # a day has no date in it: equal days, and clusters that share a playlist and hours, are laid out once
    return lay_out(day)


def _taken(found: DayInput, slots: Sequence[Slot], geometries: set[str]) -> tuple[Taken, ...]:
    """The open time that slots have, each hour of it shared out among those that go round in one loop."""
    midnight_ms = to_ms(found.starts_at)
    loops: dict[Span, list[Slot]] = {}
    for slot in slots:
        span = (max(to_ms(slot.starts_at) - midnight_ms, 0), min(to_ms(slot.ends_at) - midnight_ms, DAY_MS))
        loops.setdefault(span, []).append(slot)
    made: list[Taken] = []
    for span, sharing in sorted(loops.items()):
        lengths = [duration_ms(slot.version, geometries) or 1 for slot in sharing]
        for piece in spans.common((span,), found.open):
            for start, end in _by_hour(piece):
                made += _shared_out(found, sharing, lengths, start, end)
    return tuple(made)


def _shared_out(
    found: DayInput, slots: Sequence[Slot], lengths: Sequence[int], start: int, end: int
) -> Iterator[Taken]:
    at, passed = start, 0
    for slot, length in zip(slots, lengths, strict=True):
        passed += length
        until = start + (end - start) * passed // sum(lengths)
        if until > at:
            yield _taken_by(slot.version, found, at, until)
        at = until


def _taken_by(version: ProgrammeVersion, found: DayInput, start: int, end: int) -> Taken:
    return Taken(start, end, version.programme.category, version.language, found.is_advertising(version))


def _covered(group: GroupLayout, due: Sequence[Due], found: DayInput) -> tuple[Taken, ...]:
    """The time that priority plays have."""
    versions = {placement_name(one.placement.pk): one.placement.version for one in due}
    return tuple(_taken_by(versions[one.entry], found, one.from_ms, one.until_ms) for one in group.layout.turns)


def _under(taken: tuple[Taken, ...], layout: Layout) -> tuple[Taken, ...]:
    """What slots keep of their time beside the priority plays that cover them."""
    holes = [(one.from_ms, one.until_ms) for one in layout.turns]
    return tuple(
        replace(one, from_ms=start, until_ms=end)
        for one in taken
        for start, end in spans.without(((one.from_ms, one.until_ms),), holes)
    )


def _by_hour(span: Span) -> Iterator[Span]:
    start, end = span
    while start < end:
        edge = min((start // HOUR_MS + 1) * HOUR_MS, end)
        yield start, edge
        start = edge


def _runs(layout: Layout) -> Iterator[list[Turn]]:
    """Plays that follow each other at once, at most MOST_TURNS together."""
    run: list[Turn] = []
    for turn in layout.turns:
        if run and (run[-1].until_ms != turn.from_ms or len(run) == MOST_TURNS):
            yield run
            run = []
        run.append(turn)
    if run:
        yield run

"""As-run against plan, for a slot and for a cluster's day: planned, aired, how sure it is, what is missing."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bangtin.hub.clusters.models import Cluster, faces_of
from bangtin.hub.kit.clock import LOCAL, to_ms
from bangtin.hub.kit.clock import from_ms as instant
from bangtin.hub.playlog.models import Grade, PlayRecord
from bangtin.hub.playlog.queries import lake, plans
from bangtin.hub.playlog.queries.plans import Planned
from bangtin.hub.schedules.models import Placement, Slot
from bangtin.hub.schedules.states import SlotState

# Records of these grades count as aired; the others are shown beside them and never added in (ui 1.4).
AIRED = (Grade.CORROBORATED, Grade.CLAIMED)
MERGE_MS = 2_000
SMALL_MS = 500
LOOK_BACK = 8  # records of doubtful grades may lie across others
# a turn that begins late because of these was not shown short by the player
DELAYING = frozenset({"cut", "failed", "alert", "covered", "gate"})


@dataclass(frozen=True)
class GradeTotal:
    """Plays and milliseconds of one grade."""

    plays: int = 0
    shown_ms: int = 0


@dataclass(frozen=True)
class Gap:
    """Planned time of a face that no aired record covers.

    reason: "no_record" (nothing came), "cut" (power or the process went), "failed" (the renderer gave up), "alert" (a
    notice was on air), "covered" (an officer had the screen covered), "gate" (the code for the phone at the gate),
    "replaced" (a newer bundle), "shown_short", "contradicted", "quarantined", "filler" (approved filler took its
    place), "card" (the player recorded standby or its last-resort card), "not_yet" (the time has not come, or its
    records have not).
    """

    face_id: str
    from_at: datetime
    until_at: datetime
    reason: str

    @property
    def length_ms(self) -> int:
        """How long it is."""
        return to_ms(self.until_at) - to_ms(self.from_at)


@dataclass(frozen=True)
class SlotProof:
    """A slot held against its records; milliseconds are summed over the faces that a device drives.

    `aired_ms` counts corroborated and claimed plays; `error_ms` = aired - planned; `grades` has every grade.
    `faces` are those counted, `idle_faces` those of the cluster that no device drives.
    """

    slot: Slot
    planned_ms: int
    aired_ms: int
    plays: int
    grades: dict[str, GradeTotal]
    gaps: list[Gap]
    faces: tuple[str, ...] = ()
    idle_faces: tuple[str, ...] = ()

    @property
    def error_ms(self) -> int:
        """Aired minus planned."""
        return self.aired_ms - self.planned_ms


@dataclass(frozen=True)
class PlacementProof:
    """A placement's plays of one day held against their records, over the faces that a device drives.

    `planned_plays` and `plays` are turns on faces; the rest is as in `SlotProof`.
    """

    placement: Placement
    on: date
    planned_plays: int
    planned_ms: int
    aired_ms: int
    plays: int
    grades: dict[str, GradeTotal]
    gaps: list[Gap]
    faces: tuple[str, ...] = ()

    @property
    def error_ms(self) -> int:
        """Aired minus planned."""
        return self.aired_ms - self.planned_ms


@dataclass(frozen=True)
class DayProof:
    """A cluster's day: slots and placements, and its airtime inside the hours, outside by instruction, and as filler.

    Outside time and filler are counted apart and never added to the slots inside the hours; the last-resort card and
    standby count as nothing.
    """

    cluster: Cluster
    on: date
    slots: list[SlotProof]
    filler: GradeTotal
    filler_planned_ms: int
    grades: dict[str, GradeTotal] = field(default_factory=dict)
    placements: list[PlacementProof] = field(default_factory=list)

    @property
    def planned_ms(self) -> int:
        """Planned slots and placements inside the hours."""
        slots = sum(one.planned_ms for one in self.slots if not one.slot.is_outside_hours)
        return slots + sum(one.planned_ms for one in self.placements)

    @property
    def aired_ms(self) -> int:
        """Aired slots and placements inside the hours."""
        slots = sum(one.aired_ms for one in self.slots if not one.slot.is_outside_hours)
        return slots + sum(one.aired_ms for one in self.placements)

    @property
    def outside_planned_ms(self) -> int:
        """Planned outside the hours, by instruction from above (art. 7.1)."""
        return sum(one.planned_ms for one in self.slots if one.slot.is_outside_hours)

    @property
    def outside_aired_ms(self) -> int:
        """Aired outside the hours, by instruction from above (art. 7.1)."""
        return sum(one.aired_ms for one in self.slots if one.slot.is_outside_hours)

    @property
    def gaps(self) -> list[Gap]:
        """The gaps of all slots and placements in order of time."""
        proofs: list[SlotProof | PlacementProof] = [*self.slots, *self.placements]
        return sorted((gap for one in proofs for gap in one.gaps), key=lambda gap: gap.from_at)


def proof_of_play(slot: Slot, *, at: datetime | None = None) -> SlotProof:
    """What was planned for a slot and what its records prove; gaps after `at` are "not yet"."""
    planned = list(plans.segments(slot.cluster, slot.starts_at, slot.ends_at))
    records = _records(slot.cluster, slot.starts_at, slot.ends_at)
    return _slot_proof(slot, planned, records, everywhere=_faces(slot.cluster), at=at)


def placement_proof(placement: Placement, cluster: Cluster, on: date, *, at: datetime | None = None) -> PlacementProof:
    """What was planned for a placement on one day of a cluster, and what its records prove."""
    from_at, until_at = _day(on)
    planned = [one for one in plans.segments(cluster, from_at, until_at) if one.placement == placement.pk]
    return _placement_proof(placement, on, planned, _records(cluster, from_at, until_at), at=at)


def day_proof(cluster: Cluster, on: date, *, at: datetime | None = None) -> DayProof:
    """The day of a cluster: slots that begin on it, placements, filler, and every grade's total."""
    from_at, midnight = _day(on)
    of_day = Slot.objects.filter(cluster=cluster, starts_at__gte=from_at, starts_at__lt=midnight)
    slots = list(of_day.exclude(state=SlotState.WITHDRAWN).select_related("cluster"))
    until_at = max([midnight, *(slot.ends_at for slot in slots)])
    planned = list(plans.segments(cluster, from_at, until_at))
    records = _records(cluster, from_at, until_at)
    plays = [one for one in records if one.kind == "play"]
    filler = [one for one in plays if one.bulletin_class == "filler" and one.grade in AIRED]
    everywhere = _faces(cluster)
    today = [one for one in planned if one.from_ms < to_ms(midnight)]
    rows = [one for one in records if one.at < midnight]
    return DayProof(
        cluster=cluster,
        on=on,
        slots=[_slot_proof(slot, planned, records, everywhere=everywhere, at=at) for slot in slots],
        filler=_total(filler),
        filler_planned_ms=sum(one.length_ms for one in planned if one.kind == "filler"),
        grades=_by_grade(plays),
        placements=_placement_proofs(today, rows, on, at=at),
    )


def as_run(cluster: Cluster, on: date) -> list[PlayRecord]:
    """The day's records of a cluster in order of time: plays, standby, gaps, boots and all, with their versions."""
    from_at, until_at = _day(on)
    return _records(cluster, from_at, until_at, related=("version__programme", "slot", "placement"))


def _day(on: date) -> tuple[datetime, datetime]:
    return datetime.combine(on, time(), LOCAL), datetime.combine(on + timedelta(days=1), time(), LOCAL)


def _records(
    cluster: Cluster, from_at: datetime, until_at: datetime, *, related: Sequence[str] = ()
) -> list[PlayRecord]:
    return lake.records(cluster.pk, from_at - timedelta(seconds=2), until_at, related=related)


def _faces(cluster: Cluster) -> set[str]:
    return {face.pk for face in faces_of(cluster)}


def _slot_proof(
    slot: Slot,
    planned: Iterable[Planned],
    records: Sequence[PlayRecord],
    *,
    everywhere: set[str],
    at: datetime | None,
) -> SlotProof:
    own = [one for one in planned if one.slot == slot.pk]
    plays = [one for one in records if _is_planned(one) and one.slot_id == slot.pk]
    faces = {one.face_id for one in own}
    aired = [one for one in plays if one.grade in AIRED]
    return SlotProof(
        slot=slot,
        planned_ms=sum(one.length_ms for one in own),
        aired_ms=sum(one.shown_ms for one in aired),
        plays=len(aired),
        grades=_by_grade(plays),
        gaps=_gaps(own, records, at=at),
        faces=tuple(sorted(faces)),
        idle_faces=tuple(sorted(everywhere - faces)),
    )


def _placement_proofs(
    planned: Sequence[Planned], records: Sequence[PlayRecord], on: date, *, at: datetime | None
) -> list[PlacementProof]:
    by_placement: dict[int, list[Planned]] = defaultdict(list)
    for one in planned:
        if one.placement is not None:
            by_placement[one.placement].append(one)
    aired = {one.placement_id for one in records if one.placement_id is not None}
    rows = Placement.objects.filter(pk__in=aired.union(by_placement)).select_related("version", "playlist")
    return [_placement_proof(row, on, by_placement[row.pk], records, at=at) for row in rows.order_by("pk")]


def _placement_proof(
    placement: Placement,
    on: date,
    own: Sequence[Planned],
    records: Sequence[PlayRecord],
    *,
    at: datetime | None,
) -> PlacementProof:
    plays = [one for one in records if _is_planned(one) and one.placement_id == placement.pk]
    aired = [one for one in plays if one.grade in AIRED]
    return PlacementProof(
        placement=placement,
        on=on,
        planned_plays=len(own),
        planned_ms=sum(one.length_ms for one in own),
        aired_ms=sum(one.shown_ms for one in aired),
        plays=len(aired),
        grades=_by_grade(plays),
        gaps=_gaps(own, records, at=at),
        faces=tuple(sorted({one.face_id for one in own})),
    )


def _total(records: Sequence[PlayRecord]) -> GradeTotal:
    return GradeTotal(len(records), sum(one.shown_ms for one in records))


def _by_grade(records: Sequence[PlayRecord]) -> dict[str, GradeTotal]:
    return {grade.value: _total([one for one in records if one.grade == grade]) for grade in Grade}


def _gaps(planned: Sequence[Planned], records: Sequence[PlayRecord], *, at: datetime | None) -> list[Gap]:
    by_face: dict[str, list[PlayRecord]] = defaultdict(list)
    for record in sorted(records, key=_start):
        by_face[record.face_id].append(record)
    found: list[Gap] = []
    for segment in planned:
        near = _near(segment, by_face[segment.face_id])
        for gap in _gaps_of(segment, near, at=at):
            last = found[-1] if found else None
            if last and _continues(last, gap):
                # what stopped the turn before explains the silence after it, and the turn that began late
                found[-1] = Gap(last.face_id, last.from_at, gap.until_at, last.reason)
            else:
                found.append(gap)
    return [gap for gap in found if gap.length_ms > SMALL_MS]


def _near(segment: Planned, records: Sequence[PlayRecord]) -> list[PlayRecord]:
    """The face's records that touch the segment, in order; `records` are sorted by start."""
    last = bisect_left(records, segment.until_ms, key=_start)
    first = last
    while first > 0 and (last - first < LOOK_BACK or _end(records[first - 1]) > segment.from_ms - MERGE_MS):
        first -= 1
    return [one for one in records[first:last] if _end(one) > segment.from_ms - MERGE_MS]


def _continues(last: Gap, gap: Gap) -> bool:
    is_silent = gap.reason == "no_record" and last.reason in {"cut", "failed"}
    is_late = gap.reason == "shown_short" and last.reason in DELAYING
    is_same = gap.reason == last.reason or is_silent or is_late
    return is_same and (last.face_id, last.until_at) == (gap.face_id, gap.from_at)


def _gaps_of(segment: Planned, covering: Sequence[PlayRecord], *, at: datetime | None) -> list[Gap]:
    """The stretches of one segment that no aired play on its account covers, each with the best reason at hand."""
    found, reached = [], segment.from_ms
    for record in covering:
        if _is_of(record, segment) and record.grade in AIRED:
            if _start(record) > reached:
                found.append(_gap(segment, reached, _start(record), covering, at=at))
            reached = max(reached, _end(record))
    if reached < segment.until_ms:
        found.append(_gap(segment, reached, segment.until_ms, covering, at=at))
    return found


def _is_of(record: PlayRecord, segment: Planned) -> bool:
    """Whether the record is a play on account of the same slot or placement; filler in its place is none."""
    whose = (record.slot_id, record.placement_id)
    return _is_planned(record) and whose == (segment.slot, segment.placement)


def _is_planned(record: PlayRecord) -> bool:
    """Whether the record is a play of what was planned: filler names the slot whose time it has."""
    return record.kind == "play" and record.bulletin_class != "filler"


def _gap(segment: Planned, from_ms: int, until_ms: int, near: Sequence[PlayRecord], *, at: datetime | None) -> Gap:
    reason = _reason(segment, from_ms, near)
    if reason == "no_record" and at is not None and until_ms > to_ms(at):
        reason = "not_yet"
    return Gap(segment.face_id, instant(from_ms), instant(until_ms), reason)


def _reason(segment: Planned, from_ms: int, near: Sequence[PlayRecord]) -> str:
    before = [one for one in near if _start(one) <= from_ms + MERGE_MS]
    for record in reversed(before):
        if record.kind == "play" and record.grade not in AIRED:
            return record.grade
        if over := _over_the_plan(record):
            return over
        if record.kind == "play" and record.bulletin_class == "filler" and _end(record) > from_ms:
            return "filler"
        if _is_of(record, segment):
            if record.end in {"cut", "failed", "replaced"}:
                return record.end
            return "shown_short" if _start(record) + MERGE_MS > segment.from_ms else "no_record"
        if record.kind == "gap" and _end(record) > from_ms:
            return "card"
    return "no_record"


def _over_the_plan(record: PlayRecord) -> str:
    """What stood over the plan by somebody's order; empty if the record tells of nothing such."""
    if record.kind == "gap" and record.bulletin_class == "gate":
        return "gate"
    return {"alert": "alert", "blank": "covered"}.get(record.kind, "")


def _start(record: PlayRecord) -> int:
    return to_ms(record.at)


def _end(record: PlayRecord) -> int:
    return to_ms(record.at) + record.shown_ms

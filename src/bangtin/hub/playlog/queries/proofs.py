"""As-run against plan, for a slot and for a cluster's day: planned, aired, how sure it is, what is missing."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import LOCAL, to_ms
from bangtin.hub.kit.clock import from_ms as instant
from bangtin.hub.playlog.models import Grade, PlayRecord
from bangtin.hub.playlog.queries import plans
from bangtin.hub.playlog.queries.plans import Planned
from bangtin.hub.schedules.models import Slot

# Records of these grades count as aired; the others are shown beside them and never added in (ui 1.4).
AIRED = (Grade.CORROBORATED, Grade.CLAIMED)
MERGE_MS = 2_000
SMALL_MS = 500
LOOK_BACK = 8  # records of doubtful grades may lie across others


@dataclass(frozen=True)
class GradeTotal:
    """Plays and milliseconds of one grade."""

    plays: int = 0
    shown_ms: int = 0


@dataclass(frozen=True)
class Gap:
    """Planned time of a face that no aired record covers.

    reason: "no_record" (nothing came), "cut" (power or the process went), "failed" (the renderer gave up), "replaced"
    (an alert or a newer bundle), "shown_short", "contradicted", "quarantined", "dark" (the screen recorded standby or
    its last-resort card), "not_yet" (the time has not come, or its records have not).
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
class DayProof:
    """A cluster's day: its slots, and its airtime inside the hours, outside them by instruction, and as filler.

    Outside time and filler are counted apart and never added to the slots inside the hours; the last-resort card and
    standby count as nothing.
    """

    cluster: Cluster
    on: date
    slots: list[SlotProof]
    filler: GradeTotal
    filler_planned_ms: int
    grades: dict[str, GradeTotal] = field(default_factory=dict)

    @property
    def planned_ms(self) -> int:
        """Planned slots inside the hours."""
        return sum(one.planned_ms for one in self.slots if not one.slot.is_outside_hours)

    @property
    def aired_ms(self) -> int:
        """Aired slots inside the hours."""
        return sum(one.aired_ms for one in self.slots if not one.slot.is_outside_hours)

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
        """The gaps of all slots in order of time."""
        return sorted((gap for one in self.slots for gap in one.gaps), key=lambda gap: gap.from_at)


def proof_of_play(slot: Slot, *, at: datetime | None = None) -> SlotProof:
    """What was planned for a slot and what its records prove; gaps after `at` are "not yet"."""
    planned = list(plans.segments(slot.cluster, slot.starts_at, slot.ends_at))
    records = list(_records(slot.cluster, slot.starts_at, slot.ends_at))
    return _slot_proof(slot, planned, records, everywhere=_faces(slot.cluster), at=at)


def day_proof(cluster: Cluster, on: date, *, at: datetime | None = None) -> DayProof:
    """The day of a cluster: slots that begin on it, filler, and every grade's total."""
    from_at, until_at = _day(on)
    slots = list(
        Slot.objects.filter(cluster=cluster, starts_at__gte=from_at, starts_at__lt=until_at).select_related("cluster")
    )
    until_at = max([until_at, *(slot.ends_at for slot in slots)])
    planned = list(plans.segments(cluster, from_at, until_at))
    records = list(_records(cluster, from_at, until_at))
    plays = [one for one in records if one.kind == "play"]
    filler = [one for one in plays if one.bulletin_class == "filler" and one.grade in AIRED]
    everywhere = _faces(cluster)
    return DayProof(
        cluster=cluster,
        on=on,
        slots=[_slot_proof(slot, planned, records, everywhere=everywhere, at=at) for slot in slots],
        filler=_total(filler),
        filler_planned_ms=sum(one.length_ms for one in planned if one.kind == "filler"),
        grades=_by_grade(plays),
    )


def as_run(cluster: Cluster, on: date) -> list[PlayRecord]:
    """The day's records of a cluster in order of time: plays, standby, gaps, boots and all, with their versions."""
    from_at, until_at = _day(on)
    return list(_records(cluster, from_at, until_at).select_related("version__programme", "slot"))


def _day(on: date) -> tuple[datetime, datetime]:
    return datetime.combine(on, time(), LOCAL), datetime.combine(on + timedelta(days=1), time(), LOCAL)


def _records(cluster: Cluster, from_at: datetime, until_at: datetime) -> QuerySet[PlayRecord]:
    found = PlayRecord.objects.filter(cluster=cluster, at__gte=from_at - timedelta(seconds=2), at__lt=until_at)
    return found.order_by("at", "epoch", "n")


def _faces(cluster: Cluster) -> set[str]:
    return set(cluster.faces.values_list("id", flat=True))


def _slot_proof(
    slot: Slot,
    planned: Iterable[Planned],
    records: Sequence[PlayRecord],
    *,
    everywhere: set[str],
    at: datetime | None,
) -> SlotProof:
    own = [one for one in planned if one.slot == slot.pk]
    plays = [one for one in records if one.kind == "play" and one.slot_id == slot.pk]
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
                # until the next record a power cut or a failure explains the silence after it
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
    is_same = gap.reason == last.reason or (gap.reason == "no_record" and last.reason in {"cut", "failed"})
    return is_same and (last.face_id, last.until_at) == (gap.face_id, gap.from_at)


def _gaps_of(segment: Planned, covering: Sequence[PlayRecord], *, at: datetime | None) -> list[Gap]:
    """The stretches of one segment that no aired play of its slot covers, each with the best reason at hand."""
    found, reached = [], segment.from_ms
    for record in covering:
        if record.kind == "play" and record.slot_id == segment.slot and record.grade in AIRED:
            if _start(record) > reached:
                found.append(_gap(segment, reached, _start(record), covering, at=at))
            reached = max(reached, _end(record))
    if reached < segment.until_ms:
        found.append(_gap(segment, reached, segment.until_ms, covering, at=at))
    return found


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
        if record.kind in {"alert", "blank"}:
            return "replaced"
        if record.kind == "play" and record.slot_id == segment.slot:
            if record.end in {"cut", "failed", "replaced"}:
                return record.end
            return "shown_short" if _start(record) + MERGE_MS > segment.from_ms else "no_record"
        if record.kind == "gap" and _end(record) > from_ms:
            return "dark"
    return "no_record"


def _start(record: PlayRecord) -> int:
    return to_ms(record.at)


def _end(record: PlayRecord) -> int:
    return to_ms(record.at) + record.shown_ms

"""How long the screens of a cluster stood still in the hours of a day, why, and how much of it is known, by face."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices.models import Incident
from bangtin.hub.kit.clock import LOCAL, local_date, to_ms
from bangtin.hub.playlog.queries.proofs import Gap, day_proof

# nothing of ours was on the face; what was shown shorter, or is doubted, is no standstill
STILL = frozenset({"no_record", "cut", "failed", "card"})
MINUTE_MS = 60_000


@dataclass(frozen=True)
class Downtime:
    """A face's standstill of a day: ms in all, ms by reason (words of `Gap.reason`), and how often it stopped.

    `incident_ms` is the part of it that lies in open incidents: somebody knows of it, and what is left nobody reported.
    """

    face_id: str
    ms: int
    stops: int
    by_reason: Mapping[str, int] = field(default_factory=dict)
    incident_ms: int = 0

    @property
    def minutes(self) -> int:
        """Whole minutes, rounded up: a standstill of seconds is seen."""
        return -(-self.ms // MINUTE_MS)

    @property
    def incident_minutes(self) -> int:
        """Whole minutes of it in open incidents, rounded up."""
        return -(-self.incident_ms // MINUTE_MS)


@dataclass(frozen=True)
class Trouble:
    """A stretch in which an incident was open: of one face, or of all where `face_id` is empty."""

    face_id: str
    from_at: datetime
    until_at: datetime


def of_day(cluster: Cluster, on: date, *, at: datetime) -> list[Downtime]:
    """Each face that stood still on the day, the longest first; of a running day what is past by `at`."""
    return of_gaps(day_proof(cluster, on, at=at).gaps, troubles(cluster, on, at=at))


def of_incident(incident: Incident, *, most_days: int, at: datetime) -> list[tuple[date, int]]:
    """Each of its first days with the ms that its face, or any of its cluster, stood still while it was open."""
    ends = min(incident.closed_at or at, at)
    first = local_date(incident.opened_at)
    days = [first + timedelta(days=number) for number in range(min((local_date(ends) - first).days + 1, most_days))]
    return [(on, _still_ms(incident, on, ends, at=at)) for on in days]


def _still_ms(incident: Incident, on: date, ends: datetime, *, at: datetime) -> int:
    gaps = [one for one in day_proof(incident.cluster, on, at=at).gaps if one.reason in STILL]
    span = Trouble(incident.face_id or "", incident.opened_at, ends)
    return sum(_shared_ms(one, [span]) for one in gaps if span.face_id in {"", one.face_id})


def troubles(cluster: Cluster, on: date, *, at: datetime) -> list[Trouble]:
    """The incidents that were open at some time of the day, each until it was closed, or until `at`."""
    begins = datetime.combine(on, time(), LOCAL)
    ends = min(begins + timedelta(days=1), at)
    rows = Incident.objects.filter(cluster=cluster, opened_at__lt=ends).filter(
        Q(closed_at=None) | Q(closed_at__gt=begins)
    )
    return [
        Trouble(face_id or "", max(opened_at, begins), min(closed_at or ends, ends))
        for face_id, opened_at, closed_at in rows.order_by("opened_at").values_list("face", "opened_at", "closed_at")
    ]


def of_gaps(found: Iterable[Gap], troubled: Sequence[Trouble] = ()) -> list[Downtime]:
    """The standstills among gaps that are at hand already, beside the incidents that were open."""
    by_face: dict[str, list[Gap]] = {}
    for gap in found:
        if gap.reason in STILL:
            by_face.setdefault(gap.face_id, []).append(gap)
    rows = [_row(face, gaps, troubled) for face, gaps in by_face.items()]
    return sorted(rows, key=lambda row: (-row.ms, row.face_id))


def _row(face: str, gaps: list[Gap], troubled: Sequence[Trouble]) -> Downtime:
    by_reason: dict[str, int] = {}
    for gap in gaps:
        by_reason[gap.reason] = by_reason.get(gap.reason, 0) + gap.length_ms
    incident_ms = sum(_shared_ms(gap, [one for one in troubled if one.face_id in {"", face}]) for gap in gaps)
    return Downtime(face, sum(by_reason.values()), len(gaps), by_reason, incident_ms)


def _shared_ms(gap: Gap, troubled: Sequence[Trouble]) -> int:
    """How much of a gap lies in open incidents; where several were open at once it counts once."""
    found, reached = 0, to_ms(gap.from_at)
    for one in sorted(troubled, key=lambda trouble: trouble.from_at):
        begins = max(to_ms(one.from_at), reached)
        ends = min(to_ms(one.until_at), to_ms(gap.until_at))
        found += max(ends - begins, 0)
        reached = max(reached, ends)
    return found

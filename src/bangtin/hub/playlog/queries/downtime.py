"""How long the screens of a cluster stood still in the hours of a day: planned, dark, and why, by face."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.playlog.queries.proofs import Gap, day_proof

# nothing of ours was on the face; what was shown shorter, or is doubted, is no standstill
STILL = frozenset({"no_record", "cut", "failed", "dark"})
MINUTE_MS = 60_000


@dataclass(frozen=True)
class Downtime:
    """A face's standstill of a day: ms in all, ms by reason (words of `Gap.reason`), and how often it stopped."""

    face_id: str
    ms: int
    stops: int
    by_reason: Mapping[str, int] = field(default_factory=dict)

    @property
    def minutes(self) -> int:
        """Whole minutes, rounded up: a standstill of seconds is seen."""
        return -(-self.ms // MINUTE_MS)


def of_day(cluster: Cluster, on: date, *, at: datetime) -> list[Downtime]:
    """Each face that stood still on the day, the longest first; of a running day what is past by `at`."""
    return of_gaps(day_proof(cluster, on, at=at).gaps)


def of_gaps(found: Iterable[Gap]) -> list[Downtime]:
    """The standstills among gaps that are at hand already."""
    by_face: dict[str, list[Gap]] = {}
    for gap in found:
        if gap.reason in STILL:
            by_face.setdefault(gap.face_id, []).append(gap)
    rows = [_row(face, gaps) for face, gaps in by_face.items()]
    return sorted(rows, key=lambda row: (-row.ms, row.face_id))


def _row(face: str, gaps: list[Gap]) -> Downtime:
    by_reason: dict[str, int] = {}
    for gap in gaps:
        by_reason[gap.reason] = by_reason.get(gap.reason, 0) + gap.length_ms
    return Downtime(face, sum(by_reason.values()), len(gaps), by_reason)

"""A cluster's day as one sheet: every item planned and aired, by class and grade, adding up to the day's total."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bangtin.bundle import timeline
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.playlog.queries import bundles, plans
from bangtin.hub.playlog.queries.proofs import AIRED, DayProof, GradeTotal, as_run, day_proof
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules.queries import item_id

RANK = {"priority": 0, "ordinary": 1, "filler": 2}
Key = tuple[str, str]


@dataclass(frozen=True)
class Row:
    """One item in one class ("priority", "ordinary", "filler"): ms and plays over the faces that a player drives.

    `version` is None for an item that no programme here stands behind. `shown` has every grade that was recorded.
    """

    item: str
    version: ProgrammeVersion | None
    bulletin_class: str
    planned_ms: int
    planned_plays: int
    shown: Mapping[str, GradeTotal]

    @property
    def aired_ms(self) -> int:
        """What counts as aired: corroborated and claimed plays."""
        return sum(one.shown_ms for grade, one in self.shown.items() if grade in AIRED)

    @property
    def plays(self) -> int:
        """The plays that count as aired."""
        return sum(one.plays for grade, one in self.shown.items() if grade in AIRED)

    @property
    def error_ms(self) -> int:
        """Aired minus planned."""
        return self.aired_ms - self.planned_ms


@dataclass(frozen=True)
class DaySheet:
    """A day of a cluster until `until_at`: its rows, its gaps, emergency notices apart (they displace, they air nothing
    that was planned). The sums of the rows are the day's.
    """

    cluster: Cluster
    on: date
    until_at: datetime
    rows: tuple[Row, ...]
    alerts: GradeTotal
    proof: DayProof
    faces: tuple[str, ...] = ()

    @property
    def planned_ms(self) -> int:
        """Planned time of all rows."""
        return sum(row.planned_ms for row in self.rows)

    @property
    def aired_ms(self) -> int:
        """Aired time of all rows."""
        return sum(row.aired_ms for row in self.rows)

    def shown_ms(self, grade: str) -> int:
        """The time of one grade over all rows."""
        return sum(row.shown[grade].shown_ms for row in self.rows if grade in row.shown)

    def of_class(self, bulletin_class: str) -> tuple[Row, ...]:
        """The rows of one class."""
        return tuple(row for row in self.rows if row.bulletin_class == bulletin_class)


@dataclass
class _Sums:
    """What was planned and what was recorded of one item in one class."""

    planned_ms: int = 0
    planned_plays: int = 0
    shown: dict[str, GradeTotal] = field(default_factory=dict)
    version: ProgrammeVersion | None = None


def day_sheet(cluster: Cluster, on: date, *, at: datetime) -> DaySheet:
    """The sheet of a local day; of a day that still runs, what was due by `at`."""
    from_at = datetime.combine(on, time(), LOCAL)
    until_at = min(from_at + timedelta(days=1), max(at, from_at))
    sums: dict[Key, _Sums] = defaultdict(_Sums)
    faces = _plan(cluster, from_at, until_at, sums)
    # a play stands on the day on which it began
    records = [one for one in as_run(cluster, on) if one.at >= from_at]
    _record([one for one in records if one.kind == "play"], sums)
    alerts = [one for one in records if one.kind == "alert"]
    versions = _versions(sums)
    rows = [
        Row(item, one.version or versions.get(item), class_, one.planned_ms, one.planned_plays, one.shown)
        for (item, class_), one in sums.items()
    ]
    return DaySheet(
        cluster=cluster,
        on=on,
        until_at=until_at,
        rows=tuple(sorted(rows, key=lambda row: (RANK.get(row.bulletin_class, 3), -row.planned_ms, row.item))),
        alerts=GradeTotal(len(alerts), sum(one.shown_ms for one in alerts)),
        proof=day_proof(cluster, on, at=at),
        faces=tuple(sorted(faces)),
    )


def _plan(cluster: Cluster, from_at: datetime, until_at: datetime, sums: dict[Key, _Sums]) -> set[str]:
    """Add what the bundles in force told the faces to show; gives the faces."""
    faces: set[str] = set()
    for bundle, from_ms, until_ms in plans.in_force(cluster, from_at, until_at):
        manifest = bundles.narrowed(bundles.manifest_of(bundle), from_ms=from_ms, until_ms=until_ms)
        for face in plans.driven_faces(bundle):
            faces.add(face)
            for one in timeline.segments(manifest, face=face, from_ms=from_ms, until_ms=until_ms):
                if one.item:
                    found = sums[one.item, one.class_]
                    found.planned_ms += one.until_ms - one.from_ms
                    found.planned_plays += 1
    return faces


def _record(records: Sequence[PlayRecord], sums: dict[Key, _Sums]) -> None:
    for one in records:
        found = sums[one.item or (item_id(one.version) if one.version else ""), one.bulletin_class]
        found.version = one.version or found.version
        before = found.shown.get(one.grade, GradeTotal())
        found.shown[one.grade] = GradeTotal(before.plays + 1, before.shown_ms + one.shown_ms)


def _versions(names: Iterable[Key]) -> dict[str, ProgrammeVersion]:
    receipts = {item.replace(".", "/") for item, _class in names}
    rows = ProgrammeVersion.objects.filter(receipt__in=receipts).select_related("programme")
    return {item_id(row): row for row in rows}

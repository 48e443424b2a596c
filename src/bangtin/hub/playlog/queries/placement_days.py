"""What placements had planned and aired, day by day over a longer time: for figures, without gaps and grades."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import LOCAL, from_ms, local_date
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.playlog.queries import lake, plans
from bangtin.hub.playlog.queries.proofs import AIRED
from bangtin.hub.schedules.models import Placement


@dataclass(frozen=True)
class PlacementDay:
    """A placement on one local day of a cluster, over the faces that a device drives; `aired_ms` counts what is sure
    or claimed.
    """

    placement_id: int
    cluster_id: str
    on: date
    planned_ms: int
    aired_ms: int
    plays: int


def placement_days(cluster: Cluster, from_at: datetime, until_at: datetime) -> Iterator[PlacementDay]:
    """By placement and day; nothing is read where no placement ever stood. A play counts on the day it began."""
    if not Placement.objects.filter(
        playlist__clusters=cluster, starts_on__lte=local_date(until_at), ends_on__gte=local_date(from_at)
    ).exists():
        return
    planned: dict[tuple[int, date], int] = defaultdict(int)
    for one in plans.segments(cluster, from_at, until_at):
        if one.placement is not None:
            planned[one.placement, local_date(from_ms(one.from_ms))] += one.length_ms
    rows = PlayRecord.objects.filter(
        cluster=cluster, placement__isnull=False, kind="play", grade__in=AIRED, at__gte=from_at, at__lt=until_at
    ).exclude(bulletin_class="filler")
    summed = rows.order_by().annotate(on=TruncDate("at", tzinfo=LOCAL)).values_list("placement", "on")
    aired: dict[tuple[int, date], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for pk, on, ms, plays in (*summed.annotate(Sum("shown_ms"), Count("pk")), *_sealed(cluster, from_at, until_at)):
        before = aired[pk, on]
        aired[pk, on] = (before[0] + ms, before[1] + plays)
    for pk, on in sorted(set(planned) | set(aired)):
        shown_ms, plays = aired.get((pk, on), (0, 0))
        yield PlacementDay(pk, cluster.pk, on, planned.get((pk, on), 0), shown_ms, plays)


def _sealed(cluster: Cluster, from_at: datetime, until_at: datetime) -> Iterator[tuple[int, date, int, int]]:
    """Placement, day, milliseconds and plays of rows that have left the database."""
    parts = lake.pruned([lake.province_of(cluster.pk)], local_date(from_at), local_date(until_at))
    where = (
        f"{lake.of_cluster(cluster.pk, from_at, until_at)} AND placement_id IS NOT NULL AND plays > 0"
        " AND bulletin_class <> 'filler'"
    )
    for pk, on, ms, plays in lake.sums(
        parts, "sum(aired_ms), sum(plays)", where=where, group='placement_id, CAST("day" AS DATE)'
    ):
        yield int(str(pk)), date.fromisoformat(str(on)), int(str(ms)), int(str(plays))

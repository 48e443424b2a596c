"""What emergency notices took from the schedule, so that airtime duties stay fair."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from bangtin.hub.alerts.models import Alert
from bangtin.hub.alerts.queries.desk import ORDERED

Stretch = tuple[datetime, datetime]


def displaced(cluster_id: str, from_at: datetime, until_at: datetime) -> list[Stretch]:
    """The stretches of [from_at, until_at) in which a real notice was on air at the cluster, joined and in order.

    Exercises displace nothing here: screens for exercises owe no airtime.
    """
    return displaced_all([cluster_id], from_at, until_at).get(cluster_id, [])


def displaced_all(cluster_ids: Collection[str], from_at: datetime, until_at: datetime) -> Mapping[str, list[Stretch]]:
    """The same for several clusters at once; those without any are left out. One query."""
    rows = Alert.objects.filter(
        clusters__in=list(cluster_ids),
        is_drill=False,
        state__in=ORDERED,
        starts_at__lt=until_at,
        ends_at__gt=from_at,
    )
    spans: dict[str, list[Stretch]] = defaultdict(list)
    columns = ("clusters", "starts_at", "ends_at", "closed_at")
    for cluster_id, starts_at, ends_at, closed_at in rows.order_by().values_list(*columns):
        edges = [one for one in (ends_at, closed_at, until_at) if one is not None]
        first, last = max(starts_at, from_at), min(edges)
        if first < last:
            spans[cluster_id].append((first, last))
    return {name: _joined(found) for name, found in spans.items()}


def _joined(spans: list[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found

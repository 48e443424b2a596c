"""When screens went down the ladder inside the hours: filler for what was planned, the province's filler, the card."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.playlog.queries.proofs import AIRED
from bangtin.hub.schedules.models import Filler, ProvinceFiller

FILLER, PROVINCE, CARD = "filler", "province_filler", "card"
LADDER = (FILLER, PROVINCE, CARD)
# less than this a day is the change from one bundle to the next, and nobody's business
LEAST_MS = 60_000


@dataclass(frozen=True)
class Fallback:
    """What one face showed on one rung of the ladder, in all: how often, how long, from the first to the last start.

    rung: "filler" (approved filler where a slot or placement was planned), "province_filler" (where the cluster had
    none of its own), "card" (the built-in still notice; counts as nothing).
    """

    cluster_id: str
    face_id: str
    rung: str
    plays: int
    shown_ms: int
    first_at: datetime
    last_at: datetime


def fallbacks(cluster_ids: Collection[str], from_at: datetime, until_at: datetime) -> list[Fallback]:
    """By cluster, face and rung, what the records that begin in [from_at, until_at) say; brief ones are left out."""
    records = PlayRecord.objects.filter(cluster__in=cluster_ids, at__gte=from_at, at__lt=until_at, is_fork=False)
    filler = Q(kind="play", bulletin_class="filler", grade__in=AIRED)
    instead = Q(slot__isnull=False) | Q(placement__isnull=False)
    found = _summed(records.filter(filler & instead), FILLER)
    if lent := _lent(cluster_ids):
        picked = Q()
        for cluster_id, versions in lent.items():
            picked |= Q(cluster=cluster_id, version__in=versions)
        found += _summed(records.filter(filler & ~instead & picked), PROVINCE)
    found += _summed(records.filter(kind="gap", bulletin_class="card", bundle__gt=0), CARD)
    return sorted(found, key=lambda one: (one.cluster_id, one.face_id, LADDER.index(one.rung)))


def _lent(cluster_ids: Collection[str]) -> dict[str, set[int]]:
    """The versions that play on a cluster as the province's filler and not as its own."""
    rows = list(ProvinceFiller.objects.values_list("instrument_id", "version_id"))
    if not rows:
        return {}
    own: dict[str, set[int]] = defaultdict(set)
    for cluster_id, version_id in Filler.objects.filter(cluster__in=cluster_ids).values_list("cluster", "version"):
        own[cluster_id].add(version_id)
    found: dict[str, set[int]] = {}
    for cluster_id, instrument in Cluster.objects.filter(pk__in=cluster_ids).values_list("pk", "instrument_id"):
        if versions := {version for name, version in rows if name == instrument} - own[cluster_id]:
            found[cluster_id] = versions
    return found


def _summed(records: QuerySet[PlayRecord], rung: str) -> list[Fallback]:
    rows = records.order_by().values_list("cluster", "face_id")
    summed = rows.annotate(Count("pk"), Sum("shown_ms"), Min("at"), Max("at"))
    return [
        Fallback(cluster, face, rung, plays, shown_ms, first_at, last_at)
        for cluster, face, plays, shown_ms, first_at, last_at in summed
        if shown_ms >= LEAST_MS
    ]

"""When screens went down the ladder inside the hours: filler for what was planned, the province's filler, the card."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Case, Count, Max, Min, Q, Sum, Value, When

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
    card = Q(kind="gap", bulletin_class="card", bundle__gt=0)
    is_instead = Q(slot__isnull=False) | Q(placement__isnull=False)
    rows = (
        records.filter(filler | card)
        .annotate(is_instead=Case(When(is_instead, then=Value(True)), default=Value(False)))
        .order_by()
        .values_list("cluster", "face_id", "kind", "is_instead", "version")
        .annotate(Count("pk"), Sum("shown_ms"), Min("at"), Max("at"))
    )
    lent: dict[str, set[int]] | None = None
    found: dict[tuple[str, str, str], Fallback] = {}
    for cluster, face, kind, instead, version, plays, shown_ms, first_at, last_at in rows:
        rung = CARD if kind == "gap" else FILLER if instead else PROVINCE
        if rung == PROVINCE:
            lent = _lent(cluster_ids) if lent is None else lent
            if version not in lent.get(cluster, ()):
                continue  # the cluster's own filler, where nothing was planned
        one = Fallback(cluster, face, rung, plays, shown_ms, first_at, last_at)
        known = found.get((cluster, face, rung))
        found[cluster, face, rung] = one if known is None else _together(known, one)
    told = (one for one in found.values() if one.shown_ms >= LEAST_MS)
    return sorted(told, key=lambda one: (one.cluster_id, one.face_id, LADDER.index(one.rung)))


def _together(one: Fallback, other: Fallback) -> Fallback:
    return replace(
        one,
        plays=one.plays + other.plays,
        shown_ms=one.shown_ms + other.shown_ms,
        first_at=min(one.first_at, other.first_at),
        last_at=max(one.last_at, other.last_at),
    )


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

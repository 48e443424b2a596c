"""What polls carry: the newest envelope, and those of all notices on air (trust E)."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, Subquery

from bangtin.hub.alerts.models import Alert, AlertEnvelope
from bangtin.hub.alerts.states import AlertState

Place = tuple[str, bool]


def envelopes_for(cluster_id: str, *, at: datetime, is_drill: bool = False) -> list[bytes]:
    """The envelopes for a screen of the cluster by rising number; `is_drill`: it shows exercises as well."""
    return envelopes_for_all({(cluster_id, is_drill)}, at=at)[cluster_id, is_drill]


def envelopes_for_all(places: Collection[Place], *, at: datetime) -> dict[Place, list[bytes]]:
    """To each cluster (and whether its screen shows exercises as well) the envelopes by rising number.

    The newest of each role goes along, whatever it is about, for its `active`: it alone tells a screen that was without
    line that an earlier notice was ended or replaced, and so even after its own end, as long as any notice of its role
    might still stand somewhere. Those of notices for other places only count by that newest one. One query while
    nothing stands, else two.
    """
    rows = AlertEnvelope.objects.filter(province=settings.PROVINCE)
    same = AlertEnvelope.objects.filter(province=OuterRef("province"), alert__is_drill=OuterRef("alert__is_drill"))
    newest = same.order_by("-n").values("n")[:1]
    is_newest = Q(Exists(same.filter(alert__ends_at__gt=at)), n=F("newest"))
    is_on_air = Q(alert__state=AlertState.ISSUED, alert__ends_at__gt=at)
    found = list(
        rows.annotate(newest=Subquery(newest)).filter(is_newest | is_on_air).select_related("alert").order_by("n")
    )
    if not found:
        return {place: [] for place in places}
    on_air = {row.alert_id for row in found if row.alert.state == AlertState.ISSUED and (row.alert.ends_at or at) > at}
    through = Alert.clusters.through.objects.filter(alert_id__in=on_air)
    here = set(through.values_list("alert_id", "cluster_id"))
    return {
        (cluster, is_drill): [
            bytes(row.body)
            for row in found
            if (is_drill or not row.alert.is_drill) and (row.n == row.newest or (row.alert_id, cluster) in here)
        ]
        for cluster, is_drill in places
    }

"""What polls carry: the newest envelope, and those of all notices on air (trust E)."""

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, Subquery

from bangtin.hub.alerts.models import AlertEnvelope
from bangtin.hub.alerts.states import AlertState


def envelopes_for(cluster_id: str, *, at: datetime, is_drill: bool = False) -> list[bytes]:
    """The envelopes for a screen of the cluster by rising number; `is_drill`: it shows exercises as well. One query.

    The newest of each role goes along, whatever it is about, for its `active`: it alone tells a screen that was without
    line that an earlier notice was ended or replaced, and so even after its own end, as long as any notice of its role
    might still stand somewhere. Those of notices for other places only count by that newest one.
    """
    rows = AlertEnvelope.objects.filter(province=settings.PROVINCE)
    same = AlertEnvelope.objects.filter(province=OuterRef("province"), alert__is_drill=OuterRef("alert__is_drill"))
    newest = same.order_by("-n").values("n")[:1]
    is_newest = Q(Exists(same.filter(alert__ends_at__gt=at)), n=F("newest"))
    is_here = Q(alert__state=AlertState.ISSUED, alert__clusters=cluster_id, alert__ends_at__gt=at)
    rows = rows.annotate(newest=Subquery(newest)).filter(is_newest | is_here)
    if not is_drill:
        rows = rows.filter(alert__is_drill=False)
    return [bytes(body) for _n, body in rows.order_by("n").distinct().values_list("n", "body")]

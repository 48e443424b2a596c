"""The lists of the alert desk."""

from datetime import datetime

from django.db.models import QuerySet

from bangtin.hub.alerts.models import Alert
from bangtin.hub.alerts.states import AlertState
from bangtin.hub.regulations import queries as regulations

ORDERED = (AlertState.ISSUED, AlertState.CANCELLED, AlertState.REPLACED, AlertState.ENDED)


def running(at: datetime) -> QuerySet[Alert]:
    """Notices that are ordered and not over, the real before exercises, the highest level first, then the newest."""
    found = _all().filter(state=AlertState.ISSUED, ends_at__gt=at)
    return found.order_by("is_drill", "-level", "-ordered_at", "-id")


def waiting() -> QuerySet[Alert]:
    """Notices that wait for an order, the newest first."""
    return _all().filter(state=AlertState.WAITING)


def past(at: datetime) -> QuerySet[Alert]:
    """Notices that are over, or were laid aside, the newest first."""
    return _all().exclude(state=AlertState.WAITING).exclude(state=AlertState.ISSUED, ends_at__gt=at)


def owed_reviews() -> QuerySet[Alert]:
    """Orders that nobody has reviewed yet; of a row of updates each is one order. Exercises are reviewed too."""
    return _all().filter(state__in=ORDERED, reviewed_by=None)


def clause_of(instrument_id: str, *, at: datetime) -> str:
    """The clause under which an order is given: the one on instructions from above, else what makes the lead agency."""
    hours = regulations.regulation(instrument_id).hours
    found = next((one.instruction_clause for one in hours if one.instruction_clause), None)
    return found or regulations.lead_clause(instrument_id)


def _all() -> QuerySet[Alert]:
    return Alert.objects.select_related("ordered_by", "made_by", "closed_by", "reviewed_by").prefetch_related(
        "clusters"
    )

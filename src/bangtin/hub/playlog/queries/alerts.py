"""What emergency notices were on air for a screen, by the envelopes that were signed for it."""

from datetime import timedelta

from django.db.models import Q

from bangtin.bundle.alerts import Aired, history, read
from bangtin.hub.alerts.models import Alert, AlertEnvelope
from bangtin.hub.kit.clock import from_ms as instant
from bangtin.hub.playlog.queries import standings
from bangtin.hub.playlog.queries.facts import Sender

AROUND = timedelta(minutes=5)


def are_any(from_ms: int, until_ms: int) -> bool:
    """Whether any notice for whatever screen touches the stretch; nearly always none does."""
    return standings.has_alerts(instant(from_ms) - AROUND, instant(until_ms) + AROUND)


def aired(device: Sender, *, from_ms: int, until_ms: int) -> tuple[Aired, ...]:
    """The notices for the device's cluster that were on air in a stretch of time, each until it ended or was ended.

    Exercises only for a screen that shows them (trust 6.3).
    """
    first, last = instant(from_ms) - AROUND, instant(until_ms) + AROUND
    found = Alert.objects.filter(
        clusters=device.cluster_id, starts_at__lte=last, ends_at__gte=first, envelopes__isnull=False
    )
    if not device.is_drill:
        found = found.filter(is_drill=False)
    ids = set(found.values_list("pk", flat=True))
    if not ids:
        return ()
    # what ends a notice: its own cancel, or the update that stands in for it
    rows = AlertEnvelope.objects.filter(Q(alert__in=ids) | Q(alert__replaces__in=ids))
    numbers = set(found.values_list("number", flat=True))
    bodies = rows.order_by("n").values_list("body", flat=True)
    return tuple(one for one in history(read(bytes(body)) for body in bodies) if one.id in numbers)

"""When the hub itself was out of reach: noted once, so that a thousand screens are not each blamed for it."""

from datetime import datetime

from django.db.models import Max, Min

from bangtin.hub.devices.models import Device, Outage
from bangtin.hub.devices.queries.standing import LATE
from bangtin.hub.devices.states import DeviceState

# Fewer, or those of one place alone, may well have fallen silent by themselves.
LEAST_SCREENS = 3
LEAST_CLUSTERS = 2


def note_outage(*, at: datetime) -> Outage | None:
    """Note that no screen at all is heard, or that they are heard again; gives what began or ended. Called every tick.

    At the first tick after a standstill of the hub no screen has asked yet: the last contact is that of before.
    """
    devices = Device.objects.filter(state=DeviceState.ACTIVE, last_seen_at__lte=at).order_by()
    newest = devices.aggregate(newest=Max("last_seen_at"))["newest"]
    if newest is None:
        return None
    running = Outage.objects.filter(until_at=None).first()
    if running is not None:
        return _ended(running, newest) if newest > running.from_at else None
    if at - newest <= LATE:
        return None
    heard = devices.filter(last_seen_at__gt=newest - LATE).values_list("face__cluster", flat=True)
    if len(heard) < LEAST_SCREENS or len(set(heard)) < LEAST_CLUSTERS:
        return None
    begun, is_new = Outage.objects.get_or_create(from_at=newest)
    return begun if is_new else None


def _ended(running: Outage, newest: datetime) -> Outage:
    """It ended with the first contact after it."""
    back = Device.objects.filter(back_at__gt=running.from_at).order_by().aggregate(first=Min("back_at"))["first"]
    running.until_at = min(back or newest, newest)
    Outage.objects.filter(pk=running.pk, until_at=None).update(until_at=running.until_at)
    return running

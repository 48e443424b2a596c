"""The running numbers of notices of a year; they are the ids inside envelopes and CAP messages."""

from datetime import datetime

from django.db.models import Max

from bangtin.hub.alerts.models import Alert
from bangtin.hub.devices.actions import repository
from bangtin.hub.kit.clock import local_date

REAL, DRILL = "KC", "DT"


def next_number(*, is_drill: bool, at: datetime) -> str:
    """`KC-2026-0001`, of an exercise `DT-2026-0001`. In the caller's transaction; one writer at a time."""
    repository.lock()
    start = f"{DRILL if is_drill else REAL}-{local_date(at).year}-"
    last: str | None = Alert.objects.filter(number__startswith=start).aggregate(last=Max("number"))["last"]
    return f"{start}{int(last.rpartition('-')[2]) + 1 if last else 1:04d}"

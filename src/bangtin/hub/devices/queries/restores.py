"""After the hub was put back from a backup: numbers that no screen has seen yet (trust 1.8, 2.4, E)."""

from datetime import datetime

from django.db.models import Max

from bangtin.hub.devices.models import Restore

# more than a hub numbers between two restores
LEAP = 100_000


def least() -> int:
    """The least number for the next bundle, notice or command: beyond all that were given before the last restore."""
    return LEAP * Restore.objects.count() + 1


def newest_at() -> datetime | None:
    """When the hub was last put back; None if it never was."""
    at: datetime | None = Restore.objects.aggregate(at=Max("at"))["at"]
    return at

"""The hub is put back from a backup: it numbers on where no screen has been, or they would refuse what it says."""

from datetime import UTC, datetime

from django.db import transaction

from bangtin.bundle import publishing
from bangtin.hub.devices.actions import keys, repository
from bangtin.hub.devices.models import Restore
from bangtin.hub.devices.queries.repository import current_files
from bangtin.hub.devices.queries.restores import LEAP
from bangtin.hub.kit import audit


def note_restore(*, reason: str, at: datetime) -> Restore:
    """Number bundles, metadata, notices and commands beyond all that were given after the backup was made.

    Nothing is published: the plans may be older than what is on air, and officers look at them first. Of each screen
    the next lines of its chain are taken in although those before them were lost with the database.
    """
    with transaction.atomic(durable=True):
        repository.lock()
        row = Restore.objects.create(at=at, reason=reason)
        files = current_files()
        if files:
            leapt = publishing.leap(
                files, keys=keys.load(), at=at.astimezone(UTC), by=LEAP, lifetimes=repository.lifetimes()
            )
            repository.store(leapt, at=at)
        audit.record("hub.restored", row, actor=None, at=at, reason=reason)
    return row

"""Signing in: guessing is slowed down per account and per address, in the database, and ends by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from bangtin.hub.accounts.models import SignInFailure, User
from bangtin.hub.kit import audit

# a person mistypes; an office of forty behind one address mistypes more often
MOST = {"u": 5, "a": 40}
FORGOTTEN_AFTER = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=15)


@dataclass(frozen=True)
class Attempt:
    """Who tries to sign in: the name as typed and the machine's address."""

    username: str
    address: str

    @property
    def keys(self) -> tuple[str, str]:
        """The names under which failures are counted."""
        return f"u:{self.username.strip().lower()[:80]}", f"a:{self.address[:80]}"


def locked_until(attempt: Attempt, *, at: datetime) -> datetime | None:
    """When this account, or this address, may try again; None if it may now."""
    rows = SignInFailure.objects.filter(key__in=attempt.keys, locked_until__gt=at)
    return max((row.locked_until for row in rows if row.locked_until), default=None)


def note_failure(attempt: Attempt, *, at: datetime) -> datetime | None:
    """Count a failure; gives the instant until which nobody is let in, if this one was too many."""
    with transaction.atomic(durable=True):
        for key in attempt.keys:
            _count(key, at=at)
    return locked_until(attempt, at=at)


def note_success(attempt: Attempt) -> None:
    """Forget the account's failures; those of the address stay, for it may go on with other names."""
    SignInFailure.objects.filter(key=attempt.keys[0]).delete()


def _count(key: str, *, at: datetime) -> None:
    row, _made = SignInFailure.objects.select_for_update().get_or_create(key=key, defaults={"last_at": at})
    row.count = 1 if at - row.last_at > FORGOTTEN_AFTER else row.count + 1
    row.last_at = at
    if row.count >= MOST[key[0]]:
        row.count, row.locked_until = 0, at + LOCKED_FOR
        user = User.objects.filter(username=key[2:]).first() if key[0] == "u" else None
        audit.record("account.sign_in_locked", user or row, actor=None, at=at, until=row.locked_until.isoformat())
    row.save()

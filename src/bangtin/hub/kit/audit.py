"""Writes the audit trail; each entry carries the digest of the one before it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Protocol

from django.db import connection
from django.db.models import Model

from bangtin.hub.kit import chain
from bangtin.hub.kit.models import AuditEntry

# One writer at a time on PostgreSQL; SQLite's IMMEDIATE transactions give the same.
LOCK = 0x62616E67
_BY: ContextVar[str] = ContextVar("by", default="")


class Actor(Protocol):
    """Whoever acts: an account, or None for the system itself."""

    pk: Any


@contextmanager
def on_behalf_of(by: str) -> Iterator[None]:
    """Entries without an account carry `by` inside: who gave the command, such as `cli:an`."""
    token = _BY.set(by)
    try:
        yield
    finally:
        _BY.reset(token)


def record(action: str, subject: Model, *, actor: Actor | None, at: datetime, **details: Any) -> AuditEntry:
    """Add one entry to the trail, in the caller's transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = AuditEntry.objects.order_by("-id").values_list("digest", flat=True).first()
    if actor is None and _BY.get():
        details = {**details, "by": _BY.get()}
    entry = AuditEntry(
        at=at,
        actor_id=actor.pk if actor else None,
        actor_name=str(actor) if actor else "",
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        details=details,
        previous=last or "",
    )
    entry.digest = _digest(entry)
    entry.save(force_insert=True)
    return entry


def broken() -> Iterator[AuditEntry]:
    """The entries whose chain does not hold: changed, or behind a removed one; the first thousand."""
    found = [one.entry for one in chain.check().breaks]
    yield from AuditEntry.objects.filter(pk__in=found).order_by("id")


def _digest(entry: AuditEntry) -> str:
    return chain.digest_of(
        entry.previous,
        (
            entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            entry.actor_id,
            entry.actor_name,
            entry.action,
            entry.subject_type,
            entry.subject_id,
            entry.details,
        ),
    )

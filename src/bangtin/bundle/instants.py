"""Instants on the wire: integer milliseconds in manifests and records, RFC 3339 in statements."""

import re
from datetime import UTC, datetime, timedelta

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_text(at: datetime) -> str:
    """`2026-11-22T01:00:00Z`: UTC, whole seconds (the part of a second is cut off)."""
    if at.tzinfo is None:
        raise ValueError(f"expected an aware datetime, got {at!r}")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_text(text: str) -> datetime:
    """The instant of `2026-11-22T01:00:00Z`. Raises: ValueError for any other shape."""
    if not _RFC3339.fullmatch(text):
        raise ValueError(f"expected an instant such as 2026-11-22T01:00:00Z, got {text!r}")
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970-01-01T00:00:00Z, rounded down."""
    if at.tzinfo is None:
        raise ValueError(f"expected an aware datetime, got {at!r}")
    return (at - _EPOCH) // timedelta(milliseconds=1)


def from_ms(at_ms: int) -> datetime:
    """The aware UTC instant of `at_ms` milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=at_ms)

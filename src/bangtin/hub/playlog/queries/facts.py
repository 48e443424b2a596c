"""What taking in and grading asks of the database, by plain SQL: a hundred batches a second, each with its own facts.

Each function is one statement. Instants come back as aware datetimes from either engine.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from bangtin.hub.kit.clock import from_ms

MINUTE_MS = 60_000
_END = (
    "SELECT to_n, head, received_at FROM playlog_batch"
    " WHERE device_id = %s AND epoch = %s AND NOT is_fork ORDER BY to_n DESC LIMIT 1"
)
_HOLDING = (
    "SELECT from_n, to_n, before, head FROM playlog_batch WHERE device_id = %s AND epoch = %s AND NOT is_fork"
    " AND to_n >= %s AND from_n <= %s ORDER BY to_n LIMIT 1"
)
_LINES = (
    "SELECT n, line FROM playlog_playrecord WHERE device_id = %s AND epoch = %s AND NOT is_fork AND n BETWEEN %s AND %s"
)
_BEFORE = (
    "SELECT boot, at, mono_ms, shown_ms FROM playlog_playrecord"
    " WHERE device_id = %s AND epoch = %s AND NOT is_fork AND n < %s AND kind <> 'malformed' ORDER BY n DESC LIMIT 1"
)


Value = bool | int | str | bytes | date | datetime | None


@dataclass(frozen=True)
class Sender:
    """The device that a batch is of, as its row says now."""

    pk: str
    face_id: str
    cluster_id: str
    instrument_id: str
    revoked_at: datetime | None
    is_clone_suspected: bool
    is_drill: bool


@dataclass(frozen=True)
class End:
    """The last line of a stored chain: its number, the head after it, when its batch came."""

    to: int
    head: str
    received_at: datetime


@dataclass(frozen=True)
class Run:
    """A stored batch of the chain: the lines `from_n`…`to_n` fold from `before` to `head`."""

    from_n: int
    to_n: int
    before: str
    head: str


@dataclass(frozen=True)
class Placed:
    """Where a stored line stands in time, by its own boot and after clock repair."""

    boot: int
    at: datetime
    mono_ms: int
    shown_ms: int


@dataclass(frozen=True)
class Published:
    """A bundle without its files."""

    pk: int
    number: int
    manifest_sha256: str
    published_at: datetime


def rows(sql: str, *parameters: Value) -> list[tuple[Any, ...]]:
    """What a statement finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def places(count: int) -> str:
    """So many placeholders in brackets."""
    return f"({', '.join(['%s'] * count)})"


def column(at: datetime) -> Value:
    """An instant as the engine's column takes it; SQLite has text in UTC, which Django takes thrice as long to make."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ") if connection.vendor == "sqlite" else at


def column_of_ms() -> Callable[[int], Value]:
    """As `column`, of milliseconds since 1970, for many instants in a row."""
    return _text if connection.vendor == "sqlite" else from_ms


def _text(ms: int) -> str:
    minute, left = divmod(ms, MINUTE_MS)
    seconds, part = divmod(left, 1000)
    return f"{_minute(minute)}{seconds:02d}.{part:03d}000" if part else f"{_minute(minute)}{seconds:02d}"


@lru_cache(maxsize=4096)
def _minute(number: int) -> str:
    """What the texts of all instants of a minute since 1970 begin with."""
    return from_ms(number * MINUTE_MS).isoformat(" ")[: -len("00+00:00")]


def day(on: date) -> Value:
    """A day as the engine's column takes it."""
    return on.isoformat() if connection.vendor == "sqlite" else on


def instant(value: object) -> datetime:
    """An instant as the engine gives it: SQLite has it without its zone, or as text."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def end(device_id: str, epoch: int) -> End | None:
    """The end of the stored chain; None before its first line."""
    found = rows(_END, device_id, epoch)
    return End(found[0][0], found[0][1], instant(found[0][2])) if found else None


def holding(device_id: str, epoch: int, n: int) -> Run | None:
    """A batch of the stored chain that holds line `n`; None if none does."""
    found = rows(_HOLDING, device_id, epoch, n, n)
    return Run(*found[0]) if found else None


def lines(device_id: str, epoch: int, first: int, last: int) -> dict[int, bytes]:
    """The stored lines of these numbers, both included."""
    return {n: bytes(data) for n, data in rows(_LINES, device_id, epoch, first, last)}


def before(device_id: str, epoch: int, n: int) -> Placed | None:
    """The last stored line before `n`; None if there is none."""
    found = rows(_BEFORE, device_id, epoch, n)
    return Placed(found[0][0], instant(found[0][1]), *found[0][2:]) if found else None

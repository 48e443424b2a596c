"""What taking in and grading asks of the database, by plain SQL: a hundred batches a second, each with its own facts.

Each function is one statement. Instants come back as aware datetimes from either engine.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from bangtin.hub.devices.models import Device

_SENDER = (
    "SELECT d.id, d.face_id, f.cluster_id, c.instrument_id, d.revoked_at, d.is_clone_suspected, d.is_drill"
    " FROM devices_device d JOIN clusters_face f ON f.id = d.face_id JOIN clusters_cluster c ON c.id = f.cluster_id"
    " WHERE d.id = %s"
)
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
_KNOWN = "SELECT is_fork FROM playlog_batch WHERE device_id = %s AND epoch = %s AND from_n = %s AND head = %s"
_POLLS = (
    "SELECT received_at, n, head FROM devices_commitment WHERE device_id = %s AND epoch = %s AND n >= %s"
    " AND received_at <= %s ORDER BY n, received_at"
)
_HEARD = (
    "SELECT min(received_at) FROM devices_commitment WHERE device_id = %s AND epoch = %s AND n BETWEEN %s AND %s"
    " AND (n >= %s OR received_at >= %s)"
)
_REVOKED = "SELECT revoked_at FROM devices_devicekey WHERE device_id = %s AND epoch = %s"
_PUBLISHED = "SELECT id, number, manifest_sha256, published_at FROM devices_bundle WHERE cluster_id = %s AND number IN "
# numbers rise and never come back: the next higher and the next lower one that a poll named
_NEWER = (
    "SELECT received_at FROM devices_commitment WHERE device_id = %s AND bundle > %s"
    " ORDER BY bundle, received_at LIMIT 1"
)
_OLDER = (
    "SELECT received_at FROM devices_commitment WHERE device_id = %s AND bundle < %s"
    " ORDER BY bundle DESC, received_at DESC LIMIT 1"
)
_ALERTS = "SELECT 1 FROM alerts_alert WHERE starts_at <= %s AND ends_at >= %s LIMIT 1"


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


def day(on: date) -> Value:
    """A day as the engine's column takes it."""
    found: Value = connection.ops.adapt_datefield_value(on)
    return found


def instant(value: object) -> datetime:
    """An instant as the engine gives it: SQLite has it without its zone, or as text."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def lock(device_id: str) -> Sender:
    """The device, nobody else's until the transaction ends.

    Raises: Device.DoesNotExist.
    """
    ending = " FOR UPDATE OF d" if connection.features.has_select_for_update_of else ""
    found = rows(_SENDER + ending, device_id)
    if not found:
        raise Device.DoesNotExist(device_id)
    pk, face_id, cluster_id, instrument_id, *rest = found[0]
    revoked_at, is_cloned, is_drill = rest
    since = instant(revoked_at) if revoked_at else None
    return Sender(pk, face_id, cluster_id, instrument_id, since, bool(is_cloned), bool(is_drill))


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


def known(device_id: str, epoch: int, from_n: int, head: str) -> bool | None:
    """Whether the batch under this key is a fork; None if it is not stored (trust 8.5)."""
    found = rows(_KNOWN, device_id, epoch, from_n, head)
    return bool(found[0][0]) if found else None


def polls(device_id: str, epoch: int, *, from_n: int, until: datetime) -> list[tuple[datetime, int, str]]:
    """When, n and head of each commitment from that line on, in the order of n."""
    return [(instant(at), n, head) for at, n, head in rows(_POLLS, device_id, epoch, from_n, column(until))]


def heard_since(device_id: str, epoch: int, *, numbers: tuple[int, int, int], since: datetime) -> datetime | None:
    """The earliest poll that named a line of these: (first, last, new); below `new` only what was heard since then."""
    first, last, new = numbers
    found = rows(_HEARD, device_id, epoch, first, last, new, column(since))
    return instant(found[0][0]) if found[0][0] else None


def revoked(device_id: str, epoch: int) -> datetime | None:
    """Since when the key of that enrolment is revoked by the one after it."""
    found = rows(_REVOKED, device_id, epoch)
    return instant(found[0][0]) if found and found[0][0] else None


def published(cluster_id: str, numbers: Collection[int]) -> list[Published]:
    """The cluster's bundles of these numbers."""
    # a line may hold any number below 2^53; a bundle's fits its column
    wanted = [number for number in numbers if number < 1 << 31]
    if not wanted:
        return []
    found = rows(_PUBLISHED + places(len(wanted)), cluster_id, *wanted)
    return [Published(pk, number, sha256, instant(at)) for pk, number, sha256, at in found]


def named_newer(device_id: str, number: int) -> datetime | None:
    """The first poll that named a newer bundle."""
    return _one(rows(_NEWER, device_id, number))


def named_older(device_id: str, number: int) -> datetime | None:
    """The last poll that still named an older bundle."""
    return _one(rows(_OLDER, device_id, number))


def has_alerts(from_at: datetime, until_at: datetime) -> bool:
    """Whether any emergency notice touches the stretch; nearly always none does."""
    return bool(rows(_ALERTS, column(until_at), column(from_at)))


def _one(found: Sequence[tuple[Any, ...]]) -> datetime | None:
    return instant(found[0][0]) if found else None

"""What many batches at once ask of the database: one statement each, however many devices they came from.

Each answer is by device: of one device there is one batch at a time. Instants come back as aware datetimes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from bangtin.hub.devices.models import Device
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.playlog.queries.facts import End, Published, Sender, Value, column, instant, places, rows

_SENDERS = (
    "SELECT d.id, d.face_id, f.cluster_id, c.instrument_id, d.revoked_at, d.is_clone_suspected, d.is_drill"
    " FROM devices_device d JOIN clusters_face f ON f.id = d.face_id JOIN clusters_cluster c ON c.id = f.cluster_id"
    " WHERE d.id IN {} ORDER BY d.id"
)
# CROSS JOIN tells SQLite to look up each that is asked for, and not to read a whole table beside them
_STANDING = """
WITH asked (device, epoch, n, until, head) AS (VALUES {})
SELECT asked.device, e.to_n, e.head, e.received_at,
(SELECT k.is_fork FROM playlog_batch k WHERE k.device_id = asked.device AND k.epoch = asked.epoch
AND k.from_n = asked.n AND k.head = asked.head),
(SELECT min(c.received_at) FROM devices_commitment c WHERE c.device_id = asked.device AND c.epoch = asked.epoch
AND c.n BETWEEN asked.n - %s AND asked.until AND (c.n >= asked.n OR c.received_at >= e.received_at))
FROM asked LEFT JOIN playlog_batch e ON e.id = (SELECT l.id FROM playlog_batch l WHERE l.device_id = asked.device
AND l.epoch = asked.epoch AND NOT l.is_fork ORDER BY l.to_n DESC LIMIT 1)
"""
_POLLS = """
WITH asked (device, epoch, n, until) AS (VALUES {})
SELECT asked.device, c.received_at, c.n, c.head FROM asked CROSS JOIN devices_commitment c
WHERE c.device_id = asked.device AND c.epoch = asked.epoch AND c.n >= asked.n AND c.received_at <= asked.until
ORDER BY c.n, c.received_at
"""
# numbers rise and never come back: the next higher and the next lower one that a poll named
_PUBLISHED = """
WITH asked (device, cluster, number) AS (VALUES {})
SELECT asked.device, b.id, b.number, b.manifest_sha256, b.published_at,
(SELECT c.received_at FROM devices_commitment c WHERE c.device_id = asked.device AND c.bundle > asked.number
ORDER BY c.bundle, c.received_at LIMIT 1),
(SELECT c.received_at FROM devices_commitment c WHERE c.device_id = asked.device AND c.bundle < asked.number
ORDER BY c.bundle DESC, c.received_at DESC LIMIT 1)
FROM asked CROSS JOIN devices_bundle b WHERE b.cluster_id = asked.cluster AND b.number = asked.number
"""
_REVOKED = "SELECT device_id, epoch, revoked_at FROM devices_devicekey WHERE revoked_at IS NOT NULL AND device_id IN "
_PICTURES = "SELECT device_id, at FROM devices_screenshot WHERE is_different AND device_id IN {} ORDER BY at"
_ALERTS = "SELECT 1 FROM alerts_alert WHERE starts_at <= %s AND ends_at >= %s LIMIT 1"


@dataclass(frozen=True)
class Standing:
    """Where a batch finds its chain.

    last           its end; None before its first line
    is_known_fork  whether the batch under this key is a fork; None if it is not stored (trust 8.5)
    heard_at       the earliest poll that named a line of it, or one within reach before it since the batch before came
    """

    last: End | None
    is_known_fork: bool | None
    heard_at: datetime | None


@dataclass(frozen=True)
class Held:
    """A bundle as a device had it: the last poll that still named an older one, the first that named a newer one."""

    published: Published
    newer_at: datetime | None
    older_at: datetime | None


def asked(sql: str, values: Sequence[tuple[Value, ...]], *more: Value, casts: Sequence[str]) -> list[tuple[Any, ...]]:
    """What a statement finds that begins with a table of `values`; PostgreSQL is told their types."""
    row = places(len(casts))
    if connection.vendor == "postgresql":
        row = f"({', '.join(f'%s::{one}' for one in casts)})"
    return rows(sql.format(", ".join([row] * len(values))), *(each for one in values for each in one), *more)


def lock(device_ids: Collection[str]) -> dict[str, Sender]:
    """The devices, nobody else's until the transaction ends; locked in one order by everyone.

    Raises: Device.DoesNotExist.
    """
    ending = " FOR UPDATE OF d" if connection.features.has_select_for_update_of else ""
    found = {one[0]: _sender(one) for one in rows(_SENDERS.format(places(len(device_ids))) + ending, *device_ids)}
    for missing in set(device_ids) - found.keys():
        raise Device.DoesNotExist(missing)
    return found


def standings(batches: Sequence[tuple[str, int, int, int, str]], *, reach: int) -> dict[str, Standing]:
    """Where each batch (device, epoch, first and last line, head) finds its chain, polls heard `reach` lines back."""
    found = asked(_STANDING, batches, reach, casts=("text", "integer", "bigint", "bigint", "text"))
    return {
        device: Standing(
            last=None if to is None else End(to, head, instant(at)),
            is_known_fork=None if fork is None else bool(fork),
            heard_at=instant(heard) if heard else None,
        )
        for device, to, head, at, fork, heard in found
    }


def polls(wanted: Sequence[tuple[str, int, int, datetime]]) -> dict[str, list[tuple[datetime, int, str]]]:
    """When, n and head of each commitment of (device, epoch) from a line on and up to an instant, in the order of n."""
    values = [(device, epoch, n, column(until)) for device, epoch, n, until in wanted]
    found: dict[str, list[tuple[datetime, int, str]]] = {}
    for device, at, n, head in asked(_POLLS, values, casts=("text", "integer", "bigint", "timestamptz")):
        found.setdefault(device, []).append((instant(at), n, head))
    return found


def held(wanted: Sequence[tuple[str, str, int]]) -> dict[str, list[Held]]:
    """The bundles of (device, cluster, number), as far as there are such."""
    # a line may hold any number below 2^53; a bundle's fits its column
    values = [one for one in wanted if one[2] < 1 << 31]
    found: dict[str, list[Held]] = {}
    if not values:
        return found
    for device, pk, number, sha256, at, newer, older in asked(_PUBLISHED, values, casts=("text", "text", "integer")):
        one = Held(
            Published(pk, number, sha256, instant(at)),
            instant(newer) if newer else None,
            instant(older) if older else None,
        )
        found.setdefault(device, []).append(one)
    return found


def revoked(device_ids: Collection[str]) -> Mapping[tuple[str, int], datetime]:
    """Since when keys of these devices are revoked by those after them, by device and epoch."""
    found = rows(_REVOKED + places(len(device_ids)), *device_ids)
    return {(device, epoch): instant(at) for device, epoch, at in found}


def pictures(device_ids: Collection[str]) -> dict[str, list[int]]:
    """By device when its kept pictures did not look as planned, by its own clock, in order; nearly always none."""
    found: dict[str, list[int]] = {}
    for device, at in rows(_PICTURES.format(places(len(device_ids))), *device_ids):
        found.setdefault(device, []).append(to_ms(instant(at)))
    return found


def has_alerts(from_at: datetime, until_at: datetime) -> bool:
    """Whether any emergency notice touches the stretch; nearly always none does."""
    return bool(rows(_ALERTS, column(until_at), column(from_at)))


def _sender(columns: tuple[Any, ...]) -> Sender:
    pk, face_id, cluster_id, instrument_id, revoked_at, is_cloned, is_drill = columns
    since = instant(revoked_at) if revoked_at else None
    return Sender(pk, face_id, cluster_id, instrument_id, since, bool(is_cloned), bool(is_drill))

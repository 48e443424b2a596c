"""What many requests of screens leave behind, taken in together: a province polls within seconds of a hint.

The same rules as one by one (`polling`), in one statement each however many screens ask.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Many
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from bangtin.hub.devices.actions import polling
from bangtin.hub.devices.actions.polling import Head, Sequel, Sequence
from bangtin.hub.devices.models import Commitment, Device

# Compare and swap: a row that another process moved meanwhile is left alone, and its request judged again by itself.
_TAKE = """
WITH asked (id, epoch, boot0, nonce0, sequence0, seen0, boot, nonce, sequence, seen) AS (VALUES %s)
UPDATE devices_device
SET boot = asked.boot, nonce = asked.nonce, sequence = asked.sequence, sequences_seen = asked.seen, last_seen_at = %%s,
back_at = CASE WHEN devices_device.last_seen_at < %%s THEN %%s ELSE devices_device.back_at END
FROM asked
WHERE devices_device.id = asked.id AND devices_device.epoch = asked.epoch AND devices_device.boot = asked.boot0
AND devices_device.nonce = asked.nonce0 AND devices_device.sequence = asked.sequence0
AND devices_device.sequences_seen = asked.seen0
RETURNING devices_device.id
"""
_COMMIT = """
WITH said (id, epoch, n, head, bundle) AS (VALUES %s)
UPDATE devices_device SET committed_n = said.n, committed_head = said.head, accepted_bundle = said.bundle
FROM said WHERE devices_device.id = said.id AND devices_device.epoch = said.epoch
"""
Plain = int | str | None
_TAKE_TYPES = ("text", "integer", *("bigint", "text", "bigint", "bigint") * 2)
_COMMIT_TYPES = ("text", "integer", "bigint", "text", "integer")


@dataclass(frozen=True)
class Said:
    """What a poll says beside its sequence: the head it commits to, the bundle it has accepted."""

    device: Device
    head: Head
    bundle: int | None


def note_requests(asked: Many[tuple[Device, Sequence]], *, at: datetime) -> list[Sequel]:
    """Take the sequences of many requests, each once; gives what each is, in their order (trust D.5).

    Two requests of one device are judged one after the other.
    """
    once: dict[str, tuple[Device, Sequence]] = {}
    for device, sequence in asked:
        once.setdefault(device.pk, (device, sequence))
    taken = _take(once, at=at)
    found = []
    for device, sequence in asked:
        if taken.pop(device.pk, False):
            found.append(Sequel.NEW)
        else:  # a replay, a clone, a second request of the batch, or another process was faster
            found.append(polling.note_request(device=device, sequence=sequence, at=at))
    return found


def record_polls(said: Iterable[Said], *, at: datetime) -> list[Device]:
    """Keep the heads and bundles that differ from those last said; gives the devices with a new commitment."""
    new = {one.device.pk: one for one in said if _is_new(one)}
    if not new:
        return []
    rows = [
        Commitment(
            device=one.device,
            epoch=one.device.epoch,
            n=one.head.n,
            head=one.head.head,
            bundle=_bundle(one),
            received_at=at,
        )
        for one in new.values()
    ]
    values: list[tuple[Plain, ...]] = [
        (pk, one.device.epoch, one.head.n, one.head.head, _bundle(one)) for pk, one in new.items()
    ]
    with transaction.atomic():
        Commitment.objects.bulk_create(rows)
        with connection.cursor() as cursor:
            cursor.execute(
                _COMMIT % _places(values, casts=("text", "integer", "bigint", "text", "integer")), _flat(values)
            )
    for one in new.values():
        one.device.accepted_bundle = _bundle(one)
        one.device.committed_n, one.device.committed_head = one.head.n, one.head.head
    return [one.device for one in new.values()]


def _is_new(one: Said) -> bool:
    device = one.device
    is_new_head = (one.head.n, one.head.head) != (device.committed_n, device.committed_head)
    return is_new_head or _bundle(one) != device.accepted_bundle


def _bundle(one: Said) -> int | None:
    return one.device.accepted_bundle if one.bundle is None else one.bundle


def _take(once: Mapping[str, tuple[Device, Sequence]], *, at: datetime) -> dict[str, bool]:
    """The devices whose first request was new and is stored."""
    values: list[tuple[Plain, ...]] = []
    after: dict[str, tuple[int, str, int, int]] = {}
    for device, sequence in once.values():
        sequel, seen = polling.judge(device, sequence)
        if sequel is not Sequel.NEW:
            continue
        highest = polling.highest(device, sequence)
        after[device.pk] = (sequence.boot, sequence.nonce, highest, seen)
        before = (device.boot, device.nonce, device.sequence, device.sequences_seen)
        values.append((device.pk, device.epoch, *before, *after[device.pk]))
    if not values:
        return {}
    stored, silent = (connection.ops.adapt_datetimefield_value(one) for one in (at, at - polling.SILENCE))
    with connection.cursor() as cursor:
        cursor.execute(_TAKE % _places(values, casts=_TAKE_TYPES), [*_flat(values), stored, silent, stored])
        taken = [str(pk) for (pk,) in cursor.fetchall()]
    for pk in taken:
        device = once[pk][0]
        device.boot, device.nonce, device.sequence, device.sequences_seen = after[pk]
        device.back_at = polling.back_after(device, at)
        device.last_seen_at = at
    return dict.fromkeys(taken, True)


def _places(values: Many[tuple[Plain, ...]], *, casts: Many[str]) -> str:
    """Placeholders for so many rows; PostgreSQL is told the types, which it cannot see in parameters."""
    if connection.vendor == "postgresql":
        row = f"({', '.join(f'%s::{one}' for one in casts)})"
    else:
        row = f"({', '.join(['%s'] * len(casts))})"
    return ", ".join([row] * len(values))


def _flat(values: Iterable[tuple[Plain, ...]]) -> list[Plain]:
    return [each for row in values for each in row]

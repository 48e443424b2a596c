"""The stored chain of a device: its end, its heads, its lines."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bangtin.bundle import playlog
from bangtin.bundle.errors import BundleRefusal
from bangtin.hub.devices.models import Device
from bangtin.hub.playlog.models import Batch, PlayRecord
from bangtin.hub.playlog.queries import facts, lake
from bangtin.hub.playlog.queries.facts import Run


@dataclass(frozen=True)
class Ack:
    """What the device is told: the chain of `epoch` is stored up to `to`, whose head is `head`.

    `outcome`: "append" (stored now), "known" (was stored), "batch_early" (not stored: send from `to` + 1),
    "batch_fork" (kept in quarantine; `to` and `head` are the batch's own, so that the device goes on).
    """

    epoch: int
    to: int
    head: str
    outcome: str = "known"


def acknowledged(device: Device) -> Ack | None:
    """How far the chain of the device's present enrolment is stored; None if nothing of it is."""
    last = facts.end(device.pk, device.epoch)
    return Ack(device.epoch, last.to, last.head) if last else None


def head_before(device_id: str, checkpoint: playlog.Checkpoint) -> str | None:
    """The stored head at `from` - 1; None if that line has not come yet (trust 8.4).

    A fork's own continuation is told its fork's head as another head, so that it is kept as a fork, not held for ever.
    """
    n = checkpoint.from_n - 1
    if n == 0:
        return playlog.first_head(device_id, checkpoint.epoch)
    found = heads(device_id, checkpoint.epoch, {n}).get(n)
    forks = Batch.objects.filter(device_id=device_id, epoch=checkpoint.epoch, is_fork=True)
    return found or ("fork" if forks.filter(to_n=n, head=checkpoint.before).exists() else None)


def heads(device_id: str, epoch: int, wanted: Collection[int]) -> dict[int, str]:
    """n to the head of the stored chain at n, for those that are stored."""
    found: dict[int, str] = {}
    left = sorted(set(wanted))
    last = facts.end(device_id, epoch) if left else None
    # polls run ahead of the records: most heads that are asked for have not come yet
    left = [n for n in left if last is not None and n <= last.to]
    while left:
        batch = facts.holding(device_id, epoch, left[0])
        if batch is None:
            left = left[1:]
            continue
        inside = [n for n in left if n <= batch.to_n]
        left = left[len(inside) :]
        found.update(_folded(device_id, epoch, batch, inside))
    return found


def line_of(record: PlayRecord) -> playlog.Line | None:
    """The line of a stored row; None if it is malformed."""
    try:
        return playlog.parse(bytes(record.line))
    except BundleRefusal:
        return None


def lines_of(records: Iterable[PlayRecord]) -> list[playlog.Line]:
    """The readable lines of these rows, in their order."""
    return [line for line in map(line_of, records) if line is not None]


def _folded(device_id: str, epoch: int, batch: Run, wanted: list[int]) -> dict[int, str]:
    if wanted == [batch.to_n]:
        return {batch.to_n: batch.head}
    lines = facts.lines(device_id, epoch, batch.from_n, wanted[-1])
    if len(lines) <= wanted[-1] - batch.from_n:
        lines |= lake.lines(device_id, epoch, batch.from_n, wanted[-1])
    found, head = {}, batch.before
    for n in sorted(lines):
        head = playlog.fold(head, lines[n])
        found[n] = head
    return {n: found[n] for n in wanted if n in found}

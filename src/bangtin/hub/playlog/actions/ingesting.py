"""Takes in a batch: authentic or refused, each line graded, each stored once (trust 8)."""

import base64
import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from bangtin.bundle import playlog
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.playlog import Batch, Checkpoint
from bangtin.hub.devices.models import Device
from bangtin.hub.devices.queries import restores
from bangtin.hub.kit import audit
from bangtin.hub.playlog.actions import filing, regrading
from bangtin.hub.playlog.actions.filing import Filing
from bangtin.hub.playlog.models import LostLines, PlayRecord
from bangtin.hub.playlog.queries import chain, lake, standings
from bangtin.hub.playlog.queries.chain import Ack
from bangtin.hub.playlog.queries.facts import End, Sender
from bangtin.hub.playlog.queries.standings import Standing
from bangtin.hub.regulations import queries as regulations

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sent:
    """A batch as a device sent it."""

    device: Device
    body: bytes


def ingest_all(*, sent: Sequence[Sent], at: datetime) -> list[Ack | BundleRefusal | None]:
    """As `ingest`, for several batches in one transaction; each has its own answer, None where the hub failed on it.

    What one of them breaks is no other's harm: then each is taken by itself. Raises: OperationalError, InterfaceError
    for all of them, where the database is away.
    """
    opened = [_tried(one) for one in sent]
    batches = [one for one in opened if not isinstance(one, BundleRefusal)]
    try:
        acks: list[Ack | None] = [*_stored(batches, at)]
    except Exception:
        log.warning("one of %d batches breaks: each is taken alone", len(batches), exc_info=True)
        acks = [_alone(one, at) for one in batches]
    answers = iter(acks)
    return [one if isinstance(one, BundleRefusal) else next(answers) for one in opened]


def ingest(*, device: Device, body: bytes, at: datetime) -> Ack:
    """Store the batch in `body` (gzip, as sent) and give how far the device's chain is stored now.

    Sending it again, at once or years later, changes nothing and gets the same answer. A batch that comes too early is
    not stored: the answer's `to` tells from where to send. A fork is kept, every row quarantined.
    Raises: BundleRefusal batch_too_large, batch_malformed (8.1), batch_unsigned (8.2), batch_chain (8.3).
    """
    return _stored([_opened(device, body)], at)[0]


def _tried(sent: Sent) -> Batch | BundleRefusal:
    try:
        return _opened(sent.device, sent.body)
    except BundleRefusal as refusal:
        return refusal


def _alone(batch: Batch, at: datetime) -> Ack | None:
    try:
        return _stored([batch], at)[0]
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # a defect of ours: the screen keeps these lines and sends them again
        log.exception("a batch of %s was not taken in", batch.checkpoint.device)
        return None


def _stored(batches: Sequence[Batch], at: datetime) -> list[Ack]:
    """The answers to authentic batches, in one transaction.

    One batch of a device at a time: the second finds the first one's rows, whoever sent it.
    """
    acks: dict[int, Ack] = {}
    left = list(enumerate(batches))
    with regulations.remembered(), transaction.atomic(durable=True):
        senders = standings.lock({one.checkpoint.device for one in batches}) if batches else {}
        while left:
            turn: dict[str, tuple[int, Batch]] = {}
            for place, batch in left:
                turn.setdefault(batch.checkpoint.device, (place, batch))
            acks |= zip((place for place, _batch in turn.values()), _turn(turn, senders, at), strict=True)
            left = [one for one in left if one[0] not in acks]
    return [acks[place] for place in range(len(batches))]


def _turn(turn: Mapping[str, tuple[int, Batch]], senders: Mapping[str, Sender], at: datetime) -> list[Ack]:
    """The answers to a batch of each of these devices."""
    checkpoints = [batch.checkpoint for _place, batch in turn.values()]
    asked = [(one.device, one.epoch, one.from_n, one.to_n, one.head) for one in checkpoints]
    found = standings.standings(asked, reach=regrading.REACH)
    filings: list[Filing] = []
    acks = [
        _store(senders[device], batch, found[device], filings=filings, at=at)
        for device, (_place, batch) in turn.items()
    ]
    if filings:
        filing.file(filings, at=at)
    return acks


def _store(sender: Sender, found: Batch, standing: Standing, *, filings: list[Filing], at: datetime) -> Ack:
    """The answer to a batch; what is to be stored of it joins the `filings`."""
    checkpoint, last = found.checkpoint, standing.last
    head_before = _head_before(checkpoint, last)
    placement = playlog.place(checkpoint, head_before=head_before, known=standing.is_known_fork is not None)
    own = End(checkpoint.to_n, checkpoint.head, at)
    if placement == "known":
        # trust D.5: of two players under one key neither knows how far the other's lines go
        until = own if sender.is_clone_suspected else last
        return _answer(checkpoint, until, is_fork=bool(standing.is_known_fork), outcome="known")
    if placement == "batch_early" and _goes_on_after_a_restore(checkpoint, last, at):
        placement = "append"
    if placement == "batch_early":
        return _answer(checkpoint, last, is_fork=False, outcome="batch_early")
    is_new = (last.to if last else 0) < checkpoint.from_n
    there = {} if is_new else _there(checkpoint)
    is_fork = placement == "batch_fork" or any(row.n in there and there[row.n] != row.data for row in found.rows)
    rows = [row for row in found.rows if is_fork or row.n not in there]
    filings.append(Filing(sender, checkpoint, found.envelope, rows, is_fork, standing))
    if is_fork:
        return _answer(checkpoint, last, is_fork=True, outcome="batch_fork")
    reached = last if last and last.to >= checkpoint.to_n and not sender.is_clone_suspected else own
    return _answer(checkpoint, reached, is_fork=False, outcome="append")


def _goes_on_after_a_restore(checkpoint: Checkpoint, last: End | None, at: datetime) -> bool:
    """Once for each chain since the hub was last put back from a backup: the lines between are nowhere any more."""
    restored_at = restores.newest_at()
    lost = LostLines.objects.filter(device=checkpoint.device, epoch=checkpoint.epoch)
    if restored_at is None or lost.filter(noted_at__gte=restored_at).exists():
        return False
    first = (last.to if last else 0) + 1
    row = LostLines.objects.create(
        device_id=checkpoint.device, epoch=checkpoint.epoch, from_n=first, to_n=checkpoint.from_n - 1, noted_at=at
    )
    log.warning("%s goes on at %d: %s are lost", checkpoint.device, checkpoint.from_n, row)
    audit.record("records.lost", row, actor=None, at=at, device=checkpoint.device, lines=row.to_n - first + 1)
    return True


def _head_before(checkpoint: Checkpoint, last: End | None) -> str | None:
    if last is not None and last.to == checkpoint.from_n - 1:
        return last.head
    return chain.head_before(checkpoint.device, checkpoint)


def _answer(checkpoint: Checkpoint, last: End | None, *, is_fork: bool, outcome: str) -> Ack:
    if is_fork:
        return Ack(checkpoint.epoch, checkpoint.to_n, checkpoint.head, outcome)
    if last is None:
        return Ack(checkpoint.epoch, 0, playlog.first_head(checkpoint.device, checkpoint.epoch), outcome)
    return Ack(checkpoint.epoch, last.to, last.head, outcome)


def _there(checkpoint: Checkpoint) -> dict[int, bytes]:
    """The lines of the stored chain under the batch's numbers (a device that sealed its lines anew)."""
    rows = PlayRecord.objects.filter(
        device_id=checkpoint.device,
        epoch=checkpoint.epoch,
        is_fork=False,
        n__range=(checkpoint.from_n, checkpoint.to_n),
    )
    gone = lake.lines(checkpoint.device, checkpoint.epoch, checkpoint.from_n, checkpoint.to_n)
    return gone | {n: bytes(line) for n, line in rows.values_list("n", "line")}


def _opened(device: Device, body: bytes) -> Batch:
    """The authentic batch; one of an earlier enrolment is checked with the key the device had then (trust 8.2)."""
    try:
        return playlog.open_batch(body, device=device.pk, epoch=device.epoch, key=_raw(device.public_key))
    except BundleRefusal as refusal:
        if refusal.code != "batch_unsigned":
            raise
        earlier = device.keys.exclude(epoch=device.epoch).order_by("-epoch").values_list("epoch", "public_key")
        for epoch, public_key in earlier:
            with contextlib.suppress(BundleRefusal):
                return playlog.open_batch(body, device=device.pk, epoch=epoch, key=_raw(public_key))
        raise


def _raw(public_key: str) -> bytes:
    return base64.urlsafe_b64decode(public_key + "=" * (-len(public_key) % 4))

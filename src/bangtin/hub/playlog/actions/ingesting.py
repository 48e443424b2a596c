"""Takes in a batch: authentic or refused, each line graded, each stored once (trust 8)."""

import base64
import contextlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, transaction

from bangtin.bundle import playlog
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.playlog import Checkpoint, Row
from bangtin.hub.devices.models import Device
from bangtin.hub.kit.clock import from_ms
from bangtin.hub.playlog.actions import airing, bookkeeping, regrading, sealing, writing
from bangtin.hub.playlog.actions.writing import Entry
from bangtin.hub.playlog.models import Grade, PlayRecord
from bangtin.hub.playlog.queries import chain, facts, grading, lake
from bangtin.hub.playlog.queries.chain import Ack
from bangtin.hub.playlog.queries.facts import End, Sender
from bangtin.hub.playlog.queries.owners import Owners, owners, plain
from bangtin.hub.regulations import queries as regulations


@dataclass(frozen=True)
class Sent:
    """A batch as a device sent it."""

    device: Device
    body: bytes


def ingest_all(*, sent: Sequence[Sent], at: datetime) -> list[Ack | BundleRefusal]:
    """As `ingest`, for several batches in one transaction; each has its own answer.

    What one of them does to the database is no other's harm: then each is taken by itself.
    """
    opened = [_tried(one) for one in sent]
    try:
        with regulations.remembered(), transaction.atomic(durable=True):
            return [one if isinstance(one, BundleRefusal) else one.store(at) for one in opened]
    except DatabaseError:
        return [_alone(one, at) for one in opened]


def ingest(*, device: Device, body: bytes, at: datetime) -> Ack:
    """Store the batch in `body` (gzip, as sent) and give how far the device's chain is stored now.

    Sending it again, at once or years later, changes nothing and gets the same answer. A batch that comes too early is
    not stored: the answer's `to` tells from where to send. A fork is kept, every row quarantined.
    Raises: BundleRefusal batch_too_large, batch_malformed (8.1), batch_unsigned (8.2), batch_chain (8.3).
    """
    opened = _Opened(device.pk, _opened(device, body), _envelope(body))
    with transaction.atomic(durable=True):
        return opened.store(at)


@dataclass(frozen=True)
class _Opened:
    """An authentic batch with its envelope."""

    device_id: str
    found: playlog.Batch
    envelope: bytes

    def store(self, at: datetime) -> Ack:
        """One batch of a device at a time: the second sender finds the first one's rows."""
        return _store(facts.lock(self.device_id), self.found, envelope=self.envelope, at=at)


def _tried(sent: Sent) -> _Opened | BundleRefusal:
    try:
        return _Opened(sent.device.pk, _opened(sent.device, sent.body), _envelope(sent.body))
    except BundleRefusal as refusal:
        return refusal


def _alone(opened: _Opened | BundleRefusal, at: datetime) -> Ack | BundleRefusal:
    if isinstance(opened, BundleRefusal):
        return opened
    with transaction.atomic(durable=True):
        return opened.store(at)


def _store(sender: Sender, found: playlog.Batch, *, envelope: bytes, at: datetime) -> Ack:
    checkpoint = found.checkpoint
    is_known_fork = facts.known(sender.pk, checkpoint.epoch, checkpoint.from_n, checkpoint.head)
    last = facts.end(sender.pk, checkpoint.epoch)
    placement = playlog.place(checkpoint, head_before=_head_before(checkpoint, last), known=is_known_fork is not None)
    if placement == "known":
        return _answer(checkpoint, last, is_fork=bool(is_known_fork), outcome="known")
    if placement == "early":
        return _answer(checkpoint, last, is_fork=False, outcome="early")
    is_new = (last.to if last else 0) < checkpoint.from_n
    there = {} if is_new else _there(checkpoint)
    is_fork = placement == "fork" or any(row.n in there and there[row.n] != row.data for row in found.rows)
    rows = [row for row in found.rows if is_fork or row.n not in there]
    batch_id = writing.add_batch(checkpoint, envelope=envelope, is_fork=is_fork, at=at)
    _take(sender, checkpoint, rows, batch_id=batch_id, is_fork=is_fork, last=last, at=at)
    if is_fork:
        return _answer(checkpoint, last, is_fork=True, outcome="fork")
    reached = last if last and last.to >= checkpoint.to_n else End(checkpoint.to_n, checkpoint.head, at)
    return _answer(checkpoint, reached, is_fork=False, outcome="append")


def _take(  # each argument is one fact of the batch; each is named at the call
    sender: Sender,
    checkpoint: Checkpoint,
    rows: Sequence[Row],
    *,
    batch_id: int,
    is_fork: bool,
    last: End | None,
    at: datetime,
) -> None:
    """Grade and write the rows, and grade anew those just before them that these may decide."""
    lines = [row.line for row in rows if row.line is not None]
    before = regrading.before(sender, checkpoint.epoch, lines, last=last) if lines and not is_fork else []
    known = grading.around(
        [*(one.said for one in before), *lines],
        device=sender,
        epoch=checkpoint.epoch,
        received_at=at,
        heads={} if is_fork else {row.n: row.head for row in rows},
        is_forked=is_fork,
        is_last=not is_fork and (last.to if last else 0) < checkpoint.from_n,
    )
    whose = owners(lines, cluster_id=sender.cluster_id)
    entries = [_entry(row, sender=sender, known=known, whose=whose, at=at) for row in rows]
    writing.add_entries(entries, batch_id=batch_id, checkpoint=checkpoint, is_fork=is_fork)
    sealing.reopen(entries, at=at)
    moves = regrading.grade_anew(before, known)
    if lines and not is_fork:
        regrading.wait_for_mending(sender, checkpoint.epoch, lines)
    bookkeeping.book(bookkeeping.merged(bookkeeping.totals(entries), moves))
    airing.lay(airing.sheets(entries, advertising=_advertising(sender, whose)))


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


def _entry(row: Row, *, sender: Sender, known: grading.Surroundings, whose: Owners, at: datetime) -> Entry:
    line = row.line
    if line is None:
        # trust 8.6: kept in its place in the chain, and nothing of it is believed
        reason = row.refusal.code if row.refusal else "record_malformed"
        return Entry(
            row.n, row.data, sender.cluster_id, sender.face_id, at, "malformed", Grade.QUARANTINED.value, reason
        )
    graded = grading.grade(line, known)
    slot, version = whose.slots.get(line.slot), whose.versions.get(line.content)
    return Entry(
        n=row.n,
        line=row.data,
        cluster_id=sender.cluster_id,
        face_id=plain(line.face),
        at=from_ms(graded.at_ms(line)),
        kind=line.k,
        grade=graded.verdict.grade,
        reason=graded.verdict.reason,
        boot=line.boot,
        bundle=line.bundle,
        item=plain(line.item),
        content=plain(line.content),
        language=plain(line.lang),
        bulletin_class=plain(line.class_),
        slot=slot,
        slot_id=slot.pk if slot else None,
        placement_id=whose.placements.get(line.slot),
        version_id=version.pk if version else None,
        from_ms=line.from_ms,
        mono_ms=line.mono_ms,
        shown_ms=line.shown_ms,
        clock=line.clock,
        end=line.end,
    )


def _advertising(sender: Sender, whose: Owners) -> frozenset[int]:
    """The versions among these that advertise, by the category their programme was sent under."""
    if not whose.versions:
        return frozenset()
    pack = regulations.regulation(sender.instrument_id)
    adverts = {one.id for one in pack.categories if one.is_advertising}
    return frozenset(one.pk for one in whose.versions.values() if one.category in adverts)


def _opened(device: Device, body: bytes) -> playlog.Batch:
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


def _envelope(body: bytes) -> bytes:
    # open_batch has bounded and checked the body already
    return zlib.decompress(body, wbits=31).split(b"\n", 1)[0]

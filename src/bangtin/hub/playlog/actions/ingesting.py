"""Takes in a batch: authentic or refused, each line graded, each stored once (trust 8)."""

import base64
import contextlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from bangtin.bundle import playlog
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.playlog import Line, Row
from bangtin.hub.appraisal.models import Decision
from bangtin.hub.devices.models import Device
from bangtin.hub.kit.clock import from_ms
from bangtin.hub.playlog.actions import airing, bookkeeping
from bangtin.hub.playlog.actions.regrading import look_again
from bangtin.hub.playlog.models import Batch, Grade, PlayRecord
from bangtin.hub.playlog.queries import chain, grading
from bangtin.hub.playlog.queries.chain import Ack
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules import queries as schedules
from bangtin.hub.schedules.models import Placement, Slot

BULK = 500


def ingest(*, device: Device, body: bytes, at: datetime) -> Ack:
    """Store the batch in `body` (gzip, as sent) and give how far the device's chain is stored now.

    Sending it again, at once or years later, changes nothing and gets the same answer. A batch that comes too early is
    not stored: the answer's `to` tells from where to send. A fork is kept, every row quarantined.
    Raises: BundleRefusal batch_too_large, batch_malformed (8.1), batch_unsigned (8.2), batch_chain (8.3).
    """
    found = _opened(device, body)
    with transaction.atomic(durable=True):
        # one batch of a device at a time: the second sender finds the first one's rows
        locked = Device.objects.select_for_update().select_related("face").get(pk=device.pk)
        return _store(locked, found, envelope=_envelope(found, body), at=at)


def _store(device: Device, found: playlog.Batch, *, envelope: bytes, at: datetime) -> Ack:
    checkpoint = found.checkpoint
    stored = Batch.objects.filter(device=device, epoch=checkpoint.epoch, from_n=checkpoint.from_n, head=checkpoint.head)
    placement = playlog.place(
        checkpoint, head_before=chain.head_before(device, checkpoint), known=(known := stored.first()) is not None
    )
    if known is not None:
        return _answer(device, checkpoint, is_fork=known.is_fork, outcome="known")
    if placement == "early":
        end = chain.end_of(device, checkpoint.epoch)
        return Ack(end.epoch, end.to, end.head, "early")
    there = _there(device, checkpoint)
    is_fork = placement == "fork" or any(row.n in there and there[row.n] != row.data for row in found.rows)
    rows = [row for row in found.rows if is_fork or row.n not in there]
    batch = _batch(device, checkpoint, envelope=envelope, is_fork=is_fork, at=at)
    records = _graded(device, batch, rows, at=at)
    PlayRecord.objects.bulk_create(records, batch_size=BULK)
    moves = [bookkeeping.totals(records)]
    if not is_fork:
        lines = [row.line for row in rows if row.line is not None]
        moves.append(look_again(device, epoch=checkpoint.epoch, lines=lines, at=at))
    bookkeeping.book(bookkeeping.merged(*moves))
    airing.lay(airing.sheets(records, advertising=airing.advertising_of(records)))
    return _answer(device, checkpoint, is_fork=is_fork, outcome="fork" if is_fork else "append")


def _answer(device: Device, checkpoint: playlog.Checkpoint, *, is_fork: bool, outcome: str) -> Ack:
    if is_fork:
        return Ack(checkpoint.epoch, checkpoint.to_n, checkpoint.head, outcome)
    end = chain.end_of(device, checkpoint.epoch)
    return Ack(end.epoch, end.to, end.head, outcome)


def _there(device: Device, checkpoint: playlog.Checkpoint) -> dict[int, bytes]:
    """The lines of the stored chain under the batch's numbers (a device that sealed its lines anew)."""
    rows = PlayRecord.objects.filter(
        device=device, epoch=checkpoint.epoch, is_fork=False, n__range=(checkpoint.from_n, checkpoint.to_n)
    )
    return {n: bytes(line) for n, line in rows.values_list("n", "line")}


def _batch(device: Device, checkpoint: playlog.Checkpoint, *, envelope: bytes, is_fork: bool, at: datetime) -> Batch:
    return Batch.objects.create(
        device=device,
        epoch=checkpoint.epoch,
        from_n=checkpoint.from_n,
        to_n=checkpoint.to_n,
        before=checkpoint.before,
        head=checkpoint.head,
        checkpoint=envelope,
        received_at=at,
        is_fork=is_fork,
    )


def _graded(device: Device, batch: Batch, rows: Sequence[Row], *, at: datetime) -> list[PlayRecord]:
    lines = [row.line for row in rows if row.line is not None]
    known = grading.around(
        lines,
        device=device,
        epoch=batch.epoch,
        received_at=at,
        heads={} if batch.is_fork else {row.n: row.head for row in rows},
        is_forked=batch.is_fork,
    )
    slots, placements, versions = _slots(device, lines), _placements(lines), _versions(lines)
    found = []
    for row in rows:
        record = PlayRecord(
            batch=batch, device=device, cluster_id=device.face.cluster_id, epoch=batch.epoch, n=row.n, line=row.data
        )
        record.is_fork = batch.is_fork
        if row.line is None:
            _fill_malformed(record, row, device=device, at=at)
        else:
            _fill(record, row.line, known=known)
            record.slot = slots.get(row.line.slot)
            record.placement_id = placements.get(row.line.slot)
            record.version_id = versions.get(row.line.content)
        found.append(record)
    return found


def _fill(record: PlayRecord, line: Line, *, known: grading.Surroundings) -> None:
    graded = grading.grade(line, known)
    record.boot, record.kind, record.bundle = line.boot, line.k, line.bundle
    record.item, record.content, record.language = _plain(line.item), _plain(line.content), _plain(line.lang)
    record.bulletin_class, record.face_id = _plain(line.class_), _plain(line.face)
    record.from_ms, record.mono_ms, record.shown_ms = line.from_ms, line.mono_ms, line.shown_ms
    record.clock, record.end = line.clock, line.end
    record.at = from_ms(graded.at_ms(line))
    record.grade, record.reason = graded.verdict.grade, graded.verdict.reason


def _fill_malformed(record: PlayRecord, row: Row, *, device: Device, at: datetime) -> None:
    # trust 8.6: kept in its place in the chain, and nothing of it is believed
    record.boot, record.kind, record.face_id = 0, "malformed", device.face_id
    record.from_ms = record.mono_ms = record.shown_ms = 0
    record.at, record.grade = at, Grade.QUARANTINED
    record.reason = row.refusal.code if row.refusal else "record_malformed"


def _slots(device: Device, lines: Iterable[Line]) -> Mapping[str, Slot]:
    names = {line.slot for line in lines if line.slot.isascii() and line.slot.isdecimal() and len(line.slot) < 19}
    rows = Slot.objects.filter(pk__in={int(name) for name in names}, cluster_id=device.face.cluster_id)
    return {str(row.pk): row for row in rows}


def _placements(lines: Iterable[Line]) -> Mapping[str, int]:
    # whatever cluster its playlist serves by now: that it was planned here is the verdict's to say (trust F.5)
    names = {name: pk for name in {line.slot for line in lines} if (pk := schedules.placement_id(name)) is not None}
    known = set(Placement.objects.filter(pk__in=names.values()).values_list("pk", flat=True))
    return {name: pk for name, pk in names.items() if pk in known}


def _versions(lines: Iterable[Line]) -> Mapping[str, int]:
    # a version by the digest that was approved: names travel with the content, so that records outlive deletions
    digests = {_plain(line.content) for line in lines} - {""}
    decided = Decision.objects.filter(content_digest__in=digests).order_by("pk")
    found = dict(decided.values_list("content_digest", "version_id"))
    rows = ProgrammeVersion.objects.filter(content_digest__in=digests).order_by("pk")
    return found | dict(rows.values_list("content_digest", "pk"))


def _plain(text: str) -> str:
    """Without the one character that PostgreSQL's text cannot hold; the signed bytes keep it."""
    return text.replace("\0", "")


def _opened(device: Device, body: bytes) -> playlog.Batch:
    """The authentic batch; one of an earlier enrolment is checked with the key the device had then (trust 8.2)."""
    earlier = device.keys.exclude(epoch=device.epoch).order_by("-epoch").values_list("epoch", "public_key")
    try:
        return playlog.open_batch(body, device=device.pk, epoch=device.epoch, key=_raw(device.public_key))
    except BundleRefusal as refusal:
        for epoch, public_key in earlier if refusal.code == "batch_unsigned" else ():
            with contextlib.suppress(BundleRefusal):
                return playlog.open_batch(body, device=device.pk, epoch=epoch, key=_raw(public_key))
        raise


def _raw(public_key: str) -> bytes:
    return base64.urlsafe_b64decode(public_key + "=" * (-len(public_key) % 4))


def _envelope(found: playlog.Batch, body: bytes) -> bytes:
    # open_batch has bounded and checked the body already
    return zlib.decompress(body, wbits=31).split(b"\n", 1)[0]

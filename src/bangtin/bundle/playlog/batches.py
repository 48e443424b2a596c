"""Batches of lines under one signed checkpoint: sealed by the screen, opened by the hub (trust 8)."""

import gzip
import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from bangtin.bundle import bounds, dsse, names
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.fields import Fields, WrongShape
from bangtin.bundle.playlog.lines import Line, parse, usual
from bangtin.bundle.signers import Signer

TYPE = "bangtin.playlog.v1"
Placement = Literal["append", "known", "batch_early", "batch_fork"]


@dataclass(frozen=True)
class Checkpoint:
    """What a device signs: lines `from_n`…`to_n` of this epoch fold from `before` to `head`.

    (device, epoch, from_n, head) is the key under which a batch counts once.
    """

    device: str
    epoch: int
    from_n: int
    to_n: int
    before: str
    head: str
    boot: int
    made_ms: int
    mono_ms: int

    def payload(self) -> dict[str, object]:
        """The payload of the envelope of kind `playlog`."""
        return {
            "type": TYPE,
            "device": self.device,
            "epoch": self.epoch,
            "from": self.from_n,
            "to": self.to_n,
            "before": self.before,
            "head": self.head,
            "boot": self.boot,
            "made_ms": self.made_ms,
            "mono_ms": self.mono_ms,
        }


class Row(NamedTuple):
    """A line of an opened batch: its place, the head after it, its bytes, and what they say.

    `line` is None when the bytes are no line; `refusal` then says why and the row is quarantined.
    """

    n: int
    head: str
    data: bytes
    line: Line | None
    refusal: BundleRefusal | None = None


@dataclass(frozen=True)
class Batch:
    """An authentic batch: signed by the device, its chain whole; `envelope` is the checkpoint as sent."""

    checkpoint: Checkpoint
    rows: tuple[Row, ...]
    envelope: bytes


def seal(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """The signed envelope of `checkpoint`: made once, sent unchanged until acknowledged."""
    return dsse.sign("playlog", checkpoint.payload(), [signer])


def pack_batch(envelope: bytes, lines: Sequence[bytes]) -> bytes:
    """The gzipped body of a records request: the envelope, then each line, a line feed after each."""
    return gzip.compress(b"".join(part + b"\n" for part in (envelope, *lines)), mtime=0)


def open_batch(body: bytes, *, device: str, epoch: int, key: bytes) -> Batch:
    """The batch in the gzipped `body`, checked against the raw public `key` of (device, epoch).

    Raises: BundleRefusal batch_too_large (8.1), batch_unsigned (8.2), batch_chain (8.3).
    A line that is not canonical stays in its row with its refusal (8.6): the rest goes on.
    """
    envelope, *lines = _unpack(body, subject=device)
    checkpoint = _open_checkpoint(envelope, device=device, epoch=epoch, key=key)
    return Batch(checkpoint, _chain(checkpoint, lines), envelope)


def place(checkpoint: Checkpoint, *, head_before: str | None, known: bool) -> Placement:
    """What the hub does with a batch (trust 8.4, 8.5).

    `head_before` is the stored head at from_n − 1 (`first_head` for from_n 1), None if that line
    has not come yet; `known` whether (device, epoch, from_n, head) is stored already.
    "append": store; "known": same answer, no new row; "batch_early": hold; "batch_fork": keep, every row
    quarantined.
    """
    if known:
        return "known"
    if head_before is None:
        return "batch_early"
    return "append" if head_before == checkpoint.before else "batch_fork"


def _unpack(body: bytes, *, subject: str) -> list[bytes]:
    # trust 8.1: bounded while unpacking, so that a small body cannot fill the memory
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(body, bounds.BATCH_BYTES + 1)
    except zlib.error as error:
        raise _refusal("batch_malformed", "8.1", subject, "not a gzip body") from error
    if len(data) > bounds.BATCH_BYTES:
        raise _refusal("batch_too_large", "8.1", subject, f"more than {bounds.BATCH_BYTES} bytes")
    if not unpacker.eof or unpacker.unused_data or not data.endswith(b"\n"):
        raise _refusal("batch_malformed", "8.1", subject, "cut off, or something follows its end")
    parts = data[:-1].split(b"\n")
    if len(parts) - 1 > bounds.BATCH_LINES:
        raise _refusal("batch_too_large", "8.1", subject, f"more than {bounds.BATCH_LINES} lines")
    return parts


def _open_checkpoint(envelope: bytes, *, device: str, epoch: int, key: bytes) -> Checkpoint:
    try:
        opened = dsse.open(envelope, "playlog")
        checkpoint = _read_checkpoint(Fields(dict(opened.payload), where="checkpoint"))
    except (dsse.BadEnvelope, WrongShape) as error:
        raise _refusal("batch_unsigned", "8.2", device, str(error)) from error
    if not dsse.is_signed_by(opened, key=key, keyid=device):
        raise _refusal("batch_unsigned", "8.2", device, "not signed by the key of this device")
    if (checkpoint.device, checkpoint.epoch) != (device, epoch):
        raise _refusal("batch_unsigned", "8.2", device, "speaks for another device or enrolment")
    return checkpoint


def _read_checkpoint(fields: Fields) -> Checkpoint:
    fields.choice("type", (TYPE,))
    checkpoint = Checkpoint(
        device=fields.text("device"),
        epoch=fields.integer("epoch", least=1),
        from_n=fields.integer("from", least=1),
        to_n=fields.integer("to", least=1),
        before=fields.text("before"),
        head=fields.text("head"),
        boot=fields.integer("boot"),
        made_ms=fields.integer("made_ms"),
        mono_ms=fields.integer("mono_ms"),
    )
    fields.done()
    if not names.is_sha256(checkpoint.before) or not names.is_sha256(checkpoint.head):
        raise WrongShape("a head is not a SHA-256")
    return checkpoint


def _chain(checkpoint: Checkpoint, lines: Sequence[bytes]) -> tuple[Row, ...]:
    if not lines or len(lines) != checkpoint.to_n - checkpoint.from_n + 1:
        raise _broken(checkpoint, "has no line, or another number of lines than it says")
    digest, rows = bytes.fromhex(checkpoint.before), []
    for n, data in enumerate(lines, start=checkpoint.from_n):
        digest = hashlib.sha256(digest + data).digest()  # as `lines.fold`, without its hex
        line = usual(data)
        row = Row(n, digest.hex(), data, line) if line is not None else _row(n, digest.hex(), data)
        if row.line is not None and row.line.n != n:
            raise _broken(checkpoint, f"line {n} calls itself {row.line.n}")
        rows.append(row)
    if digest.hex() != checkpoint.head:
        raise _broken(checkpoint, "does not fold to its head: a line was changed, removed or moved")
    return tuple(rows)


def _row(n: int, head: str, data: bytes) -> Row:
    try:
        return Row(n, head, data, parse(data))
    except BundleRefusal as refusal:
        return Row(n, head, data, None, refusal)


def _broken(checkpoint: Checkpoint, detail: str) -> BundleRefusal:
    subject = f"{checkpoint.device}/{checkpoint.epoch}/{checkpoint.from_n}-{checkpoint.to_n}"
    return _refusal("batch_chain", "8.3", subject, detail)


def _refusal(code: str, step: str, subject: str, detail: str) -> BundleRefusal:
    return BundleRefusal(code, step=step, subject=subject, detail=detail)

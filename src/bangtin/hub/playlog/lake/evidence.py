"""What one device sent, as it was received: signed checkpoints, each before its lines, gzipped (trust F.2, F.3)."""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bangtin.bundle import dsse, playlog

LEVEL = 9


class Unreadable(Exception):
    """The file is no evidence: not gzip, cut off, or its checkpoints and lines do not fit."""


@dataclass(frozen=True)
class Sent:
    """A batch as received: the signed envelope and its lines; `epoch` and the numbers are the envelope's."""

    envelope: bytes
    lines: tuple[bytes, ...]
    epoch: int
    from_n: int

    @property
    def to_n(self) -> int:
        """The number of its last line."""
        return self.from_n + len(self.lines) - 1


def pack(batches: Iterable[Sent]) -> bytes:
    """The bytes of an evidence file: equal for equal batches."""
    packer = zlib.compressobj(LEVEL, wbits=31)
    found = [packer.compress(b"".join(part + b"\n" for part in (one.envelope, *one.lines))) for one in batches]
    return b"".join((*found, packer.flush()))


def unpack(data: bytes) -> Iterator[Sent]:
    """The batches of an evidence file in their order. Raises: Unreadable."""
    try:
        parts = gzip.decompress(data).split(b"\n")
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(_("not a whole gzip file: %(why)s") % {"why": error}) from error
    place = 0
    while place < len(parts) - 1:
        epoch, first, last = _numbers(parts[place])
        lines = tuple(parts[place + 1 : place + 2 + last - first])
        if len(lines) != last - first + 1 or place + len(lines) >= len(parts) - 1:
            raise Unreadable(_("lines %(first)d-%(last)d are not all there") % {"first": first, "last": last})
        yield Sent(parts[place], lines, epoch, first)
        place += len(lines) + 1


def check(sent: Sent, *, device: str, key: bytes) -> playlog.Batch:
    """The batch, if the device's key signed it and its lines fold to the head it signed.

    Raises: BundleRefusal batch_unsigned (8.2), batch_chain (8.3).
    """
    body = b"".join(part + b"\n" for part in (sent.envelope, *sent.lines))
    # what opens a request's body reads gzip: packed without compressing, for it is unpacked at once
    return playlog.open_batch(gzip.compress(body, compresslevel=0, mtime=0), device=device, epoch=sent.epoch, key=key)


def _numbers(envelope: bytes) -> tuple[int, int, int]:
    try:
        payload = dsse.open(envelope, "playlog").payload
    except dsse.BadEnvelope as error:
        raise Unreadable(_("no checkpoint where one is due: %(why)s") % {"why": error}) from error
    found = tuple(payload.get(name) for name in ("epoch", "from", "to"))
    match found:
        case (int(epoch), int(first), int(last)) if last >= first:
            return epoch, first, last
    raise Unreadable(_("a checkpoint without its numbers"))

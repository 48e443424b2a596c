"""Walks the boxes of MP4 and the chunks of RIFF files without decoding: is the whole file there, is it encrypted?"""

from pathlib import Path
from typing import Literal

from bangtin.hub.programmes.media.limits import INDEX_BYTES, Unusable

_BOXES_MOST = 100_000
_ENCRYPTED = (b"encv", b"enca", b"drmi", b"drms")
_UNKNOWN_SIZES = {0, 0xFFFFFFFF}


def is_mp4_cut(path: Path) -> bool:
    """Whether an MP4 or MOV ends inside a box.

    Raises: Unusable("truncated") if its index (moov) is missing, ("encrypted"), ("malformed").
    """
    total, offset, index = path.stat().st_size, 0, None
    with path.open("rb") as file:
        for _ in range(_BOXES_MOST):
            file.seek(offset)
            head = file.read(16)
            if len(head) < 8:
                break
            size, kind = int.from_bytes(head[:4], "big"), head[4:8]
            size = int.from_bytes(head[8:16], "big") if size == 1 else size or total - offset
            if size < 8:
                raise Unusable("malformed")
            if kind == b"moov":
                index = (offset, size)
            offset += size
        else:
            raise Unusable("malformed")
        if index is None or sum(index) > total:
            raise Unusable("truncated")
        if index[1] > INDEX_BYTES:
            raise Unusable("malformed")
        file.seek(index[0])
        found = file.read(index[1])
    if any(word in found for word in _ENCRYPTED):
        raise Unusable("encrypted")
    return offset > total


def is_riff_cut(path: Path) -> bool:
    """Whether a RIFF file (WAV) is shorter than it says; a size that was never written counts as unknown."""
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8)[4:8], "little")
    return size not in _UNKNOWN_SIZES and size + 8 > path.stat().st_size


def webp_size(path: Path) -> tuple[int, int]:
    """Width and height from a WebP header, before any decoder reserves memory for them.

    Raises: Unusable("malformed").
    """
    with path.open("rb") as file:
        head = file.read(30)
    kind, body = head[12:16], head[20:]
    if kind == b"VP8X" and len(body) >= 10:
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L" and len(body) >= 5:
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and len(body) >= 10:
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    raise Unusable("malformed")


def tiff_pages(path: Path, *, most: int) -> int:
    """How many pages a TIFF chains, counted to one more than `most`; BigTIFF is not taken.

    Raises: Unusable("malformed") if the chain turns back or leaves the file.
    """
    with path.open("rb") as file:
        head = file.read(8)
        order: Literal["little", "big"] = "little" if head[:2] == b"II" else "big"
        offset, seen = int.from_bytes(head[4:8], order), set[int]()
        while offset and len(seen) <= most:
            if offset in seen:
                raise Unusable("malformed")
            seen.add(offset)
            file.seek(offset)
            count = file.read(2)
            file.seek(int.from_bytes(count, order) * 12, 1)
            following = file.read(4)
            if len(count) + len(following) != 6:
                raise Unusable("malformed")
            offset = int.from_bytes(following, order)
    return len(seen)

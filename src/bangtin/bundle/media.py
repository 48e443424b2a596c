"""Media that are checked chunk by chunk: while they come (4.3), and on every read (4.5)."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from bangtin.bundle import bounds, names
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import File

DIGEST_BYTES = 32


def chunks(path: Path) -> bytes:
    """The chunk list of the file at `path`: SHA-256 of each 1 MiB, concatenated; b"" up to 1 MiB."""
    if path.stat().st_size <= bounds.CHUNK_BYTES:
        return b""
    with path.open("rb") as source:
        return b"".join(hashlib.sha256(part).digest() for part in iter(lambda: source.read(bounds.CHUNK_BYTES), b""))


def describe(path: Path, *, mime: str) -> File:
    """What a manifest says of the media file at `path`."""
    with path.open("rb") as source:
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()
    listed = chunks(path)
    return File(sha256, path.stat().st_size, mime, hashlib.sha256(listed).hexdigest() if listed else "")


def check_name(name: str) -> None:
    """trust 4.1: a media name is exactly 64 hex digits, or those and `.chunks`.

    Raises: BundleRefusal name_unsafe.
    """
    if not names.is_sha256(name.removesuffix(".chunks")):
        raise BundleRefusal("name_unsafe", step="4.1", subject=name[:80], detail="is no media name")


def check_chunk_list(file: File, listed: bytes) -> None:
    """trust 4.3: the chunk list is the one the manifest names, and long enough for the file.

    Raises: BundleRefusal chunks_digest.
    """
    wanted = "" if file.size <= bounds.CHUNK_BYTES else hashlib.sha256(listed).hexdigest()
    if file.chunks != wanted or len(listed) != (_count(file) * DIGEST_BYTES if file.chunks else 0):
        raise _refusal("chunks_digest", "4.3", file, "the chunk list is another one")


class ChunkChecker:
    """Checks a media file as its bytes come, chunk by chunk; hand it 1 MiB at a time in order.

    Raises (from the constructor and both methods): BundleRefusal chunks_digest, media_digest,
    media_too_large.
    """

    def __init__(self, file: File, listed: bytes) -> None:
        check_chunk_list(file, listed)
        self._file = file
        self._listed = listed
        self._whole = hashlib.sha256()
        self._index = 0
        self._size = 0

    def take(self, chunk: bytes) -> None:
        """trust 4.2, 4.3: the next chunk (1 MiB; the last may be shorter) is the one listed."""
        self._size += len(chunk)
        if self._size > self._file.size:
            raise _refusal("media_too_large", "4.2", self._file, "more bytes than declared")
        wanted = _wanted(self._file, self._listed, self._index)
        if hashlib.sha256(chunk).digest() != wanted:
            raise _refusal("media_digest", "4.3", self._file, f"chunk {self._index} is another one")
        self._whole.update(chunk)
        self._index += 1

    def finish(self) -> None:
        """trust 4.3: the whole has its length and digest."""
        if self._size != self._file.size or self._whole.hexdigest() != self._file.sha256:
            raise _refusal("media_digest", "4.3", self._file, "the whole file is another one")


class ChunkReader:
    """Reads a stored media file so that no byte leaves before its chunk has been hashed in memory."""

    def __init__(self, path: Path, file: File, listed: bytes) -> None:
        """Raises: BundleRefusal media_changed if the stored chunk list is not the manifest's."""
        try:
            check_chunk_list(file, listed)
        except BundleRefusal as refusal:
            raise _refusal("media_changed", "4.5", file, "the stored chunk list was changed") from refusal
        self._path = path
        self._file = file
        self._listed = listed

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes [start, stop) in pieces of at most 1 MiB, each from a verified chunk.

        Raises: BundleRefusal media_changed (step 4.5) before any byte of the bad chunk is given;
        ValueError for a range outside the file.
        """
        if not 0 <= start <= stop <= self._file.size:
            raise ValueError(f"expected a range inside {self._file.size} bytes, got {start}…{stop}")
        first, last = start // bounds.CHUNK_BYTES, -(-stop // bounds.CHUNK_BYTES)
        with self._path.open("rb") as source:
            source.seek(first * bounds.CHUNK_BYTES)
            for index in range(first, last):
                chunk = source.read(bounds.CHUNK_BYTES)
                if hashlib.sha256(chunk).digest() != _wanted(self._file, self._listed, index):
                    raise _refusal("media_changed", "4.5", self._file, f"chunk {index} was changed on disk")
                base = index * bounds.CHUNK_BYTES
                yield chunk[max(start - base, 0) : stop - base]

    def check(self) -> None:
        """Reads the whole file through. Raises: BundleRefusal media_changed (step 4.5)."""
        for _piece in self.read(0, self._file.size):
            pass


def _count(file: File) -> int:
    return -(-file.size // bounds.CHUNK_BYTES)


def _wanted(file: File, listed: bytes, index: int) -> bytes:
    """The digest of chunk `index`; a file of one chunk is its own list."""
    if not file.chunks:
        return bytes.fromhex(file.sha256) if index == 0 else b""
    return listed[index * DIGEST_BYTES : (index + 1) * DIGEST_BYTES]


def _refusal(code: str, step: str, file: File, detail: str) -> BundleRefusal:
    return BundleRefusal(code, step=step, subject=file.sha256, detail=detail)

"""Media by digest on the player's disk, and the check of each chunk before one byte of it leaves."""

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bangtin.bundle.bounds import CHUNK_BYTES
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import File, Manifest
from bangtin.bundle.media import ChunkReader

KEPT_FREE_BYTES = 128 * 2**20


class MediaStore:
    """Files named by their SHA-256 under `folder`; `.chunks` beside the larger ones, `.part` while they come.

    Only files that an accepted manifest names are served; the manifest gives their size, type and chunk list's digest.
    """

    def __init__(self, folder: Path, *, quota_bytes: int | None = None) -> None:
        """`quota_bytes`: the most that all media may take; None: what the disk has, but for what is kept free."""
        self._folder = folder
        self._quota_bytes = quota_bytes
        folder.mkdir(parents=True, exist_ok=True)
        self._known: Mapping[str, File] = {}
        self._sounds: Mapping[str, File] = {}

    def allow(self, *manifests: Manifest | None) -> None:
        """Serve the files of these manifests, and no others."""
        self._known = {file.sha256: file for one in manifests if one is not None for file in one.files}

    def allow_sounds(self, files: Iterable[File]) -> None:
        """Serve these recorded announcements too; their envelope names size and digest."""
        self._sounds = {file.sha256: file for file in files}

    def path(self, digest: str) -> Path:
        """Where the file lies, or will."""
        return self._folder / digest

    def part(self, digest: str) -> Path:
        """Where its first chunks lie while it comes."""
        return self._folder / f"{digest}.part"

    def chunks_path(self, digest: str) -> Path:
        """Where its chunk list lies, or will."""
        return self._folder / f"{digest}.chunks"

    def has(self, file: File) -> bool:
        """Whether the file lies here whole, by its size; its content is checked on each read."""
        try:
            is_whole = self.path(file.sha256).stat().st_size == file.size
        except OSError:
            return False
        return is_whole and (not file.chunks or self.chunks_path(file.sha256).exists())

    def describe(self, digest: str) -> tuple[int, str] | None:
        """Size and MIME type of a file that may be served and is here."""
        file = self._named(digest)
        return (file.size, file.mime) if file is not None and self.has(file) else None

    def read_chunk(self, digest: str, index: int) -> bytes:
        """Chunk `index` of a file, verified in memory.

        Raises: BundleRefusal `media_changed` (trust 4.5) when the bytes on the disk are not those that were approved.
        """
        file = self._file(digest)
        start = index * CHUNK_BYTES
        return b"".join(self._reader(file).read(start, min(start + CHUNK_BYTES, file.size)))

    def verify(self, digest: str) -> None:
        """Read the file whole, each chunk verified. Raises: as `read_chunk`."""
        self._reader(self._file(digest)).check()

    def keep(self, digest: str) -> None:
        """A `.part` is whole and verified: give it its name, durably."""
        part = self.part(digest)
        sync(part)
        part.rename(self.path(digest))
        sync(self._folder)

    def remove(self, digest: str) -> None:
        """Drop a file that is not what was approved, so that it is fetched again."""
        for path in (self.path(digest), self.part(digest), self.chunks_path(digest)):
            path.unlink(missing_ok=True)

    def prune(self) -> None:
        """Remove every file that no manifest in force names."""
        for path in self._folder.iterdir():
            if self._named(path.name.split(".")[0]) is None:
                path.unlink()

    def part_bytes(self, digest: str) -> int:
        """How much of a file has come."""
        try:
            return self.part(digest).stat().st_size
        except OSError:
            return 0

    def used_bytes(self) -> int:
        """What all media take, whole or in part."""
        return sum(path.stat().st_size for path in self._folder.iterdir())

    def left_bytes(self) -> int:
        """How much may still come: within the quota, and leaving 128 MiB of the disk free."""
        on_disk = shutil.disk_usage(self._folder).free - KEPT_FREE_BYTES
        return on_disk if self._quota_bytes is None else min(on_disk, self._quota_bytes - self.used_bytes())

    def make_room(self, need_bytes: int, later: Sequence[str]) -> bool:
        """Remove what nothing names, then files of `later` in that order, until `need_bytes` fit; False if they do not.

        Nothing is removed for a file that would not fit even then.
        """
        if self.left_bytes() >= need_bytes:
            return True
        self.prune()
        sizes = {digest: self._size(digest) for digest in later}
        if self.left_bytes() + sum(sizes.values()) < need_bytes:
            return False
        for digest in later:
            if self.left_bytes() >= need_bytes:
                break
            self.remove(digest)
        return self.left_bytes() >= need_bytes

    def _size(self, digest: str) -> int:
        paths = (self.path(digest), self.part(digest), self.chunks_path(digest))
        return sum(path.stat().st_size for path in paths if path.exists())

    def _named(self, digest: str) -> File | None:
        return self._known.get(digest) or self._sounds.get(digest)

    def _file(self, digest: str) -> File:
        file = self._named(digest)
        if file is None or not self.has(file):
            raise _changed(digest, "it is not here, or no accepted bundle names it")
        return file

    def _reader(self, file: File) -> ChunkReader:
        try:
            listed = self.chunks_path(file.sha256).read_bytes() if file.chunks else b""
        except OSError as error:
            raise _changed(file.sha256, str(error)) from error
        return ChunkReader(self.path(file.sha256), file, listed)


def sync(path: Path) -> None:
    """Make what was written to a file or folder durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _changed(digest: str, detail: str) -> BundleRefusal:
    return BundleRefusal("media_changed", step="4.5", subject=digest, detail=detail)

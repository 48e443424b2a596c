"""Files on their way in: each is one growing file, and its length is the only truth about how much of it has come.

Nothing is written ahead of the bytes (no room is claimed, no number kept beside the file), so after a crash the length
is a beginning of what was sent and never more. A length that was told to a client is on the disk before it is told.
"""

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from django.conf import settings

_ID = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
SYNC_BYTES = 64 << 20  # what a long request may leave to the disk's own pace
READ_BYTES = 1 << 20


class Busy(RuntimeError):
    """Someone else is appending to this file."""


class WrongOffset(ValueError):
    """The file does not end where the caller means to go on; `length` is where it ends."""

    def __init__(self, length: int) -> None:
        super().__init__(f"the file ends at {length}")
        self.length = length


class Stopped(RuntimeError):
    """A digest was given up because its caller asked for that."""


@dataclass
class Tail:
    """The open end of a file; `length` grows with each write. Lives in one request at a time."""

    descriptor: int
    length: int
    _unsynced: int = 0

    def write(self, data: bytes) -> None:
        """Append all of it; what was written before a full disk said no stays and counts.

        Raises: OSError.
        """
        view = memoryview(data)
        while view:
            count = os.write(self.descriptor, view)
            self.length += count
            self._unsynced += count
            view = view[count:]
        if self._unsynced >= SYNC_BYTES:
            self.sync()

    def sync(self) -> None:
        """Return when what was written is on the disk."""
        os.fsync(self.descriptor)
        self._unsynced = 0

    def close(self) -> None:
        """Return when what was written is on the disk and the next writer may come."""
        try:
            self.sync()
        finally:
            os.close(self.descriptor)

    def cut(self, length: int) -> None:
        """Drop what lies behind `length`: the bytes did not match their checksum."""
        os.ftruncate(self.descriptor, length)
        self.length = length
        self.sync()


def new_id() -> str:
    """A name that nobody guesses: 256 random bits as 43 letters and digits."""
    return secrets.token_urlsafe(32)


def path(upload_id: str) -> Path:
    """Where the file lies.

    Raises: ValueError if this is no id that `new_id` gives; so a name from outside never becomes a path.
    """
    if not _ID.fullmatch(upload_id):
        raise ValueError(f"expected an id of 43 letters and digits, got {upload_id[:80]!r}")
    return _root() / upload_id


def length(upload_id: str) -> int:
    """How many bytes have come; 0 if there is no file yet, for it is made with its first writer."""
    try:
        return path(upload_id).stat().st_size
    except FileNotFoundError:
        return 0


def open_end(upload_id: str, *, offset: int) -> Tail:
    """The end of the file for one writer alone, until it closes it.

    Raises: Busy, WrongOffset.
    """
    found = path(upload_id)
    found.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    is_new = not found.exists()
    descriptor = os.open(found, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if is_new:
            _sync_folder(found.parent)
        flock(descriptor, LOCK_EX | LOCK_NB)
        size = os.fstat(descriptor).st_size
        if size != offset:
            raise WrongOffset(size)
    except BlockingIOError as error:
        os.close(descriptor)
        raise Busy(upload_id) from error
    except BaseException:
        os.close(descriptor)
        raise
    return Tail(descriptor, size)


def digest(upload_id: str, *, progress: Callable[[int], bool] = lambda _done: True) -> str:
    """SHA-256 of the whole file, in lower-case hex; `progress` hears the bytes read and says whether to go on.

    Raises: Stopped, FileNotFoundError.
    """
    found, done = hashlib.sha256(), 0
    with path(upload_id).open("rb") as file:
        while piece := file.read(READ_BYTES):
            found.update(piece)
            done += len(piece)
            if not progress(done):
                raise Stopped(upload_id)
    return found.hexdigest()


def synced_length(upload_id: str) -> int:
    """`length`, once so many bytes are on the disk: what may be told to a client."""
    try:
        descriptor = os.open(path(upload_id), os.O_RDWR)
    except FileNotFoundError:
        return 0
    try:
        size = os.fstat(descriptor).st_size  # before the sync: what comes meanwhile may not be on the disk
        os.fsync(descriptor)
        return size
    finally:
        os.close(descriptor)


def remove(upload_id: str) -> None:
    """Forget the file; none is no error."""
    path(upload_id).unlink(missing_ok=True)


def ids() -> list[str]:
    """Every file there is."""
    return sorted(each.name for each in _root().glob("*") if _ID.fullmatch(each.name))


def free_bytes() -> int:
    """What the disk has left for files on their way in."""
    root = _root()
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    return shutil.disk_usage(root).free


def _root() -> Path:
    return Path(settings.DATA_DIR) / "uploads"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Files by content: each is stored once under its SHA-256, and a name from outside never becomes a path."""

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

_SHA256 = re.compile(r"[0-9a-f]{64}")
CHUNK_BYTES = 1 << 20


class TooLarge(ValueError):
    """More bytes came than the caller allowed; nothing was kept."""


@dataclass(frozen=True)
class StoredFile:
    """A file in the store: `sha256` in lower-case hex, `size_bytes`."""

    sha256: str
    size_bytes: int


def put(chunks: Iterable[bytes], *, max_bytes: int) -> StoredFile:
    """Store the bytes and give their address; storing the same bytes twice keeps one file.

    Raises: TooLarge.
    """
    digest, size = hashlib.sha256(), 0
    temporary = _root() / "incoming" / secrets.token_hex(16)
    temporary.parent.mkdir(parents=True, exist_ok=True)
    try:
        with temporary.open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > max_bytes:
                    raise TooLarge(f"more than {max_bytes} bytes")
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        found = StoredFile(digest.hexdigest(), size)
        target = path(found.sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return found


def put_file(source: Path, *, max_bytes: int = 1 << 40) -> StoredFile:
    """Store a file that lies on this machine (a rendition that ffmpeg made)."""
    with source.open("rb") as file:
        return put(iter(lambda: file.read(CHUNK_BYTES), b""), max_bytes=max_bytes)


def adopt(source: Path, *, sha256: str) -> StoredFile:
    """Take a finished file into the store without a second copy; `source` stays as another name of the same bytes.

    The caller answers for the digest. On another file system the bytes are copied, and checked on the way.
    Raises: FileNotFoundError, ValueError if a copy has another digest.
    """
    target = path(sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        try:
            os.link(source, target)
        except FileExistsError:
            pass
        except OSError as error:
            if error.errno not in {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP}:
                raise
            found = put_file(source)
            if found.sha256 != sha256:
                raise ValueError(f"expected {sha256}, copied {found.sha256}") from error
    return StoredFile(sha256, target.stat().st_size)


def path(sha256: str) -> Path:
    """Where a file lies, or would lie.

    Raises: ValueError if the address is not 64 lower-case hex digits.
    """
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"expected a SHA-256 in lower-case hex, got {sha256[:80]!r}")
    return _root() / sha256[:2] / sha256


def has(sha256: str) -> bool:
    """Whether the store holds these bytes."""
    return path(sha256).is_file()


def remove(sha256: str) -> None:
    """Take bytes out of the store for good; those that are not there are gone already. No row may need them."""
    path(sha256).unlink(missing_ok=True)


def _root() -> Path:
    return Path(settings.DATA_DIR) / "files"

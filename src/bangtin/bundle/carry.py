"""A stick that carries a province's sets to posts without a line and their records back (trust G, 9.1–9.3).

Pure but for reading and copying files: what lies on a stick is hostile, so names are matched, sizes bounded, links
refused, and nothing is judged on the stick: the copy is.
"""

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from tuf.api.serialization import DeserializationError

from bangtin.bundle import bounds, instants, names
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.roles import Timestamp, read_signed
from bangtin.bundle.trusted import TIMESTAMP
from bangtin.bundle.verify import Accepted

FOLDER = "bangtin-carry/1"
MOST_FILES = 50_000
DEEPEST = 5
SMALL_BYTES = 64 * 2**20  # all that is held in memory at once: metadata, targets, alerts, acks
HEALTH_BYTES = 24_576  # a report of 16 kB in its envelope
_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}"
_SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
# kind → its pattern and the most bytes of one file
KINDS: Mapping[str, tuple[re.Pattern[str], int]] = {
    kind: (re.compile(pattern, re.ASCII), most)
    for kind, pattern, most in (
        (
            "metadata",
            rf"metadata/(timestamp|[1-9][0-9]{{0,8}}\.(root|snapshot|targets|people|c-{_SLUG}))\.json",
            5_000_000,
        ),
        ("targets", r"targets/([0-9a-f]{64}\.policy\.json|people/[0-9a-f]{64}\.officers\.json)", bounds.TARGETS_BYTES),
        ("cluster", rf"targets/c/{_SLUG}/[0-9a-f]{{64}}\.(manifest\.json|approvals\.jsonl)", bounds.APPROVALS_BYTES),
        ("media", r"m/[0-9a-f]{64}", bounds.MEDIA_BYTES),
        ("chunks", r"m/[0-9a-f]{64}\.chunks", 32 * (bounds.MEDIA_BYTES // bounds.CHUNK_BYTES + 1)),
        ("alert", r"alerts/[0-9a-f]{64}\.json", bounds.ALERT_BYTES),
        ("ack", rf"acks/{_ID}\.json", bounds.ENVELOPE_BYTES),
        (
            "records",
            rf"records/{_ID}/[1-9][0-9]{{0,8}}-[1-9][0-9]{{0,14}}-[0-9a-f]{{8}}\.jsonl\.gz",
            bounds.BATCH_BYTES,
        ),
        ("health", rf"health/{_ID}\.json", HEALTH_BYTES),
    )
}


@dataclass(frozen=True)
class Entry:
    """A file of the stick by its name below `bangtin-carry/1`, which matched a pattern of its kind."""

    name: str
    kind: str
    size: int


def kind_of(name: str) -> str:
    """The kind of a name. Raises: BundleRefusal carry_name (9.1)."""
    for kind, (pattern, _most) in KINDS.items():
        if pattern.fullmatch(name) and ".." not in name:
            return kind
    raise _refusal("carry_name", "9.1", name, "has no place on a stick")


def survey(root: Path) -> list[Entry]:
    """What lies below `root`, a folder `bangtin-carry/1`; nothing is opened.

    Raises: BundleRefusal carry_name for anything but regular files with names of ours, carry_too_large (9.1, 9.2).
    """
    entries = []
    for path in _files(root, depth=0):
        name = path.relative_to(root).as_posix()
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            raise _refusal("carry_name", "9.1", name, "is no regular file")
        kind = kind_of(name)
        if found.st_size > KINDS[kind][1]:
            raise _refusal("carry_too_large", "9.2", name, f"has {found.st_size} bytes")
        entries.append(Entry(name, kind, found.st_size))
        if len(entries) > MOST_FILES:
            raise _refusal("carry_name", "9.1", root.name, f"more than {MOST_FILES} files")
    return sorted(entries, key=lambda one: one.name)


def read_small(root: Path, entries: Sequence[Entry]) -> dict[str, bytes]:
    """Copies of small files, in memory. Raises: BundleRefusal carry_too_large, carry_name (9.2); OSError."""
    found, left = {}, SMALL_BYTES
    for one in entries:
        data = b"".join(pieces(root, one))
        left -= len(data)
        if left < 0:
            raise _refusal("carry_too_large", "9.2", one.name, "more than a player takes at once")
        found[one.name] = data
    return found


def pieces(root: Path, entry: Entry) -> Iterator[bytes]:
    """The bytes of a file in pieces of at most 1 MiB, never more than it had when it was looked at.

    Raises: BundleRefusal carry_too_large if it has grown, carry_name if it became a link; OSError.
    """
    try:
        descriptor = os.open(root / entry.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise _refusal("carry_name", "9.1", entry.name, f"cannot be read: {error.strerror}") from error
    left = entry.size
    with os.fdopen(descriptor, "rb") as source:
        if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
            raise _refusal("carry_name", "9.1", entry.name, "is no regular file")
        while data := source.read(bounds.CHUNK_BYTES):
            left -= len(data)
            if left < 0:
                raise _refusal("carry_too_large", "9.2", entry.name, "grew while it was copied")
            yield data


def set_files(found: Mapping[str, bytes], *, cluster: str) -> dict[str, bytes]:
    """Of the copies those that make up the set of one cluster: other clusters' targets are nobody's business here."""
    own = f"targets/{names.directory(cluster)}/"
    kept = {"metadata", "targets"}
    return {name: data for name, data in found.items() if kind_of(name) in kept or name.startswith(own)}


def instant(files: Mapping[str, bytes], *, now: datetime) -> datetime:
    """When a carried set is to be judged: now, or one second before its timestamp runs out if that is over (rule G).

    Nothing is believed by it: at that instant every signature is checked, and `check_fresh` bounds how long ago it was.
    Raises: BundleRefusal timestamp_missing, timestamp_malformed (1.1, 1.2).
    """
    data = files.get(TIMESTAMP)
    if data is None:
        raise _refusal("timestamp_missing", "1.1", TIMESTAMP, "is not on the stick")
    if len(data) > bounds.TIMESTAMP_BYTES:
        raise _refusal("timestamp_too_large", "1.1", TIMESTAMP, f"more than {bounds.TIMESTAMP_BYTES} bytes")
    try:
        signed = read_signed(data)
    except (DeserializationError, RecursionError) as error:
        raise _refusal("timestamp_malformed", "1.2", TIMESTAMP, "is no metadata") from error
    if not isinstance(signed, Timestamp):
        raise _refusal("timestamp_malformed", "1.2", TIMESTAMP, "is another role's")
    return min(now, signed.expires - timedelta(seconds=1)).replace(microsecond=0)


def check_fresh(accepted: Accepted, *, now: datetime) -> None:
    """Rule G: the timestamp ran out no longer ago than the signed policy lets a courier take; the plan is not over.

    Raises: BundleRefusal carry_stale (1.9), manifest_over (2.5).
    """
    late_s = (now - accepted.timestamp_expires).total_seconds()
    if late_s > accepted.policy.carry_grace_s:
        raise _refusal("carry_stale", "1.9", TIMESTAMP, f"ran out {late_s / 86_400:.0f} days ago")
    if instants.from_ms(accepted.manifest.ends_ms) <= now:
        raise _refusal("manifest_over", "2.5", "manifest.json", "has ended")


def record_name(device: str, *, epoch: int, first: int, head: str) -> str:
    """Where a batch lies: the body as it would be sent, the signed checkpoint its first line."""
    return f"records/{device}/{epoch}-{first}-{head[:8]}.jsonl.gz"


def alert_name(envelope: bytes) -> str:
    """Where an emergency envelope lies: by its digest, for two roles count on their own."""
    return f"alerts/{hashlib.sha256(envelope).hexdigest()}.json"


def device_of(name: str) -> str:
    """The device of a records, ack or health file, by its name: who signed it is another matter."""
    return name.split("/")[1].removesuffix(".json")


def write(root: Path, name: str, parts: Sequence[bytes] | Iterator[bytes]) -> None:
    """Write a file on the stick under a name of ours, whole or not at all, and durably. Raises: OSError."""
    kind_of(name)
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.parent / f"{path.name}.tmp"
    try:
        with staged.open("wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)


def settle(root: Path, *, tell: Callable[[OSError], None] = lambda _error: None) -> None:
    """Make the folders durable, so that the stick may be pulled; some file systems do not let folders be synced."""
    for folder in (root, *(path for path in root.rglob("*") if path.is_dir() and not path.is_symlink())):
        try:
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            tell(error)


def _files(folder: Path, *, depth: int) -> Iterator[Path]:
    if depth > DEEPEST:
        raise _refusal("carry_name", "9.1", folder.name, f"deeper than {DEEPEST} folders")
    for path in sorted(islice(folder.iterdir(), MOST_FILES + 1)):
        if path.name.endswith(".tmp") and path.is_file() and not path.is_symlink():
            continue  # of a copy that was cut short
        if path.is_dir() and not path.is_symlink():
            yield from _files(path, depth=depth + 1)
        else:
            yield path


def _refusal(code: str, step: str, subject: str, detail: str) -> BundleRefusal:
    return BundleRefusal(code, step=step, subject=subject[:120], detail=detail)

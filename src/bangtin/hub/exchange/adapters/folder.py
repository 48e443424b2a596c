"""The exchange folder: `in/` and `out/` for the source system, `done/` and `failed/` for what became of it.

Whoever puts a file in writes it under a name that ends in `.part` (or begins with a dot) and renames it when it is
whole. Names from outside are looked at, never joined to a path: what is read was listed in the folder itself.
"""

import os
import secrets
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from bangtin.hub.exchange import items
from bangtin.hub.exchange.errors import NotReached, OutsideHost
from bangtin.hub.exchange.mapping import Mapping as Mapped
from bangtin.hub.exchange.mapping import home
from bangtin.hub.kit import clock, files

PARTS = ("in", "out", "done", "failed")
ITEM_ENDINGS = (".json", ".xml")
PARTIAL = (".part", ".tmp", ".crdownload", ".filepart")
REASON, HTTP_NAME = "ly-do.txt", "item.json"
MOST_ITEMS = 500


@dataclass(frozen=True)
class Place:
    """The four folders of one exchange."""

    root: Path

    def part(self, name: str) -> Path:
        """One of the four."""
        return self.root / name


def place(mapping: Mapped) -> Place:
    """The exchange folder with its parts, made where they are missing.

    Raises: NotReached where the folder cannot be used.
    """
    root = Path(mapping.folder.path) if mapping.folder.path else home() / "folder"
    try:
        for name in PARTS:
            (root / name).mkdir(parents=True, exist_ok=True, mode=0o750)
    except OSError as error:
        raise _unusable(root, error) from error
    return Place(root)


def waiting(found: Place) -> list[str]:
    """The names of whole items in `in/`, oldest first, MOST_ITEMS at most; partial files, links, folders are not read.

    Raises: NotReached.
    """
    try:
        rows = [
            (entry.stat(follow_symlinks=False).st_mtime_ns, entry.name)
            for entry in os.scandir(found.part("in"))
            if _is_item(entry.name) and entry.is_file(follow_symlinks=False)
        ]
    except OSError as error:
        raise _unusable(found.root, error) from error
    return [name for _age, name in sorted(rows)[:MOST_ITEMS]]


def read(found: Place, name: str, *, part: str = "in") -> bytes:
    """The bytes of an item; of one that is too large only as many as show it.

    Raises: OSError if it is gone.
    """
    with _opened(found.part(part) / name) as file:
        return file.read(items.MOST_BYTES + 1)


def media(found: Place, name: str, *, part: str = "in") -> Iterator[bytes]:
    """The bytes of a file that lies beside an item; `name` is what the item calls it.

    Raises: OutsideHost for a name that is a path; NotReached where there is no such file yet.
    """
    plain = name.removeprefix("file:")
    if not is_plain(plain):
        raise OutsideHost(
            _("The item names the file “%(name)s”, which is no plain name.") % {"name": name[:120]},
            _("Put the file beside the item and give its name alone."),
        )
    path = found.part(part) / plain
    if path.is_symlink() or not path.is_file():
        raise NotReached(
            _("The file %(name)s does not lie beside its item.") % {"name": plain},
            _("Put the file in first and the item after it."),
        )
    return _pieces(path)


def is_plain(name: str) -> bool:
    """Whether a name is that of a file in the same folder: no path, nothing hidden, no control signs."""
    if not name.isprintable() or name.startswith(".") or set(name) & set("/\\:"):
        return False
    return 0 < len(name.encode()) <= 200


def put_away(found: Place, name: str, beside: str, *, to: str, at: datetime, reason: str = "") -> str:
    """Put an item, and the file `beside` it if there is one, into a folder of their own in `done/` or `failed/`.

    Gives that folder's name. The file beside it stays in `in/` too, for other items that name it, until `clear`.
    What is gone already stays gone: another program may have cleared the folder.
    """
    kept = _new_folder(found, to, at)
    target = found.part(to) / kept
    if is_plain(beside) and (found.part("in") / beside).is_file():
        with suppress(OSError):  # without links the file stays where it is
            os.link(found.part("in") / beside, target / beside, follow_symlinks=False)
    with suppress(FileNotFoundError):
        (found.part("in") / name).replace(target / name)
    if reason:
        write(target / REASON, reason.encode())
    return kept


def clear(found: Place, used: Mapping[str, bool]) -> None:
    """Take files out of `in/` whose items were put away; True: taken into the store, so that no copy is needed.

    One that is only needed by a failed item goes once it lies with that item.
    """
    for name, is_stored in used.items():
        path = found.part("in") / name
        if is_plain(name) and path.is_file() and (is_stored or path.stat().st_nlink > 1):
            path.unlink()


def keep(found: Place, data: bytes, *, at: datetime, reason: str) -> str:
    """Keep an item that came another way in a folder of its own in `failed/`, with its reason."""
    kept = _new_folder(found, "failed", at)
    write(found.part("failed") / kept / HTTP_NAME, data)
    write(found.part("failed") / kept / REASON, reason.encode())
    return kept


def take_back(found: Place, kept: str, *, name: str) -> bool:
    """Put a failed item and what lies with it into `in/` once more, the item last; False where it is gone."""
    folder = found.part("failed") / kept
    if not is_plain(kept) or not is_plain(name) or not (folder / name).is_file():
        return False
    others = [one.name for one in folder.iterdir() if one.name not in {REASON, name}]
    for one in (*others, name):
        target = found.part("in") / one
        if not target.exists():
            (folder / one).replace(target)
    forget(found, kept)
    return True


def forget(found: Place, kept: str, *, part: str = "failed") -> None:
    """Take a folder out of `failed/` or `done/`."""
    if is_plain(kept):
        shutil.rmtree(found.part(part) / kept, ignore_errors=True)


def wipe(found: Place, names: Iterable[str]) -> None:
    """Remove files from `in/` for good, links to them as well: what bears a mark of state secrets is kept nowhere."""
    for name in names:
        if is_plain(name):
            (found.part("in") / name).unlink(missing_ok=True)


def _new_folder(found: Place, part: str, at: datetime) -> str:
    kept = f"{clock.local_date(at).isoformat()}-{secrets.token_hex(4)}"
    (found.part(part) / kept).mkdir(mode=0o750)
    return kept


def write(target: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    half = target.with_name(f".{secrets.token_hex(6)}.part")
    try:
        with half.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)


def try_out(found: Place) -> None:
    """Write, read and remove a file in `out/`, and list `in/`.

    Raises: NotReached.
    """
    probe = found.part("out") / f".thu-{secrets.token_hex(4)}"
    try:
        write(probe, b"thu")
        is_same = probe.read_bytes() == b"thu"
        probe.unlink()
        next(os.scandir(found.part("in")), None)
    except OSError as error:
        raise _unusable(found.root, error) from error
    if not is_same:
        raise _unusable(found.root, OSError("read back other bytes"))


def _is_item(name: str) -> bool:
    return is_plain(name) and name.lower().endswith(ITEM_ENDINGS) and not name.lower().endswith(PARTIAL)


def _opened(path: Path) -> BinaryIO:
    """A file opened without following a link put in its place meanwhile, and never a device or pipe."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise FileNotFoundError(path.name)
    return os.fdopen(handle, "rb")


def _pieces(path: Path) -> Iterator[bytes]:
    with _opened(path) as file:
        while piece := file.read(files.CHUNK_BYTES):
            yield piece


def _unusable(root: Path, error: OSError) -> NotReached:
    return NotReached(
        _("The exchange folder %(path)s cannot be used: %(why)s") % {"path": root, "why": error.strerror or error},
        _("Whoever runs the server looks at the folder, its rights and its disk."),
    )

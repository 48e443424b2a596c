"""Where sealed days lie, and how their files are written: whole or not at all, under the digest of what they hold."""

import hashlib
import json
import os
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from bangtin.bundle import names

TYPE = "bangtin.lake.v1"
EVIDENCE = "_evidence"
_SEALED = re.compile(r".+-([0-9]+)\.[0-9a-f]{16}\.(?:parquet|json|jsonl\.gz)", re.ASCII)


class Changed(Exception):
    """A file is not what it was sealed as. `name` is the file, `detail` what is wrong."""

    def __init__(self, name: str, detail: str) -> None:
        """Name the file and say what is wrong with it."""
        super().__init__(f"{name}: {detail}")
        self.name, self.detail = name, detail


@dataclass(frozen=True)
class Kept:
    """A file of a part: its name inside the day's folder, digest, size; rows it holds; the device, for evidence."""

    name: str
    sha256: str
    size_bytes: int
    rows: int
    device: str = ""


@dataclass(frozen=True)
class Part:
    """What was sealed at one time of a province's day; `keys` are the devices' public keys, by device and epoch."""

    province: str
    on: date
    number: int
    rows: int
    plays: Kept
    evidence: tuple[Kept, ...]
    keys: dict[str, dict[str, str]]

    def encode(self) -> bytes:
        """The bytes of the part's manifest."""
        found = {"type": TYPE, **asdict(self), "on": self.on.isoformat()}
        return json.dumps(found, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def decode(data: bytes) -> Part:
    """The part that a manifest tells of. Raises: ValueError, KeyError, TypeError for anything else."""
    found = json.loads(data)
    if found.pop("type") != TYPE:
        raise ValueError(f"expected a manifest of type {TYPE}")
    plays, evidence = Kept(**found.pop("plays")), tuple(Kept(**one) for one in found.pop("evidence"))
    return Part(on=date.fromisoformat(found.pop("on")), plays=plays, evidence=evidence, **found)


def root() -> Path:
    """The folder of the lake."""
    return Path(settings.DATA_DIR) / "lake"


def folder(province: str, on: date) -> Path:
    """The folder of a province's day. Raises: ValueError for a province whose name could lead elsewhere."""
    if not names.is_name(province):
        raise ValueError(f"expected the name of a province, got {province!r}")
    return root() / f"province={province}" / f"day={on.isoformat()}"


def evidence_name(device: str, part: int) -> str:
    """The first half of the name of a device's evidence; a name no file system should see is told by its digest."""
    safe = device if names.is_name(device) else f"x-{hashlib.sha256(device.encode()).hexdigest()}"
    return f"{EVIDENCE}/{safe}-{part}"


def keep(data: bytes, *, into: Path, stem: str, ending: str) -> tuple[str, str]:
    """Write bytes as `<stem>.<digest>.<ending>`; gives the name and the whole digest."""
    temporary = into / f"{stem}.{os.getpid()}.new"
    temporary.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with temporary.open("wb") as file:
        file.write(data)
    return settle(temporary, into=into, stem=stem, ending=ending)


def settle(made: Path, *, into: Path, stem: str, ending: str) -> tuple[str, str]:
    """Bring a file that is written out under its name, on the disk for good; gives the name and the whole digest."""
    sha256 = digest(made)
    name = f"{stem}.{sha256[:16]}.{ending}"
    descriptor = os.open(made, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    made.replace(into / name)
    _sync_folder((into / name).parent)
    return name, sha256


def digest(path: Path) -> str:
    """The SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checked(path: Path, kept: Kept) -> None:
    """Look whether a file is still what it was sealed as. Raises: Changed."""
    if not path.is_file():
        raise Changed(kept.name, _("the file is missing"))
    if path.stat().st_size != kept.size_bytes:
        sizes = {"found": path.stat().st_size, "sealed": kept.size_bytes}
        raise Changed(kept.name, _("%(found)d bytes, sealed with %(sealed)d") % sizes)
    found = digest(path)
    if found != kept.sha256:
        raise Changed(kept.name, _other_digest(found, kept.sha256))


def _other_digest(found: str, sealed: str) -> str:
    return _("its SHA-256 is %(found)s, sealed with %(sealed)s") % {"found": found, "sealed": sealed}


def read_part(province: str, on: date, *, name: str, sha256: str) -> Part:
    """The manifest of a part, if it is the one that was sealed. Raises: Changed."""
    path = folder(province, on) / name
    if not path.is_file():
        raise Changed(name, _("the file is missing"))
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise Changed(name, _other_digest(found, sha256))
    return decode(data)


def of_part(day: Path, number: int) -> set[Path]:
    """Every file in a day's folder that was ever sealed as this part, also by a process that was cut off."""
    found = (path for path in (*day.glob("*"), *(day / EVIDENCE).glob("*")) if path.is_file())
    return {path for path in found if (match := _SEALED.fullmatch(path.name)) and int(match[1]) == number}


def remove(paths: Iterable[Path]) -> None:
    """Remove files that a newer sealing of the same part stands in for."""
    for path in paths:
        path.unlink(missing_ok=True)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

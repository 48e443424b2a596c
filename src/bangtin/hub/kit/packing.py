"""A ZIP that leaves while it is made: memory stays flat, and its last member lists all others with their digests."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bangtin.hub.kit.clock import LOCAL

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Member:
    """One file of a package. `name` is made by us, never from outside; `is_packed`: worth compressing (text).

    `sha256` is what the bytes should be, empty where only the package itself says it.
    """

    name: str
    chunks: Iterable[bytes]
    is_packed: bool = True
    sha256: str = ""


class _Sink(io.RawIOBase):
    """Takes what the ZIP writer gives and hands it on; it cannot go back, so sizes follow each member."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        taken = bytes(data)  # type: ignore[call-overload]  # whatever buffer the ZIP writer has
        self._held += taken
        return len(taken)

    def take(self) -> bytes:
        found = bytes(self._held)
        self._held.clear()
        return found


def stream(members: Iterable[Member], *, about: dict[str, object], at: datetime) -> Iterator[bytes]:
    """The bytes of the package; `about` heads its manifest, all members are dated `at`.

    A member whose bytes are not what they should be stays, and the manifest says so under `wrong`.
    """
    sink = _Sink()
    listed, wrong = [], []
    date = at.astimezone(LOCAL).timetuple()[:6]
    with zipfile.ZipFile(sink, "w", allowZip64=True) as package:
        for member in members:
            digest, size = hashlib.sha256(), 0
            with package.open(_info(member.name, date, is_packed=member.is_packed), "w", force_zip64=True) as file:
                for chunk in member.chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                    yield sink.take()
            listed.append({"name": member.name, "sha256": digest.hexdigest(), "size": size})
            if member.sha256 and member.sha256 != digest.hexdigest():
                wrong.append({"name": member.name, "expected": member.sha256})
        manifest = {**about, "members": listed, "wrong": wrong}
        data = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        package.writestr(_info(MANIFEST, date, is_packed=True), data)
    yield sink.take()


def _info(name: str, date: tuple[int, ...], *, is_packed: bool) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=(date[0], *date[1:6]))  # type: ignore[arg-type]  # six numbers
    info.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
    info.external_attr = 0o644 << 16
    return info

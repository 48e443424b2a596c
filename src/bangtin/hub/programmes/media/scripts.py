"""Active content: what would run or reach out if a program other than ours opened the file. In the bounded process."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

_EDGE_BYTES = 1 << 18
_TEXT_MOST = 4 << 20
_PDF_MOST = 256 << 20
_STREAM_MOST = 2 << 20
_STREAMS_MOST = 2_000

_MARKUP = re.compile(rb"<script[\s>/]|<\?php|<html[\s>]|<!doctype html|<iframe[\s>]", re.IGNORECASE)
_SVG = (
    (re.compile(rb"<script[\s>/]", re.IGNORECASE), "script"),
    (re.compile(rb"\son[a-z]{3,20}\s*=", re.IGNORECASE), "on…="),
    (re.compile(rb"javascript\s*:", re.IGNORECASE), "javascript:"),
    (re.compile(rb"<foreignobject|<iframe|<embed|<object", re.IGNORECASE), "foreignObject"),
    (re.compile(rb"<!entity", re.IGNORECASE), "ENTITY"),
)
_PDF_NAMES = {
    b"JavaScript": "JavaScript",
    b"JS": "JavaScript",
    b"Launch": "Launch",
    b"EmbeddedFile": "EmbeddedFile",
    b"RichMedia": "RichMedia",
    b"XFA": "XFA",
    b"SubmitForm": "SubmitForm",
    b"ImportData": "ImportData",
    b"GoToR": "GoToR",
    b"GoToE": "GoToE",
}
_PDF_NAME = re.compile(rb"/((?:[A-Za-z]|#[0-9A-Fa-f]{2}){2,40})(?![A-Za-z0-9#])")
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")


def find(path: Path, container: str) -> str:
    """What is active in the file, by its name (script, Launch, …); empty if nothing is.

    A polyglot is found in the first and last quarter of a megabyte, where another reader would look for it.
    """
    if container == "pdf":
        return next(_in_pdf(path), "")
    if container == "other:SVG":
        data = _read(path, _TEXT_MOST)
        return next((name for pattern, name in _SVG if pattern.search(data)), "")
    if container in {"docx", "pptx", "txt", "srt", "vtt"}:
        return ""  # office files are looked into member by member; of texts only the characters are ever used
    found = _MARKUP.search(_edges(path))
    return found.group().decode("ascii", "replace").strip("< >/?").lower() if found else ""


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)


def _edges(path: Path) -> bytes:
    with path.open("rb") as file:
        head = file.read(_EDGE_BYTES)
        file.seek(max(len(head), path.stat().st_size - _EDGE_BYTES))
        return head + file.read(_EDGE_BYTES)


def _in_pdf(path: Path) -> Iterator[str]:
    data = _read(path, _PDF_MOST)
    yield from _named(data)
    for number, match in enumerate(_STREAM.finditer(data)):
        if number >= _STREAMS_MOST:
            return
        # Only object streams can hold actions; what else is packed (pictures, fonts) is not looked through.
        if b"/ObjStm" in data[max(0, match.start() - 400) : match.start()]:
            yield from _named(_unpacked(data[match.end() : match.end() + _STREAM_MOST]))


def _named(data: bytes) -> Iterator[str]:
    for match in _PDF_NAME.finditer(data):
        name = _HEX.sub(lambda found: bytes([int(found.group(1), 16)]), match.group(1))
        if name in _PDF_NAMES:
            yield _PDF_NAMES[name]


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _STREAM_MOST)
    except zlib.error:
        return b""

"""The lines of a Word document: paragraphs in order, tables cell by cell, numbering of lists written out."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Protocol

UNPACKED_BYTES = 200 << 20
ENTRIES = 5_000
MAIN = "word/document.xml"
ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


class NotWord(Exception):
    """The bytes are no Word document that can be read; `reason` is "broken" or "bomb"."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class _Element(Protocol):
    tag: Any
    text: str | None

    def get(self, key: str) -> str | None: ...
    def find(self, path: str) -> "_Element | None": ...
    def findall(self, path: str) -> "list[_Element]": ...
    def iter(self, *tags: str) -> "Iterator[_Element]": ...
    def getparent(self) -> "_Element | None": ...
    def __iter__(self) -> "Iterator[_Element]": ...


def lines(body: bytes) -> list[str]:
    """The lines of a .docx, one a paragraph.

    Raises: NotWord.
    """
    check(body)
    from docx import Document

    try:
        document = Document(io.BytesIO(body))
        numbering = _Numbering(document)
        return list(_lines(document.element.body, numbering))
    except Exception as error:
        # lxml, zipfile and python-docx raise many kinds for a damaged file; each means the same to an officer
        raise NotWord("broken") from error


def check(body: bytes) -> None:
    """Look at the archive before anything is unpacked.

    Raises: NotWord if it is none, holds no document, or would unpack to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise NotWord("broken") from error
    if len(entries) > ENTRIES or sum(each.file_size for each in entries) > UNPACKED_BYTES:
        raise NotWord("bomb")
    if MAIN not in {each.filename for each in entries}:
        raise NotWord("broken")


def _lines(body: _Element, numbering: "_Numbering") -> Iterator[str]:
    for paragraph in body.iter(f"{_W}p"):
        if _is_in_fallback(paragraph):
            continue  # the same words once more, for old versions of Word
        text = "".join(_words(paragraph))
        if text.strip():
            mark = numbering.mark(paragraph)
            first, *rest = text.split("\n")
            yield f"{mark} {first}" if mark else first
            yield from rest
        else:
            yield ""


def _words(element: _Element) -> Iterator[str]:
    """The words of a paragraph without those of paragraphs inside it (text boxes) and without struck-out changes."""
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in {f"{_W}tab", f"{_W}ptab"}:
            yield " "
        elif child.tag in {f"{_W}br", f"{_W}cr"}:
            yield "\n"
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif child.tag not in {f"{_W}p", f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", _FALLBACK}:
            yield from _words(child)


def _is_in_fallback(element: _Element) -> bool:
    above = element.getparent()
    while above is not None:
        if above.tag == _FALLBACK:
            return True
        above = above.getparent()
    return False


class _Numbering:
    """Counts numbered paragraphs as Word does, so that "1." and "a)" that are not typed stand in the text too."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._styles: dict[str, tuple[str | None, int]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return  # a document without lists
        abstract = {each.get(f"{_W}abstractNumId"): _levels(each) for each in root.findall(f"{_W}abstractNum")}
        for each in root.findall(f"{_W}num"):
            of = each.find(f"{_W}abstractNumId")
            self._levels[each.get(f"{_W}numId") or ""] = abstract.get(of.get(f"{_W}val"), {}) if of is not None else {}
        for style in document.styles.element.findall(f"{_W}style"):
            found = style.find(f"{_W}pPr/{_W}numPr")
            if found is not None:
                self._styles[style.get(f"{_W}styleId")] = _numbered(found)

    def mark(self, paragraph: _Element) -> str:
        """The marker that Word would print before a paragraph, or an empty string."""
        found = paragraph.find(f"{_W}pPr/{_W}numPr")
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        number, level = _numbered(found) if found is not None else (None, 0)
        if number is None and style is not None:
            number, level = self._styles.get(style.get(f"{_W}val") or "", (None, 0))
        levels = self._levels.get(number or "", {})
        if number is None or level not in levels:
            return ""
        counts = self._counts.setdefault(number, {})
        counts[level] = counts.get(level, levels[level][2] - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        kind, shape, _start = levels[level]
        if kind == "bullet":
            return "-"
        for at in range(level + 1):
            at_kind, _shape, start = levels.get(at, ("decimal", "", 1))
            shape = shape.replace(f"%{at + 1}", _figure(at_kind, counts.get(at, start)))
        return shape.strip()


def _levels(abstract: _Element) -> dict[int, tuple[str, str, int]]:
    found = {}
    for level in abstract.findall(f"{_W}lvl"):
        kind, shape, start = (_value(level, name) for name in ("numFmt", "lvlText", "start"))
        found[int(level.get(f"{_W}ilvl") or 0)] = (kind or "decimal", shape or "", int(start or 1))
    return found


def _value(element: _Element, name: str) -> str | None:
    found = element.find(f"{_W}{name}")
    return found.get(f"{_W}val") if found is not None else None


def _numbered(element: _Element) -> tuple[str | None, int]:
    return _value(element, "numId"), int(_value(element, "ilvl") or 0)


def _figure(kind: str, count: int) -> str:
    if kind in {"upperRoman", "lowerRoman"}:
        found, rest = "", count
        for worth, letters in ROMAN:
            found, rest = found + letters * (rest // worth), rest % worth
        return found if kind == "upperRoman" else found.lower()
    if kind in {"lowerLetter", "upperLetter"}:
        letter = chr(ord("a") + (count - 1) % 26)
        return letter if kind == "lowerLetter" else letter.upper()
    return "" if kind == "none" else f"{count:02d}" if kind == "decimalZero" else str(count)

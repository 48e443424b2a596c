"""Custom properties of a .docx: what a program needs to lead a printed figure back to its rows."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from docx.document import Document as Paper
from docx.opc.packuri import PackURI
from docx.opc.part import Part

REPORT, FIGURES, AUDIT = "BangtinReport", "BangtinFigures", "BangtinAudit"
PART = "docProps/custom.xml"
MOST_BYTES = 32 << 20
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class NotAReport(ValueError):
    """A file that is no .docx, or none that we wrote."""


@dataclass(frozen=True)
class Written:
    """What a .docx says of itself: the report's id, and each figure's printed values by name."""

    report_id: int
    printed: dict[str, list[str]]


def put(paper: Paper, values: Mapping[str, str]) -> None:
    """Add custom properties to a paper."""
    rows = "".join(
        f'<property fmtid="{_FORMAT}" pid="{number}" name="{escape(name)}">'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(values.items(), start=2)
    )
    xml = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<Properties xmlns="{_SPACE}" xmlns:vt="{_VALUES}">{rows}</Properties>'
    )
    package = paper.part.package
    package.relate_to(Part(PackURI(f"/{PART}"), _TYPE, xml.encode(), package), _RELATION)


def read(path: Path) -> Written:
    """The report and the printed figures of a .docx that we wrote.

    Raises: NotAReport.
    """
    values, body = _opened(path)
    try:
        return Written(int(values[REPORT]), _printed(body, json.loads(values[FIGURES])))
    except (KeyError, ValueError) as error:
        raise NotAReport(f"{path.name} is no report of this system") from error


def audit_head(path: Path) -> tuple[int, str]:
    """The audit trail's number of entries and digest that a .docx of ours carries.

    Raises: NotAReport.
    """
    values, _body = _opened(path)
    entries, _colon, digest = values.get(AUDIT, "").partition(":")
    if not entries.isdecimal():
        raise NotAReport(f"{path.name} carries no head of the audit trail")
    return int(entries), digest


def _opened(path: Path) -> tuple[dict[str, str], ElementTree.Element]:
    """The custom properties and the body of a .docx."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise NotAReport("larger than any report")
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as package:
            if sum(one.file_size for one in package.infolist()) > 8 * MOST_BYTES:
                raise NotAReport("larger than any report when unpacked")
            custom = _parsed(package.read(PART))
            body = _parsed(package.read("word/document.xml"))
        return {row.get("name", ""): "".join(row.itertext()) for row in custom}, body
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, ElementTree.ParseError) as error:
        raise NotAReport(f"{path.name} is no report of this system") from error


def _parsed(xml: bytes) -> ElementTree.Element:
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise NotAReport("a document type is not expected here")
    return ElementTree.fromstring(xml)  # noqa: S314  # entities are refused on the line above


def _printed(body: ElementTree.Element, marks: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for paragraph in body.iter(f"{_WORD}p"):
        within: dict[str, str] = {}
        texts: dict[str, str] = {}
        for node in paragraph:
            name = marks.get(node.get(f"{_WORD}name", ""))
            if node.tag == f"{_WORD}bookmarkStart" and name:
                within[node.get(f"{_WORD}id", "")] = name
                texts[node.get(f"{_WORD}id", "")] = ""
            elif node.tag == f"{_WORD}bookmarkEnd" and (key := node.get(f"{_WORD}id", "")) in within:
                found.setdefault(within.pop(key), []).append(texts[key])
            elif node.tag == f"{_WORD}r":
                for key in within:
                    texts[key] += "".join(part.text or "" for part in node.iter(f"{_WORD}t"))
    return found

"""Markers a passage begins with: "Điều 5.", "Chương II", "II.", "1.", "1.1.", "a)", "-", "+"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bangtin.rulebook.citations import ALPHABET
from bangtin.rulebook.issued.lines import Line, is_ended


class Sign(StrEnum):
    """What stands at the beginning of a block."""

    ARTICLE = "article"
    CHAPTER = "chapter"
    ROMAN = "roman"
    NUMBER = "number"
    DECIMAL = "decimal"
    LETTER = "letter"
    DASH = "dash"
    PLUS = "plus"
    CAPITALS = "capitals"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker: what it is, its label in a place ("5", "II", "đ"), as printed, the words after it."""

    sign: Sign
    label: str
    printed: str
    rest: str


_ROMANS = {"I": 1, "V": 5, "X": 10}
_SHAPES = (
    (Sign.ARTICLE, re.compile(r"(?P<printed>(?:Điều|ĐIỀU)\s+(?P<label>\d{1,3}[a-zđ]?)\s*(?:[.:]|$))(?P<rest>.*)")),
    (
        Sign.CHAPTER,
        re.compile(
            r"(?P<printed>(?:(?:Chương|CHƯƠNG)\s+(?P<label>[IVX]+|\d{1,2})|(?:Mục|MỤC)\s+(?P<mục>[IVX]+|\d{1,2})"
            r"|(?:Phần|PHẦN)\s+(?P<phần>[IVX]+|\d{1,2}|thứ \w{1,12}|THỨ \w{1,12}))(?:[.:]|\s|$))(?P<rest>.*)"
        ),
    ),
    (Sign.ROMAN, re.compile(r"(?P<printed>(?P<label>[IVX]+)[.)])(?P<rest>\s+\S.*|$)")),
    (Sign.DECIMAL, re.compile(r"(?P<printed>(?P<label>\d{1,2}(?:\.\d{1,2}){1,2})[.)]?)(?P<rest>\s+\D.*)")),
    (Sign.NUMBER, re.compile(r"(?P<printed>(?P<label>\d{1,3})[.)/])(?P<rest>\s+\S.*|[A-ZĐÀ-Ỹ].*|$)")),
    (Sign.LETTER, re.compile(r"(?P<printed>(?P<label>[a-zđ])[)/])(?P<rest>\s*\S.*|$)")),
    (Sign.LETTER, re.compile(r"(?P<printed>(?P<label>[a-zđ])\.)(?P<rest>\s+[A-ZĐÀ-Ỹ].*)")),
    (Sign.DASH, re.compile(r"(?P<printed>(?P<label>[-–—•]))(?P<rest>\s+\S.*)")),
    (Sign.PLUS, re.compile(r"(?P<printed>(?P<label>\+))(?P<rest>\s*\S.*)")),
)


def read(line: Line, before: Line | None) -> Marker | None:
    """Return the marker a line begins with; `before` is the line it may go on from."""
    for sign, shape in _SHAPES:
        found = shape.fullmatch(line.text)
        if found is not None:
            marker = Marker(sign, _label(found), found["printed"].strip(), found["rest"].strip())
            return None if _is_running_text(marker, before) else marker
    return None


def number(label: str) -> tuple[int, int]:
    """Return the rank of "5", "5a" or "IV" among its kind."""
    digits = re.match(r"\d+", label)
    if digits is not None:
        letter = label[digits.end() :]
        return (int(digits[0]), ALPHABET.index(letter) + 1 if letter in ALPHABET and letter else 0)
    values = [_ROMANS.get(letter, 0) for letter in label]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return (sum(-value if value < following else value for value, following in pairs), 0)


def letter(label: str) -> int:
    """Return the rank of a point's letter; `đ` stands after `d`."""
    return ALPHABET.index(label)


def _label(found: re.Match[str]) -> str:
    groups = found.groupdict()
    for word in ("mục", "phần"):
        if groups.get(word):
            return f"{word.capitalize()} {groups[word]}"
    return f"Chương {found['label']}" if "mục" in groups else found["label"]


def _is_running_text(marker: Marker, before: Line | None) -> bool:
    """A dash inside a sentence, a bare "Điều 5" or a "Mục 2 của …" at the beginning of a wrapped line."""
    if before is None or is_ended(before.text):
        return marker.sign is Sign.CHAPTER and marker.rest[:1].islower()
    if marker.sign is Sign.DASH:
        return marker.rest[:1].islower()
    if marker.sign is Sign.CHAPTER:
        return marker.rest[:1].islower() or before.text.endswith(",")
    return marker.sign is Sign.ARTICLE and not marker.rest and before.text[-1:].islower() and len(before.text) > 40

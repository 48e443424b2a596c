"""Lines of a document made comparable, and whether one goes on where another ended."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

WRAPPED = 130  # lines of a wrapped text are no longer than this
FEW = 20  # with fewer lines nothing can be said of their width
_UNSEEN = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
_STRONG = re.compile(r"\*\*+|__+(?=\w)|(?<=\w)__+")
_EMPHASIS = re.compile(r"(?<![^\s(“\"])\*(?=\S)|(?<=\S)\*(?![^\s).,;:”\"])")
_ENDS = re.compile(r"[.;:!?…/][)”\"']?$")
_GOES_ON = re.compile(r"[,;:.)”…/%]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank: its number from 1, its words, whether a blank line stands before it."""

    number: int
    text: str
    is_after_blank: bool = False

    @property
    def is_capitals(self) -> bool:
        """Return whether it is written in capitals, three words or more."""
        return is_capitals(self.text) and len(self.text.split()) > 2


def read(raw: Sequence[str]) -> list[Line]:
    """Return the lines that are not blank, composed (NFC), with single spaces, without marks of emphasis."""
    found: list[Line] = []
    is_after_blank = False
    for number, each in enumerate(raw, start=1):
        if not each.strip():
            is_after_blank = True
            continue
        found.append(Line(number, _clean(each), is_after_blank))
        is_after_blank = False
    return found


def is_capitals(text: str) -> bool:
    """Return whether every letter is a capital one."""
    return text == text.upper() and text != text.lower()


def width(lines: Sequence[Line]) -> int:
    """Return the width a text is wrapped at, in letters; 0 if each line is a whole paragraph."""
    lengths = sorted(len(line.text) for line in lines)
    if len(lengths) < FEW:
        return 0
    wide = lengths[len(lengths) * 9 // 10]
    return wide if wide <= WRAPPED else 0


def is_ended(text: str) -> bool:
    """Return whether a sentence, a listed phrase or a lead ends here."""
    return bool(_ENDS.search(text))


def begins_paragraph(before: Line, line: Line, *, wrap: int, is_heading: bool = False) -> bool:
    """Return whether `line` begins a paragraph; `wrap` is the text's width, 0 where lines are paragraphs.

    `is_heading`: the line before is an article's heading, which ends without a full stop.
    """
    first = line.text[:1]
    if first.islower() or _GOES_ON.match(first):
        return False
    if not wrap or line.is_after_blank or (before.is_capitals and not is_capitals(line.text)):
        return True
    word = line.text.split(maxsplit=1)[0] if line.text.split() else ""
    taken = len(before.text) + 1 + len(word)
    return taken < wrap * (0.8 if is_heading or is_ended(before.text) else 0.55)


def joined(lines: Sequence[Line], *, wrap: int) -> str:
    """Return lines as running text, paragraphs on lines of their own."""
    text = lines[0].text if lines else ""
    for before, line in pairwise(lines):
        is_apart = begins_paragraph(before, line, wrap=wrap) and not (
            is_capitals(before.text) and is_capitals(line.text)
        )
        text += ("\n" if is_apart else " ") + line.text
    return text


def _clean(raw: str) -> str:
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", raw))
    text = _EMPHASIS.sub("", _STRONG.sub("", text)).strip()
    while text.endswith("|") or text.startswith("| "):
        if text == "|":
            return text
        text = text.strip("|").strip()
    return " ".join(text.split())

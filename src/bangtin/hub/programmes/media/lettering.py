"""Draws letters with the fonts of text notices, in the bounded process only; what one font lacks, the next one has."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from bangtin.bundle import notices

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

_FACE = re.compile(r"@font-face\{([^}]*)\}")
_URL = re.compile(r'url\("?([^")]+)"?\)')
_WEIGHT = re.compile(r"font-weight:(\d+)")
_RANGE = re.compile(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", re.IGNORECASE)
_WHITE, _BLACK = (255, 255, 255, 255), (0, 0, 0, 255)
LINE_HEIGHT = 1.3  # Vietnamese capitals with two marks need it
CAPITALS = 0.74  # height of capitals in em, Be Vietnam Pro
# Zero-width and direction signs: no font draws them.
_INVISIBLE = {"Cc", "Cf"}


@dataclass(frozen=True)
class _Cut:
    """One font file, its weight, and where the letters begin and end that it is for; none: all."""

    path: Path
    weight: int
    begins: tuple[int, ...]
    ends: tuple[int, ...]

    def has(self, letter: str) -> bool:
        """Whether the style sheet gives this letter to this file."""
        at = bisect_right(self.begins, ord(letter)) - 1
        return not self.begins or (at >= 0 and ord(letter) <= self.ends[at])


@lru_cache(maxsize=1)
def _cuts() -> tuple[_Cut, ...]:
    """The font files as the notices' style sheet names them: one list for screens, previews and pictures."""
    folder = Path(notices.__file__).parent
    found = []
    for body in _FACE.findall((folder / "notice.css").read_text(encoding="utf-8")):
        url, weight = _URL.search(body), _WEIGHT.search(body)
        pairs = sorted((int(a, 16), int(b or a, 16)) for a, b in _RANGE.findall(body.partition("unicode-range")[2]))
        if url and weight:
            begins, ends = tuple(a for a, _ in pairs), tuple(b for _, b in pairs)
            found.append(_Cut(folder / url.group(1), int(weight.group(1)), begins, ends))
    return tuple(found)


@lru_cache(maxsize=64)
def _font(path: Path, pixels: int) -> "ImageFont.FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(path, pixels)


@dataclass(frozen=True)
class Lettering:
    """Letters of a size in pixels of the em and a weight (400, 600, 700; the nearest there is)."""

    pixels: int
    weight: int = 600

    @property
    def line(self) -> int:
        """Pixels from one line to the next."""
        return round(self.pixels * LINE_HEIGHT)

    def width(self, words: str) -> float:
        """How wide the words are, in pixels."""
        return sum(font.getlength(run) for font, run in self._runs(words))

    def draw(self, canvas: "ImageDraw.ImageDraw", at: tuple[float, int], words: str, *, edge: int = 0) -> None:
        """White words with their upper left corner there, with a dark edge of so many pixels."""
        x, y = at
        for font, run in self._runs(words):
            base = (x, y + self.pixels)
            canvas.text(base, run, _WHITE, font=font, anchor="ls", stroke_width=edge, stroke_fill=_BLACK)
            x += font.getlength(run)

    def wrap(self, words: str, *, width: int) -> Iterator[str]:
        """The words in lines that fit; a word that is too long alone, and scripts without blanks, break anywhere."""
        line = ""
        for word in clean(words).split():
            joined = f"{line} {word}" if line else word
            if self.width(joined) <= width:
                line = joined
                continue
            if line:
                yield line
            *full, line = self._broken(word, width=width)
            yield from full
        yield line

    def _broken(self, word: str, *, width: int) -> list[str]:
        pieces, room = [""], float(width)
        for letter in word:
            length = self.width(letter)
            if length > room and pieces[-1]:
                pieces.append("")
                room = float(width)
            pieces[-1] += letter
            room -= length
        return pieces

    def _runs(self, words: str) -> Iterator[tuple["ImageFont.FreeTypeFont", str]]:
        for path, letters in groupby(words, self._path):
            yield _font(path, self.pixels), "".join(letters)

    def _path(self, letter: str) -> Path:
        """The font file for a letter: of those that have it, the one of the nearest weight; Latin where none has."""
        having = [one for one in _cuts() if one.begins and one.has(letter)]
        having = having or [one for one in _cuts() if not one.begins] or list(_cuts())
        return min(having, key=lambda one: abs(one.weight - self.weight)).path


def clean(words: str) -> str:
    """Composed letters (NFC), without signs that nothing draws."""
    composed = unicodedata.normalize("NFC", words)
    return "".join(
        " " if letter.isspace() else letter
        for letter in composed
        if letter.isspace() or unicodedata.category(letter) not in _INVISIBLE
    )

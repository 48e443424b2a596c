"""Subtitles drawn for a screen, in the bounded process only: a strip of pictures that ffmpeg lays over the clip."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw

from bangtin.hub.programmes.media import texts, thresholds
from bangtin.hub.programmes.media.lettering import CAPITALS, LINE_HEIGHT, Lettering
from bangtin.hub.programmes.media.limits import TITLES_LIST, Unusable
from bangtin.hub.programmes.media.texts import Cue

_HEIGHT = 0.075  # of the screen, if that is not too low to be read
_LINES_MOST = 3
_PICTURES_MOST = 5_000
_EMPTY = "none.png"


def write(path: Path, folder: Path, *, size: tuple[int, int], capitals: int, until_ms: int) -> int:
    """Write a picture for each subtitle and the list of how long each stands (`ffconcat`); give the strip's top.

    `capitals`: the least height of letters in pixels. What would be said after `until_ms` is left out.
    Raises: Unusable: legacy_encoding, malformed, too_complex.
    """
    width, height = size
    letters = Lettering(max(round(height * _HEIGHT), -(-capitals * 100 // round(CAPITALS * 100))))
    strip = min(height, round(letters.line * _LINES_MOST + letters.pixels * (LINE_HEIGHT - 1)))
    Image.new("RGBA", (width, strip)).save(folder / _EMPTY)
    said = texts.cues(texts.read(path, thresholds.load().documents))
    rows, now = ["ffconcat version 1.0"], 0
    shown = [part for cue in _in_turn(said, until_ms) for part in _parts(cue, letters, width=round(width * 0.9))]
    if len(shown) > _PICTURES_MOST:
        raise Unusable("too_complex")
    for number, cue in enumerate(shown):
        if cue.begins_ms > now:
            rows += _row(_EMPTY, cue.begins_ms - now)
        name = f"{number}.png"
        _draw(cue.text.splitlines(), letters, (width, strip)).save(folder / name, compress_level=1)
        rows += _row(name, cue.ends_ms - cue.begins_ms)
        now = cue.ends_ms
    rows += _row(_EMPTY, max(1_000, until_ms - now))
    (folder / TITLES_LIST).write_text("\n".join(rows) + "\n", encoding="ascii")
    return height - strip


def _in_turn(cues: list[Cue], until_ms: int) -> list[Cue]:
    """The cues one after the other: where two overlap, the earlier ends as the later begins."""
    found: list[Cue] = []
    for cue in sorted(cues, key=lambda one: one.begins_ms):
        if cue.begins_ms >= until_ms or not cue.text:
            continue
        if found and found[-1].ends_ms > cue.begins_ms:
            found[-1] = Cue(found[-1].begins_ms, cue.begins_ms, found[-1].text)
        found.append(Cue(cue.begins_ms, min(cue.ends_ms, until_ms), cue.text))
    return [one for one in found if one.ends_ms > one.begins_ms]


def _row(name: str, lasts_ms: int) -> list[str]:
    return [f"file {name}", f"duration {lasts_ms / 1000:.3f}"]


def _parts(cue: Cue, letters: Lettering, *, width: int) -> Iterator[Cue]:
    """The cue in lines that fit; with more lines than stand at once, one part after the other, each its share."""
    lines = [line for words in cue.text.splitlines() for line in letters.wrap(words, width=width) if line]
    for first in range(0, len(lines), _LINES_MOST):
        last = min(first + _LINES_MOST, len(lines))
        lasts = cue.ends_ms - cue.begins_ms
        begins, ends = (cue.begins_ms + lasts * number // len(lines) for number in (first, last))
        yield Cue(begins, ends, "\n".join(lines[first:last]))


def _draw(lines: list[str], letters: Lettering, size: tuple[int, int]) -> Image.Image:
    """The lines centred, at the lower end of the strip."""
    width, height = size
    picture = Image.new("RGBA", size)
    drawn = ImageDraw.Draw(picture)
    top = height - len(lines) * letters.line - round(letters.pixels * (LINE_HEIGHT - 1))
    for number, line in enumerate(lines):
        at = (width - letters.width(line)) / 2, top + number * letters.line
        letters.draw(drawn, at, line, edge=max(2, letters.pixels // 12))
    return picture

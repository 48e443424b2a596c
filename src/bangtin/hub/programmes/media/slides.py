"""Pages as pictures of a screen's size, in the bounded process only: of PDF, of TIFF, of plain text."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageSequence

from bangtin.hub.programmes.media import documents, pictures, texts
from bangtin.hub.programmes.media.lettering import CAPITALS, Lettering
from bangtin.hub.programmes.media.limits import SLIDE_NAME, Unusable
from bangtin.hub.programmes.media.thresholds import Documents

_MARGIN = 0.06  # of the screen's height
_LINES = 7  # of plain text on a screen, where its letters then are high enough


def write(path: Path, container: str, folder: Path, *, size: tuple[int, int], capitals: int, bounds: Documents) -> int:
    """Write each page as `page-0001.png` …, fitted into `size`; give how many. `capitals`: the least height of letters
    in pixels, for plain text alone.

    Raises: Unusable: too_many_pages, malformed, legacy_encoding.
    """
    count = 0
    for count, page in enumerate(_pages(path, container, size, capitals, bounds), 1):
        if count > bounds.slides:
            raise Unusable("too_many_pages", {"pages": count, "limit": bounds.slides})
        page.save(folder / (SLIDE_NAME % count), "PNG", compress_level=1)
    if not count:
        raise Unusable("malformed")
    return count


def _pages(
    path: Path, container: str, size: tuple[int, int], capitals: int, bounds: Documents
) -> Iterator[Image.Image]:
    if container == "txt":
        yield from _of_text(texts.read(path, bounds), size=size, capitals=capitals)
    elif container == "pdf":
        for page in documents.pages(path, size=size):
            yield pictures.framed(page, size)
    else:
        for frame in ImageSequence.Iterator(pictures.opened(path, container)):
            pictures.check_size(*frame.size)
            yield pictures.framed(frame, size)


def _of_text(text: str, *, size: tuple[int, int], capitals: int) -> Iterator[Image.Image]:
    """The text set in as many screens as it needs; an empty line starts no page of its own."""
    width, height = size
    margin = round(height * _MARGIN)
    least = -(-capitals * 100 // round(CAPITALS * 100))
    letters = Lettering(max(least, round((height - 2 * margin) / _LINES / 1.3)))
    room = max(1, (height - 2 * margin) // letters.line)
    lines = [
        line for words in text.strip().splitlines() for line in letters.wrap(words, width=max(16, width - 2 * margin))
    ]
    while lines:
        if not lines[0]:
            lines.pop(0)
            continue
        shown, lines = lines[:room], lines[room:]
        canvas = Image.new("RGB", size, pictures.GROUND)
        drawn = ImageDraw.Draw(canvas)
        for number, line in enumerate(shown):
            letters.draw(drawn, (margin, margin + number * letters.line), line)
        yield canvas

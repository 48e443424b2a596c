"""Letters in drawn pictures: Vietnamese, English and Chinese from the fonts of the text notices, mixed in one line."""

from dataclasses import dataclass
from functools import cache
from itertools import groupby

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont
# The vendored fonts are cut by script; these are the letters of the Vietnamese cut (its unicode-range).
_VIETNAMESE = frozenset(
    [0x0102, 0x0103, 0x0110, 0x0111, 0x0128, 0x0129, 0x0168, 0x0169, 0x01A0, 0x01A1, 0x01AF, 0x01B0, 0x20AB]
)


@dataclass(frozen=True)
class Style:
    """How letters look: `size_px` of the em, `weight` 400, 600 or 700, colour."""

    size_px: int
    weight: int = 700
    fill: str = "#ffffff"


def script(letter: str) -> str:
    """The cut of the fonts that holds this letter: `latin`, `vietnamese` or `chinese`."""
    code = ord(letter)
    if code in _VIETNAMESE or 0x1EA0 <= code <= 0x1EF9 or 0x0300 <= code <= 0x0329:
        return "vietnamese"
    return "chinese" if code >= 0x2E80 else "latin"


@cache
def font(cut: str, size_px: int, weight: int) -> Font:
    """One cut of Be Vietnam Pro, or Noto Sans SC for Chinese."""
    folder = settings.HUB.parent / "bundle" / "notices" / "fonts"
    name = {
        "latin": f"be-vietnam-pro-latin-{weight}-normal.woff2",
        "vietnamese": f"be-vietnam-pro-vietnamese-{weight}-normal.woff2",
        "chinese": "noto-sans-sc-chinese-simplified-600-normal.woff2",
    }[cut]
    return ImageFont.truetype(str(folder / name), size_px)


def width_px(text: str, style: Style) -> float:
    """The width of a line."""
    return sum(found.getlength(run) for found, run in _runs(text, style))


def write(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, style: Style) -> None:
    """Write one line with its baseline's left end at `at`."""
    x, y = at
    for found, run in _runs(text, style):
        draw.text((x, y), run, font=found, fill=style.fill, anchor="ls")
        x += found.getlength(run)


def wrap(text: str, style: Style, *, limit_px: float) -> list[str]:
    """The text in lines no wider than the limit; a single longer word keeps its line."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_px(longer, style) <= limit_px:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def plate(size: tuple[int, int], lines: list[tuple[str, Style]], *, left_px: int, bottom_px: int) -> Image.Image:
    """A see-through picture with the lines in a dark plate at its foot, wrapped to the width."""
    picture = Image.new("RGBA", size)
    draw = ImageDraw.Draw(picture)
    limit = size[0] - 2 * left_px
    wrapped = [(line, style) for text, style in lines for line in wrap(text, style, limit_px=limit)]
    heights = [round(style.size_px * 1.26) for _line, style in wrapped]
    top = size[1] - bottom_px - sum(heights)
    edge = round(top - size[1] * 0.05)
    draw.rectangle((0, edge, *size), fill=(6, 22, 52, 214))
    draw.rectangle((0, edge, size[0], edge + max(3, size[1] // 110)), fill="#ffd84d")
    y = float(top)
    for (line, style), height in zip(wrapped, heights, strict=True):
        write(draw, (left_px, y + style.size_px), line, style)
        y += height
    return picture


def _runs(text: str, style: Style) -> list[tuple[Font, str]]:
    return [(font(cut, style.size_px, style.weight), "".join(run)) for cut, run in groupby(text, key=script)]

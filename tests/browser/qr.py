"""Reads a QR code (ISO/IEC 18004) off a picture as a phone does, as far as a clean picture needs: no tilt, no repair.

Written apart from what draws the codes; only the table of block sizes is taken from it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import cast

from PIL import Image
from segno import consts

DARK = 110
FINDER = 7
MASK_OF_FORMAT = 0x5412
LEVELS = {1: "L", 0: "M", 3: "Q", 2: "H"}  # as the two bits of a code name them
BYTES = 0b0100
MASKS: Sequence[Callable[[int, int], bool]] = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, x: y % 2 == 0,
    lambda y, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: y * x % 2 + y * x % 3 == 0,
    lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)
Rows = Sequence[Sequence[bool]]


class NoCode(ValueError):
    """There is no code in the picture that can be read."""


def read(picture: Image.Image) -> str:
    """The text of the leftmost code in the picture, black on white. Raises: NoCode."""
    rows = modules(picture)
    level, mask = _format(rows)
    bits = [rows[y][x] != MASKS[mask](y, x) for y, x in _places(len(rows))]
    words = [_number(bits[at : at + 8]) for at in range(0, len(bits) - 7, 8)]
    version = (len(rows) - 17) // 4
    return _text(_in_order(words, _blocks(version, level)), version)


def modules(picture: Image.Image) -> Rows:
    """The dark modules row by row, each looked at in its middle. Raises: NoCode."""
    grey = picture.convert("L")
    dark = grey.point(lambda value: 255 * (value < DARK))
    box = dark.getbbox()
    if box is None:
        raise NoCode("nothing dark")
    left = box[0]
    # the finders above and below stand at the left edge, and nothing stands before them
    column = [y for y in range(grey.height) if dark.getpixel((left, y))]
    top, side = column[0], column[-1] - column[0] + 1
    width = next((x for x in range(left, grey.width) if not dark.getpixel((x, top))), left) - left
    size = width / FINDER
    count = round(side / size) if size >= 1 else 0
    if count < 21 or (count - 17) % 4 or left + side > grey.width:
        raise NoCode("no finder stands at the left")
    step = side / count
    middles = [int((each + 0.5) * step) for each in range(count)]
    return [[bool(dark.getpixel((left + x, top + y))) for x in middles] for y in middles]


def _format(rows: Rows) -> tuple[str, int]:
    """The level of repair and the mask, from beside the first finder."""
    places = [(8, x) for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [(y, 8) for y in (7, 5, 4, 3, 2, 1, 0)]
    found = _number([rows[y][x] for y, x in places]) ^ MASK_OF_FORMAT
    return LEVELS[found >> 13], found >> 10 & 7


def _places(count: int) -> Iterator[tuple[int, int]]:
    """Where the bits stand: in pairs of columns from the right, up and down in turn, around what is always there."""
    fixed, is_up = _fixed(count), True
    for right in (*range(count - 1, 6, -2), *range(5, 0, -2)):
        for y in range(count - 1, -1, -1) if is_up else range(count):
            yield from ((y, x) for x in (right, right - 1) if (y, x) not in fixed)
        is_up = not is_up


def _fixed(count: int) -> set[tuple[int, int]]:
    version, last = (count - 17) // 4, count - 1
    found = {(y, x) for y in range(9) for x in range(9)}
    found |= {(y, x) for y in range(9) for x in range(count - 8, count)}
    found |= {(y, x) for y in range(count - 8, count) for x in range(9)}
    found |= {(6, each) for each in range(count)} | {(each, 6) for each in range(count)}
    if version >= 7:
        found |= {(y, x) for y in range(6) for x in range(last - 10, last - 7)}
        found |= {(y, x) for y in range(last - 10, last - 7) for x in range(6)}
    middles = consts.ALIGNMENT_POS[version - 2] if version >= 2 else ()
    corners = {(6, 6), (6, last - 6), (last - 6, 6)}
    for middle in ((y, x) for y in middles for x in middles if (y, x) not in corners):
        found |= {(middle[0] + y, middle[1] + x) for y in range(-2, 3) for x in range(-2, 3)}
    return found


def _blocks(version: int, level: str) -> list[int]:
    """How many words of the text each block holds."""
    levels = cast(Mapping[int, tuple[consts.EC, ...]], consts.ECC[version])
    table = levels[consts.ERROR_MAPPING[level]]
    return [one.num_data for one in table for _ in range(one.num_blocks)]


def _in_order(words: Sequence[int], sizes: Sequence[int]) -> bytes:
    """The words of the text, which stand one of each block in turn."""
    blocks: list[list[int]] = [[] for _ in sizes]
    coming = iter(words)
    for at in range(max(sizes)):
        for block, size in zip(blocks, sizes, strict=True):
            if at < size:
                block.append(next(coming))
    return bytes(word for block in blocks for word in block)


def _text(data: bytes, version: int) -> str:
    bits = int.from_bytes(data)
    left = len(data) * 8

    def take(count: int) -> int:
        nonlocal left
        left -= count
        return bits >> left & (1 << count) - 1

    if take(4) != BYTES:
        raise NoCode("the text is not of bytes")
    length = take(8 if version < 10 else 16)
    return bytes(take(8) for _ in range(length)).decode("ascii")


def _number(bits: Sequence[bool]) -> int:
    return sum(1 << place for place, bit in enumerate(reversed(bits)) if bit)

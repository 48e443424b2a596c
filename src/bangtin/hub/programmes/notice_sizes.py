"""How high the letters of a composed notice become on a face, reckoned without drawing it.

A warning before an appraiser looks, not the last word: `notice.js` measures. Lengths are in hundredths of the face's
height, as in its style sheets, from which the sizes here are taken.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

CAPITALS = 0.74  # of an em, Be Vietnam Pro
_LEAST, _LARGEST = 0.3, 1.5  # what `notice.js` fits between
_TALL = 2.5  # width to height, up to which a face has the narrow layout
_TIGHT = -0.01  # letter spacing of titles, of an em
# Advance widths of Be Vietnam Pro 700 in hundredths of an em.
_WIDTHS = {
    letter: width / 100
    for width, letters in {
        25: " '", 30: "I`ijl", 35: "!,.:;", 40: '"f', 45: "()1rt|", 50: "*J[]z{}~", 55: "/<>\\s", 60: "-7?^ehknuvxy",
        65: "$+28EFLSZabcdgopq", 70: "034569BKPRTY", 75: "&=ADHNUVX_", 80: "CG", 85: "#%OQ", 90: "Mmw", 100: "@",
        105: "W",
    }.items()
    for letter in letters
}  # fmt: skip


@dataclass(frozen=True)
class _Layout:
    """The room of the body, less what stands beside and around it, and the letters that are fitted: field → size."""

    beside: float
    around: float
    sizes: Mapping[str, float]


_LAYOUTS = {
    ("notice", False): _Layout(42, 8, {"title": 16.4, "fact": 25}),
    ("notice", True): _Layout(8, 21, {"title": 16.4, "fact": 20}),
    ("bilingual", False): _Layout(18.4, 11, {"title": 17, "translation": 12, "fact": 12.6}),
    ("bilingual", True): _Layout(10.4, 5, {"title": 17, "translation": 12, "fact": 12.6}),
    ("urgent", False): _Layout(10, 23, {"title": 22, "fact": 13}),
    ("urgent", True): _Layout(6.8, 21, {"title": 22, "fact": 13}),
    ("event", False): _Layout(14, 10, {"title": 20, "fact": 14}),
    ("event", True): _Layout(8, 6, {"title": 20, "fact": 14}),
    ("table", False): _Layout(10, 17, {"rows": 14}),
    ("table", True): _Layout(6.8, 17, {"rows": 14}),
    ("ticker", False): _Layout(12, 28, {"head": 24}),
    ("ticker", True): _Layout(12, 28, {"head": 24}),
}
# Lines that keep their size, where the layout has them inside the body; a foot's lines stand side by side.
_FIXED = {("notice", False): {"head": 9.2}, ("event", False): {"head": 10.2}, ("event", True): {"head": 10.2}}
_FEET = {"notice": 12, "urgent": 13.5, "event": 10.2}
_COLUMN = 3  # between the parts of a table's row


# The line that has to be the largest: the fact of a plain notice where there is one, else the first that is fitted.
_MAIN = {"notice": ("fact", "title"), "table": ("rows",), "ticker": ("head",)}


def capitals(template: str, fields: Mapping[str, str], size: tuple[int, int]) -> tuple[int, int]:
    """The height of the capitals of the main line and of the lowest fitted line, in pixels of the face; 0 for an
    unknown template."""
    width, height = size
    key = template, width / height <= _TALL
    layout = _LAYOUTS.get(key)
    if layout is None:
        return 0, 0
    shown = {name: fields[name] for name in layout.sizes if fields.get(name)}
    room = 100 - layout.around - sum(size * 1.24 for name, size in _FIXED.get(key, {}).items() if fields.get(name))
    if fields.get("detail") or (fields.get("issuer") and not key[1]):
        room -= _FEET.get(template, 0) * 1.24
    beside = 100 * width / height - layout.beside
    low, high = _LEAST, _LARGEST
    for _step in range(9):
        middle = (low + high) / 2
        if _holds(template, shown, {name: one * middle for name, one in layout.sizes.items()}, (beside, room)):
            low = middle
        else:
            high = middle
    main = next((name for name in _MAIN.get(template, ("title",)) if name in shown), "")
    one = low * height / 100 * CAPITALS
    return int(layout.sizes.get(main, 0) * one), int(min((layout.sizes[name] for name in shown), default=0) * one)


def _holds(template: str, shown: Mapping[str, str], sizes: Mapping[str, float], room: tuple[float, float]) -> bool:
    width, height = room
    if template == "table":
        rows = [[part.strip() for part in row.split("|")] for row in shown.get("rows", "").splitlines() if row.strip()]
        columns = max(map(len, rows), default=0)
        parts = [[row[at] for row in rows if at < len(row)] for at in range(columns)]
        across = sum(max(_length(part) for part in column) * sizes["rows"] + _COLUMN for column in parts)
        return across <= width and len(rows) * sizes["rows"] * 1.24 <= height
    lines = {name: list(_wrapped(words, width / sizes[name])) for name, words in shown.items()}
    if any(length > width / sizes[name] for name, found in lines.items() for length in found):
        return False
    return sum(len(found) * sizes[name] * 1.22 for name, found in lines.items()) <= height


def _wrapped(words: str, width: float) -> Iterator[float]:
    """The lengths of the lines in ems, broken at blanks and between Chinese letters."""
    for part in words.splitlines():
        line = 0.0
        for word in _pieces(part):
            length = _length(word)
            if line and line + length > width:
                yield line
                line = 0.0
            line += length
        yield line


def _pieces(words: str) -> Iterator[str]:
    piece = ""
    for letter in words:
        piece += letter
        if letter == " " or letter >= "\u2e80":
            yield piece
            piece = ""
    yield piece


def _length(words: str) -> float:
    """How long the words are in ems; marks stand above their letter and take no room."""
    found = 0.0
    for letter in unicodedata.normalize("NFD", words.replace("đ", "d").replace("Đ", "D")):
        if not unicodedata.combining(letter):
            found += (_WIDTHS.get(letter) or (1.0 if letter >= "\u2e80" else 0.65)) + _TIGHT
    return found

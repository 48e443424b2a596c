"""Citations: from a clause id to the words people cite it by, and back; the order clauses stand in.

An id is `<prefix>/<place>`: `cao-bang/8.1.a`. The place keeps the letters as printed (`đ` is not `d`).
`-1`, `-2` at the end number the duties we found in one clause; they are ours and are never cited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"  # f, j, w, z: not Vietnamese points, yet some texts print them
OPENING = "0"  # what stands before the first heading
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}
_SPOKEN = re.compile(r"(?:Điều|điều|art\.|Art\.|[Aa]rticle)\s+(?P<place>\S+)")
# What an amendment inserts: "khoản 3a" stands between 3 and 4, "điểm b1" between b and c.
_INSERTED = re.compile(rf"(?P<number>\d+)(?P<letter>[{ALPHABET}])|(?P<point>[{ALPHABET}])(?P<count>\d+)")
_ORDINAL = re.compile(r"(?P<place>.+)-(?P<ordinal>\d+)")

SortKey = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in an instrument: its parts as printed, and our ordinal inside it."""

    parts: tuple[str, ...]
    prefix: str | None = None
    ordinal: int | None = None

    @property
    def id(self) -> str:
        """Return the clause id this citation came from."""
        place = ".".join(self.parts) + (f"-{self.ordinal}" if self.ordinal is not None else "")
        return f"{self.prefix}/{place}" if self.prefix else place

    @property
    def place(self) -> str:
        """Return the printed place alone: "8.1.a"."""
        return ".".join(self.parts)


def parse(text: str) -> Citation:
    """Read a clause id, "Điều 8.1.a" or "art. 8.1.a".

    Raises: ValueError if a part is empty.
    """
    spoken = _SPOKEN.fullmatch(text.strip())
    prefix, _, place = text.strip().rpartition("/") if spoken is None else ("", "", spoken["place"])
    numbered = _ORDINAL.fullmatch(place)
    ordinal = int(numbered["ordinal"]) if numbered else None
    parts = tuple((numbered["place"] if numbered else place).split("."))
    if not all(parts) or any(" " in part for part in parts):
        raise ValueError(f"Expected a citation such as 'cao-bang/8.1.a' or 'Điều 8.1.a', got {text!r}.")
    return Citation(parts=parts, prefix=prefix or None, ordinal=ordinal)


def format_vi(text: str) -> str:
    """Return the short Vietnamese citation of a clause id: "Điều 8.1.a"."""
    head, rest, is_close = _split(text)
    if head == "QD":
        spoken = f"Điều {rest} của Quyết định"
    elif head == "DC":
        spoken = "phần đầu Đề cương báo cáo" if rest == "head" else f"mục {rest} Đề cương báo cáo"
    elif head == OPENING:
        spoken = "phần mở đầu"
    else:
        spoken = f"{'Mục' if _roman(head) else 'Điều'} {rest}"
    return spoken + (", đoạn cuối" if is_close else "")


def format_en(text: str) -> str:
    """Return the short English citation of a clause id: "art. 8.1.a"."""
    head, rest, is_close = _split(text)
    if head == "QD":
        spoken = f"art. {rest} of the decision"
    elif head == "DC":
        spoken = "report outline, heading" if rest == "head" else f"report outline, {rest}"
    elif head == OPENING:
        spoken = "opening part"
    else:
        spoken = f"{'sec.' if _roman(head) else 'art.'} {rest}"
    return spoken + (", closing paragraph" if is_close else "")


def format_short_vi(text: str) -> str:
    """Return the shortest Vietnamese name of a place, for a column: "8.1.a", "QĐ 2", "ĐC II.3", "16, đoạn cuối"."""
    head, rest, is_close = _split(text)
    spoken = {OPENING: "Mở đầu", "QD": f"QĐ {rest}", "DC": "ĐC đầu" if rest == "head" else f"ĐC {rest}"}.get(head, rest)
    return spoken + (", đoạn cuối" if is_close else "")


def format_short_en(text: str) -> str:
    """Return the shortest English name of a place, for a column: "8.1.a", "decision 2", "outline II.3"."""
    head, rest, is_close = _split(text)
    outline = "outline head" if rest == "head" else f"outline {rest}"
    spoken = {OPENING: "opening", "QD": f"decision {rest}", "DC": outline}.get(head, rest)
    return spoken + (", closing" if is_close else "")


def format_long_vi(text: str) -> str:
    """Return the citation in the order of a legal paper: "điểm a khoản 1 Điều 8"."""
    parts = parse(text).parts
    if parts[0] in {"QD", "DC", OPENING} or _roman(parts[0]) or parts[-1] == "close":
        return format_vi(text)
    words = [f"Điều {parts[0]}"]
    if len(parts) > 1:
        words.insert(0, f"khoản {parts[1]}")
    if len(parts) > 2:
        words.insert(0, f"điểm {parts[2]}")
    return " ".join(words)


def sort_key(text: str) -> SortKey:
    """Return the key that puts clause ids in the order of the document.

    The promulgating decision first, then the body, then the annexed outline; points in the
    order of the Vietnamese alphabet (a b c d đ e g h i k).
    """
    citation = parse(text)
    group = {"QD": 0, "DC": 2}.get(citation.parts[0], 1)
    ranks = tuple(_rank(part) for part in citation.parts)
    return ((group, 0, 0), *ranks, (0, 0, citation.ordinal or 0))


def _split(text: str) -> tuple[str, str, bool]:
    parts = parse(text).parts
    is_close = parts[-1] == "close"
    shown = parts[:-1] if is_close else parts
    rest = ".".join(shown[1:]) if shown[0] in {"QD", "DC"} else ".".join(shown)
    return shown[0], rest, is_close


def _rank(part: str) -> tuple[int, int, int]:
    if part == "head":
        return (0, 0, 0)
    if part == "close":
        return (9, 0, 0)
    if part.isdigit():
        return (1, int(part), 0)
    if _roman(part):
        return (1, _roman(part), 0)
    if len(part) == 1 and part in ALPHABET:
        return (2, ALPHABET.index(part), 0)
    inserted = _INSERTED.fullmatch(part)
    if inserted is not None and inserted["number"]:
        return (1, int(inserted["number"]), _letter(inserted["letter"]))
    if inserted is not None:
        return (2, _letter(inserted["point"]) - 1, int(inserted["count"]))
    return (3, sum(ord(letter) for letter in part), 0)


def _letter(letter: str) -> int:
    return ALPHABET.index(letter) + 1


def _roman(part: str) -> int:
    if not part or any(letter not in _ROMAN for letter in part):
        return 0
    values = [_ROMAN[letter] for letter in part]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)

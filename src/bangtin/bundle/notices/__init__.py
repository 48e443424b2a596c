"""Text notices of the LED: six templates drawn by one ES module, on the screen and in the hub's preview.

`notice.js`, `notice.css` and `fonts/` in this folder are package data; `FOLDER` is where they lie. The module gives
`render(root, text, {width, height})`; `text` is the content descriptor's `text` (`trust` C.4):
`{"template": one of `TEMPLATES`, "fields": {name: string}}`. Letters: capitals of 150 mm for a reader at 30 m,
one message a slide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
# BCP 47 tags of the languages that may stand beside Vietnamese; `fonts/` holds their letters
LANGUAGES = ("en", "zh", "tyz", "nut", "hmn", "ium", "blt")


@dataclass(frozen=True)
class Field:
    """One field of a template: its name, whether it may be left out, and its longest text in characters."""

    name: str
    is_required: bool
    longest: int


TEMPLATES: Mapping[str, tuple[Field, ...]] = {
    # head: place or agency, in the band; fact: the largest line (hour, place, act); detail: the date.
    "notice": (
        Field("head", False, 40),
        Field("title", True, 90),
        Field("fact", False, 24),
        Field("detail", False, 48),
        Field("issuer", False, 48),
    ),
    # title: Vietnamese, first and heavier; translation in `language`; fact: date and place, the same in both.
    "bilingual": (
        Field("title", True, 60),
        Field("translation", True, 80),
        Field("language", True, 3),
        Field("fact", False, 32),
    ),
    # head: the band's words; title: what it is about; fact: what to do; detail: from when till when.
    "urgent": (
        Field("head", False, 32),
        Field("title", True, 48),
        Field("fact", False, 64),
        Field("detail", False, 40),
        Field("issuer", False, 40),
    ),
    # title: the event; fact: day and place; head: the occasion or who holds it.
    "event": (
        Field("head", False, 40),
        Field("title", True, 60),
        Field("fact", True, 40),
        Field("detail", False, 48),
        Field("issuer", False, 40),
    ),
    # rows: one line a row, parts between bars: "Tà Lùng | 07:00 – 19:00 | Bình thường".
    "table": (Field("head", True, 36), Field("rows", True, 240), Field("detail", False, 20)),
    # facts: one line a fact; they run across the face one after the other.
    "ticker": (Field("head", True, 40), Field("facts", True, 300), Field("issuer", False, 32)),
}
ROWS_MOST, PARTS_MOST, FACTS_MOST = 4, 3, 3


def faults(template: str, fields: Mapping[str, object]) -> list[tuple[str, str]]:
    """What keeps a text from being shown, as `(field, code)`; empty when it fits.

    Codes: `unknown_template`, `unknown_field`, `missing`, `not_text`, `too_long`, `unknown_language`, `too_many`
    (rows of a table, parts of a row, facts that run), `uneven` (rows with different numbers of parts). Whether the
    letters reach the least height on a face is measured by `notice.js` (`render` says so in its answer).
    """
    if template not in TEMPLATES:
        return [("template", "unknown_template")]
    known = {field.name: field for field in TEMPLATES[template]}
    found = [(name, "unknown_field") for name in fields if name not in known]
    for name, field in known.items():
        value = fields.get(name, "")
        if not isinstance(value, str):
            found.append((name, "not_text"))
        elif field.is_required and not value.strip():
            found.append((name, "missing"))
        elif len(value) > field.longest:
            found.append((name, "too_long"))
    if template == "bilingual" and isinstance(fields.get("language"), str) and fields["language"] not in LANGUAGES:
        found.append(("language", "unknown_language"))
    return found + _uneven(template, fields)


def lines(text: str) -> list[str]:
    """The lines of a field that holds one thing a line, empty ones left out; `notice.js` reads them the same way."""
    return [one.strip() for one in text.split("\n") if one.strip()]


def _uneven(template: str, fields: Mapping[str, object]) -> list[tuple[str, str]]:
    name, most = {"table": ("rows", ROWS_MOST), "ticker": ("facts", FACTS_MOST)}.get(template, ("", 0))
    value = fields.get(name, "")
    if not name or not isinstance(value, str):
        return []
    rows = lines(value)
    parts = {len(row.split("|")) for row in rows} if template == "table" else {1}
    if len(rows) > most or max(parts, default=1) > PARTS_MOST:
        return [(name, "too_many")]
    return [(name, "uneven")] if len(parts) > 1 else []

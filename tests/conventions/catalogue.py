"""The Vietnamese catalogue: every string of code and templates, read without a system tool, compiled with Babel.

`python -m tests.conventions.catalogue --write` brings `locale/vi/LC_MESSAGES/django.{po,mo}` up to date: new ones are
added (from `locale/parts/*.po` where a translation waits there), gone ones are dropped. The tests call `missing()`.
"""

import io
import os
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
HUB = ROOT / "src" / "bangtin" / "hub"
LOCALE = HUB / "locale"
PO = LOCALE / "vi" / "LC_MESSAGES" / "django.po"
KEYWORDS: dict[str, tuple[object, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
MessageId = str | tuple[str, ...]


@cache
def strings() -> tuple[tuple[MessageId, str | None, str], ...]:
    """Every (message id, context, place) in code and templates; a plural's id is a pair. Read once."""
    return tuple(_strings())


def _strings() -> Iterator[tuple[MessageId, str | None, str]]:
    for path in sorted(HUB.rglob("*.py")):
        if "migrations" not in path.parts and "tests" not in path.parts:
            yield from _extract(path.read_bytes(), path)
    for path in sorted(HUB.rglob("*.html")) + sorted(HUB.rglob("*.txt")):
        if "templates" in path.parts:
            yield from _extract(_templatize(path).encode(), path)


def _templatize(path: Path) -> str:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangtin.hub.config.settings")
    import django

    django.setup()
    from django.utils.translation.template import templatize

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return templatize(path.read_text(), origin=str(path))


def _extract(source: bytes, path: Path) -> Iterator[tuple[MessageId, str | None, str]]:
    place = path.relative_to(ROOT).as_posix()
    for _line, function, messages, _comments in extract_python(io.BytesIO(source), list(KEYWORDS), [], {}):
        if function not in KEYWORDS:
            continue
        words = [m for m in (messages if isinstance(messages, tuple) else (messages,)) if isinstance(m, str)]
        if not words:
            continue
        context = words.pop(0) if function.startswith(("pgettext", "npgettext")) else None
        if "ngettext" in function or function.startswith("npgettext"):
            yield (words[0], words[1]), context, place
        else:
            yield words[0], context, place


def catalogue() -> Catalog:
    """The committed catalogue."""
    with PO.open("rb") as file:
        return read_po(file, locale="vi")


def wanted() -> dict[tuple[str, str | None], tuple[MessageId, list[str]]]:
    """What the catalogue must hold: (singular, context) → (id, places)."""
    found: dict[tuple[str, str | None], tuple[MessageId, list[str]]] = {}
    for message, context, place in strings():
        key = (message if isinstance(message, str) else message[0], context)
        known = found.setdefault(key, (message, []))
        if isinstance(message, tuple) and isinstance(known[0], str):
            found[key] = (message, known[1])
        if place not in found[key][1]:
            found[key][1].append(place)
    return found


def missing() -> list[str]:
    """Strings without a Vietnamese wording, fuzzy ones, and ones that Django's own catalogue does not give either."""
    known = catalogue()
    return [
        f"{key[0]!r} ({', '.join(places)})"
        for key, (_message, places) in wanted().items()
        if (entry := known.get(key[0], key[1])) is None or not _is_done(entry.string) or entry.fuzzy
    ]


def unused() -> list[str]:
    """Entries that no code or template asks for any more."""
    needed = wanted()
    return [
        str(entry.id)
        for entry in catalogue()
        if entry.id and (entry.id if isinstance(entry.id, str) else entry.id[0], entry.context) not in needed
    ]


def _is_done(string: object) -> bool:
    return bool(string) and (isinstance(string, str) or all(string))  # type: ignore[call-overload]  # a plural's tuple


def write() -> int:
    """Write .po and .mo from the code, the present catalogue and the parts; give how many wait for a translation."""
    old = [
        read_po(path.open("rb"), locale="vi")
        for path in [PO, *sorted((LOCALE / "parts").glob("*.po"))]
        if path.exists()
    ]
    new = Catalog(locale="vi", project="Bangtin", charset="utf-8", fuzzy=False)
    waiting = 0
    for (singular, context), (message, places) in sorted(
        wanted().items(), key=lambda row: (row[0][0], row[0][1] or "")
    ):
        string: object = ""
        for source in old:
            entry = source.get(singular, context)
            if entry and _is_done(entry.string) and not entry.fuzzy:
                string = entry.string
        if isinstance(message, tuple) and isinstance(string, str):
            string = (string,) if string else ""
        if isinstance(message, str) and isinstance(string, (tuple, list)):
            string = string[0]
        waiting += not _is_done(string)
        new.add(message, string, locations=[(place, 0) for place in places], context=context)  # type: ignore[arg-type]  # stubs want lists
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, new, width=120, omit_header=False, no_location=True, sort_output=True)
    compile_mo(PO.with_suffix(".mo"))
    return waiting


def compile_mo(target: Path) -> None:
    """Compile the committed .po."""
    with target.open("wb") as file:
        write_mo(file, catalogue())


if __name__ == "__main__":
    if "--write" in sys.argv:
        print(f"{write()} strings wait for a translation")
    for line in missing():
        print("missing:", line)
    sys.exit(bool(missing()))

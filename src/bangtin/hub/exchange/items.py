"""One item of the source system, read from its bytes by the mapping: strictly, bounded, nothing trusted."""

import json
import re
from collections.abc import Mapping as Given
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree as Tree

from django.utils.translation import gettext as _

from bangtin.hub.exchange.errors import BadItem
from bangtin.hub.exchange.mapping import Form, Mapping, TimeForm
from bangtin.hub.kit import clock
from bangtin.hub.programmes.actions import wording

MOST_BYTES = 1 << 20
MOST_PARTS = 10_000
_WISHES = ("days", "times", "loops", "idle", "priority", "is_broadcast", "starts", "ends", "duration")
_NUMBER = re.compile(r"[^\s\x00-\x1f\x7f]{1,80}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_EMPTY: tuple[object, ...] = (None, "", [], {})


@dataclass(frozen=True)
class Item:
    """What an item says, in our words. `file` is the name or address of its media, empty for a text."""

    number: str
    created_on: date
    form: Form
    title: str
    text: str
    file: str
    sha256: str
    agency_id: str
    category: str
    language: str
    cluster_ids: tuple[str, ...]
    starts_on: date | None
    ends_on: date | None
    still_ms: int
    wishes: dict[str, str]


def title_of(fields: Given[str, Any], mapping: Mapping) -> str:
    """The title as it came, for people to know a failed item by; empty where there is none."""
    value = _at(fields, mapping.fields.title)
    return value if isinstance(value, str) else ""


def number_of(fields: Given[str, Any], mapping: Mapping) -> str:
    """The source number, or empty where none can be read."""
    value = _at(fields, mapping.fields.number)
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text.strip() if _NUMBER.fullmatch(text.strip()) else ""


def fields_of(data: bytes) -> dict[str, Any]:
    """The fields of an item that came as JSON or as XML.

    Raises: BadItem for other encodings than UTF-8, for entities and document types, for what is no item.
    """
    if len(data) > MOST_BYTES:
        raise _bad(_("The item is larger than %(most)s bytes.") % {"most": MOST_BYTES}, _("Send media as files."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(
            _("The item is not written in UTF-8."), _("Ask the source system to send it in UTF-8 (Unicode).")
        ) from error
    found = _xml(text) if text.lstrip().startswith("<") else _json(text)
    if not isinstance(found, dict):
        raise _bad(_("The file holds no item: one object with named fields is expected."))
    return found


def read(fields: Given[str, Any], mapping: Mapping) -> Item:
    """The item in our words.

    Raises: BadItem naming the field, what the mapping expects of it, and what to do.
    """
    names = mapping.fields
    number = number_of(fields, mapping)
    if not number:
        raise _lacks(names.number, _("the source system's number"))
    if _at(fields, names.is_active) in (False, 0, "0", "false"):
        raise _bad(_("The source system marks the item as not in use."), _("Nothing is to be done here."))
    form = _form(fields, mapping)
    text, file = _text(fields, names.content), _text(fields, names.url)
    if form in (Form.NOTICE, Form.TEXT):
        file = ""
        if not text:
            raise _lacks(names.content, _("the words of the notice"))
    elif not (file := file or text):
        raise _lacks(names.url, _("the file of the item"))
    created = _instant(fields, names.created, mapping)
    if created is None:
        raise _lacks(names.created, _("when it was made"))
    starts, ends = _instant(fields, names.starts, mapping), _instant(fields, names.ends, mapping)
    sha256 = _text(fields, names.sha256).lower()
    if sha256 and not _SHA256.fullmatch(sha256):
        raise _bad(_("The field “%(name)s” holds no SHA-256.") % {"name": names.sha256})
    return Item(
        number=number,
        created_on=clock.local_date(created),
        form=form,
        title=_title(fields, mapping, text, number),
        text=text,
        file=file,
        sha256=sha256,
        agency_id=_named(fields, names.sender, mapping.agencies, mapping.agency, _("the sending agency")),
        category=_named(fields, names.category, mapping.categories, mapping.category, "", is_needed=False),
        language=_named(fields, names.language, mapping.languages, mapping.language, _("the language")),
        cluster_ids=_clusters(fields, mapping),
        starts_on=clock.local_date(starts) if starts else None,
        ends_on=clock.local_date(ends) if ends else None,
        still_ms=_still_ms(fields, names.duration),
        wishes={
            name: str(value)[:200] for name in _WISHES if (value := _at(fields, getattr(names, name))) not in _EMPTY
        },
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _bad(_("The item cannot be read as JSON.")) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands twice")
    return found


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _xml(text: str) -> dict[str, Any]:
    # refused before anything is parsed: entities expand, document types read other files
    if re.search(r"<!\s*(DOCTYPE|ENTITY|ELEMENT)", text, re.IGNORECASE):
        raise _bad(
            _("The item declares a document type or entities; such XML is not read."),
            _("Ask the source system to send it without <!DOCTYPE …>."),
        )
    try:
        root = Tree.fromstring(text)  # noqa: S314 - bounded in size, without document type or entities (above)
    except (Tree.ParseError, ValueError, RecursionError) as error:
        raise _bad(_("The item cannot be read as XML.")) from error
    if sum(1 for _each in root.iter()) > MOST_PARTS:
        raise _bad(_("The item has more than %(most)s parts.") % {"most": MOST_PARTS})
    found: dict[str, Any] = {}
    for part in root:
        value: Any = [(one.text or "").strip() for one in part] if len(part) else (part.text or "").strip()
        found[part.tag] = [*_listed(found[part.tag]), *_listed(value)] if part.tag in found else value
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _at(fields: Given[str, Any], place: str) -> Any:
    found: Any = fields
    for name in place.split(".") if place else ():
        if not isinstance(found, dict):
            return None
        found = found.get(name)
    return found if place else None


def _text(fields: Given[str, Any], place: str) -> str:
    value = _at(fields, place)
    if value in _EMPTY:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _bad(_("The field “%(name)s” holds no text.") % {"name": place})
    return str(value).strip()


def _title(fields: Given[str, Any], mapping: Mapping, text: str, number: str) -> str:
    given = _text(fields, mapping.fields.title)
    first = text.split("\n", 1)[0]
    found = given or (first if "/" not in first else "") or _("Item %(number)s") % {"number": number}
    return found[: wording.TITLE_LONGEST]


def _form(fields: Given[str, Any], mapping: Mapping) -> Form:
    given = _text(fields, mapping.fields.type)
    found = next((one.means for one in mapping.types if one.code == given), None)
    if found is None:
        raise _unknown(mapping.fields.type, given, "types")
    return found


def _named(fields: Given[str, Any], place: str, codes: Any, default: str, what: str, *, is_needed: bool = True) -> str:
    given = _text(fields, place)
    if given:
        found = next((str(one.means) for one in codes if one.code == given), "")
        if found or (not codes and not is_needed):
            return found
        if not codes and default:
            return default
        raise _unknown(place, given, {"sender": "agencies"}.get(place, place))
    if not default and is_needed:
        raise _lacks(place, what)
    return default


def _clusters(fields: Given[str, Any], mapping: Mapping) -> tuple[str, ...]:
    value = _at(fields, mapping.fields.clusters)
    if value in _EMPTY:
        if len(mapping.clusters) == 1:
            return (mapping.clusters[0].cluster,)
        raise _lacks(mapping.fields.clusters, _("the clusters it is for"))
    codes = [str(one).strip() for one in _listed(value)][:100]
    codes = [part for one in codes for part in re.split(r"[,;]\s*", one) if part]
    by_code = {one.code: one.cluster for one in mapping.clusters}
    for one in codes:
        if one not in by_code:
            raise _unknown(mapping.fields.clusters, one, "clusters")
    return tuple(dict.fromkeys(by_code[one] for one in codes))


def _instant(fields: Given[str, Any], place: str, mapping: Mapping) -> datetime | None:
    given = _text(fields, place)
    if not given:
        return None
    try:
        if mapping.time == TimeForm.ISO:
            found = datetime.fromisoformat(given)
            found = found if found.tzinfo else found.replace(tzinfo=clock.LOCAL)
        else:
            found = datetime.fromtimestamp(float(given) / (1000 if mapping.time == TimeForm.UNIX_MS else 1), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise _bad(_("The field “%(name)s” holds no time as the mapping says.") % {"name": place}) from error
    if not _EARLIEST <= found <= _LATEST:
        raise _bad(
            _("The field “%(name)s” holds a time of the year %(year)s.") % {"name": place, "year": found.year},
            _("Look whether the mapping's “time” is right: unix_s, unix_ms or iso."),
        )
    return found


def _still_ms(fields: Given[str, Any], place: str) -> int:
    given = _text(fields, place)
    try:
        seconds = float(given) if given else 8.0
    except ValueError:
        seconds = 8.0
    return round(min(max(seconds, 2.0), 60.0) * 1000) if seconds > 0 else 8_000


def _bad(message: str, next_step: str = "") -> BadItem:
    return BadItem(message, next_step or _("Ask the source system to send it again, put right."))


def _lacks(place: str, what: str) -> BadItem:
    return _bad(
        _("The item lacks %(what)s (field “%(name)s”).") % {"what": what, "name": place},
        _("Ask the source system for it, or name another field or a fixed value in the mapping file."),
    )


def _unknown(place: str, given: str, part: str) -> BadItem:
    return _bad(
        _("The field “%(name)s” holds “%(given)s”, which the mapping file does not explain.")
        % {"name": place, "given": given[:60]},
        _("Add this code under “%(part)s” in the mapping file, then try the item again.") % {"part": part},
    )

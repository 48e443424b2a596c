"""Reads a CAP 1.2 message (1.1 is read alike) from hostile bytes.

Stricter than the schema where two readings would be possible: a single element that stands twice is refused. More
tolerant where messages in the wild differ without harm: `Z` for UTC, fractions of seconds, other orders of elements.
"""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TypeVar

from lxml import etree

from bangtin.hub.alerts.cap import parsing, shapes
from bangtin.hub.alerts.cap.cleaning import clean, one_line
from bangtin.hub.alerts.cap.errors import CapRefusal
from bangtin.hub.alerts.cap.shapes import Area, Circle, Info, Message, MsgType, Pair, Reference, Resource, Scope, Status

Value = TypeVar("Value")
# each is held against every cluster
MOST_SHAPES = 1_000
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(?:(Z)|([+-])(\d\d):(\d\d))", re.ASCII)
_NAME = re.compile(r"[^\s,<&]{1,200}")
_NUMBER = re.compile(r"[+-]?\d{1,7}(\.\d{0,15})?|[+-]?\.\d{1,15}", re.ASCII)
# CAP 1.0's word, which 1.1 and 1.2 ask to be read as "Likely"
_OLD_CERTAINTY = {"Very Likely": "Likely"}


def read(body: bytes) -> Message:
    """The message in `body`.

    Raises: CapRefusal, its subject naming the element.
    Source: CAP 1.2, 3.2 and 3.3.
    """
    return from_tree(parsing.tree(body))


def from_tree(root: etree._Element) -> Message:
    """The message under an `alert` element already parsed by `parsing.tree`.

    Raises: CapRefusal.
    """
    namespace = etree.QName(root).namespace or ""
    if etree.QName(root).localname != "alert" or namespace not in shapes.NAMESPACES:
        raise CapRefusal("not_cap", one_line(root.tag))
    part = _Part(root, namespace, remarks=[])
    if shapes.NAMESPACES[namespace] != "1.2":
        part.remarks.append("cap_1_1")
    message = Message(
        identifier=_name(part, "identifier"),
        sender=_name(part, "sender"),
        sent=part.needed("sent", lambda text: _instant(text, part.remarks)),
        status=part.needed("status", Status),
        msg_type=part.needed("msgType", MsgType),
        scope=part.needed("scope", Scope),
        source=part.text("source"),
        restriction=part.text("restriction"),
        addresses=part.text("addresses"),
        codes=tuple(one_line(each) for each in part.texts("code")),
        note=part.text("note"),
        references=_references(part),
        incidents=part.text("incidents"),
        infos=tuple(_info(each) for each in part.parts("info")),
    )
    if sum(len(place.polygons) + len(place.circles) for info in message.infos for place in info.areas) > MOST_SHAPES:
        raise CapRefusal("too_deep", "area")
    # the remarks of the parts are complete only now
    return replace(message, remarks=tuple(dict.fromkeys(part.remarks)))


class _Part:
    """An element whose children are asked for by their CAP name."""

    def __init__(self, element: etree._Element, namespace: str, *, remarks: list[str]) -> None:
        self.namespace = namespace
        self.remarks = remarks
        self.named: dict[str, list[etree._Element]] = {}
        for child in element:
            self.named.setdefault(child.tag, []).append(child)

    def children(self, name: str) -> list[etree._Element]:
        return self.named.get(f"{{{self.namespace}}}{name}", [])

    def parts(self, name: str) -> "list[_Part]":
        return [_Part(each, self.namespace, remarks=self.remarks) for each in self.children(name)]

    def texts(self, name: str) -> list[str]:
        found = self.children(name)
        if any(len(each) for each in found):
            raise CapRefusal("bad_value", name)
        return [(each.text or "").strip() for each in found]

    def only(self, name: str) -> str:
        """The raw text of an element that stands once at most; empty if it does not stand."""
        found = self.texts(name)
        if len(found) > 1:
            raise CapRefusal("twice", name)
        return found[0] if found else ""

    def text(self, name: str) -> str:
        return clean(self.only(name))

    def optional(self, name: str, read: Callable[[str], Value]) -> Value | None:
        raw = self.only(name)
        return _read(name, raw, read) if raw else None

    def needed(self, name: str, read: Callable[[str], Value]) -> Value:
        raw = self.only(name)
        if not raw:
            raise CapRefusal("missing", name)
        return _read(name, raw, read)

    def several(self, name: str, read: Callable[[str], Value]) -> tuple[Value, ...]:
        return tuple(_read(name, raw, read) for raw in self.texts(name) if raw)


def _read(name: str, raw: str, read: Callable[[str], Value]) -> Value:
    try:
        return read(raw)
    except ValueError as error:
        raise CapRefusal("bad_value", f"{name}: {one_line(raw)[:60]}") from error


def _name(part: _Part, name: str) -> str:
    # CAP 1.2, 3.2.1: neither spaces nor commas, or no reference could name the message
    return part.needed(name, _naming)


def _naming(raw: str) -> str:
    if not _NAME.fullmatch(raw) or one_line(raw) != raw:
        raise ValueError(raw)
    return raw


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def read(raw: str) -> str:
        if raw not in words:
            raise ValueError(raw)
        return raw

    return read


def _words(raw: str) -> str:
    text = clean(raw)
    if not text:
        raise ValueError(raw)
    return text


def _certainty(raw: str) -> str:
    return _one_of(shapes.CERTAINTIES)(_OLD_CERTAINTY.get(raw, raw))


def _instant(raw: str, remarks: list[str]) -> datetime:
    """CAP 1.2, 3.3.2: `2026-11-02T16:49:00+07:00`; `-00:00` is UTC. `Z` is against the standard, yet clear."""
    found = _TIME.fullmatch(raw)
    if found is None:
        raise ValueError(raw)
    local, fraction, zulu, sign, hours, minutes = found.groups()
    if zulu:
        remarks.append("z_for_utc")
    if fraction:
        remarks.append("fraction")
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    if offset > timedelta(hours=14) or int(minutes or 0) > 59:
        raise ValueError(raw)
    zone = timezone(-offset if sign == "-" else offset)
    try:
        return datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(raw) from error


def _references(part: _Part) -> tuple[Reference, ...]:
    found = []
    for each in part.only("references").split():
        pieces = each.split(",")
        if len(pieces) != 3 or not all(_NAME.fullmatch(piece) and one_line(piece) == piece for piece in pieces):
            part.remarks.append("bad_reference")
            continue
        try:
            sent: datetime | None = _instant(pieces[2], [])
        except ValueError:
            sent = None
            part.remarks.append("bad_reference_time")
        found.append(Reference(pieces[0], pieces[1], sent))
    return tuple(dict.fromkeys(found))


def _info(part: _Part) -> Info:
    def instant(raw: str) -> datetime:
        return _instant(raw, part.remarks)

    categories = part.several("category", _one_of(shapes.CATEGORIES))
    if not categories:
        raise CapRefusal("missing", "category")
    return Info(
        language=one_line(part.only("language")) or shapes.LANGUAGE,
        categories=categories,
        event=part.needed("event", _words),
        responses=part.several("responseType", _one_of(shapes.RESPONSES)),
        urgency=part.needed("urgency", _one_of(shapes.URGENCIES)),
        severity=part.needed("severity", _one_of(shapes.SEVERITIES)),
        certainty=part.needed("certainty", _certainty),
        audience=part.text("audience"),
        event_codes=_pairs(part, "eventCode"),
        effective=part.optional("effective", instant),
        onset=part.optional("onset", instant),
        expires=part.optional("expires", instant),
        sender_name=part.text("senderName"),
        headline=part.text("headline"),
        description=part.text("description"),
        instruction=part.text("instruction"),
        web=one_line(part.only("web")),
        contact=part.text("contact"),
        parameters=_pairs(part, "parameter"),
        resources=tuple(_resource(each) for each in part.parts("resource")),
        areas=tuple(_area(each) for each in part.parts("area")),
    )


def _pairs(part: _Part, name: str) -> tuple[Pair, ...]:
    return tuple(Pair(each.needed("valueName", one_line), one_line(each.only("value"))) for each in part.parts(name))


def _resource(part: _Part) -> Resource:
    return Resource(
        description=part.needed("resourceDesc", _words),
        mime_type=one_line(part.only("mimeType")),
        size=part.optional("size", _size),
        uri=one_line(part.only("uri")),
        digest=one_line(part.only("digest")),
    )


def _size(raw: str) -> int:
    if not re.fullmatch(r"\d{1,15}", raw, re.ASCII):
        raise ValueError(raw)
    return int(raw)


def _area(part: _Part) -> Area:
    return Area(
        description=part.needed("areaDesc", _words),
        polygons=part.several("polygon", _ring),
        circles=part.several("circle", _circle),
        geocodes=_pairs(part, "geocode"),
        altitude=one_line(part.only("altitude")),
        ceiling=one_line(part.only("ceiling")),
    )


def _ring(raw: str) -> tuple[tuple[float, float], ...]:
    """CAP 1.2, 3.2.4: at least four pairs `latitude,longitude`, the last as the first."""
    ring = tuple(_point(pair) for pair in raw.split())
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise ValueError(raw)
    return ring


def _circle(raw: str) -> Circle:
    """CAP 1.2, 3.2.4: `latitude,longitude radius`, the radius in kilometres."""
    centre, radius = raw.split()
    latitude, longitude = _point(centre)
    return Circle(latitude, longitude, _number(radius, least=0, most=20_100))


def _point(raw: str) -> tuple[float, float]:
    latitude, longitude = raw.split(",")
    return _number(latitude, least=-90, most=90), _number(longitude, least=-180, most=180)


def _number(raw: str, *, least: float, most: float) -> float:
    if not _NUMBER.fullmatch(raw):
        raise ValueError(raw)
    found = float(raw)
    if not math.isfinite(found) or not least <= found <= most:
        raise ValueError(raw)
    return found

"""Writes CAP 1.2 messages, and makes the message of one of our own notices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from lxml import etree

from bangtin.hub.alerts.cap import shapes
from bangtin.hub.alerts.cap.mapping import CapMapping, Hazard
from bangtin.hub.alerts.cap.shapes import Area, Info, Message, MsgType, Pair, Reference, Resource, Scope, Status
from bangtin.hub.alerts.cap.verdicts import Words

# Viet Nam has had one offset since 1975; a message is read where it is written
LOCAL = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class OwnNotice:
    """One of our notices, as its CAP message needs it.

    Shape: `words` by our language tags, Vietnamese first; `hazard` an id of the mapping file or free words;
    `references` the messages that an update or a cancel names.
    """

    identifier: str
    sender: str
    sent: datetime
    is_drill: bool
    starts_at: datetime
    ends_at: datetime
    issuer_name: str
    hazard: str
    words: Mapping[str, Words]
    areas: tuple[Area, ...]
    level: int | None = None
    msg_type: MsgType = MsgType.ALERT
    references: tuple[Reference, ...] = ()
    web: str = ""
    note: str = field(default="")


def message_of(notice: OwnNotice, mapping: CapMapping) -> Message:
    """The CAP message of a notice: one info a language, the level as parameter and as event code.

    A drill is written with the status Exercise, which no reader may take for real.
    """
    return Message(
        identifier=notice.identifier,
        sender=notice.sender,
        sent=notice.sent.replace(microsecond=0),
        status=Status.EXERCISE if notice.is_drill else Status.ACTUAL,
        msg_type=notice.msg_type,
        scope=Scope.PUBLIC,
        note=notice.note,
        references=notice.references,
        infos=tuple(_info_of(notice, tag, words, mapping) for tag, words in notice.words.items()),
    )


def _info_of(notice: OwnNotice, tag: str, words: Words, mapping: CapMapping) -> Info:
    hazard = mapping.hazard_in(notice.hazard)
    names = mapping.level_from
    level = [] if notice.level is None else [str(notice.level)]
    is_ended = notice.msg_type is MsgType.CANCEL
    return Info(
        language=tag,
        categories=(hazard.category if hazard else "Other",),
        event=_event(notice.hazard, hazard, tag),
        responses=("AllClear",) if is_ended else (),
        urgency="Past" if is_ended else "Immediate" if notice.starts_at <= notice.sent else "Expected",
        severity=mapping.severity(notice.level),
        certainty="Unknown",
        event_codes=tuple(Pair(name, value) for name in names.event_codes[:1] for value in level),
        effective=notice.starts_at.replace(microsecond=0),
        expires=notice.ends_at.replace(microsecond=0),
        sender_name=notice.issuer_name,
        headline=words.headline,
        description=words.description,
        instruction=words.instruction,
        web=notice.web,
        parameters=tuple(Pair(name, value) for name in names.parameters[:1] for value in level),
        areas=notice.areas,
    )


def _event(said: str, hazard: Hazard | None, tag: str) -> str:
    """What the officer wrote; in other languages, and for a bare id, the name in the mapping file."""
    if hazard is None or (tag == "vi" and said != hazard.id):
        return said
    return hazard.name.pick("vi" if tag == "vi" else "en")


def write(message: Message) -> bytes:
    """The message as CAP 1.2 in the order of its schema; `read` gives it back, remarks apart.

    Raises: ValueError for a text that XML cannot hold.
    """
    return etree.tostring(element(message), xml_declaration=True, encoding="UTF-8", pretty_print=True)


def element(message: Message) -> etree._Element:
    """The `alert` element."""
    root = etree.fromstring(f'<alert xmlns="{shapes.CAP}"/>')
    _add(root, "identifier", message.identifier)
    _add(root, "sender", message.sender)
    _add(root, "sent", instant(message.sent))
    _add(root, "status", message.status.value)
    _add(root, "msgType", message.msg_type.value)
    _add(root, "source", message.source)
    _add(root, "scope", message.scope.value)
    _add(root, "restriction", message.restriction)
    _add(root, "addresses", message.addresses)
    _add_all(root, "code", message.codes)
    _add(root, "note", message.note)
    _add(root, "references", " ".join(_reference(each) for each in message.references if each.sent))
    _add(root, "incidents", message.incidents)
    for info in message.infos:
        _add_info(root, info)
    return root


def _add_info(root: etree._Element, info: Info) -> None:
    part = etree.SubElement(root, _tag("info"))
    _add(part, "language", info.language)
    _add_all(part, "category", info.categories)
    _add(part, "event", info.event)
    _add_all(part, "responseType", info.responses)
    _add(part, "urgency", info.urgency)
    _add(part, "severity", info.severity)
    _add(part, "certainty", info.certainty)
    _add(part, "audience", info.audience)
    _add_pairs(part, "eventCode", info.event_codes)
    for name, at in (("effective", info.effective), ("onset", info.onset), ("expires", info.expires)):
        _add(part, name, instant(at) if at else "")
    _add(part, "senderName", info.sender_name)
    _add(part, "headline", info.headline)
    _add(part, "description", info.description)
    _add(part, "instruction", info.instruction)
    _add(part, "web", info.web)
    _add(part, "contact", info.contact)
    _add_pairs(part, "parameter", info.parameters)
    for resource in info.resources:
        _add_resource(part, resource)
    for area in info.areas:
        _add_area(part, area)


def _add_resource(part: etree._Element, resource: Resource) -> None:
    inner = etree.SubElement(part, _tag("resource"))
    _add(inner, "resourceDesc", resource.description)
    _add(inner, "mimeType", resource.mime_type)
    _add(inner, "size", "" if resource.size is None else str(resource.size))
    _add(inner, "uri", resource.uri)
    _add(inner, "digest", resource.digest)


def _add_area(part: etree._Element, area: Area) -> None:
    inner = etree.SubElement(part, _tag("area"))
    _add(inner, "areaDesc", area.description)
    _add_all(inner, "polygon", (" ".join(f"{_degrees(a)},{_degrees(b)}" for a, b in ring) for ring in area.polygons))
    circles = (f"{_degrees(c.latitude)},{_degrees(c.longitude)} {_degrees(c.radius_km)}" for c in area.circles)
    _add_all(inner, "circle", circles)
    _add_pairs(inner, "geocode", area.geocodes)
    _add(inner, "altitude", area.altitude)
    _add(inner, "ceiling", area.ceiling)


def instant(at: datetime) -> str:
    """CAP 1.2, 3.3.2: whole seconds with an offset, `2026-11-02T16:49:00+07:00`."""
    return at.astimezone(LOCAL).replace(microsecond=0).isoformat()


def _reference(reference: Reference) -> str:
    sent = instant(reference.sent) if reference.sent else ""
    return f"{reference.sender},{reference.identifier},{sent}"


def _degrees(number: float) -> str:
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _tag(name: str) -> str:
    return f"{{{shapes.CAP}}}{name}"


def _add(parent: etree._Element, name: str, text: str) -> None:
    if text:
        etree.SubElement(parent, _tag(name)).text = text


def _add_all(parent: etree._Element, name: str, texts: Iterable[str]) -> None:
    for text in texts:
        _add(parent, name, text)


def _add_pairs(parent: etree._Element, name: str, pairs: Iterable[Pair]) -> None:
    for pair in pairs:
        inner = etree.SubElement(parent, _tag(name))
        etree.SubElement(inner, _tag("valueName")).text = pair.name
        etree.SubElement(inner, _tag("value")).text = pair.value

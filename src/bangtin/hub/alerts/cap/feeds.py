"""Feeds of CAP messages: ours as Atom, others' as Atom or RSS, read as the hostile text that they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from bangtin.hub.alerts.cap import parsing, shapes
from bangtin.hub.alerts.cap.cleaning import one_line
from bangtin.hub.alerts.cap.errors import CapRefusal
from bangtin.hub.alerts.cap.shapes import Message
from bangtin.hub.alerts.cap.writing import element, instant

ATOM = "http://www.w3.org/2005/Atom"
CAP_TYPE = "application/cap+xml"
MOST_BYTES = 2 * 1024 * 1024
MOST_ELEMENTS = 100_000
MOST_ITEMS = 200
MOST_LINK = 2_000


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One entry: where its message is fetched from, or the message itself where the entry holds it (`body`)."""

    id: str
    link: str
    title: str = ""
    updated: datetime | None = None
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One of our messages in our feed, and the address it is fetched from."""

    message: Message
    link: str
    title: str


def feed_items(body: bytes) -> list[FeedItem]:
    """The entries of an Atom or RSS feed, in its order, the first 200; a bare CAP message is a feed of one.

    Entries with neither a link nor a message are left out. Links are as written: relative ones are not resolved.
    Raises: CapRefusal as `parsing.tree`, and `not_a_feed`.
    """
    root = parsing.tree(body, most_bytes=MOST_BYTES, most_elements=MOST_ELEMENTS)
    name, namespace = etree.QName(root).localname, etree.QName(root).namespace or ""
    if name == "alert" and namespace in shapes.NAMESPACES:
        return [FeedItem(id="", link="", body=body)]
    if name == "feed" and namespace == ATOM:
        found = [_from_atom(entry) for entry in root.findall(f"{{{ATOM}}}entry")[:MOST_ITEMS]]
    elif name in {"rss", "RDF"}:
        found = [_from_rss(each) for each in list(root.iter("{*}item"))[:MOST_ITEMS]]
    else:
        raise CapRefusal("not_a_feed", one_line(root.tag))
    return [item for item in found if item.link or item.body]


def _from_atom(entry: etree._Element) -> FeedItem:
    links = entry.findall(f"{{{ATOM}}}link")
    fitting = [link for link in links if link.get("type") == CAP_TYPE] or [
        link for link in links if link.get("rel", "alternate") in {"alternate", "enclosure"}
    ]
    return FeedItem(
        id=_text(entry, "id"),
        link=_link(fitting[0].get("href")) if fitting else "",
        title=_text(entry, "title"),
        updated=_updated(_text(entry, "updated")),
        body=_inside(entry),
    )


def _from_rss(item: etree._Element) -> FeedItem:
    enclosed = [each for each in item.findall("{*}enclosure") if each.get("type") == CAP_TYPE]
    link = enclosed[0].get("url") if enclosed else _text(item, "link")
    return FeedItem(
        id=_text(item, "guid") or one_line(link or ""),
        link=_link(link),
        title=_text(item, "title"),
        updated=_updated(_text(item, "pubDate") or _text(item, "date")),
        body=_inside(item),
    )


def _inside(entry: etree._Element) -> bytes | None:
    """The CAP message that the entry holds."""
    for namespace in shapes.NAMESPACES:
        found = next(entry.iter(f"{{{namespace}}}alert"), None)
        if found is not None:
            return etree.tostring(found, encoding="UTF-8", with_tail=False)
    return None


def _text(parent: etree._Element, name: str) -> str:
    found = parent.find(f"{{*}}{name}")
    return one_line(found.text or "")[:MOST_LINK] if found is not None else ""


def _link(link: str | None) -> str:
    text = one_line(link or "")
    return text if len(text) <= MOST_LINK and " " not in text else ""


def _updated(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if "T" in text else parsedate_to_datetime(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def atom(entries: Iterable[FeedEntry], *, feed_id: str, link: str, title: str, author: str, updated: datetime) -> bytes:
    """Our feed (RFC 4287): each entry links its message and holds it as well."""
    root = etree.fromstring(f'<feed xmlns="{ATOM}"/>')
    _add(root, "id", feed_id)
    _add(root, "title", title)
    _add(root, "updated", instant(updated))
    _add(etree.SubElement(root, f"{{{ATOM}}}author"), "name", author)
    _add(root, "link", rel="self", type="application/atom+xml", href=link)
    for each in entries:
        entry = etree.SubElement(root, f"{{{ATOM}}}entry")
        _add(entry, "id", each.link)
        _add(entry, "title", each.title)
        _add(entry, "updated", instant(each.message.sent))
        _add(entry, "link", rel="alternate", type=CAP_TYPE, href=each.link)
        content = _add(entry, "content", type=CAP_TYPE)
        content.append(element(each.message))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    added = etree.SubElement(parent, f"{{{ATOM}}}{name}", attrib=attributes)
    added.text = text
    return added

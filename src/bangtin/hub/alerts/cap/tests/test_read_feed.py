"""Feeds: ours, and those of others in Atom and RSS."""

from datetime import UTC, datetime

from lxml import etree

from bangtin.hub.alerts.cap import FeedEntry, FeedItem, atom, feed_items, read
from bangtin.hub.alerts.cap.tests.messages import alert

CAP_LINK = "https://kttv.example.vn/cap/1.xml"
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2">
<id>f</id><title>Tin</title><updated>2026-11-22T10:00:00+07:00</updated>
<entry><id>urn:1</id><title>Lũ \u202equét</title><updated>2026-11-22T10:30:00+07:00</updated>
  <link rel="alternate" type="text/html" href="https://kttv.example.vn/1"/>
  <link rel="alternate" type="application/cap+xml" href="{CAP_LINK}"/><cap:event>Lũ</cap:event></entry>
<entry><id>urn:2</id><title>x</title><link href="2.xml"/></entry>
<entry><id>urn:3</id><link rel="self" href="3.xml"/></entry></feed>"""
RSS = f"""<rss version="2.0"><channel><title>Tin</title>
<item><title>Lũ</title><link>{CAP_LINK}</link><guid isPermaLink="false">g1</guid>
  <pubDate>Sun, 22 Nov 2026 10:30:00 +0700</pubDate></item>
<item><title>x</title><link>https://kttv.example.vn/2</link><pubDate>yesterday</pubDate>
  <enclosure url="https://kttv.example.vn/2.cap" type="application/cap+xml" length="1"/></item>
<item><title>no link</title></item></channel></rss>"""
HALF_PAST_TEN = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)


def test_an_atom_feed_gives_the_links_of_its_messages() -> None:
    found = feed_items(ATOM.encode())
    assert found == [FeedItem("urn:1", CAP_LINK, "Lũ quét", HALF_PAST_TEN), FeedItem("urn:2", "2.xml", "x")]


def test_an_rss_feed_gives_them_too() -> None:
    found = feed_items(RSS.encode())
    assert found[0] == FeedItem("g1", CAP_LINK, "Lũ", HALF_PAST_TEN)
    assert (found[1].link, found[1].updated, len(found)) == ("https://kttv.example.vn/2.cap", None, 2)


def test_a_feed_of_the_older_rss_is_read() -> None:
    rdf = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    assert feed_items(f"{rdf}<item><link>{CAP_LINK}</link></item></rdf:RDF>".encode())[0].link == CAP_LINK


def test_our_feed_links_and_holds_its_messages() -> None:
    message = read(alert())
    entries = [FeedEntry(message, CAP_LINK, "Lũ quét")]
    body = atom(entries, feed_id="urn:f", link="https://x.vn/f", title="Tin", author="UBND", updated=message.sent)
    found = feed_items(body)
    assert [(item.link, item.updated) for item in found] == [(CAP_LINK, message.sent)]
    assert found[0].body is not None
    assert read(found[0].body) == message


def test_our_feed_without_messages_is_a_feed() -> None:
    body = atom([], feed_id="urn:f", link="https://x.vn/f", title="Tin", author="UBND", updated=HALF_PAST_TEN)
    assert feed_items(body) == []
    assert etree.fromstring(body).findtext("{*}updated") == "2026-11-22T10:30:00+07:00"


def test_a_bare_message_is_a_feed_of_one() -> None:
    assert feed_items(alert()) == [FeedItem(id="", link="", body=alert())]


def test_only_the_first_two_hundred_entries_count() -> None:
    entries = "".join(f'<entry><id>{n}</id><link href="{n}.xml"/></entry>' for n in range(500))
    found = feed_items(f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode())
    assert (len(found), found[-1].id) == (200, "199")


def test_a_link_of_no_use_is_left_out() -> None:
    for link in ("", " ", "http://x/ y", "https://x/" + "y" * 3000):
        entry = f'<entry><link href="{link}"/></entry>'
        assert feed_items(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'.encode()) == []

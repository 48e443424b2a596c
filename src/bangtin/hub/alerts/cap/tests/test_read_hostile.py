"""Hostile and broken texts are refused by name, fast, and nothing of them is used."""

import time
from pathlib import Path

import pytest

from bangtin.hub.alerts.cap import CapRefusal, feed_items, read
from bangtin.hub.alerts.cap.shapes import CAP
from bangtin.hub.alerts.cap.tests.messages import alert, area, info, judged

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def refused(body: bytes) -> str:
    with pytest.raises(CapRefusal) as caught:
        read(body)
    assert judged(body).action.value == "refuse"
    assert judged(body).code == caught.value.code
    return f"{caught.value.code} {caught.value.subject}".strip()


def with_doctype(doctype: str, event: str) -> bytes:
    text = alert().decode().replace("<alert ", f"{doctype}<alert ").replace("Lũ quét</event>", f"{event}</event>")
    return text.encode()


@pytest.mark.parametrize(
    ("doctype", "event"),
    [
        ("<!DOCTYPE alert>", "Lũ"),
        ('<!DOCTYPE alert SYSTEM "http://127.0.0.1:9/x.dtd">', "Lũ"),
        ('<!DOCTYPE alert PUBLIC "-//X//Y" "x.dtd">', "Lũ"),
        ('<!DOCTYPE alert [<!ENTITY x "Lũ">]>', "&x;"),
        ('<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        ('<!DOCTYPE alert [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>', "Lũ"),
        (f'<!DOCTYPE alert [<!ENTITY l0 "lol">{LAUGHS}]>', "&l9;"),
        ("", "&unknown;"),
    ],
)
def test_a_document_type_or_an_entity_is_refused(doctype: str, event: str) -> None:
    body = with_doctype(doctype, event)
    began = time.process_time()
    assert refused(body).partition(" ")[0] in ({"document_type"} if doctype else {"not_xml"})
    assert time.process_time() - began < 1


def test_the_document_type_is_seen_in_other_encodings_too() -> None:
    text = with_doctype('<!DOCTYPE alert [<!ENTITY x "y">]>', "&x;").decode().replace("UTF-8", "UTF-16")
    assert refused(text.encode("utf-16")) == "document_type"


def test_an_entity_in_an_attribute_is_refused() -> None:
    text = alert().decode().replace("<alert ", f'<!DOCTYPE alert [<!ENTITY l0 "lol">{LAUGHS}]><alert note="&l9;" ')
    assert refused(text.encode()).startswith("document_type")


@pytest.mark.parametrize(
    "body",
    [b"", b"   ", b"hello", b"<alert", b"\x00\x01\x02", b"<a>\xff</a>", b"%PDF-1.7", "<a>ấ</a>".encode("utf-16-le")],
)
def test_what_is_no_xml_is_refused(body: bytes) -> None:
    assert refused(body).startswith("not_xml")


@pytest.mark.parametrize(
    "body",
    [
        b"<alert/>",
        b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.0"/>',
        b'<alert xmlns="http://www.incident.com/cap/1.0"/>',
        b'<feed xmlns="http://www.w3.org/2005/Atom"/>',
        f'<info xmlns="{CAP}"/>'.encode(),
        b"<html><body/></html>",
    ],
)
def test_what_is_no_cap_message_is_refused(body: bytes) -> None:
    assert refused(body).startswith("not_cap")


def test_ten_megabytes_are_refused_unread() -> None:
    assert refused(alert(info(more=f"<web>{'x' * 10_000_000}</web>"))).startswith("too_large")


def test_deep_and_wide_trees_are_refused() -> None:
    assert refused(alert(info(more="<x>" * 200 + "</x>" * 200))).startswith("too_deep")
    assert refused(alert(info(more="<x>" * 9_000 + "</x>" * 9_000))).partition(" ")[0] in {"not_xml", "too_deep"}
    assert refused(alert(info(more="<x/>" * 30_000))).startswith("too_deep")


def test_shapes_without_number_are_refused_and_a_wild_ring_is_soon_judged() -> None:
    assert refused(alert(info(areas=area("<circle>22.5,106.5 1</circle>" * 1_001)))).startswith("too_deep")
    wild = " ".join(f"{n * 7919 % 89},{n * 104729 % 179}" for n in range(20_000))
    began = time.process_time()
    judged(alert(info(areas=area(f"<polygon>{wild} 0,0</polygon>"))))
    assert time.process_time() - began < 1


@pytest.mark.parametrize("name", ["identifier", "sender", "sent", "status", "msgType", "scope"])
def test_a_missing_or_empty_element_of_the_message_is_refused_by_name(name: str) -> None:
    text = alert().decode()
    start, end = text.index(f"<{name}>"), text.index(f"</{name}>") + len(name) + 3
    assert refused((text[:start] + text[end:]).encode()) == f"missing {name}"
    assert refused((text[:start] + f"<{name}> </{name}>" + text[end:]).encode()) == f"missing {name}"


@pytest.mark.parametrize("name", ["category", "event", "urgency", "severity", "certainty", "areaDesc"])
def test_a_missing_element_of_an_info_or_area_is_refused_by_name(name: str) -> None:
    text = alert().decode()
    start, end = text.index(f"<{name}>"), text.index(f"</{name}>") + len(name) + 3
    assert refused((text[:start] + text[end:]).encode()) == f"missing {name}"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("<status>Actual<", "<status>actual<"),
        ("<status>Actual<", "<status>Real<"),
        ("<status>Actual<", "<status>Actual Test<"),
        ("<status>Actual<", "<status>Ac<b>tu</b>al<"),
        ("<msgType>Alert<", "<msgType>Warning<"),
        ("<scope>Public<", "<scope>public<"),
        ("<category>Met<", "<category>Weather<"),
        ("<urgency>Immediate<", "<urgency>Now<"),
        ("<severity>Extreme<", "<severity>5<"),
        ("<certainty>Likely<", "<certainty>Certain<"),
        ("<identifier>VN-1<", "<identifier>VN 1<"),
        ("<identifier>VN-1<", "<identifier>VN,1<"),
        ("<identifier>VN-1<", "<identifier>VN&lt;1<"),
        ("<identifier>VN-1<", "<identifier>VN&#x202E;1<"),
        ("<sender>kttv@example.vn<", "<sender>kttv @example.vn<"),
    ],
)
def test_a_value_that_the_standard_does_not_know_is_refused(was: str, becomes: str) -> None:
    text = alert().decode()
    assert was in text
    assert refused(text.replace(was, becomes).encode()).startswith("bad_value")


@pytest.mark.parametrize(
    "sent",
    [
        "2026-11-22",
        "2026-11-22T10:30:00",
        "2026-11-22 10:30:00+07:00",
        "2026-11-22T10:30+07:00",
        "2026-11-22T10:30:00+0700",
        "2026-11-22T10:30:00,+07:00",
        "2026-11-22T24:00:00+07:00",
        "2026-11-22T10:30:60+07:00",
        "2026-02-30T10:30:00+07:00",
        "2026-11-22T10:30:00+15:00",
        "2026-11-22T10:30:00+07:60",
        "0000-11-22T10:30:00+07:00",
        "0001-01-01T00:00:00+07:00",
        "9999-12-31T23:59:59-07:00",
        "٢٠٢٦-11-22T10:30:00+07:00",
        "22/11/2026 10:30",
        "now",
    ],
)
def test_a_time_that_is_not_written_as_the_standard_asks_is_refused(sent: str) -> None:
    for name in ("sent", "expires"):
        text = alert().decode()
        start, end = text.index(f"<{name}>") + len(name) + 2, text.index(f"</{name}>")
        assert refused((text[:start] + sent + text[end:]).encode()).startswith(f"bad_value {name}")


@pytest.mark.parametrize(
    "shape",
    [
        "<circle>22.5,106.5</circle>",
        "<circle>22.5 106.5 10</circle>",
        "<circle>22.5,106.5 -1</circle>",
        "<circle>22.5,106.5 nan</circle>",
        "<circle>22.5,106.5 1e9</circle>",
        "<circle>91,106.5 10</circle>",
        "<circle>106.5,222.5 10</circle>",
        "<polygon>22,106 23,106 23,107</polygon>",
        "<polygon>22,106 23,106 23,107 22,107</polygon>",
        "<polygon>22,106 22,106</polygon>",
        "<polygon>22;106 23;106 23;107 22;106</polygon>",
        "<polygon>inf,106 23,106 23,107 inf,106</polygon>",
        "<geocode><value>VN-04</value></geocode>",
    ],
)
def test_a_shape_that_cannot_be_drawn_is_refused(shape: str) -> None:
    assert refused(alert(info(areas=area(shape)))).partition(" ")[0] in {"bad_value", "missing"}


@pytest.mark.parametrize("name", ["status", "scope", "msgType", "identifier", "sender", "sent"])
def test_an_element_that_stands_twice_is_refused_since_two_readings_are_possible(name: str) -> None:
    text = alert().decode()
    start, end = text.index(f"<{name}>"), text.index(f"</{name}>") + len(name) + 3
    assert refused((text[:end] + text[start:end] + text[end:]).encode()) == f"twice {name}"


def test_a_refusal_shows_no_control_signs_of_the_text() -> None:
    found = refused(alert(info(expires="\u202e2026\u2066 x\n\ty")))
    assert found.isprintable()
    assert "\u202e" not in found


def test_a_hostile_feed_is_refused_too(tmp_path: Path) -> None:
    for body in (
        b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>',
        b"<html/>",
        b"x" * 3_000_000,
        b"",
    ):
        with pytest.raises(CapRefusal):
            feed_items(body)

"""What is read of a message: prefixes, times, texts, references, and what is tolerated."""

from datetime import UTC, datetime

import pytest

from bangtin.hub.alerts.cap import Circle, Pair, Reference, read
from bangtin.hub.alerts.cap.tests.messages import SENDER, SENT, alert, area, info

AT_SENT = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)


def prefixed(prefix: str) -> bytes:
    text = alert().decode().replace("xmlns=", f"xmlns:{prefix}=").replace("</", f"</{prefix}:")
    head, _, rest = text.partition("?>\n")
    body = "".join(f"<{prefix}:{part}" if part[:1].isalpha() else f"<{part}" for part in rest.split("<")[1:])
    return f"{head}?>\n{body}".encode()


@pytest.mark.parametrize("prefix", ["cap", "ns0", "C", "xml-like"])
def test_any_prefix_gives_the_same_message(prefix: str) -> None:
    assert read(prefixed(prefix)) == read(alert())


def test_order_comments_instructions_and_sections_do_not_matter() -> None:
    text = alert().decode().replace("<status>Actual<", "<status><!-- x -->Act<?x y?>ual<!-- z --><")
    text = text.replace("Lũ quét</event>", "<![CDATA[Lũ quét]]></event>").replace("<alert ", "<!-- x --><alert ")
    assert read(text.encode()) == read(alert())
    swapped = alert().decode().replace("<scope>Public</scope>", "").replace("</info>", "</info><scope>Public</scope>")
    assert read(swapped.encode()) == read(alert())


def test_a_comment_cannot_cut_a_sender_short() -> None:
    text = alert().decode().replace(SENDER, f"{SENDER}<!-- -->.evil.example")
    assert read(text.encode()).sender == f"{SENDER}.evil.example"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_byte_order_marks_and_utf_16_are_read(encoding: str) -> None:
    text = alert().decode().replace("UTF-8", "UTF-16" if encoding == "utf-16" else "UTF-8")
    assert read(text.encode(encoding)) == read(alert())
    assert read(b"\r\n " + alert()) == read(alert())


@pytest.mark.parametrize(
    ("written", "remarks"),
    [
        ("2026-11-22T10:30:00+07:00", ()),
        ("2026-11-22T03:30:00-00:00", ()),
        ("2026-11-22T03:30:00+00:00", ()),
        ("2026-11-21T22:00:00-05:30", ()),
        ("2026-11-22T03:30:00Z", ("z_for_utc",)),
        ("2026-11-22T10:30:00.000+07:00", ("fraction",)),
    ],
)
def test_an_instant_is_read_with_its_offset(written: str, remarks: tuple[str, ...]) -> None:
    found = read(alert().replace(SENT.encode(), written.encode()))
    assert (found.sent, found.remarks) == (AT_SENT, remarks)


def test_cap_1_1_is_read_as_1_2() -> None:
    found = read(alert().replace(b"cap:1.2", b"cap:1.1").replace(b">Likely<", b">Very Likely<"))
    assert (found.infos, found.remarks) == (read(alert()).infos, ("cap_1_1",))


def test_missing_optional_parts_are_empty_and_a_language_is_american_english() -> None:
    found = read(alert(info(language=None, expires=None, areas="")))
    said = found.infos[0]
    assert (said.language, said.expires, said.areas, said.instruction) == ("en-US", None, (), "")
    assert (found.references, found.note, found.remarks) == ((), "", ())
    assert read(alert().replace(b"<info>", b"<!--").replace(b"</info>", b"-->")).infos == ()


def test_references_are_three_parts_separated_by_white_space() -> None:
    given = f"{SENDER},A,{SENT}\n  other@example.vn,B,2026-11-22T03:30:00-00:00 broken {SENDER},C,yesterday"
    found = read(alert(references=given))
    assert found.references == (
        Reference(SENDER, "A", AT_SENT),
        Reference("other@example.vn", "B", AT_SENT),
        Reference(SENDER, "C", None),
    )
    assert found.remarks == ("bad_reference", "bad_reference_time")


def test_texts_lose_what_could_mislead_and_keep_their_lines() -> None:
    hostile = "Sơ\u0301 tán\u202e gnat\u202c \u2066x\u2069\u200b\ufeff\ue000&#x85;Dòng\t\t hai&#xD;\n"
    assert (
        read(alert(info(more=f"<description>{hostile}</description>"))).infos[0].description
        == "Sớ tán gnat x\nDòng hai"
    )


def test_markup_in_a_text_stays_text() -> None:
    said = read(alert(info(more="<description>&lt;script&gt;alert(1)&lt;/script&gt;</description>"))).infos[0]
    assert said.description == "<script>alert(1)</script>"


def test_codes_areas_and_resources_are_read() -> None:
    more = (
        "<eventCode><valueName>SAME</valueName><value>FFW</value></eventCode>"
        "<parameter><valueName>bangtin:level</valueName><value>4</value></parameter>"
        "<parameter><valueName>empty</valueName></parameter>"
        "<resource><resourceDesc>Bản đồ</resourceDesc><mimeType>image/png</mimeType><size>12</size></resource>"
    )
    shapes = (
        "<polygon>22,106 23,106\n 23,107 22,106</polygon><circle>22.488,-106.575 0</circle>"
        "<geocode><valueName>ISO 3166-2</valueName><value>VN-04</value></geocode>"
    )
    said = read(alert(info(more=more, areas=area(shapes)))).infos[0]
    assert said.event_codes == (Pair("SAME", "FFW"),)
    assert said.parameters == (Pair("bangtin:level", "4"), Pair("empty", ""))
    assert said.resources[0].size == 12
    assert said.areas[0].polygons == (((22, 106), (23, 106), (23, 107), (22, 106)),)
    assert said.areas[0].circles == (Circle(22.488, -106.575, 0),)
    assert said.areas[0].geocodes == (Pair("ISO 3166-2", "VN-04"),)


def test_elements_of_other_namespaces_are_passed_over() -> None:
    text = alert().decode().replace("<info>", '<x:status xmlns:x="urn:x">Test</x:status><info>')
    assert read(text.encode()) == read(alert())

"""Our own messages: in the order of the schema, in every language, read back as they were meant."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from bangtin.hub.alerts.cap import (
    Area,
    Circle,
    MsgType,
    OwnNotice,
    Pair,
    Reference,
    Words,
    default_mapping,
    message_of,
    read,
    write,
)
from bangtin.hub.alerts.cap.tests import examples
from bangtin.hub.alerts.cap.tests.messages import AT, alert, judged

SCHEMA = etree.XMLSchema(etree.parse(str(Path(__file__).with_name("cap-1.2.xsd"))))
QUANG_HOA = Area(
    "Huyện Quảng Hòa",
    polygons=(((22.4, 106.5), (22.6, 106.5), (22.6, 106.7), (22.4, 106.5)),),
    circles=(Circle(22.488, 106.575, 12.5),),
    geocodes=(Pair("bangtin:cluster", "cao-bang/ta-lung"),),
)


def notice(*, is_drill: bool = False, msg_type: MsgType = MsgType.ALERT, level: int | None = 4) -> OwnNotice:
    return OwnNotice(
        identifier="KC-2026-0001",
        sender="bangtin.example.vn",
        sent=AT,
        is_drill=is_drill,
        starts_at=AT,
        ends_at=AT + timedelta(hours=6),
        issuer_name="UBND huyện Quảng Hòa",
        hazard="landslide",
        words={
            "vi": Words("Lũ quét", "Nước lên nhanh", "Rời bờ sông"),
            "en": Words("Flash flood"),
            "zh-Hans": Words("山洪"),
        },
        areas=(QUANG_HOA,),
        level=level,
        msg_type=msg_type,
        references=(Reference("bangtin.example.vn", "KC-2026-0000", AT),) if msg_type is not MsgType.ALERT else (),
        web="https://bangtin.example.vn/khan-cap/",
    )


@pytest.mark.parametrize("msg_type", [MsgType.ALERT, MsgType.UPDATE, MsgType.CANCEL])
def test_what_we_write_fits_the_schema_and_is_read_back(msg_type: MsgType) -> None:
    message = message_of(notice(msg_type=msg_type), default_mapping())
    body = write(message)
    SCHEMA.assertValid(etree.fromstring(body))
    assert read(body) == message


def test_our_notice_is_judged_as_we_meant_it() -> None:
    found = judged(write(message_of(notice(), default_mapping())))
    assert (found.action.value, found.level, found.clusters) == ("air", 4, ("cao-bang/ta-lung",))
    assert (found.languages, found.hazard) == (("vi", "en", "zh-Hans"), "landslide")
    assert (found.starts_at, found.expires_at) == (AT, AT + timedelta(hours=6))
    assert found.words["vi"] == Words("Lũ quét", "Nước lên nhanh", "Rời bờ sông")


def test_our_drill_is_an_exercise_to_everyone() -> None:
    assert judged(write(message_of(notice(is_drill=True), default_mapping()))).action.value == "exercise"


def test_a_hazard_in_the_officers_words_is_named_in_other_languages() -> None:
    said = message_of(replace(notice(), hazard="Lũ quét trên sông Bằng"), default_mapping()).infos
    assert [each.event for each in said] == ["Lũ quét trên sông Bằng", *["Flash flood, landslide"] * 2]
    assert {each.categories for each in said} == {("Geo",)}
    strange = message_of(replace(notice(), hazard="Sự cố lạ"), default_mapping()).infos
    assert {(each.event, each.categories) for each in strange} == {("Sự cố lạ", ("Other",))}


def test_a_notice_without_a_level_names_none() -> None:
    body = write(message_of(notice(level=None), default_mapping()))
    assert b"<parameter>" not in body
    assert b"<severity>Unknown</severity>" in body


def test_times_are_written_with_an_offset_never_with_a_letter() -> None:
    assert b"<sent>2026-11-22T12:00:00+07:00</sent>" in write(message_of(notice(), default_mapping()))


def bodies() -> Iterator[bytes]:
    yield alert()
    yield from (shape.body for shape in examples.SHAPES)


def test_messages_of_others_fit_the_schema_once_they_are_written_again() -> None:
    for body in bodies():
        message = read(body)
        again = write(message)
        SCHEMA.assertValid(etree.fromstring(again))
        assert read(again) == message


def test_the_schema_of_the_tests_refuses_another_order() -> None:
    text = alert().decode().replace("<scope>Public</scope>", "").replace("</info>", "</info><scope>Public</scope>")
    assert not SCHEMA.validate(etree.fromstring(text.encode()))

"""Single shapes that the table does not hold: several infos, levels, areas, duplicates, messages of the real world."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bangtin.hub.alerts.cap import Heard, Known, Place, Status, read, weigh
from bangtin.hub.alerts.cap.mapping import default_mapping
from bangtin.hub.alerts.cap.tests import examples
from bangtin.hub.alerts.cap.tests.messages import (
    AT,
    BEFORE,
    LATER,
    PLACES,
    SENDER,
    SENT,
    SOON,
    TA_LUNG,
    VUNG_ANG,
    alert,
    area,
    info,
    judged,
)

ELSEWHERE = area("<circle>-33.4,-70.6 50</circle>")


def test_an_expired_info_is_left_out_with_its_language_level_and_end() -> None:
    level_5 = "<parameter><valueName>bangtin:level</valueName><value>5</value></parameter>"
    level_2 = level_5.replace("5", "2")
    found = judged(
        alert(
            info(expires=BEFORE, more=level_5), info(language="en", more=level_2), info(language="zh-CN", expires=SOON)
        )
    )
    assert (found.action.value, found.languages, found.level) == ("air", ("en", "zh-CN"), 2)
    assert found.expires_at == datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
    assert list(found.words) == ["en", "zh-Hans"]


def test_the_end_is_the_latest_of_the_live_infos_even_if_one_names_none() -> None:
    found = judged(alert(info(expires=SOON), info(language="en", expires=None)))
    assert (found.action.value, found.languages) == ("air", ("vi", "en"))
    assert found.expires_at == datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    left = judged(alert(info(expires=BEFORE), info(language="en", expires=None)))
    assert (left.action.value, left.languages, left.expires_at) == ("wait", ("en",), None)


def test_the_second_of_the_end_is_past_the_end() -> None:
    end = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
    assert judged(alert(), at=end - timedelta(seconds=1)).action.value == "air"
    assert judged(alert(), at=end).code == "expired"


def test_an_end_before_its_own_beginning_is_no_time_at_all() -> None:
    assert judged(alert(info(effective=LATER, expires=SOON))).code == "expired"


def test_it_starts_when_it_takes_effect_not_when_the_storm_arrives() -> None:
    onset = f"<onset>{LATER}</onset>"
    found = judged(alert(info(more=onset, expires="2026-11-23T06:00:00+07:00")))
    assert found.starts_at == read(alert()).sent
    later = judged(
        alert(
            info(effective=SOON, more=onset), info(language="en", effective=LATER, expires="2026-11-22T19:00:00+07:00")
        )
    )
    assert (later.action.value, later.starts_at) == ("air", datetime(2026, 11, 22, 6, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("inner", "level"),
    [
        ("<parameter><valueName>bangtin:level</valueName><value>3</value></parameter>", 3),
        ("<parameter><valueName>BANGTIN:LEVEL</valueName><value>Cấp 4</value></parameter>", 4),
        ("<eventCode><valueName>vn:disaster-risk-level</valueName><value>5</value></eventCode>", 5),
        ("<parameter><valueName>bangtin:level</valueName><value>6</value></parameter>", None),
        ("<parameter><valueName>bangtin:level</valueName><value>Extreme</value></parameter>", None),
        ("<parameter><valueName>awareness_level</valueName><value>4; red; Extreme</value></parameter>", None),
        ("<parameter><valueName>level</valueName><value>4</value></parameter>", None),
        ("", None),
    ],
)
def test_a_level_comes_from_the_names_of_the_mapping_file_alone(inner: str, level: int | None) -> None:
    assert judged(alert(info(more=inner))).level == level


@pytest.mark.parametrize("severity", ["Extreme", "Severe", "Moderate", "Minor", "Unknown"])
def test_no_severity_gives_a_level(severity: str) -> None:
    assert judged(alert(info()).replace(b">Extreme<", f">{severity}<".encode())).level is None


@pytest.mark.parametrize(
    ("inner", "clusters"),
    [
        ("<circle>22.488,106.575 0</circle>", ["cao-bang/ta-lung"]),
        ("<circle>22.6,106.575 12.453</circle>", ["cao-bang/ta-lung"]),  # 12.4535 km away
        ("<circle>22.6,106.575 12.4</circle>", []),
        ("<circle>22.66,106.55 25</circle>", ["cao-bang/ta-lung", "cao-bang/trung-khanh"]),
        ("<polygon>22.4,106.5 22.6,106.5 22.6,106.7 22.4,106.7 22.4,106.5</polygon>", ["cao-bang/ta-lung"]),
        ("<polygon>22.488,106.5 22.488,106.7 23,106.7 22.488,106.5</polygon>", ["cao-bang/ta-lung"]),  # on the border
        ("<polygon>106.5,22.4 89,22.6 89,22.4 106.5,22.4</polygon>", None),
        ("<polygon>22.4,106.5 22.6,106.7 22.6,106.5 22.4,106.7 22.4,106.5</polygon>", []),  # crosses itself
        ("<polygon>18,106 18.2,106 18.2,107 18,106</polygon>", []),
        ("<polygon>17,106 19,106 19,107 17,107 17,106</polygon>", ["ha-tinh/vung-ang"]),
        (
            "<geocode><valueName>ISO 3166-2</valueName><value>vn-04</value></geocode>",
            ["cao-bang/ta-lung", "cao-bang/trung-khanh"],
        ),
        ("<geocode><valueName>GSO</valueName><value>12</value></geocode>", ["lai-chau/unmeasured"]),
        (
            "<geocode><valueName>bangtin:cluster</valueName><value>ha-tinh/vung-ang</value></geocode>",
            ["ha-tinh/vung-ang"],
        ),
        ("<geocode><valueName>bangtin:province</valueName><value>*</value></geocode>", []),
        ("<geocode><valueName>ISO 3166-1</valueName><value>VN</value></geocode>", [place.id for place in PLACES]),
        ("<geocode><valueName>ISO 3166-2</valueName><value>VN-99</value></geocode>", []),
        ("<geocode><valueName>FIPS6</valueName><value>006109</value></geocode>", []),
        ("", []),
    ],
)
def test_an_area_holds_the_clusters_by_code_polygon_or_circle(inner: str, clusters: list[str] | None) -> None:
    found = judged(alert(info(areas=area(inner))))
    assert list(found.clusters) == (clusters or [])
    assert found.action.value == ("refuse" if clusters is None else "air" if clusters else "ignore")


def test_a_cluster_may_have_codes_of_its_own() -> None:
    place = Place("x/y", codes=("vn:commune=01723",))
    inner = "<geocode><valueName>VN:commune</valueName><value>01723</value></geocode>"
    assert judged(alert(info(areas=area(inner))), places=(place, VUNG_ANG)).clusters == ("x/y",)


def test_an_area_that_cannot_be_placed_and_one_elsewhere_are_told_apart() -> None:
    assert judged(alert(info(areas=""))).code == "no_area"
    assert judged(alert(info(areas=area("")))).code == "no_area"
    assert judged(alert(info(areas=ELSEWHERE))).code == "elsewhere"
    assert judged(alert(), places=()).code == "elsewhere"


def test_an_info_for_elsewhere_lends_neither_language_nor_end_nor_level() -> None:
    level = "<parameter><valueName>bangtin:level</valueName><value>5</value></parameter>"
    theirs = info(language="es", areas=ELSEWHERE, more=level, expires="2026-11-30T00:00:00+07:00")
    found = judged(alert(theirs, info()))
    assert (found.languages, found.level, found.clusters) == (("vi",), None, (TA_LUNG.id,))
    assert found.expires_at == datetime(2026, 11, 22, 11, 0, tzinfo=UTC)


def test_an_info_that_names_no_place_speaks_of_the_place_of_the_others() -> None:
    assert judged(alert(info(), info(language="en", areas=area("", described="Quảng Hòa")))).languages == ("vi", "en")


def test_a_message_without_an_info_says_nothing() -> None:
    assert judged(alert().replace(b"<info>", b"<!--").replace(b"</info>", b"-->")).code == "no_info"


def test_the_same_identifier_twice_is_one_alert_another_sender_is_another() -> None:
    known = Known.of([Heard(SENDER, "VN-1")])
    assert judged(alert(), known=known).code == "seen"
    assert judged(alert(info(expires=SOON)), known=known).code == "seen"
    assert judged(alert(sender="other@example.vn"), known=known).action.value == "air"


def test_of_several_references_only_those_of_the_sender_count() -> None:
    names = f"other@example.vn,THEIRS,{SENT} {SENDER},A,{SENT} {SENDER},B,{SENT}"
    known = Known.of([Heard("other@example.vn", "THEIRS"), Heard(SENDER, "A")])
    for msg_type in ("Update", "Cancel"):
        found = judged(alert(msg_type=msg_type, references=names), known=known)
        assert (found.action.value, [each.identifier for each in found.replaces]) == (msg_type.lower(), ["A"])
        untold = judged(alert(msg_type=msg_type, references=names))
        assert [each.identifier for each in untold.replaces] == ["A", "B"]


def test_a_reference_that_cannot_be_read_names_nothing() -> None:
    assert judged(alert(msg_type="Cancel", references=f"{SENDER};A;{SENT}")).code == "names_nothing"


def test_a_cancel_counts_after_its_own_end_and_without_an_area() -> None:
    known = Known.of([Heard(SENDER, "A")])
    names = f"{SENDER},A,{SENT}"
    for said in (info(expires=BEFORE), info(areas=""), info(expires=None), "<note/>"):
        assert judged(alert(said, msg_type="Cancel", references=names), known=known).action.value == "cancel"
        assert judged(alert(said, msg_type="Cancel", references=names)).action.value == "cancel"


def test_a_cancel_for_elsewhere_counts_only_where_its_message_is_known() -> None:
    body = alert(info(areas=ELSEWHERE), msg_type="Cancel", references=f"{SENDER},A,{SENT}")
    assert judged(body).code == "elsewhere"
    assert judged(body, known=Known.of([Heard(SENDER, "A")])).action.value == "cancel"


def test_a_drill_replaces_drills_alone() -> None:
    known = Known.of([Heard(SENDER, "REAL"), Heard(SENDER, "DRILL", is_exercise=True)])
    names = f"{SENDER},REAL,{SENT} {SENDER},DRILL,{SENT}"
    drill = judged(alert(status="Exercise", msg_type="Update", references=names), known=known)
    real = judged(alert(msg_type="Update", references=names), known=known)
    assert [each.identifier for each in drill.replaces] == ["DRILL"]
    assert [each.identifier for each in real.replaces] == ["REAL"]


def test_the_hazard_is_found_by_its_longest_word() -> None:
    assert judged(alert()).hazard == "landslide"
    assert judged(alert().replace("Lũ quét</event>".encode(), "Lũ trên sông</event>".encode())).hazard == "flood"
    assert judged(alert().replace("Lũ quét</event>".encode(), b"Alluvial</event>")).hazard == ""


def test_of_two_infos_in_one_language_the_higher_level_speaks() -> None:
    level = (
        "<description>Cao hơn</description><parameter><valueName>bangtin:level</valueName><value>4</value></parameter>"
    )
    assert judged(alert(info(), info(language="vi-VN", more=level))).words["vi"].description == "Cao hơn"


def test_a_message_that_is_not_real_can_by_no_road_become_real() -> None:
    drill = replace(read(alert()), status=Status.TEST)
    assert weigh(drill, clusters=PLACES, mapping=default_mapping(), at=AT).action.value == "ignore"


@pytest.mark.parametrize("shape", examples.SHAPES, ids=lambda shape: shape.name)
def test_messages_of_the_real_world_behave(shape: examples.Shape) -> None:
    found = judged(shape.body, at=shape.at, places=(*PLACES, *examples.ABROAD))
    assert (found.action.value, found.code, list(found.languages), found.level) == shape.expected
    assert list(found.clusters) == list(shape.clusters)

"""Formats for people, in both languages."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from bangtin.hub.portal import deadlines, formats

NOON = datetime(2026, 11, 23, 2, 41, tzinfo=UTC)


@pytest.mark.parametrize(("language", "text"), [("vi", "1.868"), ("en", "1,868")])
def test_thousands_follow_the_language(language: str, text: str) -> None:
    with translation.override(language):
        assert formats.number(1868) == text


def test_decimals_money_and_sizes_are_vietnamese_by_default() -> None:
    with translation.override("vi"):
        assert formats.percent(61.4) == "61,4%"
        assert formats.vnd(412_000_000) == "412.000.000\u00a0đồng"
        assert formats.size(1_840_000_000) == "1,84\u00a0GB"
        assert formats.size(4_000) == "4\u00a0kB"


def test_an_unmeasured_value_is_never_zero() -> None:
    with translation.override("en"):
        assert {formats.airtime(None), formats.number(None), formats.size(None)} == {"not known"}


def test_airtime_grows_from_seconds_to_hours() -> None:
    with translation.override("en"):
        assert formats.airtime(8) == "8 s"
        assert formats.airtime(200) == "3 min 20 s"
        assert formats.airtime(2520) == "42 min"
        assert formats.airtime(28_800) == "8 h 00"
        assert formats.airtime(23_400) == "6 h 30"


def test_a_difference_has_its_sign_and_minutes_from_a_minute_on() -> None:
    with translation.override("vi"):
        assert formats.difference(-1.249) == "\N{MINUS SIGN}1,2\u00a0giây"
        assert formats.difference(-303.5) == "\N{MINUS SIGN}5 phút 4 giây"
        assert formats.difference(7_200) == "+2 giờ 00"


def test_a_clip_has_minutes_and_seconds() -> None:
    assert formats.media_length(204_000) == "3:24"
    assert formats.media_length(3_727_000) == "1:02:07"


def test_an_instant_is_read_at_the_provinces_clock() -> None:
    assert formats.clock(NOON) == "09:41"
    assert formats.day(datetime(2026, 11, 22, 17, 30, tzinfo=UTC)) == "23/11/2026"


def test_a_span_to_midnight_ends_at_24() -> None:
    start = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    assert formats.span(start, start + timedelta(hours=3)) == "21:00\u00a0\u2013 24:00"


def test_a_naive_instant_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="aware"):
        formats.clock(NOON.replace(tzinfo=None))


def test_time_since_is_relative_for_one_hour_only() -> None:
    with translation.override("en"):
        assert formats.since(NOON - timedelta(minutes=38), at=NOON) == "38 minutes ago"
        assert formats.since(NOON - timedelta(minutes=80), at=NOON) == "08:21"
        assert formats.since(NOON - timedelta(days=2), at=NOON) == "09:41\u00a021/11/2026"


@pytest.mark.parametrize(
    ("days", "word", "hue"),
    [
        (21, "21 days left", ""),
        (8, "8 days left", ""),
        (7, "7 days left", "a"),
        (0, "Today", "a"),
        (-3, "3 days over", "hot"),
    ],
)
def test_the_deadline_chip_warms_up(days: int, word: str, hue: str) -> None:
    today = date(2026, 11, 23)
    with translation.override("en"):
        chip = deadlines.chip(today + timedelta(days=days), today=today)
    assert (chip.word, chip.hue) == (word, hue)


def test_a_duty_without_a_legal_day_is_not_counted_down() -> None:
    with translation.override("en"):
        assert deadlines.chip(None, today=date(2026, 11, 23)).word == "No date fixed"

"""Airtime against its rule: least hours, halves, advertising, outage; seasons of operating hours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangtin.rulebook import airtime, hours, loading
from bangtin.rulebook.airtime import Span
from bangtin.rulebook.shapes import DatedValue, DayHoursRule, Parameter, Unit
from bangtin.rulebook.texts import DAY_S, MonthDay, Text

HOUR = 3600


@dataclass(frozen=True)
class Day:
    mode: str = "minimum"
    minimum_s: int | None = 6 * HOUR
    morning_s: int | None = 3 * HOUR
    afternoon_s: int | None = 3 * HOUR
    noon_s: int | None = 12 * HOUR
    tolerance_s: int | None = None


_SPANS = st.lists(
    st.tuples(st.integers(0, DAY_S - 1), st.integers(1, 4 * HOUR)).map(
        lambda pair: (pair[0], min(pair[0] + pair[1], DAY_S))
    ),
    max_size=12,
)


def test_overlapping_spans_of_several_faces_count_once() -> None:
    found = airtime.judge(Day(), [(7 * HOUR, 10 * HOUR), (8 * HOUR, 10 * HOUR), (14 * HOUR, 17 * HOUR)])
    assert (found.verdict, found.total_s) == ("met", 6 * HOUR)


def test_without_a_boundary_the_halves_are_not_judged_and_it_says_so() -> None:
    found = airtime.judge(replace(Day(), noon_s=None), [(13 * HOUR, 19 * HOUR)])
    assert (found.verdict, found.morning_s, found.is_morning_short) == ("met", None, False)
    assert "không ấn định" in found.reading.vi


def test_a_day_without_a_minimum_is_not_fixed() -> None:
    assert airtime.judge(Day("operator_sets", None, None, None, None), []).verdict == "not_fixed"


@pytest.mark.parametrize(("minutes", "verdict"), [(None, "short"), (9, "short"), (10, "met")])
def test_only_a_tolerance_that_is_set_lets_an_outage_pass(minutes: int | None, verdict: str) -> None:
    day = Day("round_the_clock", tolerance_s=None if minutes is None else minutes * 60)
    found = airtime.judge(day, [(0, 12 * HOUR), (12 * HOUR + 600, DAY_S)])
    assert (found.verdict, found.outage_s) == (verdict, 600)


def test_advertising_keeps_a_round_the_clock_cluster_running() -> None:
    found = airtime.judge(Day("round_the_clock"), [(0, 20 * HOUR)], advertising=[(20 * HOUR, DAY_S)])
    assert found.verdict == "met"


def test_a_span_outside_the_day_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="within the day"):
        airtime.judge(Day(), [(10, DAY_S + 1)])


@given(spans=_SPANS, noon=st.integers(1, DAY_S - 1))
def test_the_halves_make_up_the_day(spans: list[Span], noon: int) -> None:
    found = airtime.judge(replace(Day(), noon_s=noon), spans)
    seconds = {second for start, end in spans for second in range(start, end)}
    assert (found.morning_s or 0) + (found.afternoon_s or 0) == found.total_s == len(seconds)


@given(spans=_SPANS, more=_SPANS)
def test_more_airtime_never_makes_a_day_short(spans: list[Span], more: list[Span]) -> None:
    before, after = airtime.judge(Day(), spans), airtime.judge(Day(), [*spans, *more])
    assert after.total_s >= before.total_s
    assert not (before.verdict == "met" and after.verdict == "short")


@pytest.mark.parametrize(
    ("first", "last", "on", "is_in"),
    [
        ("04-16", "10-15", date(2026, 4, 16), True),
        ("04-16", "10-15", date(2026, 4, 15), False),
        ("04-16", "10-15", date(2026, 10, 15), True),
        ("10-16", "04-15", date(2026, 12, 31), True),
        ("10-16", "04-15", date(2026, 4, 15), True),
        ("10-16", "04-15", date(2026, 4, 16), False),
    ],
)
def test_a_season_counts_both_its_days_and_may_run_over_new_year(first: str, last: str, on: date, is_in: bool) -> None:
    assert hours.in_span(MonthDay.parse(first), MonthDay.parse(last), on) is is_in


def test_a_season_takes_its_bounds_from_parameters() -> None:
    def bound(name: str, value: str | None) -> Parameter:
        return Parameter(name, Text("", ""), Unit.MONTH_DAY, (DatedValue(date(2020, 12, 10), value),), is_local=True)

    regulation = loading.loaded("cao-bang/31-2020-qd-ubnd")
    part = DayHoursRule(("working",), "cao-bang/8.1.a", "fixed", "w", season_from="from", season_until="until")
    known = {"from": bound("from", "04-16"), "until": bound("until", "10-15")}
    assert hours.in_season(replace(regulation, parameters=known), part, date(2026, 7, 1))
    known["until"] = bound("until", None)
    assert not hours.in_season(replace(regulation, parameters=known), part, date(2026, 7, 1))


def test_time_that_emergency_notices_took_is_neither_propaganda_nor_a_stop() -> None:
    found = airtime.judge(Day(), [(8 * HOUR, 10 * HOUR), (13 * HOUR, 16 * HOUR)], displaced=[(9 * HOUR, 11 * HOUR)])
    assert (found.verdict, found.total_s, found.morning_s, found.displaced_s) == ("met", 5 * HOUR, 2 * HOUR, HOUR)
    night = airtime.judge(Day(), [(8 * HOUR, 10 * HOUR), (13 * HOUR, 17 * HOUR)], displaced=[(20 * HOUR, 23 * HOUR)])
    assert (night.verdict, night.is_morning_short) == ("short", True)
    day = airtime.judge(Day("round_the_clock"), [(0, 9 * HOUR), (10 * HOUR, DAY_S)], displaced=[(9 * HOUR, 10 * HOUR)])
    assert (day.verdict, day.total_s, day.outage_s, day.displaced_s) == ("met", DAY_S - HOUR, 0, HOUR)

"""Hours: what a refusal says, and spans over midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bangtin.rulebook import calendars, hours, loading
from bangtin.rulebook.hours import ClusterHours
from bangtin.rulebook.texts import LEGAL_ZONE, Window

CALENDAR = calendars.load(loading.default_root())


@pytest.fixture
def rule() -> ClusterHours:
    return hours.of(loading.loaded("cao-bang/31-2020-qd-ubnd"), "cao-bang/ta-lung")


def test_a_refusal_names_slot_hours_article_and_way_out(rule: ClusterHours) -> None:
    refusal = hours.check_placement(
        rule,
        CALENDAR,
        starts_at=datetime(2026, 12, 14, 18, 0, tzinfo=LEGAL_ZONE),
        ends_at=datetime(2026, 12, 14, 18, 30, tzinfo=LEGAL_ZONE),
    )
    assert refusal is not None
    assert "18:00–18:30" in refusal.reason.vi and "07:30–11:00, 13:30–18:00" in refusal.reason.vi
    assert "Điều 8.1.a" in refusal.reason.vi and "art. 8.1.a" in refusal.reason.en
    assert "Điều 7.1" in refusal.next_step.vi and "art. 7.1" in refusal.next_step.en


def test_instants_in_utc_are_read_as_viet_nam_time(rule: ClusterHours) -> None:
    starts_at, ends_at = datetime(2026, 12, 14, 0, 30, tzinfo=UTC), datetime(2026, 12, 14, 4, 0, tzinfo=UTC)
    assert hours.check_placement(rule, CALENDAR, starts_at=starts_at, ends_at=ends_at) is None


def test_a_span_over_midnight_is_judged_day_by_day(rule: ClusterHours) -> None:
    starts_at = datetime(2026, 12, 14, 17, 0, tzinfo=LEGAL_ZONE)
    ends_at = datetime(2026, 12, 15, 8, 0, tzinfo=LEGAL_ZONE)
    refusal = hours.check_placement(rule, CALENDAR, starts_at=starts_at, ends_at=ends_at)
    assert refusal is not None and refusal.day.on == date(2026, 12, 14)
    assert hours.outside_s(rule, CALENDAR, starts_at=starts_at, ends_at=ends_at) == 13.5 * 3600


def test_a_naive_instant_is_a_mistake(rule: ClusterHours) -> None:
    naive = datetime(2026, 12, 14, 8, tzinfo=LEGAL_ZONE).replace(tzinfo=None)
    with pytest.raises(ValueError, match="aware"):
        hours.check_placement(rule, CALENDAR, starts_at=naive, ends_at=naive + timedelta(hours=1))


def test_windows_are_given_as_instants(rule: ClusterHours) -> None:
    first, second = hours.day(rule, CALENDAR, date(2026, 12, 14)).intervals()
    assert first[0].astimezone(UTC) == datetime(2026, 12, 14, 0, 30, tzinfo=UTC)
    assert second[1].astimezone(UTC) == datetime(2026, 12, 14, 11, 0, tzinfo=UTC)


def test_a_proposed_total_can_be_judged_before_it_is_set(rule: ClusterHours) -> None:
    sunday = hours.day(rule, CALENDAR, date(2026, 12, 13))
    (advice,) = hours.check_day_total(sunday, total_s=7 * 3600)
    assert advice.code == "hours.below_advisory" and "7 giờ" in advice.reason.vi
    assert hours.check_day_total(sunday, total_s=9 * 3600) == ()


@pytest.mark.parametrize("text", ["7:30-11:00", "07:30–11:00", "07:60-11:00", "11:00-11:00", "20:00-24:01"])
def test_a_malformed_window_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="window"):
        Window.parse(text)


def test_a_window_may_end_at_midnight() -> None:
    assert str(Window.parse("00:00-24:00")) == "00:00-24:00"
    assert Window.parse("00:00-24:00").seconds == 86_400

"""Occurrences and findings beyond what the cases ask."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta

import pytest

from bangtin.rulebook import calendars, duties, evaluation, loading, periods
from bangtin.rulebook.calendars import DayRow, WorkingCalendar
from bangtin.rulebook.errors import NoSuchDay
from bangtin.rulebook.evaluation import Request, Status
from bangtin.rulebook.quotas import Fact
from bangtin.rulebook.shapes import DueRule, Regulation
from bangtin.rulebook.texts import LEGAL_ZONE, MonthDay, Text

STATION = "cao-bang/dai-ptth"


@pytest.fixture
def regulation() -> Regulation:
    return loading.loaded("cao-bang/31-2020-qd-ubnd")


@pytest.fixture
def calendar() -> WorkingCalendar:
    return calendars.load(loading.default_root())


def _at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=LEGAL_ZONE)


def _programme(at: datetime) -> Fact:
    return Fact("programme", STATION, at, ref=at.isoformat())


def test_one_programme_in_the_days_of_grace_counts_once(regulation: Regulation, calendar: WorkingCalendar) -> None:
    found = evaluation.occurrences(
        regulation,
        regulation.obligation("cao-bang/station-programmes"),
        from_on=date(2026, 2, 1),
        until_on=date(2026, 3, 10),
        calendar=calendar,
    )
    assert [each.period.key for each in found] == ["2026-01", "2026-02"]
    findings = evaluation.assess_all(found, [_programme(_at(2026, 2, 2))], as_of=_at(2026, 3, 10))
    assert [each.status for each in findings] == [Status.DONE, Status.OVERDUE]


def test_a_programme_more_than_needed_stays_with_its_own_month(
    regulation: Regulation, calendar: WorkingCalendar
) -> None:
    found = evaluation.occurrences(
        regulation,
        regulation.obligation("cao-bang/station-programmes"),
        from_on=date(2026, 2, 1),
        until_on=date(2026, 3, 10),
        calendar=calendar,
    )
    facts = [_programme(_at(2026, 1, 20)), _programme(_at(2026, 2, 2))]
    findings = evaluation.assess_all(found, facts, as_of=_at(2026, 3, 10))
    assert [each.status for each in findings] == [Status.DONE, Status.DONE]


def test_another_agency_s_work_is_no_evidence(regulation: Regulation, calendar: WorkingCalendar) -> None:
    (occurrence,) = evaluation.occurrences(
        regulation,
        regulation.obligation("cao-bang/station-programmes"),
        from_on=date(2026, 11, 30),
        until_on=date(2026, 11, 30),
        calendar=calendar,
    )
    fact = Fact("programme", "cao-bang/so-ngoai-vu", _at(2026, 11, 5), ref="x")
    assert evaluation.assess(occurrence, [fact], as_of=_at(2026, 11, 10)).status is Status.DUE


def test_a_request_for_an_ad_hoc_report_is_due_when_it_says(regulation: Regulation, calendar: WorkingCalendar) -> None:
    asked = [
        Request("cv-12", STATION, date(2026, 5, 4), due_on=date(2026, 5, 8)),
        Request("cv-13", STATION, date(2026, 5, 5)),
    ]
    found = evaluation.occurrences(
        regulation,
        regulation.obligation("cao-bang/ad-hoc-report"),
        from_on=date(2026, 5, 1),
        until_on=date(2026, 5, 31),
        calendar=calendar,
        requests=asked,
    )
    findings = evaluation.assess_all(found, [], as_of=_at(2026, 5, 11))
    assert [each.status for each in findings] == [Status.OVERDUE, Status.NOT_FIXED]


def test_a_past_day_gives_the_same_answer_again(regulation: Regulation, calendar: WorkingCalendar) -> None:
    (occurrence,) = evaluation.occurrences(
        regulation,
        regulation.obligation("cao-bang/consolidated-report"),
        from_on=date(2026, 12, 1),
        until_on=date(2026, 12, 31),
        calendar=calendar,
    )
    early = Fact("consolidated_report", "cao-bang/so-tttt", _at(2026, 12, 18), ref="1", period="2026")
    late = Fact("consolidated_report", "cao-bang/so-tttt", _at(2026, 12, 30), ref="2", period="2026")
    as_of = _at(2026, 12, 20)
    assert evaluation.assess(occurrence, [early], as_of=as_of) == evaluation.assess(
        occurrence, [late, early], as_of=as_of
    )


def test_a_year_of_the_province_has_these_occurrences(regulation: Regulation, calendar: WorkingCalendar) -> None:
    found = evaluation.all_occurrences(
        regulation, from_on=date(2026, 1, 1), until_on=date(2026, 12, 31), calendar=calendar
    )
    # 12 months of the station, 12 intakes, 16 yearly reports, 1 consolidated, 1 plan, 1 + 2 estimates.
    assert len(found) == 12 + 12 + 16 + 1 + 1 + 3
    assert len({each.id for each in found}) == len(found)


def test_a_local_cut_off_day_gives_the_intake_a_due_day(regulation: Regulation, calendar: WorkingCalendar) -> None:
    rule = DueRule("on", Text("vào ngày 20", "on the 20th"), day="reports.unit_day")
    period = periods.from_key("year", "2026", starts=MonthDay(12, 15))
    due = duties.due(rule, period, regulation=regulation, calendar=calendar)
    assert (due.on, due.named_on) == (date(2026, 12, 15), date(2026, 12, 15))


@pytest.mark.parametrize(
    ("operator", "last"),
    [("before", date(2026, 12, 14)), ("on", date(2026, 12, 15)), ("no_later_than", date(2026, 12, 15))],
)
def test_before_is_strict_and_on_is_not(
    regulation: Regulation, calendar: WorkingCalendar, operator: str, last: date
) -> None:
    rule = DueRule(operator, Text("x", "x"), day="reports.unit_day")
    period = periods.from_key("year", "2026", starts=MonthDay(12, 15))
    assert duties.due(rule, period, regulation=regulation, calendar=calendar).on == last


def test_the_last_working_day_lies_in_the_period(regulation: Regulation, calendar: WorkingCalendar) -> None:
    rule = DueRule("last_working_day", Text("x", "x"))
    period = periods.from_key("month", "2026-01")
    assert duties.due(rule, period, regulation=regulation, calendar=calendar).on == date(2026, 1, 30)


def test_a_day_the_year_lacks_is_named(regulation: Regulation) -> None:
    parameter = regulation.parameter("reports.unit_day")
    with pytest.raises(NoSuchDay, match=r"29/02/2026"):
        duties._exact(parameter, 2026, 2, 29)


def test_a_term_of_days_does_not_count_the_first(calendar: WorkingCalendar) -> None:
    due = duties.within(3, after=date(2026, 12, 9), calendar=calendar)
    assert (due.on, due.rolled_from) == (date(2026, 12, 14), date(2026, 12, 12))
    working = duties.within(3, after=date(2026, 12, 9), calendar=calendar, working=True)
    assert (working.on, working.rolled_from) == (date(2026, 12, 14), None)


def test_a_term_of_hours_runs_through_the_night() -> None:
    assert duties.within_hours(24, after=_at(2026, 12, 12)) == _at(2026, 12, 13)


def test_a_row_of_the_province_wins_over_the_calendar(calendar: WorkingCalendar) -> None:
    row = DayRow(date(2026, 12, 14), "holiday", Text("Nghỉ", "Off"), basis="test")
    changed = calendar.with_rows(row)
    assert calendars.roll(changed, date(2026, 12, 14)) == date(2026, 12, 15)
    assert calendars.day(changed, row.on).basis == "test"


def test_a_day_after_the_announced_ones_is_marked_projected(calendar: WorkingCalendar) -> None:
    assert calendars.day(calendar, date(2027, 2, 5)).is_projected
    assert not calendars.day(calendar, date(2026, 2, 17)).is_projected


@pytest.mark.parametrize("kind", ["month", "quarter", "half_year", "year"])
@pytest.mark.parametrize("starts", [periods.CALENDAR_START, MonthDay(12, 15), MonthDay(7, 1)])
def test_periods_follow_each_other_without_a_gap(kind: str, starts: MonthDay) -> None:
    found = list(periods.between(kind, date(2023, 1, 1), date(2028, 12, 31), starts=starts))
    for before, after in itertools.pairwise(found):
        assert after.start == before.end + timedelta(days=1)
    assert len({each.key for each in found}) == len(found)
    for each in found:
        assert periods.from_key(kind, each.key, starts=starts) == each


def test_the_reporting_year_of_2026() -> None:
    period = periods.reporting_year(2026, starts=MonthDay(12, 15))
    assert (period.start, period.end) == (date(2025, 12, 15), date(2026, 12, 14))
    assert period.holds(date(2025, 12, 15)) and not period.holds(date(2026, 12, 15))

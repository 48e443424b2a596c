"""Periods, terms and terms of keeping, as properties and by example."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangtin.rulebook import calendars, duties, evaluation, loading, periods, quotas, retention
from bangtin.rulebook.evaluation import Request, Status
from bangtin.rulebook.quotas import Fact, Need
from bangtin.rulebook.shapes import DatedValue, DueRule, Parameter, Regulation, Unit
from bangtin.rulebook.texts import LEGAL_ZONE, MonthDay, Text

CALENDAR = calendars.load(loading.default_root())
CAO_BANG = loading.loaded("cao-bang/31-2020-qd-ubnd")
_DAYS = st.dates(date(2021, 1, 1), date(2027, 12, 31))
_STARTS = st.sampled_from(["01-01", "12-15", "06-30", "02-10"]).map(MonthDay.parse)
_CYCLES = st.sampled_from([*periods.MONTHS, "week", "day"])


def _with(unit: Unit, value: str | None) -> Regulation:
    term = Parameter("term", Text("", ""), unit, (DatedValue(date(2020, 12, 10), value),), is_local=True)
    return replace(CAO_BANG, parameters={**CAO_BANG.parameters, "term": term})


def _rule(operator: str) -> DueRule:
    return DueRule(operator, Text("trong vòng", "within"), "term")


@given(kind=_CYCLES, on=_DAYS, starts=_STARTS)
def test_a_period_holds_its_day_and_the_next_begins_the_day_after(kind: str, on: date, starts: MonthDay) -> None:
    period = periods.containing(kind, on, starts=starts)
    assert period.holds(on)
    assert periods.following(period, starts=starts).start == period.end + timedelta(days=1)


@given(kind=st.sampled_from([*periods.MONTHS, *periods.FIRST_MONTHS, "week"]), on=_DAYS, starts=_STARTS)
def test_a_key_leads_back_to_its_period(kind: str, on: date, starts: MonthDay) -> None:
    period = periods.containing(kind, on, starts=starts)
    assert periods.from_key(kind, period.key, starts=starts) == period


def test_the_first_months_of_a_cycle_come_once_a_year() -> None:
    found = list(periods.between("nine_months", date(2025, 11, 1), date(2027, 1, 31)))
    assert [(each.key, each.end) for each in found] == [
        ("2026-9M", date(2026, 9, 30)),
        ("2027-9M", date(2027, 9, 30)),
    ]
    assert periods.containing("first_half", date(2026, 5, 1), starts=MonthDay(12, 15)).end == date(2026, 6, 14)


def test_a_week_runs_from_monday_and_bears_its_iso_number() -> None:
    week = periods.containing("week", date(2027, 1, 1))
    assert (week.key, week.start, week.end) == ("2026-W53", date(2026, 12, 28), date(2027, 1, 3))


@given(on=_DAYS)
def test_a_roll_over_never_goes_back_and_ends_on_a_working_day(on: date) -> None:
    rolled = calendars.roll(CALENDAR, on)
    assert rolled >= on and calendars.is_working(CALENDAR, rolled)
    assert calendars.roll(CALENDAR, rolled) == rolled


@given(on=_DAYS)
def test_before_a_day_is_never_later_than_on_that_day(on: date) -> None:
    regulation = _with(Unit.MONTH_DAY, f"{on.month:02d}-{min(on.day, 28):02d}")
    year = periods.containing("year", on)
    strict, loose = (
        duties.due(_rule(name), year, regulation=regulation, calendar=CALENDAR).on for name in ("before", "on")
    )
    assert strict is not None and loose is not None and strict <= loose


@pytest.mark.parametrize(
    ("operator", "unit", "value", "last"),
    [
        ("within_days", Unit.DAY, "5", date(2026, 5, 11)),  # 9 May is a Saturday
        ("within_working_days", Unit.DAY, "5", date(2026, 5, 11)),
        ("within_working_days", Unit.DAY, "6", date(2026, 5, 12)),
        ("within_hours", Unit.HOUR, "24", date(2026, 5, 5)),
    ],
)
def test_a_term_begins_the_day_after_the_event(operator: str, unit: Unit, value: str, last: date) -> None:
    at = datetime(2026, 5, 4, 8, tzinfo=LEGAL_ZONE)
    found = duties.after(_rule(operator), at, regulation=_with(unit, value), calendar=CALENDAR)
    assert found.on == last


def test_a_term_that_nobody_set_is_not_fixed() -> None:
    at = datetime(2026, 5, 4, 8, tzinfo=LEGAL_ZONE)
    regulation = _with(Unit.DAY, None)
    assert duties.after(_rule("within_days"), at, regulation=regulation, calendar=CALENDAR) == duties.NOT_FIXED
    assert duties.after(_rule("at_once"), at, regulation=regulation, calendar=CALENDAR) == duties.AT_ONCE


def test_a_term_after_a_period_runs_from_its_end() -> None:
    quarter = periods.containing("quarter", date(2026, 5, 1))
    found = duties.due(_rule("within_days"), quarter, regulation=_with(Unit.DAY, "10"), calendar=CALENDAR)
    assert found.on == date(2026, 7, 10)


def test_the_last_working_day_of_january_2026_is_friday_the_30th() -> None:
    rule = DueRule("last_working_day", Text("ngày làm việc cuối cùng", "last working day"))
    month = periods.containing("month", date(2026, 1, 5))
    assert duties.due(rule, month, regulation=CAO_BANG, calendar=CALENDAR).on == date(2026, 1, 30)


def test_a_term_by_the_hour_is_late_by_the_minute() -> None:
    asked = replace(CAO_BANG.obligation("cao-bang/ad-hoc-report"), due=_rule("within_hours"))
    at = datetime(2026, 5, 4, 8, tzinfo=LEGAL_ZONE)
    request = Request("r1", "cao-bang/so-tttt", at.date(), at=at)
    (occurrence,) = evaluation.occurrences(
        _with(Unit.HOUR, "4"),
        asked,
        from_on=at.date(),
        until_on=at.date(),
        calendar=CALENDAR,
        requests=[request],
    )
    statuses = [
        evaluation.assess(occurrence, [], as_of=at + timedelta(minutes=minutes)).status for minutes in (240, 241)
    ]
    assert statuses == [Status.DUE_SOON, Status.OVERDUE]


@given(on=_DAYS, months=st.integers(1, 120))
def test_what_is_kept_for_months_is_kept_for_as_many_calendar_months(on: date, months: int) -> None:
    rule = replace(CAO_BANG.retention_rule("cao-bang/content-archive"), months="term")
    kept = retention.keeping(_with(Unit.MONTH, str(months)), rule, made_on=on)
    assert kept.until is not None
    assert (kept.until.year - on.year) * 12 + kept.until.month - on.month == months
    assert kept.until.day in {on.day, *range(28, 31)}
    assert not kept.may_go(kept.until) and kept.may_go(kept.until + timedelta(days=1))


_FACTS = st.lists(
    st.tuples(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.sampled_from([None, "2026-03"])), max_size=30
)


@given(given_facts=_FACTS, at_least=st.integers(1, 3))
def test_a_deed_counts_once_and_never_for_two_months(given_facts: list[tuple[date, str | None]], at_least: int) -> None:
    facts = [
        Fact("programme", "a", datetime(day.year, day.month, day.day, 9, tzinfo=LEGAL_ZONE), f"row:{number}", period)
        for number, (day, period) in enumerate(given_facts)
    ]
    months = list(periods.between("month", date(2026, 1, 1), date(2026, 12, 31)))
    needs = [Need(each.key, each, at_least, calendars.roll(CALENDAR, each.end), "in_period") for each in months]
    counted = quotas.allocate(needs, facts)
    refs = [fact.ref for found in counted.values() for fact in found]
    assert len(refs) == len(set(refs)) == len(facts)
    assert all(fact.period in {None, key} for key, found in counted.items() for fact in found)


def test_a_joint_quota_is_met_by_either_and_a_single_one_is_not() -> None:
    regulation = loading.loaded("lai-chau/20-2024-qd-ubnd")
    obligation = regulation.obligation("lai-chau/press-items")
    joint = replace(obligation, evidence=replace(obligation.evidence, mode="joint"))
    fact = Fact(obligation.evidence.fact, "lai-chau/bao-lai-chau", datetime(2026, 10, 2, 9, tzinfo=LEGAL_ZONE), "row:1")
    statuses = []
    for each in (obligation, joint):
        found = evaluation.occurrences(
            regulation, each, from_on=date(2026, 10, 20), until_on=date(2026, 10, 20), calendar=CALENDAR
        )
        judged = evaluation.assess_all(found, [fact], as_of=datetime(2026, 10, 31, tzinfo=LEGAL_ZONE))
        statuses.append([finding.status for finding in judged])
    assert statuses == [[Status.DONE, Status.OVERDUE], [Status.DONE, Status.DONE]]


@given(on=_DAYS, days=st.integers(0, 200))
def test_asking_again_about_a_past_day_gives_the_same_answer(on: date, days: int) -> None:
    until = on + timedelta(days=days)
    runs = [evaluation.all_occurrences(CAO_BANG, from_on=on, until_on=until, calendar=CALENDAR) for _ in range(2)]
    assert runs[0] == runs[1]
    wider = evaluation.all_occurrences(
        CAO_BANG, from_on=on - timedelta(days=90), until_on=until + timedelta(days=90), calendar=CALENDAR
    )
    assert {each.id for each in runs[0]} <= {each.id for each in wider}

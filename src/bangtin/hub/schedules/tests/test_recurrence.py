"""Which rules a placement may recur by, and which are refused with the reason."""

from datetime import date, timedelta

import pytest

from bangtin.hub.schedules.compiler import recurrence
from bangtin.hub.schedules.compiler.recurrence import BadRecurrence, Why

ALL = (date(2000, 1, 1), date(2099, 12, 31))


def recurring(rule: str, first: date, last: date, within: tuple[date, date] = ALL) -> list[date]:
    return recurrence.days(rule, first=first, last=last, within=within)


def test_no_rule_is_every_day() -> None:
    first = date(2028, 2, 27)
    assert recurring("", first, date(2028, 3, 1)) == [first + timedelta(days=n) for n in range(4)]


def test_the_week_of_tet_is_asked_by_its_days_alone() -> None:
    tet = (date(2027, 2, 5), date(2027, 2, 11))
    found = recurring("FREQ=WEEKLY;BYDAY=MO,WE,SA", date(2026, 1, 1), date(2027, 12, 31), tet)
    assert found == [date(2027, 2, 6), date(2027, 2, 8), date(2027, 2, 10)]


def test_a_yearly_day_of_29_february_comes_in_leap_years_only() -> None:
    found = recurring("FREQ=YEARLY", date(2024, 2, 29), date(2040, 1, 1))
    assert found == [date(year, 2, 29) for year in (2024, 2028, 2032, 2036)]


def test_counts_are_reckoned_from_the_first_day_however_late_one_looks() -> None:
    within = (date(2026, 3, 1), date(2026, 3, 31))
    assert recurring("FREQ=DAILY;COUNT=60", date(2026, 1, 1), date(2026, 12, 31), within)[-1] == date(2026, 3, 1)


def test_until_is_the_last_day_itself() -> None:
    found = recurring("FREQ=DAILY;UNTIL=20260103", date(2026, 1, 1), date(2026, 12, 31))
    assert found[-1] == date(2026, 1, 3)
    assert recurring("FREQ=DAILY;UNTIL=20251231", date(2026, 1, 1), date(2026, 12, 31)) == []


def test_a_rule_that_never_comes_true_ends_with_no_day() -> None:
    for rule in (
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2;COUNT=5000",
    ):
        assert recurring(rule, date(2026, 1, 1), date(2031, 12, 31)) == []


def test_a_list_of_days_with_and_without_ordinals_is_their_union() -> None:
    one, other = (
        recurring(f"FREQ=MONTHLY;BYDAY={days}", date(2026, 1, 1), date(2026, 6, 30)) for days in ("-1FR", "WE")
    )
    assert recurring("FREQ=MONTHLY;BYDAY=-1FR,WE", date(2026, 1, 1), date(2026, 6, 30)) == sorted({*one, *other})
    mixed = recurring("FREQ=YEARLY;BYDAY=1MO,WE", date(2026, 1, 1), date(2026, 12, 31))
    assert len(mixed) == 53
    assert mixed[0] == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("FREQ=HOURLY", Why.FINER_THAN_A_DAY),
        ("FREQ=MINUTELY;INTERVAL=5", Why.FINER_THAN_A_DAY),
        ("FREQ=SECONDLY", Why.FINER_THAN_A_DAY),
        ("FREQ=DAILY;BYHOUR=8,9", Why.FINER_THAN_A_DAY),
        ("FREQ=DAILY;BYSECOND=1", Why.FINER_THAN_A_DAY),
        ("FREQ=DAILY;COUNT=3;UNTIL=20270101", Why.COUNT_AND_UNTIL),
        ("FREQ=DAILY;COUNT=5001", Why.COUNT_TOO_LARGE),
        ("FREQ=DAILY;COUNT=0", Why.BAD_VALUE),
        ("FREQ=DAILY;INTERVAL=0", Why.BAD_VALUE),
        ("FREQ=DAILY;INTERVAL=1001", Why.BAD_VALUE),
        ("FREQ=DAILY;INTERVAL=٣", Why.BAD_VALUE),
        ("FREQ=FORTNIGHTLY", Why.BAD_VALUE),
        ("FREQ=WEEKLY;BYDAY=XX", Why.BAD_VALUE),
        ("FREQ=MONTHLY;BYDAY=0MO", Why.BAD_VALUE),
        ("FREQ=MONTHLY;BYMONTHDAY=0", Why.BAD_VALUE),
        ("FREQ=YEARLY;BYMONTH=-1", Why.BAD_VALUE),
        ("FREQ=DAILY;UNTIL=20260230", Why.BAD_VALUE),
        ("FREQ=DAILY;UNTIL=20260101T000000Z", Why.BAD_VALUE),
        ("FREQ=DAILY;WKST=1", Why.BAD_VALUE),
        ("FREQ=WEEKLY;BYDAY=2MO", Why.NOT_TOGETHER),
        ("FREQ=WEEKLY;BYMONTHDAY=1", Why.NOT_TOGETHER),
        ("FREQ=MONTHLY;BYWEEKNO=3", Why.NOT_TOGETHER),
        ("FREQ=MONTHLY;BYYEARDAY=3", Why.NOT_TOGETHER),
        ("FREQ=YEARLY;BYWEEKNO=3;BYDAY=1MO", Why.NOT_TOGETHER),
        ("FREQ=MONTHLY;BYSETPOS=1", Why.NOT_TOGETHER),
        ("FREQ=DAILY;FREQ=WEEKLY", Why.TWICE),
        ("FREQ=DAILY;X-MINE=1", Why.UNKNOWN_PART),
        ("INTERVAL=2", Why.NO_FREQUENCY),
        ("DTSTART=20260101;FREQ=DAILY", Why.HAS_START),
        ("DTSTART:20260101\nFREQ=DAILY", Why.HAS_START),
        ("every day", Why.NOT_A_RULE),
        ("FREQ=DAILY;", Why.NOT_A_RULE),
        ("FREQ=DAILY;BYMONTHDAY=" + "1," * 200 + "1", Why.TOO_LONG),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_the_reason(rule: str, why: Why) -> None:
    with pytest.raises(BadRecurrence) as refused:
        recurrence.check(rule)
    assert refused.value.reason is why


def test_a_placement_longer_than_fifty_years_is_refused() -> None:
    with pytest.raises(BadRecurrence) as refused:
        recurring("FREQ=DAILY", date(2026, 1, 1), date(2090, 1, 1))
    assert refused.value.reason is Why.TOO_FAR

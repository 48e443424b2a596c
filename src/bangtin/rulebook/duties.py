"""Due phrases: from the words of a rule to the last day on time, and the roll-over after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bangtin.rulebook import calendars
from bangtin.rulebook.calendars import WorkingCalendar
from bangtin.rulebook.errors import NoSuchDay
from bangtin.rulebook.periods import Period
from bangtin.rulebook.shapes import DueRule, Parameter, Regulation, Unit
from bangtin.rulebook.texts import Text, day_label

ROLL_OVER = Text("Điều 148 khoản 5 Bộ luật Dân sự 2015", "Civil Code 2015, art. 148.5")


@dataclass(frozen=True, slots=True)
class Due:
    """The last day on time: `on` after roll-over, `rolled_from` before it (None if it did not move).

    `on` None: the regulation fixes no day. `named_on` is the day the words name, if they name one.
    """

    on: date | None
    rolled_from: date | None
    named_on: date | None
    reading: Text


NOT_FIXED = Due(
    on=None,
    rolled_from=None,
    named_on=None,
    reading=Text("Văn bản không ấn định ngày", "The regulation fixes no day"),
)


def due(rule: DueRule | None, period: Period, *, regulation: Regulation, calendar: WorkingCalendar) -> Due:
    """Return the last day on time of `rule` in `period`, rolled over, with the reading used.

    Raises: NoSuchDay if the rule names a day that the month or year lacks.
    Source: Civil Code 2015, arts. 147 and 148; applied to the last day on time, never to the day named.
    """
    if rule is None:
        return NOT_FIXED
    named = _named_day(rule, period, regulation)
    if rule.day is not None and named is None:
        return NOT_FIXED
    last = _last_day(rule, named, period, calendar)
    rolled = calendars.roll(calendar, last)
    moved = last if rolled != last else None
    return Due(rolled, moved, named, _reading(rule, last=last, rolled=rolled, calendar=calendar))


def within(count: int, *, after: date, calendar: WorkingCalendar, working: bool = False) -> Due:
    """Return the last day of a term of `count` days (or working days) that begins after an event.

    Source: Civil Code 2015, art. 147.2: the day of the event is not counted.
    """
    if working:
        last = after
        for _ in range(count):
            last = calendars.next_working_day(calendar, last)
    else:
        last = after + timedelta(days=count)
    rolled = calendars.roll(calendar, last)
    kind = Text("ngày làm việc" if working else "ngày", "working days" if working else "days")
    reading = Text(
        f"Trong {count} {kind.vi} kể từ ngày sau ngày {day_label(after)}: hạn cuối {day_label(rolled)}",
        f"Within {count} {kind.en} from the day after {day_label(after)}: last on {day_label(rolled)}",
    )
    return Due(rolled, last if rolled != last else None, None, reading)


def within_hours(count: int, *, after: datetime) -> datetime:
    """Return the instant a term of `count` hours ends; hours run through nights and holidays.

    Source: Civil Code 2015, art. 147.1: a term by hours begins at the instant fixed.
    """
    return after + timedelta(hours=count)


def _named_day(rule: DueRule, period: Period, regulation: Regulation) -> date | None:
    if rule.day is None:
        return None
    parameter = regulation.parameter(rule.day)
    year, month, number = period.end.year, period.end.month, None
    if parameter.unit is Unit.MONTH_DAY:
        fixed = parameter.month_day(period.end)
        if fixed is None:
            return None
        month, number = fixed.month, fixed.day
    else:
        number = parameter.number(period.end)
    if number is None:
        return None
    return _exact(parameter, year, month, number)


def _exact(parameter: Parameter, year: int, month: int, number: int) -> date:
    try:
        return date(year, month, number)
    except ValueError as error:
        raise NoSuchDay(rule=parameter.id, year=year, month=month, day=number) from error


def _last_day(rule: DueRule, named: date | None, period: Period, calendar: WorkingCalendar) -> date:
    if rule.operator == "last_working_day":
        return calendars.previous_working_day(calendar, period.end + timedelta(days=1))
    if named is None:
        return period.end
    # "trước ngày X" is strict: the day named is already late; "vào ngày" and "chậm nhất" include it.
    return named - timedelta(days=1) if rule.operator == "before" else named


def _reading(rule: DueRule, *, last: date, rolled: date, calendar: WorkingCalendar) -> Text:
    vi = f"“{rule.phrase.vi}”: nộp hết ngày {day_label(last)} là đúng hạn"
    en = f"“{rule.phrase.en}”: on time until the end of {day_label(last)}"
    if rolled != last:
        why = calendars.day(calendar, last).reason
        vi += f"; ngày đó là ngày nghỉ ({why.vi}) nên hạn chuyển sang {day_label(rolled)} ({ROLL_OVER.vi})"
        en += f"; a day off ({why.en}), so it moves to {day_label(rolled)} ({ROLL_OVER.en})"
    return Text(vi, en)

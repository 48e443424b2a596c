"""Due phrases: from the words of a rule to the last day on time, and the roll-over after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bangtin.rulebook import calendars
from bangtin.rulebook.calendars import WorkingCalendar
from bangtin.rulebook.errors import NoSuchDay
from bangtin.rulebook.periods import Period
from bangtin.rulebook.shapes import DueRule, Parameter, Regulation, Unit
from bangtin.rulebook.texts import LEGAL_ZONE, Text, day_label

ROLL_OVER = Text("Điều 148 khoản 5 Bộ luật Dân sự 2015", "Civil Code 2015, art. 148.5")


@dataclass(frozen=True, slots=True)
class Due:
    """The last day on time: `on` after roll-over, `rolled_from` before it (None if it did not move).

    `on` None: the regulation fixes no day. `named_on` is the day the words name, if they name one.
    `at`: the last instant, where the term runs by the hour.
    """

    on: date | None
    rolled_from: date | None
    named_on: date | None
    reading: Text
    at: datetime | None = None


NOT_FIXED = Due(
    on=None,
    rolled_from=None,
    named_on=None,
    reading=Text("Văn bản không ấn định ngày", "The regulation fixes no day"),
)

AT_ONCE = Due(
    on=None,
    rolled_from=None,
    named_on=None,
    reading=Text(
        "Phải làm ngay; văn bản không nêu số giờ nên chỉ đo độ trễ",
        "At once; the text gives no number of hours, so the delay is measured only",
    ),
)
TERMS = ("within_days", "within_working_days", "within_hours")


def due(rule: DueRule | None, period: Period, *, regulation: Regulation, calendar: WorkingCalendar) -> Due:
    """Return the last day on time of `rule` in `period`, rolled over, with the reading used.

    Raises: NoSuchDay if the rule names a day that the month or year lacks.
    Source: Civil Code 2015, arts. 147 and 148; applied to the last day on time, never to the day named.
    """
    if rule is None:
        return NOT_FIXED
    if rule.operator == "at_once":
        return AT_ONCE
    if rule.operator in TERMS:
        end_of_day = datetime.combine(period.end + timedelta(days=1), time(), tzinfo=LEGAL_ZONE)
        return after(rule, end_of_day, regulation=regulation, calendar=calendar, event_on=period.end)
    named = _named_day(rule, period, regulation)
    if rule.day is not None and named is None:
        return NOT_FIXED
    last = _last_day(rule, named, period, calendar)
    rolled = calendars.roll(calendar, last) if rule.rolls else last
    moved = last if rolled != last else None
    return Due(rolled, moved, named, _reading(rule, last=last, rolled=rolled, calendar=calendar))


def after(
    rule: DueRule, at: datetime, *, regulation: Regulation, calendar: WorkingCalendar, event_on: date | None = None
) -> Due:
    """Return the end of a term that runs from an event at `at` ("trong vòng N ngày kể từ …"); no term: not fixed.

    Source: Civil Code 2015, art. 147: by the hour from the instant fixed, by the day from the day after.
    """
    on = event_on or at.astimezone(LEGAL_ZONE).date()
    count = regulation.parameter(rule.day).number(on) if rule.day is not None else None
    if rule.operator == "at_once":
        return AT_ONCE
    if rule.operator not in TERMS or count is None:
        return NOT_FIXED
    if rule.operator == "within_hours":
        return _by_the_hour(count, at)
    return within(count, after=on, calendar=calendar, working=rule.operator == "within_working_days")


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


def _by_the_hour(count: int, at: datetime) -> Due:
    ends_at = within_hours(count, after=at)
    local = ends_at.astimezone(LEGAL_ZONE)
    reading = Text(
        f"Trong {count} giờ: hạn cuối {local:%H:%M} ngày {day_label(local.date())}",
        f"Within {count} hours: until {local:%H:%M} on {day_label(local.date())}",
    )
    return Due(local.date(), None, None, reading, ends_at)


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

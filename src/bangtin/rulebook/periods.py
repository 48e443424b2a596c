"""Periods: the stretch of days a duty or a report speaks of, with a key people know it by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bangtin.rulebook.texts import MonthDay, Text, day_label

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
# Spans that open every cycle and then pause: "six-month report", "nine-month report" of the year's first months.
FIRST_MONTHS = {"first_half": 6, "nine_months": 9}
DAYS = {"day": 1, "working_day": 1, "week": 7}
KINDS = (*DAYS, *MONTHS, *FIRST_MONTHS, "continuous")
CALENDAR_START = MonthDay(1, 1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days `start` to `end`, both counted.

    `key` is stable: "2026", "2026-Q2", "2026-H1", "2026-9M", "2026-07", "2026-W07", "2026-07-31".
    """

    kind: str
    key: str
    start: date
    end: date
    label: Text

    def holds(self, on: date) -> bool:
        """Return whether `on` lies in it."""
        return self.start <= on <= self.end


def containing(kind: str, on: date, *, starts: MonthDay = CALENDAR_START) -> Period:
    """Return the period of `kind` that holds `on`; `starts` is the day the yearly cycle begins.

    Shape: with `starts` 12-15 the year "2026" runs from 15/12/2025 to 14/12/2026, its first month from
    15/12 to 14/1 and is keyed by the month it ends in. A first_half or nine_months that has passed gives that
    of the same cycle. Weeks run from Monday to Sunday.
    Raises: ValueError if `kind` is no period of days or months.
    """
    if kind in DAYS:
        return _of_days(kind, on)
    if kind == "continuous":
        return continuous(on, on)
    if kind not in MONTHS and kind not in FIRST_MONTHS:
        known = (*MONTHS, *FIRST_MONTHS, *DAYS)
        raise ValueError(f"Expected a period kind among {', '.join(known)}, got {kind!r}.")
    first_year = on.year if on >= _day(on.year, starts.month, starts.day) else on.year - 1
    cycle_end = _shifted(first_year, starts, 12) - _DAY
    if kind in FIRST_MONTHS:
        start = _shifted(first_year, starts, 0)
        end = _shifted(first_year, starts, FIRST_MONTHS[kind]) - _DAY
        return Period(kind, _key(kind, end, cycle_end, 0), start, end, _label(kind, start, end, 0))
    length = MONTHS[kind]
    passed = (on.year - first_year) * 12 + on.month - starts.month
    if on < _day(on.year, on.month, starts.day):
        passed -= 1
    index = passed // length
    start = _shifted(first_year, starts, index * length)
    end = _shifted(first_year, starts, (index + 1) * length) - _DAY
    return Period(kind, _key(kind, end, cycle_end, index), start, end, _label(kind, start, end, index))


def following(period: Period, *, starts: MonthDay = CALENDAR_START) -> Period:
    """Return the period after `period` in the same cycle."""
    if period.kind in FIRST_MONTHS:
        return containing(period.kind, _day(period.start.year + 1, starts.month, starts.day), starts=starts)
    return containing(period.kind, period.end + _DAY, starts=starts)


def between(kind: str, from_on: date, until_on: date, *, starts: MonthDay = CALENDAR_START) -> Iterator[Period]:
    """Yield the periods of `kind` that hold a day from `from_on` to `until_on`, in order."""
    period = containing(kind, from_on, starts=starts)
    while period.start <= until_on:
        if period.end >= from_on:
            yield period
        period = following(period, starts=starts)


def reporting_year(year: int, *, starts: MonthDay) -> Period:
    """Return the yearly period that ends in `year`.

    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 15.1: 15 December to 14 December.
    """
    if starts == CALENDAR_START:
        return containing("year", date(year, 1, 1))
    return containing("year", date(year, starts.month, starts.day) - _DAY, starts=starts)


def from_key(kind: str, key: str, *, starts: MonthDay = CALENDAR_START) -> Period:
    """Return the period of `kind` with this key.

    Raises: ValueError if there is none.
    """
    year = int(key[:4])
    for period in between(kind, date(year - 1, 1, 1), date(year, 12, 31), starts=starts):
        if period.key == key:
            return period
    raise ValueError(f"Expected the key of a {kind} such as '2026' or '2026-07', got {key!r}.")


def event(key: str, on: date) -> Period:
    """Return the one-day period of an event: a request, an incident."""
    return Period("event", key, on, on, Text(f"việc ngày {day_label(on)}", f"event of {day_label(on)}"))


def continuous(start: date, end: date) -> Period:
    """Return the one stretch of a standing duty."""
    return Period("continuous", "continuous", start, end, Text("thường xuyên", "continuous"))


def _of_days(kind: str, on: date) -> Period:
    if kind == "week":
        start = on - timedelta(days=on.weekday())
        end = start + timedelta(days=6)
        year, number, _ = on.isocalendar()
        span = f"{day_label(start)}–{day_label(end)}"
        return Period(
            kind, f"{year}-W{number:02d}", start, end, Text(f"tuần {number} ({span})", f"week {number} ({span})")
        )
    return Period(kind, on.isoformat(), on, on, Text(f"ngày {day_label(on)}", day_label(on)))


def _day(year: int, month: int, day: int) -> date:
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


def _shifted(year: int, starts: MonthDay, months: int) -> date:
    month = starts.month - 1 + months
    return _day(year + month // 12, month % 12 + 1, starts.day)


def _key(kind: str, end: date, cycle_end: date, index: int) -> str:
    if kind == "year":
        return str(end.year)
    if kind == "month":
        return f"{end.year}-{end.month:02d}"
    if kind in FIRST_MONTHS:
        return f"{cycle_end.year}-{'H1' if kind == 'first_half' else '9M'}"
    return f"{cycle_end.year}-{'Q' if kind == 'quarter' else 'H'}{index + 1}"


def _label(kind: str, start: date, end: date, index: int) -> Text:
    is_whole = start.day == 1
    span = f"{day_label(start)}–{day_label(end)}"
    if kind in FIRST_MONTHS:
        count = FIRST_MONTHS[kind]
        return Text(f"{count} tháng đầu năm ({span})", f"first {count} months ({span})")
    if kind == "month" and is_whole:
        return Text(f"tháng {start.month:02d}/{start.year}", f"{start:%m/%Y}")
    if kind == "year" and is_whole and start.month == 1:
        return Text(f"năm {start.year}", str(start.year))
    vi = {"month": "kỳ tháng", "quarter": f"quý {index + 1}", "half_year": f"kỳ {index + 1}", "year": "kỳ"}
    en = {"month": "month", "quarter": f"quarter {index + 1}", "half_year": f"half-year {index + 1}", "year": "year"}
    shown = f" {end.year}" if kind != "month" else f" {end.month:02d}/{end.year}"
    return Text(f"{vi[kind]}{shown} ({span})", f"{en[kind]}{shown} ({span})")

"""The working calendar: which days are worked, and why, with the next and the previous one.

Grounds: the public holidays of Viet Nam from the `holidays` library, then rows with a legal basis that
win over it (swapped days and make-up Saturdays are announced year by year).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

import holidays

from bangtin.rulebook import decoding
from bangtin.rulebook.decoding import NOWHERE, Source
from bangtin.rulebook.errors import DataError, Problem
from bangtin.rulebook.texts import Text

_DAY = timedelta(days=1)


class DayKind(StrEnum):
    """The four kinds of day a rule may speak of."""

    WORKING = "working"
    MAKE_UP = "make_up_working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class DayRow:
    """An announced day: `holiday` (a day off) or `working_day` (a make-up day), with its legal basis."""

    on: date
    kind: str
    reason: Text
    basis: str
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day with its kind and the reason; `basis` where a row or the library gives one."""

    on: date
    kind: DayKind
    reason: Text
    basis: str | None = None
    is_projected: bool = False

    @property
    def is_working(self) -> bool:
        """Return whether offices work on it."""
        return self.kind in {DayKind.WORKING, DayKind.MAKE_UP}


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """A country's calendar with its rows; of two rows for one day the later one wins."""

    rows: tuple[DayRow, ...] = ()
    country: str = "VN"
    confirmed_until: date | None = None
    by_day: Mapping[date, DayRow] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the rows by day."""
        object.__setattr__(self, "by_day", MappingProxyType({row.on: row for row in self.rows}))

    def with_rows(self, *rows: DayRow) -> WorkingCalendar:
        """Return the calendar with more rows, which win over the ones it has."""
        return WorkingCalendar((*self.rows, *rows), self.country, self.confirmed_until)


@dataclass(frozen=True, slots=True)
class _File:
    country: str
    rows: tuple[DayRow, ...] = ()
    confirmed_until: date | None = None


def load(root: Path, country: str = "VN") -> WorkingCalendar:
    """Return the calendar of `country` with the rows of `<root>/calendar/<country>.yaml`, if there is one.

    Raises: DataError on a row that is neither holiday nor working_day, or on a day given twice.
    """
    path = root / "calendar" / f"{country.lower()}.yaml"
    if not path.is_file():
        return WorkingCalendar(country=country)
    read = decoding.read(_File, path, root=root)
    seen: set[date] = set()
    for row in read.rows:
        place = row.source
        if row.kind not in {"holiday", "working_day"}:
            raise DataError(Problem(place.file, place.line, expected="holiday or working_day", got=row.kind))
        if row.on in seen:
            raise DataError(Problem(place.file, place.line, expected="each day once", got=f"{row.on} twice"))
        seen.add(row.on)
    return WorkingCalendar(read.rows, read.country, read.confirmed_until)


def day(calendar: WorkingCalendar, on: date) -> CalendarDay:
    """Return the kind of `on` and why."""
    is_weekend = on.weekday() >= 5
    is_projected = calendar.confirmed_until is not None and on > calendar.confirmed_until
    row = calendar.by_day.get(on)
    if row is not None:
        is_make_up = row.kind == "working_day" and is_weekend
        worked = DayKind.MAKE_UP if is_make_up else DayKind.WORKING
        return CalendarDay(on, DayKind.HOLIDAY if row.kind == "holiday" else worked, row.reason, row.basis)
    year = _library(calendar.country, on.year)
    if on in year.holidays:
        return CalendarDay(on, DayKind.HOLIDAY, year.holidays[on], is_projected=is_projected)
    if on in year.make_up_days:
        return CalendarDay(on, DayKind.MAKE_UP, Text("Ngày làm bù", "Make-up working day"))
    if is_weekend:
        saturday = Text("Thứ Bảy, nghỉ hằng tuần", "Saturday, weekly rest")
        sunday = Text("Chủ nhật, nghỉ hằng tuần", "Sunday, weekly rest")
        return CalendarDay(on, DayKind.WEEKEND, saturday if on.weekday() == 5 else sunday)
    return CalendarDay(on, DayKind.WORKING, Text("Ngày làm việc", "Working day"), is_projected=is_projected)


def is_working(calendar: WorkingCalendar, on: date) -> bool:
    """Return whether offices work on `on`."""
    return day(calendar, on).is_working


def next_working_day(calendar: WorkingCalendar, on: date) -> date:
    """Return the first working day after `on`."""
    return roll(calendar, on + _DAY)


def previous_working_day(calendar: WorkingCalendar, on: date) -> date:
    """Return the last working day before `on`."""
    found = on - _DAY
    while not is_working(calendar, found):
        found -= _DAY
    return found


def roll(calendar: WorkingCalendar, on: date) -> date:
    """Return `on` if it is worked, else the next working day.

    Source: Civil Code 2015, art. 148.5. Apply it to the last day on time, never to the day a rule names.
    """
    found = on
    while not is_working(calendar, found):
        found += _DAY
    return found


@dataclass(frozen=True, slots=True)
class _Year:
    holidays: Mapping[date, Text]
    make_up_days: frozenset[date]


@cache
def _library(country: str, year: int) -> _Year:
    # A day in lieu may be announced beside the turn of the year: read the neighbours too.
    years = (year - 1, year, year + 1)
    vietnamese = holidays.country_holidays(country, years=years, language="vi")
    english = holidays.country_holidays(country, years=years, language="en_US")
    names = {on: Text(str(name), str(english[on])) for on, name in vietnamese.items()}
    worked = frozenset(vietnamese.weekend_workdays) - names.keys()
    return _Year(names, frozenset(on for on in worked if on.year in years))

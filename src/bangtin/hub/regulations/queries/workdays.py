"""The working calendar, with the province's own rows laid over it."""

from functools import lru_cache
from pathlib import Path

from bangtin.hub.regulations.queries.own_rows import own_rows
from bangtin.hub.regulations.queries.shelf import root
from bangtin.rulebook import calendars


def calendar() -> calendars.WorkingCalendar:
    """The working calendar of Viet Nam: computed holidays, the shipped rows, then the province's own rows."""
    return _with(root(), own_rows().days)


@lru_cache(maxsize=8)
def _with(folder: Path, rows: tuple[calendars.DayRow, ...]) -> calendars.WorkingCalendar:
    return _shipped(folder).with_rows(*rows)


def _shipped(folder: Path) -> calendars.WorkingCalendar:
    if folder not in _CALENDARS:
        _CALENDARS[folder] = calendars.load(folder)
    return _CALENDARS[folder]


_CALENDARS: dict[Path, calendars.WorkingCalendar] = {}

"""The working calendar, with the province's own rows laid over it."""

from pathlib import Path

from bangtin.hub.regulations.models import CalendarDay, DayKind
from bangtin.hub.regulations.queries.packs import root
from bangtin.rulebook import calendars
from bangtin.rulebook.texts import Text


def calendar() -> calendars.WorkingCalendar:
    """The working calendar of Viet Nam: computed holidays, the shipped rows, then the province's own rows."""
    kinds = {DayKind.HOLIDAY: "holiday", DayKind.WORKING: "working_day"}
    rows = (
        calendars.DayRow(
            on=row.on,
            kind=kinds[DayKind(row.kind)],
            reason=Text(row.name_vi, row.name_en or row.name_vi),
            basis=row.basis,
        )
        for row in CalendarDay.objects.all()
    )
    return _shipped(root()).with_rows(*rows)


def _shipped(folder: Path) -> calendars.WorkingCalendar:
    if folder not in _CALENDARS:
        _CALENDARS[folder] = calendars.load(folder)
    return _CALENDARS[folder]


_CALENDARS: dict[Path, calendars.WorkingCalendar] = {}

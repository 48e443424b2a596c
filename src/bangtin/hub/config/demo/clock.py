"""The demo's own clock: it starts at 07:30 of the next working day and runs at real speed."""

from datetime import date, datetime, time

from bangtin.hub.kit.clock import LOCAL
from bangtin.rulebook import calendars
from bangtin.rulebook.calendars import WorkingCalendar

OPENING = time(7, 30)


def opening(calendar: WorkingCalendar, *, after: datetime) -> datetime:
    """07:30 of the first working day whose 07:30 lies after that instant."""
    day = calendars.roll(calendar, after.astimezone(LOCAL).date())
    if _opening_of(day) <= after:
        day = calendars.next_working_day(calendar, day)
    return _opening_of(day)


def offset_s(*, starts_at: datetime, real_now: datetime) -> float:
    """Seconds to add to the real clock so that it is `starts_at` now."""
    return (starts_at - real_now).total_seconds()


def next_start(calendar: WorkingCalendar, *, real_now: datetime, last: datetime | None) -> datetime:
    """Where a start of the demo begins: its clock never goes back, so it lies after the last one too."""
    after = max(real_now, last) if last else real_now
    return opening(calendar, after=after)


def _opening_of(day: date) -> datetime:
    return datetime.combine(day, OPENING, tzinfo=LOCAL)

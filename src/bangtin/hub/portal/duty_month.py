"""A month of last days on time: weeks from Monday, what falls due on each day gathered by duty and state."""

import calendar
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import ngettext

from bangtin.hub.obligations.queries import Duty
from bangtin.hub.portal import duty_board, places
from bangtin.hub.portal.badges import badge
from bangtin.rulebook import calendars
from bangtin.rulebook.calendars import WorkingCalendar

MOST_A_DAY = 4


@dataclass(frozen=True)
class Entry:
    """Duties of one kind and state that fall due on a day: whose, what, where it leads, icon and hue of the state."""

    label: str
    title: str
    href: str
    icon: str
    hue: str
    word: str


@dataclass(frozen=True)
class Day:
    """A day of the grid; `more` counts what the grid leaves out (`entries` has all, for the list)."""

    on: date
    is_inside: bool
    is_today: bool
    is_off: bool
    entries: tuple[Entry, ...]

    @property
    def shown(self) -> tuple[Entry, ...]:
        """What there is room for."""
        return self.entries[:MOST_A_DAY]

    @property
    def more(self) -> int:
        """How many entries have no room."""
        return max(0, len(self.entries) - MOST_A_DAY)


def weeks(first: date, found: Sequence[Duty], *, today: date, working: WorkingCalendar) -> list[list[Day]]:
    """The weeks that hold the month that begins on `first`."""
    by_day: dict[date, list[Duty]] = defaultdict(list)
    for one in found:
        if one.due_on is not None:
            by_day[one.due_on].append(one)
    return [
        [
            Day(
                on,
                is_inside=on.month == first.month,
                is_today=on == today,
                is_off=not calendars.is_working(working, on),
                entries=_entries(by_day.get(on, ())) if on.month == first.month else (),
            )
            for on in week
        ]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]


def last_day(first: date) -> date:
    """The last day of the month that begins on `first`."""
    return following(first) - timedelta(days=1)


def following(first: date) -> date:
    """The first day of the next month."""
    return (first + timedelta(days=31)).replace(day=1)


def preceding(first: date) -> date:
    """The first day of the month before."""
    return (first - timedelta(days=1)).replace(day=1)


def _entries(some: Sequence[Duty]) -> tuple[Entry, ...]:
    groups: dict[tuple[str, str], list[Duty]] = defaultdict(list)
    for one in some:
        groups[one.obligation_id, duty_board.badge_state(one)].append(one)
    ranked = sorted(groups.items(), key=lambda pair: (pair[0][1] != "overdue", pair[1][0].title))
    return tuple(_entry(those, state) for (_duty, state), those in ranked)


def _entry(some: Sequence[Duty], state: str) -> Entry:
    first, look = some[0], badge("duty", state)
    if len(some) == 1:
        label, href = first.agency_name, places.duty(first.id)
    else:
        label = ngettext("%(n)d agency", "%(n)d agencies", len(some)) % {"n": len(some)}
        href = places.duties(nam=first.period.end.year, **{"nghia-vu": first.obligation_id})
    return Entry(label, first.title, href, look.icon, look.hue, str(look.word))

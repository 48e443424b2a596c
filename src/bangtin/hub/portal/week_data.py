"""The week as the calendar component takes it: the same blocks and windows as the server's picture, as plain data."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bangtin.hub.kit.clock import local_date
from bangtin.hub.portal import charts, formats


def of(week: charts.Week, *, now: datetime, is_writer: bool, undo_href: str = "") -> dict[str, Any]:
    """What `week.js` reads: days, windows and blocks in minutes after midnight of their day, and what may be done.

    Shape: `base` is the one date on which the component lays every day; `from` and `until` bound its axis.
    """
    return {
        "base": week.days[0].on.isoformat(),
        "from": week.from_min,
        "until": week.until_min,
        "isWriter": is_writer,
        "undo": undo_href,
        "nowDay": local_date(now).isoformat(),
        "nowMin": charts.minutes(now),
        "days": [_day(day) for day in week.days],
        "windows": [
            {
                "day": day.on.isoformat(),
                "start": one.start_min,
                "end": one.end_min,
                "optional": one.is_optional,
            }
            for day in week.days
            for one in day.windows
        ],
        "blocks": [_block(day, one) for day in week.days for one in day.blocks],
    }


def _day(day: charts.Day) -> dict[str, Any]:
    name = formats.weekday_day(day.on)
    return {
        "id": day.on.isoformat(),
        "name": name[:1].upper() + name[1:],
        "kind": day.kind,
        "isDayOff": day.is_day_off,
    }


def _block(day: charts.Day, one: charts.Block) -> dict[str, Any]:
    words = {
        "title": one.title,
        "day": formats.weekday_day(day.on),
        "from": _clock(one.start_min),
        "until": _clock(one.end_min),
    }
    label = _("%(title)s, %(day)s %(from)s – %(until)s") % words
    return {
        "id": one.key,
        "day": day.on.isoformat(),
        "start": one.start_min,
        "end": one.end_min,
        "title": one.title,
        "detail": one.detail,
        "badge": one.badge,
        "category": one.category,
        "state": one.state,
        "href": one.href,
        "move": one.move_href,
        "withdraw": one.withdraw_href,
        "label": ", ".join(part for part in (label, one.detail, one.badge) if part),
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"

"""Local settings in words: the value with its unit, the paper behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from bangtin.hub.portal import places
from bangtin.hub.regulations.queries.settings import Setting
from bangtin.rulebook.shapes import Unit
from bangtin.rulebook.texts import MonthDay

WORDS: Mapping[Unit, Callable[[str], str]] = {
    Unit.COUNT: str,
    Unit.HOUR: lambda value: _("%(n)s hours") % {"n": value},
    Unit.MONTH: lambda value: _("%(n)s months") % {"n": value},
    Unit.DAY: lambda value: _("%(n)s days") % {"n": value},
    Unit.MINUTE: lambda value: _("%(n)s minutes") % {"n": value},
    Unit.DAY_OF_MONTH: lambda value: _("day %(n)s of the month") % {"n": value},
    Unit.MONTH_DAY: lambda value: f"{MonthDay.parse(value).day:02}/{MonthDay.parse(value).month:02}",
    Unit.WINDOWS: lambda value: value.replace("-", " – "),
    Unit.TIME: str,
    Unit.READING: lambda value: _("each by itself") if value == "single" else _("all together"),
}


@dataclass(frozen=True)
class SettingRow:
    """A setting as a line: `value` is empty where nothing is fixed; `ground` the paper or the note behind it."""

    label: str
    number: str
    clause: str
    clause_href: str
    value: str
    since: date | None
    ground: str
    is_own: bool
    href: str


def row(one: Setting) -> SettingRow:
    """The setting in words."""
    return SettingRow(
        label=one.label,
        number=one.number,
        clause=one.clause,
        clause_href=places.clause(one.clause, one.instrument_id) if one.clause else "",
        value=written(one.unit, one.value),
        since=one.since,
        ground=one.reference if one.is_own else "",
        is_own=one.is_own,
        href=f"/quan-tri/thong-so/{one.instrument_id}/{one.parameter}/",
    )


def written(unit: Unit, value: object) -> str:
    """`12 minutes`, `07:30 – 11:00, 13:30 – 18:00`; empty where nothing is fixed."""
    if value is None:
        return ""
    parts = [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]
    return ", ".join(WORDS[unit](part) for part in parts)

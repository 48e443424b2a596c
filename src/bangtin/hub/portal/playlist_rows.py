"""Placements in the words of officers: which days, which hours, how often."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.portal import formats
from bangtin.hub.portal.forms.playlists import WEEKDAYS, clock, daypart_words
from bangtin.hub.programmes.models import Language
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.models import MixKind, MixRule, Placement
from bangtin.rulebook.texts import DAY_S

_WEEKLY = "FREQ=WEEKLY;BYDAY="


@dataclass(frozen=True)
class Row:
    """A placement with its days, its hours and its numbers in words."""

    placement: Placement
    days: str
    hours: str
    numbers: str


def rows(placements: Sequence[Placement]) -> list[Row]:
    """Each placement in words; its dayparts are prefetched by the caller."""
    return [Row(one, days(one), hours(one), numbers(one)) for one in placements]


def days(one: Placement) -> str:
    """`23/11 – 29/11/2026, T2, T4`."""
    span = f"{one.starts_on:%d/%m/%Y} – {one.ends_on:%d/%m/%Y}"
    if not one.recurrence:
        return span
    if one.recurrence.startswith(_WEEKLY):
        names = dict(WEEKDAYS)
        chosen = one.recurrence.removeprefix(_WEEKLY).split(";")[0].split(",")
        return f"{span}, {', '.join(str(names.get(day, day)) for day in chosen)}"
    return f"{span}, {one.recurrence}"


def hours(one: Placement) -> str:
    """The parts of the day and its own hours; all the operating hours where it names none."""
    parts = [daypart_words(part) for part in one.dayparts.all()]
    parts += [f"{clock(a):%H:%M} – {'24:00' if b >= DAY_S else f'{clock(b):%H:%M}'}" for a, b in one.windows]
    return ", ".join(parts) or _("all the operating hours")


def numbers(one: Placement) -> str:
    """How often, in one line."""
    found = []
    if one.target_per_day:
        found.append(_("%(n)d plays a day wanted") % {"n": one.target_per_day})
    if one.min_per_day or one.max_per_day:
        found.append(_bounds(one.min_per_day, one.max_per_day, _("a day")))
    if one.min_per_hour or one.max_per_hour:
        found.append(_bounds(one.min_per_hour, one.max_per_hour, _("an hour")))
    if one.gap_s:
        minutes = one.gap_s // 60
        found.append(ngettext("%(n)d minute apart", "%(n)d minutes apart", minutes) % {"n": minutes})
    return "; ".join(found) or _("as often as there is room")


def _bounds(least: int, most: int | None, per: str) -> str:
    words = {"least": least, "most": most, "per": per}
    if most is None:
        return _("at least %(least)d plays %(per)s") % words
    return _("%(least)d – %(most)d plays %(per)s") % words if least else _("at most %(most)d plays %(per)s") % words


def share_words(rule: MixRule) -> str:
    """What a share is of, in words."""
    if rule.kind == MixKind.ADVERTISING:
        return _("Advertising")
    if rule.kind == MixKind.LANGUAGE:
        return formats.language(rule.key) if rule.key in Language.values else rule.key
    pack = regulations.of_cluster(rule.cluster)
    found = next((one for one in pack.categories if one.id == rule.key), None)
    return regulations.in_words(found.name) if found else rule.key

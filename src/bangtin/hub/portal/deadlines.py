"""The deadline chip: how near a legal day is, in words, an icon and a colour (ui 4)."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Chip:
    """A small label: its word, its icon and its hue class (`""`, `a` amber, `hot` red filled)."""

    word: str
    icon: str
    hue: str


def chip(due_on: date | None, *, today: date) -> Chip:
    """The chip for the last day on time `due_on`, seen on `today`.

    More than 7 days ahead it is grey, 1 to 7 amber, today amber, past red filled. Without a day
    it says that the regulation fixes none; nothing is counted down (ui 1.4).
    """
    if due_on is None:
        return Chip(_("No date fixed"), "calendar-off", "")
    left = (due_on - today).days
    if left < 0:
        return Chip(
            ngettext("%(days)d day over", "%(days)d days over", -left) % {"days": -left},
            "alert-triangle",
            "hot",
        )
    if left == 0:
        return Chip(_("Today"), "clock", "a")
    word = ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left}
    return Chip(word, "clock", "a" if left <= 7 else "")

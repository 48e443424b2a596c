"""What people name on the command line: days, instruments, agencies; what is not there ends with a sentence, code 2."""

import re
from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _

from bangtin.hub.config.commanding import bad_input
from bangtin.hub.kit import clock
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook.errors import DataError
from bangtin.rulebook.shapes import Regulation

# lunar holidays and terms are computed inside these years
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
SHOWN = 12


def day(option: str, text: str) -> date:
    """The day in `text`, as 2026-12-14.

    Raises: CommandError with code 2.
    """
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or not FIRST <= found <= LAST:
        raise bad_input(
            _("%(option)s is “%(text)s”: give a day that exists, as 2026-12-14, from %(first)s to %(last)s.")
            % {"option": option, "text": text, "first": FIRST, "last": LAST}
        )
    return found


def instant(option: str, text: str) -> datetime:
    """The aware instant in `text`, as 2026-12-14T07:30:00+07:00; without an offset it is Vietnamese time.

    Raises: CommandError with code 2.
    """
    try:
        found = datetime.fromisoformat(text) if "T" in text or " " in text else None
    except ValueError:
        found = None
    if found is None or not FIRST <= found.date() <= LAST:
        raise bad_input(
            _("%(option)s is “%(text)s”: give an instant, as 2026-12-14T07:30:00+07:00.")
            % {"option": option, "text": text}
        )
    return found if found.tzinfo else found.replace(tzinfo=clock.LOCAL)


def instrument(name: str) -> Regulation:
    """What holds under the instrument here.

    Raises: CommandError with code 2 if there is none, or its data are faulty.
    """
    known(name)
    try:
        return regulations.regulation(name)
    except DataError as error:
        raise bad_input(str(error)) from error


def known(name: str) -> None:
    """Refuse the id of an instrument that is not at hand.

    Raises: CommandError with code 2.
    """
    if name not in regulations.available():
        raise bad_input(
            _("There is no instrument %(asked)s. At hand: %(known)s.")
            % {"asked": name, "known": listed(regulations.available())}
        )


def listed(names: Iterable[str]) -> str:
    """The names in one line, cut short where they are many."""
    every = list(names)
    more = _("and %(n)d more") % {"n": len(every) - SHOWN}
    return ", ".join([*every[:SHOWN], *([more] if len(every) > SHOWN else [])])

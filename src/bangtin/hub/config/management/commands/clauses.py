"""`bangtin clauses`: every clause of every regulation at hand, counted by what carries it or what it waits for."""

import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from textwrap import wrap
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.config import asking
from bangtin.hub.config.commanding import OurCommand, add_json_option, bad_input, print_json
from bangtin.hub.portal import carriers
from bangtin.hub.regulations import queries
from bangtin.rulebook import calendars, coverage, loading, testing
from bangtin.rulebook.coverage import Coverage
from bangtin.rulebook.errors import DataError

WIDTH = 34


class Command(OurCommand):
    """Needs no database and nothing running: it reads the packs on disk and runs their cases."""

    help = gettext_noop("Counts every clause: carried, pending, declarative, outside; runs every case.")

    def add_arguments(self, parser: CommandParser) -> None:
        """One instrument or all; words or one line of JSON."""
        parser.add_argument("--instrument", metavar="ID", help=_("One instrument, such as cao-bang/31-2020-qd-ubnd."))
        add_json_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0: every clause is accounted for and every case holds; 1: not; 2: no such instrument, faulty data."""
        try:
            found = [_counted(name) for name in _asked(options["instrument"])]
        except DataError as error:
            raise bad_input(str(error)) from error
        if options["is_json"]:
            print_json({"instruments": [each.counted() for each in found]})
        else:
            for each in found:
                self.stdout.write("\n".join(_table(each)) + "\n")
        if any(each.uncovered or each.cases_passed < each.cases for each in found):
            raise CommandError(_("Not every clause is accounted for, or a case does not hold."))


def _asked(instrument: str | None) -> tuple[str, ...]:
    known = queries.available()
    if instrument is not None and instrument not in known:
        raise bad_input(
            _("There is no instrument %(asked)s. At hand: %(known)s.")
            % {"asked": instrument, "known": asking.listed(known)}
        )
    return known if instrument is None else (instrument,)


def _counted(instrument: str) -> Coverage:
    home: Path = queries.home(instrument)
    cases = testing.cases(home / instrument, root=home)
    calendar = calendars.load(queries.root())
    written = loading.load_folder(home / instrument, root=home)  # the cases test the law as written
    return coverage.count(written, cases, calendar=calendar, is_there=carriers.is_there)


def _table(found: Coverage) -> Iterable[str]:
    paper = queries.pack(found.id).instrument
    yield f"{queries.in_words(paper.kind)} {paper.number} ({found.id})"
    areas = Counter(carriers.area_in_words(area) for area in found.pending.values())
    waiting = "; ".join(f"{area} ({count})" for area, count in areas.most_common())
    rows = [
        (_("Clauses"), found.total, ""),
        (_("Carried by the system"), len(found.carried), ""),
        (_("of these enforced"), len(found.enforced), _("two cases, one each way")),
        (_("Waiting for a part not built yet"), len(found.pending), waiting),
        (_("General statements"), len(found.declarative), ""),
        (_("Handled outside the system"), len(found.outside), ""),
        (_("Cases that hold"), f"{found.cases_passed}/{found.cases}", ""),
        (_("Accounted for by nothing"), len(found.uncovered), ", ".join(found.uncovered)),
    ]
    room = max(40, shutil.get_terminal_size((110, 24)).columns - WIDTH - 14)
    for label, number, more in rows:
        lines = wrap(more, room, break_on_hyphens=False, break_long_words=False) or [""]
        yield f"  {label:<{WIDTH}} {number!s:>7}   {lines[0]}".rstrip()
        yield from (" " * (WIDTH + 13) + line for line in lines[1:])

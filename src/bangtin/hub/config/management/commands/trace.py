"""`bangtin trace REPORT.docx|ID --figure NAME [--json]`: the rows behind a figure, down to the submissions."""

import sys
from typing import Any

from django.core.management.base import CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.config.commanding import OurCommand, add_json_option, bad_input, print_json
from bangtin.hub.reports.queries import NoSuchFigure, figures, find, trace
from bangtin.hub.reports.queries.properties import NotAReport


class Command(OurCommand):
    """Exit code 0: the rows were found and the paper prints what is kept; 1: it does not; 2: bad input."""

    help = gettext_noop("Prints the rows behind a figure of a report, down to the submissions.")

    def add_arguments(self, parser: CommandParser) -> None:
        """The report, the figure, and how to print."""
        parser.add_argument("report", help=_("a report's .docx, or its number"))
        parser.add_argument("--figure", help=_("the figure's name, such as plays_count"))
        parser.add_argument("--list", action="store_true", dest="is_list", help=_("name the report's figures"))
        add_json_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the rows, or the names."""
        try:
            if options["is_list"]:
                self._list(options["report"], is_json=options["is_json"])
            elif options["figure"]:
                self._trace(options["report"], options["figure"], is_json=options["is_json"])
            else:
                raise bad_input(_("Name a figure with --figure, or ask for --list."))
        except (NoSuchFigure, NotAReport) as error:
            raise bad_input(str(error)) from error
        except DatabaseError as error:
            # an empty data directory: nothing was ever written here
            words = _("The database here holds no reports yet. Run this where the report was written.")
            raise bad_input(words) from error

    def _list(self, name: str, *, is_json: bool) -> None:
        report, _printed = find(name)
        found = [{"name": one.name, "value": one.value, "unit": one.unit} for one in figures(report)]
        if is_json:
            print_json({"report": report.pk, "figures": found})
            return
        for one in found:
            self.stdout.write(f"{one['name']}: {one['value']} {one['unit']}")

    def _trace(self, name: str, figure: str, *, is_json: bool) -> None:
        found = trace(name, figure)
        if is_json:
            print_json(found.to_object())
        else:
            self.stdout.write(f"{found.figure.name}: {found.figure.value} {found.figure.unit}")
            for row in found.rows:
                self.stdout.write(f"  {row['model']} {row['id']}: {row['submission'] or '-'}")
        if not found.is_as_printed:
            sys.stderr.write(_("The paper prints another value than the one that is kept.") + "\n")
            sys.exit(1)

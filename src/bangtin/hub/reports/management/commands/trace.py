"""`bangtin trace REPORT.docx|ID --figure NAME [--json]`: the rows behind a figure, down to the submissions."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _

from bangtin.hub.reports.queries import NoSuchFigure, figures, find, trace
from bangtin.hub.reports.queries.properties import NotAReport

BAD_INPUT = 2


class Command(BaseCommand):
    """Exit code 0: the rows were found and the paper prints what is kept; 1: it does not; 2: bad input."""

    help = "Prints the rows behind a figure of a report, down to the submissions."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The report, the figure, and how to print."""
        parser.add_argument("report", help="a report's .docx, or its number")
        parser.add_argument("--figure", help="the figure's name, such as plays_count")
        parser.add_argument("--list", action="store_true", dest="is_list", help="name the report's figures")
        parser.add_argument("--json", action="store_true", dest="is_json", help="one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the rows, or the names."""
        try:
            if options["is_list"]:
                self._list(options["report"], is_json=options["is_json"])
            elif options["figure"]:
                self._trace(options["report"], options["figure"], is_json=options["is_json"])
            else:
                raise CommandError(_("Name a figure with --figure, or ask for --list."), returncode=BAD_INPUT)
        except (NoSuchFigure, NotAReport) as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        except DatabaseError as error:
            # an empty data directory: nothing was ever written here
            words = _("The database here holds no reports yet. Run this where the report was written.")
            raise CommandError(words, returncode=BAD_INPUT) from error

    def _list(self, name: str, *, is_json: bool) -> None:
        report, _printed = find(name)
        found = [{"name": one.name, "value": one.value, "unit": one.unit} for one in figures(report)]
        if is_json:
            self._print({"report": report.pk, "figures": found})
            return
        for one in found:
            self.stdout.write(f"{one['name']}: {one['value']} {one['unit']}")

    def _trace(self, name: str, figure: str, *, is_json: bool) -> None:
        found = trace(name, figure)
        if is_json:
            self._print(found.to_object())
        else:
            self.stdout.write(f"{found.figure.name}: {found.figure.value} {found.figure.unit}")
            for row in found.rows:
                self.stdout.write(f"  {row['model']} {row['id']}: {row['submission'] or '-'}")
        if not found.is_as_printed:
            sys.stderr.write(_("The paper prints another value than the one that is kept.") + "\n")
            sys.exit(1)

    def _print(self, values: dict[str, object]) -> None:
        self.stdout.write(json.dumps(values, ensure_ascii=False))

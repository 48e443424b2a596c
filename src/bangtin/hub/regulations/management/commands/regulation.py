"""`bangtin regulation list | install ID`: which regulations are at hand, and taking one into use."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bangtin.hub.kit import clock
from bangtin.hub.regulations import actions, queries
from bangtin.hub.regulations.models import Instrument
from bangtin.rulebook import loading
from bangtin.rulebook.errors import DataError, UnknownInstrument


class Command(BaseCommand):
    """Lists regulations and takes them into use."""

    help = "Lists the regulations at hand and takes them into use."

    def add_arguments(self, parser: CommandParser) -> None:
        """`list`, or `install` with an id."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="the regulations at hand, with a mark on those in use")
        verbs.add_parser("install", help="take a regulation into use").add_argument("id")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the verb."""
        if options["verb"] == "list":
            used = set(Instrument.objects.values_list("id", flat=True))
            for name in loading.available(queries.root()):
                self.stdout.write(f"{'*' if name in used else ' '} {name}")
            return
        try:
            found = actions.install(instrument_id=options["id"], actor=None, at=clock.now())
        except (DataError, UnknownInstrument) as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"{found.id} ({found.number})")

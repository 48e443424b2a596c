"""`bangtin regulation VERB`: list the regulations at hand, take one into use, and more; one module a verb."""

from types import ModuleType
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.config.commanding import OurCommand
from bangtin.hub.config.management.verbs import adding, checking, creating, installing, listing, removing, texting

VERBS: tuple[ModuleType, ...] = (listing, installing, checking, creating, adding, removing, texting)


class Command(OurCommand):
    """Hands over to the verb's module."""

    help = gettext_noop("Lists the regulations at hand, checks, adds and takes them into use.")

    def add_arguments(self, parser: CommandParser) -> None:
        """One subcommand a verb."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb in VERBS:
            verb.add_arguments(verbs.add_parser(verb.NAME, help=_(verb.HELP)))

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the verb."""
        verb = next(each for each in VERBS if options["verb"] == each.NAME)
        verb.run(options, write=self.stdout.write)

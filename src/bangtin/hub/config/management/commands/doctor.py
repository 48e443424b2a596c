"""`bangtin doctor`: what is missing or wrong on this machine, and the command that mends it."""

import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.config import checkup
from bangtin.hub.config.checkup import State
from bangtin.hub.config.commanding import OurCommand, add_json_option, print_json


class Command(OurCommand):
    """Looks at the machine and the installation; changes nothing."""

    help = gettext_noop("Say what is missing or wrong on this machine, and the command that mends it.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--json` for machines."""
        add_json_option(parser)

    def handle(self, *args: Any, is_json: bool, **options: Any) -> None:
        """Exit code 0 when nothing needed is missing."""
        found = list(checkup.findings())
        holds = all(each.state != State.WRONG for each in found)
        if is_json:
            print_json({"holds": holds, "findings": [asdict(each) for each in found]})
        else:
            signs = {State.GOOD: "✓", State.OPTIONAL: "–", State.WRONG: "✗"}
            for each in found:
                print(f"{signs[each.state]} {each.name}: {each.message}")
                if each.cure:
                    print("    → " + each.cure)
            print(_("Everything needed is here.") if holds else _("Mend what is marked ✗, then run this again."))
        if not holds:
            sys.exit(1)

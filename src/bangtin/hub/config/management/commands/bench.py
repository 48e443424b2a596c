"""`bangtin bench NAME`: a benchmark of real processes, in the one shape that all of them share."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.config.benches import idle, upload
from bangtin.hub.config.commanding import OurCommand, add_json_option, bad_input, print_json


class Command(OurCommand):
    """Measures; needs no server and touches no installation."""

    help = gettext_noop(
        "Measure this machine: idle (memory of the hub and of a screen's daemon), upload (2 GB over a dropping line)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A shorter `--wait` or `--size` is a smaller size: it prints its figures and never holds."""
        parser.add_argument("name", choices=["idle", "upload"])
        parser.add_argument("--wait", type=float, default=idle.WAIT_S, metavar="S")
        parser.add_argument("--size", type=int, default=upload.SIZE_BYTES, metavar="BYTES")
        add_json_option(parser)

    def handle(self, *args: Any, name: str, wait: float, size: int, is_json: bool, **options: Any) -> None:
        """Exit code 0 when every bound holds at full size."""
        if not 0 <= wait <= 3600:
            raise bad_input(_("--wait takes 0 to 3600 seconds."))
        if not 1_000 <= size <= upload.SIZE_BYTES:
            raise bad_input(_("--size takes 1,000 bytes to 2 GB."))
        try:
            found = upload.run(size_bytes=size) if name == "upload" else idle.run(wait_s=wait)
        except idle.DidNotStart as error:
            raise CommandError(str(error)) from error
        if is_json:
            print_json(found.to_object())
        else:
            for figure, value in found.figures.items():
                limit = f"   ≤ {found.bounds[figure]:.0f}" if figure in found.bounds else ""
                print(f"{figure:<20} {value:10.1f}{limit}")
            print(_("Holds.") if found.holds else _("Does not hold."))
        if not found.holds:
            sys.exit(1)

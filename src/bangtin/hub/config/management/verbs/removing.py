"""`bangtin regulation remove ID`: take back a regulation that was added here, while nothing depends on it."""

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.config import updating
from bangtin.hub.kit import clock
from bangtin.hub.regulations import actions

NAME = "remove"
HELP = gettext_noop("Take back a regulation that was added here, while nothing depends on it.")


def add_arguments(parser: ArgumentParser) -> None:
    """The instrument's id."""
    parser.add_argument("id")


def run(options: Mapping[str, Any], *, write: Callable[[str], object]) -> None:
    """Remove it; what is in use stays, and the command ends with code 1."""
    updating.migrate_or_refuse()
    actions.remove_pack(instrument_id=options["id"], actor=None, at=clock.now())
    write(_("Removed: %(id)s") % {"id": options["id"]})

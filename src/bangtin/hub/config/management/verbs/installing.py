"""`bangtin regulation install ID`: take a regulation into use."""

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_noop

from bangtin.hub.config import asking
from bangtin.hub.config.commanding import bad_input
from bangtin.hub.kit import clock
from bangtin.hub.regulations import actions
from bangtin.rulebook.errors import DataError

NAME = "install"
HELP = gettext_noop("Take a regulation into use.")


def add_arguments(parser: ArgumentParser) -> None:
    """The instrument's id."""
    parser.add_argument("id")


def run(options: Mapping[str, Any], *, write: Callable[[str], object]) -> None:
    """Install the instrument; exit code 2 where its pack is wrong or unknown."""
    asking.known(options["id"])
    try:
        found = actions.install(instrument_id=options["id"], actor=None, at=clock.now())
    except DataError as error:
        raise bad_input(str(error)) from error
    write(f"{found.id} ({found.number})")

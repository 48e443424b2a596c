"""`bangtin regulation list`: the regulations at hand, with a mark on those in use."""

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_noop

from bangtin.hub.regulations import queries

NAME = "list"
HELP = gettext_noop("The regulations at hand, with a mark on those in use.")


def add_arguments(parser: ArgumentParser) -> None:
    """Nothing to add."""


def run(options: Mapping[str, Any], *, write: Callable[[str], object]) -> None:
    """Write one id a line, a star before those in use."""
    used = queries.in_use()
    for name in queries.available():
        write(f"{'*' if name in used else ' '} {name}")

"""`bangtin regulation new PROVINCE`: a commented skeleton to fill in, for an officer with an IT colleague."""

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.config.commanding import bad_input
from bangtin.rulebook import inspecting, sketching

NAME = "new"
HELP = gettext_noop("Write a commented skeleton of a regulation's data, to fill in.")


def add_arguments(parser: ArgumentParser) -> None:
    """The province's short name; the paper's number as printed; where to write."""
    parser.add_argument("province", metavar="PROVINCE", help=_("short name in small letters, such as song-ngan"))
    parser.add_argument("--number", default="01/2026/QĐ-UBND", help=_("the number as printed"))
    parser.add_argument("--into", type=Path, default=Path("regulations"), metavar="DIR", help=_("where to write"))


def run(options: Mapping[str, Any], *, write: Callable[[str], object]) -> None:
    """Write it; names that are no short names, and folders that are there or cannot be written, end with code 2."""
    try:
        folder = sketching.write(options["province"], number=options["number"], into=options["into"])
    except sketching.BadName as error:
        raise bad_input(
            _("“%(name)s” is no short name: small letters without accents, digits, single hyphens. Try: %(hint)s")
            % {"name": error.name, "hint": error.hint or "song-ngan"}
        ) from error
    except FileExistsError as error:
        raise bad_input(_("%(folder)s is there already; nothing was written.") % {"folder": error.filename}) from error
    except OSError as error:
        words = _("The data folder %(folder)s cannot be written.") % {"folder": options["into"]}
        raise bad_input(f"{words} ({error.strerror})") from error
    write(_("Written: %(folder)s") % {"folder": folder})
    write(_("Next: fill in the places marked %(mark)s, then run") % {"mark": inspecting.TO_FILL})
    write(f"  bangtin regulation check {folder}")

"""`bangtin regulation add DIR` and `remove ID`: a pack beside those that came with the program, taken into use."""

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.config import asking, updating
from bangtin.hub.config.commanding import add_json_option, bad_input, print_json
from bangtin.hub.kit import clock
from bangtin.hub.regulations import actions, queries

NAME = "add"
HELP = gettext_noop("Check a regulation someone wrote, put it beside the others and take it into use.")


def add_arguments(parser: ArgumentParser) -> None:
    """The folder; `--effective` overrides the day it takes effect."""
    parser.add_argument("folder", metavar="DIR", type=Path, help=_("one instrument, a province, or a whole root"))
    parser.add_argument("--effective", metavar="D", help=_("in force here from this day on"))
    parser.add_argument(
        "--replace", action="store_true", dest="is_replacing", help=_("replace the one of this id that is there")
    )
    add_json_option(parser)


def run(options: Mapping[str, Any], *, write: Callable[[str], object]) -> None:
    """Add it; a fault, or other content under the same id, ends with code 1 and nothing changed."""
    folder: Path = options["folder"]
    if not folder.is_dir():
        raise bad_input(_("There is no folder %(folder)s.") % {"folder": folder})
    effective = options["effective"]
    effective_on = None if effective is None else asking.day("--effective", effective)
    updating.migrate_or_refuse()
    added = actions.add_pack(
        folder=folder,
        effective_on=effective_on,
        is_replacing=options["is_replacing"],
        actor=None,
        at=clock.now(),
    )
    if options["is_json"]:
        rows = [{"id": each.id, "outcome": each.outcome, "changes": [c.vi for c in each.changes]} for each in added]
        print_json({"regulations": rows})
        return
    words = {
        "added": _("Added and in use: %(id)s"),
        "replaced": _("Replaced: %(id)s"),
        "unchanged": _("Nothing changed: %(id)s"),
    }
    for each in added:
        write(words[each.outcome] % {"id": each.id})
        for change in each.changes:
            write(f"  {queries.in_words(change)}")

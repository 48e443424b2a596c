"""`bangtin audit verify [--against BUNDLE] [--json]`: whether nothing of the audit trail was changed or taken out."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from bangtin.hub.config import heads
from bangtin.hub.config.commanding import OurCommand, add_json_option, bad_input, print_json
from bangtin.hub.kit import chain
from bangtin.hub.kit.chain import Break, Outcome


class Command(OurCommand):
    """Exit code 0: the chain holds, and has every head it was asked for; 1: it does not; 2: bad input."""

    help = gettext_noop("Checks the audit trail: every entry, and against bundles and reports that left the house.")

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, what to hold it against, and how to print."""
        parser.add_argument("deed", choices=["verify"])
        parser.add_argument(
            "--against",
            action="append",
            default=[],
            metavar="BUNDLE",
            type=Path,
            help=_("A bundle's manifest.json, a report's .docx, or a folder with such (a stick, a screen's store)"),
        )
        add_json_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the chain once, whatever is asked of it."""
        try:
            kept = heads.own()
            for path in options["against"]:
                kept.extend(heads.inside(path))
            found = chain.check(counts={one.head.entries for one in kept})
        except heads.NoHead as error:
            words = _("%(path)s carries no head of the audit trail. Name a bundle's manifest, a report or a folder.")
            raise bad_input(words % {"path": error}) from error
        except DatabaseError as error:
            raise bad_input(_("The database here cannot be read: %(why)s") % {"why": error}) from error
        rewritten = [one for one in kept if not found.has(one.head)]
        is_whole = not found.breaks_count and not rewritten
        if options["is_json"]:
            print_json(_object(found, kept, holds=is_whole))
        else:
            self.stdout.write("\n".join(_lines(found, kept)) + "\n")
        if not is_whole:
            sys.exit(1)


def _object(found: Outcome, kept: list[heads.Kept], *, holds: bool) -> dict[str, object]:
    return {
        "holds": holds,
        "entries": found.entries,
        "digest": found.digest,
        "breaks_count": found.breaks_count,
        "breaks": [one.to_object() for one in found.breaks],
        "against": [
            {
                "source": one.source,
                **one.head.to_object(),
                "found": found.at_counts.get(one.head.entries),
                "holds": found.has(one.head),
            }
            for one in kept
        ],
    }


def _lines(found: Outcome, kept: list[heads.Kept]) -> list[str]:
    lines = [ngettext("%(n)d entry", "%(n)d entries", found.entries) % {"n": found.entries} + f"  {found.digest}"]
    lines += [_sentence(one) for one in found.breaks]
    for one in kept:
        values = {"source": one.source, "n": one.head.entries}
        if found.has(one.head):
            lines.append(_("%(source)s: the first %(n)d entries are those of its day.") % values)
        elif one.head.entries > found.entries:
            lines.append(_("%(source)s: had %(n)d entries in its day; the newest were taken away.") % values)
        else:
            lines.append(_("%(source)s: the first %(n)d entries were rewritten since its day.") % values)
    holds = not found.breaks_count and all(found.has(one.head) for one in kept)
    return [*lines, _("Holds.") if holds else _("Does not hold.")]


def _sentence(one: Break) -> str:
    values = {"id": one.entry, "after": one.after or 0, "missing": ", ".join(str(each) for each in one.missing)}
    if one.code == "changed":
        return _("Entry %(id)d was changed: it does not give its digest.") % values
    if one.code == "unreadable":
        return _("Entry %(id)d was changed: it cannot be read any more.") % values
    if one.missing:
        return _("Entry %(id)d does not follow entry %(after)d: %(missing)s was removed.") % values
    return _("Entry %(id)d does not follow entry %(after)d: one of the two was exchanged, or one put in.") % values

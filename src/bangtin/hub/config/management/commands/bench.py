"""`bangtin bench NAME`: a benchmark of real processes, in the one shape that all of them share."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.config.benches import (
    alerts,
    changes,
    idle,
    ingest,
    lake,
    media,
    mixed,
    pages,
    poll,
    push,
    rulebook,
    schedule,
    soak,
    upload,
    wire,
)
from bangtin.hub.config.benches.shape import Result
from bangtin.hub.config.commanding import OurCommand, add_json_option, bad_input, print_json

_SCALED = {
    "alerts": alerts.run,
    "changes": changes.run,
    "classes": changes.classes,
    "media": media.run,
    "mixed": mixed.run,
    "poll": poll.run,
    "push": push.run,
    "rulebook": rulebook.run,
    "schedule": schedule.run,
    "soak": soak.run,
    "wire": wire.run,
}
NAMES = ("name", "wait", "scale", "size", "keep", "full", "database_url")


class Command(OurCommand):
    """Measures; needs no server and touches no installation."""

    is_a_persons_deed = False
    help = gettext_noop(
        "Measure this machine: alerts (from an order to the glass), changes (frames between two segments), "
        "classes (an emergency takes the face), idle (memory of the hub and of a screen's daemon), "
        "ingest (records through HTTP), lake (a year of sealed plays), media (making renditions), "
        "mixed (5,000 screens, records, a film, an officer, at once), "
        "pages (100,000 programmes), poll and push (10,000 screens), rulebook (a province's year), "
        "schedule (days laid out), soak (a thousand kills over thirty days), "
        "upload (2 GB over a line that drops), wire (what a screen costs its line)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A shorter `--wait`, `--scale` or `--size` is a smaller size: it prints its figures and never holds."""
        parser.add_argument(
            "name",
            choices=[*_SCALED, "idle", "ingest", "lake", "pages", "upload"],
        )
        parser.add_argument("--full", action="store_true", help=_("lake: ask 100 million rows also at a smaller scale"))
        parser.add_argument("--wait", type=float, default=idle.WAIT_S, metavar="S", help=_("idle: seconds of rest"))
        parser.add_argument(
            "--scale",
            type=float,
            default=1.0,
            metavar="F",
            help=_("all but idle, upload: share of the full size"),
        )
        parser.add_argument(
            "--database-url",
            default="",
            metavar="URL",
            help=_("ingest: a PostgreSQL to use, or postgres for an own one"),
        )
        parser.add_argument("--size", type=int, default=upload.SIZE_BYTES, metavar="B", help=_("upload: bytes to send"))
        parser.add_argument(
            "--keep", default="", metavar="DIR", help=_("pages: fill the database in this folder once, use it again")
        )
        add_json_option(parser)

    def handle(self, *args: Any, is_json: bool, **options: Any) -> None:
        """Exit code 0 when every bound holds at full size."""
        try:
            found = _run(**{name: options[name] for name in NAMES})
        except idle.DidNotStart as error:
            raise CommandError(str(error)) from error
        if is_json:
            print_json(found.to_object())
        else:
            self.stdout.write("\n".join(_lines(found)) + "\n")
        if not found.holds:
            sys.exit(1)


def _run(  # the options of all benches; each reads its own
    *, name: str, wait: float, scale: float, size: int, keep: str, full: bool, database_url: str
) -> Result:
    """Raises: CommandError with code 2 for a size that makes no sense; DidNotStart."""
    if not 0 <= wait <= 3600:
        raise bad_input(_("--wait takes 0 to 3600 seconds."))
    if not 0 < scale <= 1:
        raise bad_input(_("--scale takes a share of the full size, from above 0 to 1."))
    if not 1_000 <= size <= upload.SIZE_BYTES:
        raise bad_input(_("--size takes 1,000 bytes to 2 GB."))
    if name == "ingest":
        return ingest.run(scale=scale, database_url=database_url)
    if name == "lake":
        return lake.run(scale=scale, is_full=full or scale >= 1.0)
    if name == "pages":
        return pages.run(programmes=max(round(pages.PROGRAMMES * scale), 100), keep=keep)
    if name in _SCALED:
        return _SCALED[name](scale=scale)
    return upload.run(size_bytes=size) if name == "upload" else idle.run(wait_s=wait)


def _lines(found: Result) -> list[str]:
    rows = [
        f"{figure:<22} {value:14,.1f}" + (f"   ≤ {found.bounds[figure]:g}" if figure in found.bounds else "")
        for figure, value in found.figures.items()
    ]
    return [*rows, _("Holds.") if found.holds else _("Does not hold.")]

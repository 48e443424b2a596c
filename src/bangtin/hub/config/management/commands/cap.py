"""`bangtin cap check FILE`: what a CAP message would be taken for here, by which rule; nothing is kept or sent."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.alerts import cap
from bangtin.hub.alerts.cap import mapping as mappings
from bangtin.hub.alerts.cap import parsing
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.config import asking
from bangtin.hub.config.commanding import OurCommand, add_json_option, bad_input, print_json
from bangtin.hub.kit import clock
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook.errors import DataError

ACTIONS = {
    "air": gettext_noop("show after an officer's order"),
    "exercise": gettext_noop("drill only"),
    "update": gettext_noop("replace the earlier notice after an officer's order"),
    "cancel": gettext_noop("take the earlier notice off"),
    "ignore": gettext_noop("leave aside"),
    "refuse": gettext_noop("refuse"),
    "wait": gettext_noop("wait for an end set by an officer"),
}

NAMED = ("status", "msg_type", "identifier", "sender")


class Command(OurCommand):
    """Needs no server, and no database either: the clusters are those in use, else those of the regulations at hand."""

    help = gettext_noop(
        "Says what a CAP message would be taken for: show, drill, update, cancel, ignore, refuse, wait."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The message, the instant, what its names mean, what came before."""
        parser.add_argument("deed", choices=["check"])
        parser.add_argument("file", metavar="FILE", help=_("a CAP 1.2 message; nothing of it is kept"))
        parser.add_argument("--at", metavar="T", help=_("the instant, as 2026-12-14T07:30:00+07:00; else now"))
        parser.add_argument("--mapping", metavar="FILE", help=_("another mapping file"))
        parser.add_argument(
            "--known",
            action="append",
            metavar="FILE",
            help=_("a message taken in before; may be repeated. Without it references are judged by what they say"),
        )
        add_json_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 0: judged; 1: refused; 2: no such file or instant, or a faulty mapping file."""
        at = asking.instant("--at", options["at"]) if options["at"] else clock.now()
        home = Path(settings.DATA_DIR) / "cap"
        try:
            chosen = mappings.load(Path(options["mapping"])) if options["mapping"] else cap.mapping_in(home)
            trusted = cap.certificates_in(home)
        except DataError as error:
            raise bad_input(str(error)) from error
        found = cap.judge(
            _bytes(options["file"]),
            clusters=_places(),
            mapping=chosen,
            at=at,
            known=None if options["known"] is None else cap.Known.of(_heard(name) for name in options["known"]),
            trusted=trusted,
        )
        if options["is_json"]:
            print_json(_object(found))
        else:
            self.stdout.write("\n".join(_lines(found)) + "\n")
        if found.action is cap.Action.REFUSE:
            sys.exit(1)


def _bytes(name: str) -> bytes:
    """The file's bytes, one more than may be at most. Raises: CommandError with code 2."""
    try:
        path = Path(name)
        if not path.is_file():
            raise bad_input(_("There is no file %(path)s.") % {"path": ascii(name)})
        with path.open("rb") as opened:
            return opened.read(parsing.MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise bad_input(_("The file %(path)s cannot be read.") % {"path": ascii(name)}) from error


def _heard(name: str) -> cap.Heard:
    try:
        message = cap.read(_bytes(name))
    except cap.CapRefusal as refusal:
        raise bad_input(_("%(path)s is no CAP message: %(why)s.") % {"path": ascii(name), "why": refusal}) from refusal
    return cap.Heard(message.sender, message.identifier, message.status is cap.Status.EXERCISE)


def _places() -> list[cap.Place]:
    """The clusters in use here, else those of every regulation at hand, an older instrument's first."""
    if regulations.in_use():
        return [cap.Place(row.pk, str(row), row.latitude, row.longitude) for row in Cluster.objects.order_by("id")]
    found: dict[str, cap.Place] = {}
    for name in regulations.available():
        for seed in asking.instrument(name).clusters:
            where = seed.coordinates
            latitude, longitude = (where.latitude, where.longitude) if where else (None, None)
            found[seed.id] = cap.Place(seed.id, regulations.in_words(seed.name), latitude, longitude)
    return [found[name] for name in sorted(found)]


def _object(found: cap.Verdict) -> dict[str, object]:
    return {
        "action": found.action.value,
        "reason": regulations.in_words(found.reason),
        "code": found.code,
        "status": found.status,
        "msg_type": found.msg_type,
        "languages": list(found.languages),
        "level": found.level,
        "clusters": list(found.clusters),
        "starts_at": _stamp(found.starts_at),
        "expires_at": _stamp(found.expires_at),
        "identifier": found.message.identifier if found.message else None,
        "sender": found.message.sender if found.message else None,
        "replaces": [each.identifier for each in found.replaces],
        "hazard": found.hazard or None,
        "signature": found.signature,
        "remarks": list(found.message.remarks) if found.message else [],
    }


def _stamp(at: datetime | None) -> str | None:
    """RFC 3339 in Vietnamese time."""
    return at.astimezone(clock.LOCAL).isoformat() if at else None


def _lines(found: cap.Verdict) -> list[str]:
    told = _object(found)
    remarks = found.message.remarks if found.message else ()
    rows = [
        (_("Taken for"), f"{found.action.value}: {_(ACTIONS[found.action.value])}"),
        (_("Because"), told["reason"]),
        (
            _("Message"),
            " ".join(str(told[name]) for name in ("status", "msg_type", "identifier", "sender") if told[name]),
        ),
        (_("Languages"), ", ".join(found.languages)),
        (_("Level"), found.level),
        (_("Clusters"), ", ".join(found.clusters)),
        (_("Starts at"), told["starts_at"]),
        (_("Ends at"), told["expires_at"]),
        (_("Signature"), found.signature if found.signature != "none" else ""),
        (_("Tolerated"), " ".join(regulations.in_words(cap.REMARKS[each]) for each in remarks)),
    ]
    return [f"{label:<14} {value}" for label, value in rows if value]

"""`bangtin playlog seal|prune|verify|check-file …`: closed days sealed, let go, proved; files handed out."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.bundle import instants
from bangtin.bundle.errors import BundleRefusal
from bangtin.hub.config.commanding import OurCommand, add_json_option, bad_input, print_json
from bangtin.hub.kit import clock
from bangtin.hub.playlog.actions import sealing
from bangtin.hub.playlog.actions.handing_out import ENDING, check_file
from bangtin.hub.playlog.models import SealedDay
from bangtin.hub.playlog.queries import sealed


class Command(OurCommand):
    """Exit 0: done, everything proved; 1: something does not hold, or nothing is sealed; 2: bad input."""

    help = gettext_noop(
        "Play records: seal closed days into the lake, let proved rows leave the database, prove a sealed day again; "
        "tell whether a signed file is as it was handed out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and for which day."""
        parser.add_argument("deed", choices=["seal", "prune", "verify", "check-file"])
        parser.add_argument("file", nargs="?", metavar="FILE", help=_("check-file: the file, its signature beside it"))
        parser.add_argument("--signature", metavar="F", help=_("check-file: the signature, if it lies elsewhere"))
        parser.add_argument("--targets", metavar="F", help=_("check-file: the targets metadata to go by, not our own"))
        parser.add_argument("--day", metavar="D", help=_("the day in Viet Nam, such as 2026-11-23 (verify needs it)"))
        parser.add_argument("--province", metavar="P", help=_("verify: this province alone"))
        add_json_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal, prune or verify."""
        on, is_json = _day(options["day"]), options["is_json"]
        if options["deed"] == "check-file":
            self._check_file(options["file"], options["signature"], options["targets"], is_json=is_json)
            return
        if options["deed"] == "verify":
            if on is None:
                raise bad_input(_("Say which day: --day 2026-11-23"))
            self._verify(on, options["province"], is_json=is_json)
            return
        at = clock.now()
        done = sealing.seal_due(at=at, only=on) if options["deed"] == "seal" else sealing.prune_due(at=at)
        if is_json:
            print_json([_told(one) for one in done])
            return
        rows = sum(one.rows for one in done)
        self.stdout.write(_("Days: %(days)d, records: %(rows)d.") % {"days": len(done), "rows": rows})

    def _check_file(self, name: str | None, signature: str | None, targets: str | None, *, is_json: bool) -> None:
        if not name:
            raise bad_input(_("Say which file: bangtin playlog check-file FILE"))
        data, envelope = _bytes(name), _bytes(signature or name + ENDING)
        try:
            found = check_file(data=data, envelope=envelope, targets=_bytes(targets) if targets else None)
        except BundleRefusal as refusal:
            if is_json:
                print_json({"file": name, "ok": False, "code": refusal.code, "detail": refusal.detail})
            else:
                self.stdout.write(f"{refusal.code}: {refusal.detail}")
            sys.exit(1)
        at = f"{found.at.astimezone(clock.LOCAL):%d/%m/%Y %H:%M:%S}"
        if is_json:
            told = {"sha256": found.sha256, "at": instants.to_text(found.at), "name": found.name}
            print_json({"file": name, "ok": True, **told})
        else:
            self.stdout.write(
                _("Unchanged since it was handed out as %(name)s, %(at)s.") % {"name": found.name, "at": at}
            )

    def _verify(self, on: date, province: str | None, *, is_json: bool) -> None:
        known = sealed.provinces()
        if province is not None and province not in known:
            raise bad_input(
                _("There is no province “%(id)s” here. Known: %(known)s.")
                % {"id": province, "known": ", ".join(known) or "–"}
            )
        found = sealed.check_day(on, province=province)
        is_ok = bool(found) and not any(one.problems for one in found)
        if is_json:
            print_json({"day": on.isoformat(), "ok": is_ok, "parts": [one.to_object() for one in found]})
        elif found:
            self.stdout.write("\n".join(line for one in found for line in _lines(one)))
        else:
            self.stdout.write(_unsealed(on))
        if not is_ok:
            sys.exit(1)


def _unsealed(on: date) -> str:
    """Why nothing is sealed of a day, and when something will be."""
    today = clock.local_date(clock.now())
    due = on + sealing.CLOSED_AFTER
    values = {"day": f"{on:%d/%m/%Y}", "due": f"{due:%d/%m/%Y}", "iso": on.isoformat()}
    if on >= today:
        return (
            _("%(day)s is not over: it cannot be sealed yet. The hub seals it when offices open on %(due)s.") % values
        )
    if due > today:
        return _("Nothing is sealed of %(day)s yet. The hub seals it when offices open on %(due)s.") % values
    return _("Nothing is sealed of %(day)s. If screens played then: bangtin playlog seal --day %(iso)s") % values


def _day(text: str | None) -> date | None:
    """Raises: CommandError with code 2."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise bad_input(_("A day is written as 2026-11-23.")) from error


def _bytes(name: str) -> bytes:
    """Raises: CommandError with code 2."""
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise bad_input(_("%(name)s cannot be read: %(why)s") % {"name": name, "why": error.strerror}) from error


def _told(part: SealedDay) -> dict[str, object]:
    return {
        "province": part.province,
        "day": part.on.isoformat(),
        "part": part.part,
        "rows": part.rows,
        "plays_bytes": part.plays_bytes,
        "evidence_bytes": part.evidence_bytes,
        "manifest_sha256": part.manifest_sha256,
    }


def _lines(one: sealed.Checked) -> list[str]:
    words = _("%(part)s: %(rows)d records, %(batches)d signed batches of %(devices)d screens") % {
        "part": one.part,
        "rows": one.rows,
        "batches": one.batches,
        "devices": one.devices,
    }
    verdict = _("proved again") if not one.problems else _("DOES NOT HOLD")
    return [f"{words}: {verdict}", *(f"  {each.code}  {each.subject}: {each.detail}" for each in one.problems)]

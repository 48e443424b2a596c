"""`bangtin obligations`: who owes what by when under an instrument, and what shows that it was done."""

import shutil
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.config import asking
from bangtin.hub.config.commanding import OurCommand, add_json_option, bad_input, print_json
from bangtin.hub.kit import clock
from bangtin.hub.obligations.queries import Duty, occurrences
from bangtin.rulebook.evaluation import Status
from bangtin.rulebook.shapes import Regulation

WORDS = {
    "not_due": gettext_noop("Not yet due"),
    "due_soon": gettext_noop("Due soon"),
    "done": gettext_noop("Done"),
    "done_late": gettext_noop("Done late"),
    "overdue": gettext_noop("Overdue"),
    "waived": gettext_noop("Waived"),
    "not_fixed": gettext_noop("No day is fixed"),
    "requested": gettext_noop("Requested"),
}


class Command(OurCommand):
    """Needs no server, and no database either: evidence is read where there is one with this instrument."""

    help = gettext_noop("Lists the duties of some days: who owes what, the last day on time, what shows it done.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--from` and `--to` choose by the last day on time, else by the period's end; both days count."""
        parser.add_argument("--instrument", required=True, metavar="ID", help=_("such as cao-bang/31-2020-qd-ubnd"))
        parser.add_argument("--from", required=True, dest="from_on", metavar="D", help=_("first day, as 2026-01-01"))
        parser.add_argument("--to", required=True, dest="until_on", metavar="D", help=_("last day, as 2026-12-31"))
        parser.add_argument("--as-of", metavar="D", help=_("as things stood at the end of this day (default: now)"))
        parser.add_argument("--agency", metavar="A", help=_("one agency, such as cao-bang/so-tttt"))
        add_json_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0: listed; 2: no such instrument, agency or day."""
        pack = asking.instrument(options["instrument"])
        from_on = asking.day("--from", options["from_on"])
        until_on = asking.day("--to", options["until_on"])
        if until_on < from_on:
            raise bad_input(
                _("--to (%(until)s) lies before --from (%(from)s): give the earlier day to --from.")
                % {"until": until_on, "from": from_on}
            )
        as_of = _instant(options["as_of"])
        agencies = None if options["agency"] is None else {_agency(pack, options["agency"])}
        try:
            found = occurrences(pack.id, from_on=from_on, until_on=until_on, as_of=as_of, agency_ids=agencies)
        except DatabaseError as error:
            raise CommandError(_("The database here is older than the program: run “bangtin migrate”.")) from error
        if options["is_json"]:
            print_json([_object(duty) for duty in found])
        else:
            self.stdout.write("\n".join(_table(found)) + "\n")


def _instant(day: str | None) -> datetime:
    if day is None:
        return clock.now()
    # the end of the day: what was done on it is known
    midnight = datetime.combine(asking.day("--as-of", day), time(), clock.LOCAL)
    return midnight + timedelta(days=1) - timedelta(microseconds=1)


def _agency(pack: Regulation, name: str) -> str:
    known = [agency.id for agency in pack.agencies]
    if name not in known:
        raise bad_input(
            _("%(instrument)s knows no agency %(asked)s. It knows: %(known)s.")
            % {"instrument": pack.id, "asked": name, "known": asking.listed(known)}
        )
    return name


def _object(duty: Duty) -> dict[str, object]:
    return {
        "id": duty.id,
        "clauses": list(duty.clauses),
        "agency": duty.agency_id,
        "period_start": duty.period.start.isoformat(),
        "period_end": duty.period.end.isoformat(),
        "phrase": duty.phrase or None,
        "last_on_time_on": duty.due_on.isoformat() if duty.due_on else None,
        "rolled_from": duty.rolled_from.isoformat() if duty.rolled_from else None,
        "status": Status(duty.status).public,
        "evidence": [
            {
                "type": proof.subject_type,
                "id": proof.subject_id,
                "at": proof.at.astimezone(clock.LOCAL).isoformat(),
                "text": proof.text,
                "receipt": proof.receipt or None,
            }
            for proof in duty.evidence
        ],
    }


def _table(found: Sequence[Duty]) -> list[str]:
    if not found:
        return [_("No duty falls into these days.")]
    # a line is cut to the terminal; what is read by another program or kept in a file stays whole
    room = max(60, shutil.get_terminal_size((120, 24)).columns) if sys.stdout.isatty() else None
    lines = []
    for duty in sorted(found, key=lambda one: (one.due_on or one.period.end, one.id)):
        until = f"{duty.due_on:%d/%m/%Y}" if duty.due_on else "–"
        state = _("not known") if duty.is_before_use else _(WORDS[Status(duty.status).public])
        words = f"{until:<10}  {state:<20}  {_who(duty)}: {duty.title}"
        lines.append(f"{words}, {duty.period_label}"[:room])
    return lines


def _who(duty: Duty) -> str:
    if not duty.has_successor:
        return _("%(agency)s (no successor recorded)") % {"agency": duty.agency_name}
    return duty.agency_name

"""`bangtin hours`: when a cluster runs on a day, by which clause, and what the province has not set."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.db import OperationalError, ProgrammingError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.config import asking
from bangtin.hub.config.commanding import OurCommand, add_json_option, bad_input, print_json
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.queries.opening import local_windows
from bangtin.rulebook import citations, hours
from bangtin.rulebook.errors import NoValueYet, UnknownName
from bangtin.rulebook.hours import DayHours, LocalWindows
from bangtin.rulebook.shapes import DayHoursRule, Regulation
from bangtin.rulebook.texts import clock, day_label

MODES = {
    "fixed": gettext_noop("the windows of the regulation"),
    "operator_sets": gettext_noop("the operator sets the windows"),
    "minimum": gettext_noop("at least so long, without advertising"),
    "round_the_clock": gettext_noop("round the clock"),
}


class Command(OurCommand):
    """Needs no server, and no database either: what the operator has set is read where there is one."""

    help = gettext_noop("Says when a cluster runs on a day: windows, least minutes, tolerance, the clause.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The cluster and the day."""
        parser.add_argument("--cluster", required=True, metavar="ID", help=_("such as cao-bang/ta-lung"))
        parser.add_argument("--on", required=True, metavar="D", help=_("the day, as 2026-12-14"))
        add_json_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0: said; 2: no such cluster or day, or no rule on that day."""
        on, cluster = asking.day("--on", options["on"]), options["cluster"]
        pack = _pack(cluster, on)
        try:
            rule, calendar = hours.of(pack, cluster), regulations.calendar()
            day = hours.day(rule, calendar, on, local=_set_here(cluster, on))
            part = hours.part_of(rule, calendar, on)
        except (UnknownName, NoValueYet) as error:
            raise bad_input(
                _("%(instrument)s sets no hours for %(cluster)s on %(on)s.")
                % {"instrument": pack.id, "cluster": cluster, "on": day_label(on)}
            ) from error
        found = _object(pack, cluster, day, part)
        if options["is_json"]:
            print_json(found)
        else:
            self.stdout.write("\n".join(_lines(pack, cluster, day, found)) + "\n")


def _pack(cluster: str, on: date) -> Regulation:
    """The regulation the cluster stands under: as this installation has it, else the newest in force on that day."""
    here = _instrument_here(cluster)
    if here is not None:
        return asking.instrument(here)
    packs = [asking.instrument(name) for name in regulations.available()]
    holding = [pack for pack in packs if any(one.id == cluster for one in pack.clusters)]
    if not holding:
        known = [one.id for pack in packs for one in pack.clusters]
        raise bad_input(
            _("There is no cluster %(asked)s. At hand: %(known)s.") % {"asked": cluster, "known": asking.listed(known)}
        )
    standing = [pack for pack in holding if pack.instrument.effective_on <= on]
    if not standing:
        first = min(holding, key=lambda pack: pack.instrument.effective_on)
        raise bad_input(
            _("%(instrument)s takes effect on %(since)s; on %(on)s no hours are set yet.")
            % {"instrument": first.id, "since": day_label(first.instrument.effective_on), "on": day_label(on)}
        )
    return max(standing, key=lambda pack: pack.instrument.effective_on)


def _instrument_here(cluster: str) -> str | None:
    if not regulations.in_use():
        return None
    return Cluster.objects.filter(pk=cluster).values_list("instrument_id", flat=True).first()


def _set_here(cluster: str, on: date) -> LocalWindows | None:
    if not regulations.in_use():
        return None
    try:
        row = Cluster.objects.filter(pk=cluster).first()
        return local_windows(row, on, on) if row else None
    except (OperationalError, ProgrammingError):
        return None


def _object(pack: Regulation, cluster: str, day: DayHours, part: DayHoursRule) -> dict[str, object]:
    named = [pack.parameter(name) for name in part.named()]
    clauses = [part.clause, *(one.clause for one in named if one.clause)]
    return {
        "cluster": cluster,
        "on": day.on.isoformat(),
        "instrument": pack.id,
        "day_type": day.kind.value,
        "reason": regulations.in_words(day.reason),
        "mode": day.mode,
        "windows": None if day.windows is None else [[clock(one.opens_s), clock(one.closes_s)] for one in day.windows],
        "minimum_minutes": _minutes(day.minimum_s),
        "morning_minutes": _minutes(day.morning_s),
        "afternoon_minutes": _minutes(day.afternoon_s),
        "noon": None if day.noon_s is None else clock(day.noon_s),
        "tolerance_minutes": _minutes(day.tolerance_s),
        "advisory_minimum_minutes": _minutes(day.advisory_min_s),
        "advisory_maximum_minutes": _minutes(day.advisory_max_s),
        "clauses": list(dict.fromkeys(clauses)),
        "local": [one.id for one in named if one.is_local and one.raw(day.on) is None],
    }


def _minutes(seconds: int | None) -> int | None:
    return None if seconds is None else seconds // 60


def _lines(pack: Regulation, cluster: str, day: DayHours, found: dict[str, Any]) -> list[str]:
    cite = citations.format_en if regulations.in_words(day.reason) == day.reason.en else citations.format_vi
    windows = ", ".join("–".join(pair) for pair in found["windows"] or ()) or _("not set")
    rows = [
        (_("Cluster"), regulations.in_words(pack.cluster(cluster).name)),
        (_("Day"), f"{day_label(day.on)} ({found['reason']})"),
        (_("Rule"), _(MODES[day.mode])),
        (_("Windows"), windows),
        (_("At least"), _said(found["minimum_minutes"])),
        (_("of it in the morning"), _said(found["morning_minutes"])),
        (_("of it in the afternoon"), _said(found["afternoon_minutes"])),
        (_("Morning ends at"), found["noon"]),
        (_("Stops let pass"), _said(found["tolerance_minutes"])),
        (_("By"), "; ".join(cite(clause) for clause in found["clauses"])),
        (_("Not set by the province"), ", ".join(found["local"])),
    ]
    return [f"{label:<26} {value}" for label, value in rows if value]


def _said(minutes: int | None) -> str:
    return "" if minutes is None else _("%(n)d minutes a day") % {"n": minutes}

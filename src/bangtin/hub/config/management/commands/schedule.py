"""`bangtin schedule compile`: the plan of clusters laid out, day by day of each screen, and what it breaks."""

import time
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.config import asking
from bangtin.hub.config.commanding import OurCommand, add_json_option, bad_input, print_json
from bangtin.hub.schedules.compiler import Unmet
from bangtin.hub.schedules.compiler.counts import NoSolver
from bangtin.hub.schedules.queries import checks
from bangtin.hub.schedules.queries.checks import Finding
from bangtin.hub.schedules.queries.layouts import DayLayout
from bangtin.hub.schedules.queries.reliefs import reliefs_of
from bangtin.hub.schedules.queries.screen_days import ScreenDay, screen_days

LONGEST_DAYS = 366


class Command(OurCommand):
    """Lays out the plan as it stands now; changes nothing."""

    help = gettext_noop("Lays out the plan of clusters: seconds of each screen and day, what breaks a rule, and why.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which clusters, which days."""
        parser.add_argument("deed", choices=["compile"])
        parser.add_argument("--cluster", metavar="ID", help=_("such as cao-bang/ta-lung"))
        parser.add_argument("--all", action="store_true", dest="is_all", help=_("every cluster"))
        parser.add_argument("--from", required=True, dest="first", metavar="D", help=_("the first day, as 2026-12-14"))
        parser.add_argument("--to", required=True, dest="last", metavar="D", help=_("the last day"))
        parser.add_argument(
            "--explain", action="store_true", dest="is_explained", help=_("say what would have to give for minimums")
        )
        add_json_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0: laid out, whatever it breaks; 2: no such cluster or days."""
        began = time.perf_counter()
        first, last = asking.day("--from", options["first"]), asking.day("--to", options["last"])
        if not 0 <= (last - first).days < LONGEST_DAYS:
            raise bad_input(_("--to is a day from --from on, less than %(days)d days later.") % {"days": LONGEST_DAYS})
        days: list[dict[str, object]] = []
        spanning: list[dict[str, object]] = []
        reliefs: list[dict[str, object]] = []
        clusters = _clusters(options["cluster"], is_all=options["is_all"])
        for cluster in clusters:
            try:
                found, layouts = screen_days(cluster, first, last)
            except ValueError as error:
                raise bad_input(str(error)) from error
            broken = defaultdict[date | None, list[Finding]](list)
            for one in checks.findings_of(cluster, layouts):
                broken[one.on].append(one)
            days += [_object(one, broken[one.on]) for one in found]
            if options["is_explained"]:
                reliefs += _reliefs(cluster, layouts)
            spanning += [{"cluster": cluster.pk, **one.as_json()} for one in broken[None]]
        made = {
            "from": first.isoformat(),
            "to": last.isoformat(),
            "clusters": [cluster.pk for cluster in clusters],
            "screen_days": days,
            "violations": [one for one in spanning if one["severity"] == checks.ERROR],
            "advice": [one for one in spanning if one["severity"] != checks.ERROR],
            **({"reliefs": reliefs} if options["is_explained"] else {}),
            "elapsed_ms": round(1000 * (time.perf_counter() - began), 1),
        }
        if options["is_json"]:
            print_json(made)
        else:
            self.stdout.write("\n".join([*_lines(days, spanning), *_told(reliefs)]) + "\n")


def _clusters(name: str | None, *, is_all: bool) -> list[Cluster]:
    if bool(name) == is_all:
        raise bad_input(_("Name one cluster with --cluster, or all of them with --all."))
    try:
        rows = list(Cluster.objects.order_by("pk"))
    except DatabaseError as error:
        raise bad_input(_("There is no installation here yet: run “bangtin regulation install” first.")) from error
    if is_all:
        return rows
    found = [row for row in rows if row.pk == name]
    if not found:
        words = {"asked": name, "known": asking.listed([row.pk for row in rows])}
        raise bad_input(_("There is no cluster %(asked)s. At hand: %(known)s.") % words)
    return found


def _object(one: ScreenDay, broken: Collection[Finding]) -> dict[str, object]:
    return {
        "cluster": one.cluster_id,
        "screen": one.face_id,
        "on": one.on.isoformat(),
        "seconds": {
            "open": one.open_s,
            "scheduled": one.scheduled_s,
            "filler": one.filler_s,
            "card": one.card_s,
            "standby": one.standby_s,
            "advertising": one.advertising_s,
            "by_category": one.by_category,
            "by_language": one.by_language,
        },
        "violations": [each.as_json() for each in broken if each.severity == checks.ERROR],
        "advice": [each.as_json() for each in broken if each.severity != checks.ERROR],
        "gaps": {
            "idle": vars(one.idle),
            "between_plays": {name: vars(spacing) for name, spacing in one.spacing.items()},
        },
        "unmet": [_unmet(each) for each in one.unmet],
        "elapsed_ms": one.elapsed_ms,
    }


def _unmet(one: Unmet) -> dict[str, object]:
    share = one.share
    return {
        "entry": one.entry or None,
        "share": None if share is None else {"kind": share.kind, "key": share.key, "basis": share.basis},
        "kind": str(one.kind),
        "wanted": one.wanted,
        "got": one.got,
        "hour": one.hour,
        "reason": str(one.reason),
    }


def _reliefs(cluster: Cluster, layouts: Iterable[DayLayout]) -> list[dict[str, object]]:
    """Each day's ways out of what it lacks."""
    try:
        return [
            {
                "cluster": cluster.pk,
                "on": day.on.isoformat(),
                "lack": _unmet(told.relief.lack),
                "gives": str(told.relief.gives),
                "entry": told.relief.entry or None,
                "now": told.relief.now,
                "needed": told.relief.needed,
                "says": told.says,
            }
            for day in layouts
            for told in reliefs_of(day)
        ]
    except NoSolver as error:
        raise bad_input(_("--explain needs the extra “ortools”: pip install 'bangtin[ortools]'.")) from error


def _told(reliefs: Iterable[Mapping[str, Any]]) -> list[str]:
    return [f"{one['cluster']} {one['on']}: {one['says']}" for one in reliefs]


def _lines(days: Iterable[Mapping[str, Any]], spanning: Iterable[Mapping[str, Any]]) -> list[str]:
    found = [
        f"{_('Screen'):<22} {_('Day'):<10} {_('Scheduled'):>10} {_('Filler'):>10} {_('Standby'):>10} {_('Findings'):>9}"
    ]
    for day in days:
        seconds = day["seconds"]
        figures = " ".join(f"{seconds[name]:10,.0f}" for name in ("scheduled", "filler", "standby"))
        findings = [*day["violations"], *day["advice"]]
        found.append(f"{day['screen']:<22} {day['on']} {figures} {len(findings):9}")
        found += [f"    {one['severity']}: {one['message']}" for one in findings]
    return [*found, *(f"{one['cluster']}: {one['severity']}: {one['message']}" for one in spanning)]

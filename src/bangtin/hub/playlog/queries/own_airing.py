"""An agency's own programmes on the screens: where they are scheduled, and what aired of them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Max, Min, Sum

from bangtin.hub.kit.clock import local_date
from bangtin.hub.playlog.models import Airtime, Grade
from bangtin.hub.playlog.queries.proofs import AIRED
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.queries import latest
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.schedules.models import Placement, Slot
from bangtin.hub.schedules.states import PlacementState, SlotState

MOST = 200


@dataclass
class OwnAiring:
    """One programme of the agency: its newest ready version, what is still to come, what aired (corroborated and
    claimed plays; `sure_ms` the corroborated part of `aired_ms`).

    `rules` are placements still running, whose turns the schedule lays out day by day.
    """

    version: ProgrammeVersion
    slots: int = 0
    next_at: datetime | None = None
    rules: int = 0
    clusters: set[str] = field(default_factory=set)
    plays: int = 0
    aired_ms: int = 0
    sure_ms: int = 0
    first_on: date | None = None
    last_on: date | None = None


def of_agency(agency_ids: Collection[str], *, at: datetime) -> list[OwnAiring]:
    """The ready programmes of these agencies, the newest two hundred; those scheduled or aired last come first.

    Source: Decision 2432/2017/QĐ-UBND (Hà Tĩnh), art. 7 (Sở Ngoại vụ coordinates the broadcasting of its items).
    """
    versions = (
        latest()
        .filter(programme__agency_id__in=agency_ids, state=VersionState.READY)
        .select_related("programme__agency")
        .order_by("-submitted_at", "-pk")[:MOST]
    )
    found = {row.programme_id: OwnAiring(row) for row in versions}
    _scheduled(found, at=at)
    _aired(found)
    return sorted(found.values(), key=lambda one: _rank(one, at), reverse=True)


def _scheduled(found: dict[int, OwnAiring], *, at: datetime) -> None:
    slots = Slot.objects.filter(version__programme__in=found, state=SlotState.PLACED, ends_at__gt=at).order_by()
    rows = slots.values_list("version__programme", "cluster").annotate(count=Count("pk"), first=Min("starts_at"))
    for programme, cluster, count, first in rows:
        one = found[programme]
        one.slots += count
        one.next_at = min(first, one.next_at or first)
        one.clusters.add(cluster)
    placements = Placement.objects.filter(
        version__programme__in=found, state=PlacementState.PLACED, ends_on__gte=local_date(at)
    )
    rules: dict[int, set[int]] = {}
    for programme, placement, cluster in placements.order_by().values_list(
        "version__programme", "pk", "playlist__clusters"
    ):
        found[programme].clusters.add(cluster)
        rules.setdefault(programme, set()).add(placement)
    for programme, ids in rules.items():
        found[programme].rules = len(ids)


def _aired(found: dict[int, OwnAiring]) -> None:
    rows = (
        Airtime.objects.filter(version__programme__in=found, plays__gt=0, grade__in=AIRED)
        .order_by()
        .values_list("version__programme", "grade")
        .annotate(played=Sum("plays"), shown=Sum("shown_ms"), first=Min("on"), last=Max("on"))
    )
    for programme, grade, played, shown, first, last in rows:
        one = found[programme]
        one.plays += played
        one.aired_ms += shown
        one.sure_ms += shown if grade == Grade.CORROBORATED else 0
        one.first_on = min(first, one.first_on or first)
        one.last_on = max(last, one.last_on or last)


def _rank(one: OwnAiring, at: datetime) -> tuple[bool, bool, date, int]:
    return bool(one.slots or one.rules), one.plays > 0, one.last_on or local_date(at), one.version.pk


def totals(rows: Iterable[OwnAiring]) -> tuple[int, int, int]:
    """How many are scheduled, how many have aired, and their airtime in ms."""
    every = list(rows)
    scheduled = sum(bool(one.slots or one.rules) for one in every)
    return scheduled, sum(one.plays > 0 for one in every), sum(one.aired_ms for one in every)

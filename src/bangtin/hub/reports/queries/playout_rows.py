"""Countable rows of the playout: slots held against their records, and the daily airtime ledger."""

from collections.abc import Iterator

from django.db.models import F, Q

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.playlog.models import Airtime, Grade
from bangtin.hub.playlog.queries import proof_of_play
from bangtin.hub.playlog.queries.ledger import rows as ledger_rows
from bangtin.hub.playlog.queries.placement_days import placement_days
from bangtin.hub.reports.queries.content_rows import VERSION, versions
from bangtin.hub.reports.queries.marks import Row
from bangtin.hub.reports.queries.scopes import SUPPLIER, Scope
from bangtin.hub.schedules.models import Placement, Slot
from bangtin.hub.schedules.states import SlotState

SLOT, PLACEMENT, AIRTIME = "schedules.slot", "schedules.placement", "playlog.airtime"
FIGURES = {
    "slots_count": "count",
    "planned_s": "second",
    "planned_instructed_s": "second",
    "plays_count": "count",
    "programmes_posted_count": "count",
    "aired_s": "second",
    "aired_corroborated_s": "second",
    "aired_claimed_s": "second",
    "aired_instructed_s": "second",
    "contradicted_s": "second",
    "quarantined_s": "second",
    "filler_s": "second",
    "days_aired_count": "day",
    "airtime_shortfall_s": "second",
}


def rows(scope: Scope) -> Iterator[Row]:
    """Every countable row of slots, placements, airtime. Outside time, filler, doubtful grades are never added in."""
    yield from _slots(scope)
    yield from _placements(scope)
    yield from _airtime(scope)


def _slots(scope: Scope) -> Iterator[Row]:
    slots = Slot.objects.filter(
        cluster__in=scope.cluster_ids, starts_at__gte=scope.begins_at, starts_at__lt=scope.ends_at
    )
    # a slot withdrawn, or taken down before it began, was never on the plan of the air
    slots = slots.exclude(Q(state=SlotState.TAKEN_DOWN) & Q(taken_down_at__lte=F("starts_at")))
    slots = slots.exclude(state=SlotState.WITHDRAWN)
    if scope.view == SUPPLIER:
        slots = slots.filter(version__in=versions(scope))
    for slot in slots.select_related("cluster").order_by("starts_at", "pk"):
        source, shown = (SLOT, str(slot.pk)), {"cluster": slot.cluster.slug}
        proof = proof_of_play(slot, at=scope.at)
        planned = "planned_instructed_s" if slot.is_outside_hours else "planned_s"
        yield Row("slots_count", "count", 1, source, shown)
        yield Row(planned, "second", proof.planned_ms, source, shown)
        missing_ms = sum(gap.length_ms for gap in proof.gaps if gap.reason != "not_yet")
        if missing_ms and not slot.is_outside_hours:
            yield Row("airtime_shortfall_s", "second", missing_ms, source, shown)


def _placements(scope: Scope) -> Iterator[Row]:
    """What playlists had planned, day by day; each placement counts once a cluster beside the slots."""
    wanted = set(versions(scope).values_list("pk", flat=True)) if scope.view == SUPPLIER else None
    by_version = dict(Placement.objects.values_list("pk", "version")) if wanted is not None else {}
    for cluster in Cluster.objects.filter(pk__in=scope.cluster_ids).order_by("pk"):
        for one in placement_days(cluster, scope.begins_at, scope.ends_at):
            if wanted is not None and by_version.get(one.placement_id) not in wanted:
                continue
            source, shown = (PLACEMENT, str(one.placement_id)), {"cluster": cluster.slug}
            yield Row("slots_count", "count", 1, source, shown, once=f"placement {one.placement_id} {cluster.pk}")
            yield Row("planned_s", "second", one.planned_ms, source, shown)
            if one.aired_ms < one.planned_ms:
                yield Row("airtime_shortfall_s", "second", one.planned_ms - one.aired_ms, source, shown)


def _airtime(scope: Scope) -> Iterator[Row]:
    found = ledger_rows(from_on=scope.from_on, until_on=scope.counted_until, cluster_ids=scope.cluster_ids)
    if scope.view == SUPPLIER:
        found = found.filter(version__in=versions(scope))
    for row in found.select_related("cluster", "version").order_by("on", "pk"):
        yield from _of(row)


def _of(row: Airtime) -> Iterator[Row]:
    source = (AIRTIME, str(row.pk))
    shown = {"cluster": row.cluster.slug, "language": row.language}
    if row.grade in (Grade.CONTRADICTED, Grade.QUARANTINED):
        yield Row(f"{row.grade}_s", "second", row.shown_ms, source, shown)
        return
    yield Row("days_aired_count", "day", 1, source, shown, once=f"{row.on}")
    if row.is_filler:
        yield Row("filler_s", "second", row.shown_ms, source, shown)
        return
    posted = (VERSION, str(row.version_id))
    yield Row("plays_count", "count", row.plays, source, shown)
    yield Row("programmes_posted_count", "count", 1, posted, shown, once=f"programme {row.version.programme_id}")
    if row.is_outside_hours:
        yield Row("aired_instructed_s", "second", row.shown_ms, source, shown)
        return
    yield Row("aired_s", "second", row.shown_ms, source, shown)
    yield Row(f"aired_{row.grade}_s", "second", row.shown_ms, source, shown)

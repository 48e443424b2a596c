"""Reads of the exchange: each cluster's connection, what came and went, what is due to be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.exchange import mapping as mappings
from bangtin.hub.exchange.mapping import Link, Mapping
from bangtin.hub.exchange.models import (
    ConnectionReminder,
    ConnectionState,
    ConnectionTest,
    Consignment,
    SourceItem,
)
from bangtin.hub.exchange.states import ItemState
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.playlog.models import ShelfEntry
from bangtin.hub.programmes.queries import valid_mandates
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task
from bangtin.rulebook.shapes import Clause, RetentionRule

# the features by which the regulations' own data say which clause asks for a connection, and who urges to it
TESTING = "bangtin.hub.exchange.actions.connecting.try_connection"
BACKED_UP = "postings"
AIRED = "aired"


@dataclass(frozen=True)
class Connection:
    """One cluster on the board. `since`: the first test of the present state; `clause`: what asks for a connection."""

    cluster: Cluster
    state: ConnectionState
    since: ConnectionTest | None
    last_test: ConnectionTest | None
    link: Link | None
    operators: tuple[Agency, ...]
    clause: str
    last_reminder: ConnectionReminder | None
    tests: tuple[ConnectionTest, ...]


@dataclass(frozen=True)
class Told:
    """What the source system is told of one of its items."""

    item: SourceItem
    state: str


def board(*, on: date) -> list[Connection]:
    """Every cluster with the state of its connection, those that are not connected first."""
    mapping = mapping_or_none()
    clusters = list(Cluster.objects.order_by("id"))
    tests: dict[str, list[ConnectionTest]] = {}
    for row in ConnectionTest.objects.filter(cluster__in=clusters).select_related("tested_by")[:2000]:
        tests.setdefault(row.cluster_id, []).append(row)
    reminders: dict[str, ConnectionReminder] = {}
    for reminder in ConnectionReminder.objects.order_by("reminded_at").select_related("reminded_by"):
        reminders[reminder.cluster_id] = reminder
    names = _operators(clusters, on=on)
    agencies = Agency.objects.prefetch_related("names").in_bulk([each for some in names.values() for each in some])
    found = [
        _connection(
            one, mapping, tests.get(one.pk, []), reminders.get(one.pk), tuple(agencies[each] for each in names[one.pk])
        )
        for one in clusters
    ]
    order = (ConnectionState.FAILING, ConnectionState.NOT_CONNECTED, ConnectionState.CONNECTED)
    return sorted(found, key=lambda one: (order.index(one.state), one.cluster.pk))


def mapping_or_none() -> Mapping | None:
    """The mapping in use; None where there is none or it holds faults."""
    try:
        return mappings.load()
    except Refusal:
        return None


def newest_tests() -> dict[str, ConnectionTest]:
    """The newest test of each cluster."""
    return {row.cluster_id: row for row in ConnectionTest.objects.order_by("tested_at", "id")}


def state_of(cluster: Cluster) -> ConnectionState:
    """The present state of a cluster's connection: its newest test's; not connected before the first one."""
    row = ConnectionTest.objects.filter(cluster=cluster).first()
    return ConnectionState(row.state) if row else ConnectionState.NOT_CONNECTED


def connecting_clause(instrument_id: str) -> str:
    """The clause under which clusters have to be connected, as the instrument's data name it; empty if none."""
    found: Sequence[Clause] = list(regulations.regulation(instrument_id).clauses.values())
    return next((one.id for one in found if one.carried_by and one.carried_by.feature == TESTING), "")


def backup_rule(cluster: Cluster) -> RetentionRule | None:
    """The retention rule under which a cluster's content and postings are backed up; None where there is none."""
    pack = regulations.of_cluster(cluster)
    kind = next((one.kind for one in pack.clusters if one.id == cluster.pk), "")
    rules = (one for one in pack.retention if BACKED_UP in one.keeps)
    return next((one for one in rules if not one.cluster_kinds or kind in one.cluster_kinds), None)


def to_tell(means: str) -> list[Told]:
    """The items of this way whose state is another one than was told last, oldest first."""
    taken = SourceItem.objects.filter(state=ItemState.TAKEN, means=means).select_related("version__programme")
    rows = list(taken.order_by("id"))
    aired = _aired({row.version.programme_id for row in rows if row.version})
    found = []
    for row in rows:
        if row.version is not None:
            state = AIRED if row.version.programme_id in aired else row.version.state
            if state != row.told_state:
                found.append(Told(row, state))
    return found


def items(*, state: str = "") -> QuerySet[SourceItem]:
    """What came, the newest first."""
    found = SourceItem.objects.select_related("version__programme")
    return found.filter(state=state) if state else found


def failures() -> QuerySet[SourceItem]:
    """What could not be taken in and waits for somebody, the newest first."""
    return items(state=ItemState.FAILED)


def consignments() -> QuerySet[Consignment]:
    """What went out, the newest first."""
    return Consignment.objects.select_related("cluster")


def undelivered() -> QuerySet[Consignment]:
    """Backups that are made and not yet on the other side."""
    waiting = Q(state__in=(Consignment.State.WAITING, Consignment.State.BROKEN))
    return consignments().filter(waiting, kind=Consignment.Kind.BACKUP).order_by("id")


def _operators(clusters: list[Cluster], *, on: date) -> dict[str, list[str]]:
    """The agencies that operate each cluster on that day, in one query."""
    rows = list(valid_mandates(Task.OPERATE, on=on))
    return {
        one.pk: sorted(
            {
                row.agency_id
                for row in rows
                if row.instrument_id == one.instrument_id and row.cluster_id in (None, one.pk)
            }
        )
        for one in clusters
    }


def _aired(programme_ids: set[int]) -> set[int]:
    found = ShelfEntry.objects.filter(programme_id__in=programme_ids, is_aired=True)
    return set(found.values_list("programme_id", flat=True))


def _connection(
    cluster: Cluster,
    mapping: Mapping | None,
    tests: list[ConnectionTest],
    reminder: ConnectionReminder | None,
    operators: tuple[Agency, ...],
) -> Connection:
    last = tests[0] if tests else None
    state = ConnectionState(last.state) if last else ConnectionState.NOT_CONNECTED
    since = last
    for row in tests:
        if row.state != state:
            break
        since = row
    return Connection(
        cluster=cluster,
        state=state,
        since=since,
        last_test=last,
        link=mapping.link(cluster.pk) if mapping else None,
        operators=operators,
        clause=connecting_clause(cluster.instrument_id),
        last_reminder=reminder,
        tests=tuple(tests[:10]),
    )

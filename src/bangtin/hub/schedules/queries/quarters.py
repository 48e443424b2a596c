"""A quarter's compilation: the finished products that agencies sent in it, and what each cluster's operator got."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.programmes.models import Kind, ProgrammeVersion
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task
from bangtin.hub.schedules.models import Dispatch
from bangtin.hub.schedules.queries import dispatches
from bangtin.rulebook import periods
from bangtin.rulebook.periods import Period

FEATURE = "bangtin.hub.schedules.actions.compile_quarter"


@dataclass(frozen=True)
class Receiver:
    """Who runs clusters and is to have the compilation: its clusters, and its dispatch of the quarter if it got one."""

    agency: Agency
    clusters: tuple[Cluster, ...]
    dispatches: tuple[Dispatch, ...]


def clause(instrument_id: str) -> str:
    """The clause by which the lead agency compiles each quarter; empty where the text has none.

    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 10.1.b.
    """
    rows = regulations.regulation(instrument_id).clauses.values()
    return next((one.id for one in rows if one.carried_by and one.carried_by.feature == FEATURE), "")


def quarter(on: date) -> Period:
    """The quarter that holds a day."""
    return periods.containing("quarter", on)


def products(instrument_id: str, period: Period) -> QuerySet[ProgrammeVersion]:
    """The ready films of the quarter, the first sent first: what is finished, as the text asks (art. 10.1.b)."""
    begins = datetime.combine(period.start, time(), LOCAL)
    ends = datetime.combine(period.end + timedelta(days=1), time(), LOCAL)
    rows = dispatches.ready(instrument_id).filter(submitted_at__gte=begins, submitted_at__lt=ends, kind=Kind.VIDEO)
    return rows.select_related("programme__agency").prefetch_related(
        "renditions", "programme__clusters", "programme__agency__names"
    )


def receivers(instrument_id: str, period: Period, *, on: date) -> list[Receiver]:
    """Each agency that runs a cluster that day, by name, with what it was sent as this quarter's compilation."""
    rows = Dispatch.objects.filter(instrument=instrument_id, clause=clause(instrument_id), month=_month(period))
    sent: dict[str, list[Dispatch]] = {}
    for row in rows.prefetch_related("lines"):
        sent.setdefault(row.receiver_id, []).append(row)
    running: dict[str, set[str]] = {}
    for one in regulations.charged(Task.OPERATE, on=on, instrument_id=instrument_id):
        if one.cluster_id:
            running.setdefault(one.agency_id, set()).add(one.cluster_id)
    names = {name for clusters in running.values() for name in clusters}
    clusters = {row.pk: row for row in Cluster.objects.filter(pk__in=names).prefetch_related("faces")}
    agencies = Agency.objects.filter(pk__in=running).prefetch_related("names")
    return [
        Receiver(agency, tuple(clusters[name] for name in sorted(running[agency.pk])), tuple(sent.get(agency.pk, ())))
        for agency in sorted(agencies, key=lambda row: row.name(on))
    ]


def had(receivers_: Sequence[Receiver]) -> Mapping[str, frozenset[int]]:
    """The versions that each receiver has got by this quarter's compilation, by agency."""
    return {
        one.agency.pk: frozenset(line.version_id for row in one.dispatches for line in row.lines.all())
        for one in receivers_
    }


def _month(period: Period) -> date:
    return period.end.replace(day=1)

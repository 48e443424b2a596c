"""Who is charged with what, by date and place."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import reading
from bangtin.hub.regulations.models import Mandate, Task
from bangtin.hub.regulations.queries.packs import regulation
from bangtin.rulebook import successions

LEAD = "lead"


@dataclass(frozen=True)
class Charge:
    """A mandate as a page reads it: who is charged with what under which instrument; `cluster_id` None: everywhere."""

    agency_id: str
    instrument_id: str
    task: str
    cluster_id: str | None
    clause: str


def charges(on: date) -> tuple[Charge, ...]:
    """Every mandate that holds on that day, in the order they were given; read once a page."""
    return reading.once(("charges", on), lambda: _charges(on))


def _charges(on: date) -> tuple[Charge, ...]:
    valid = (Q(starts_on=None) | Q(starts_on__lte=on)) & (Q(ends_on=None) | Q(ends_on__gte=on))
    columns = ("agency_id", "instrument_id", "task", "cluster_id", "clause")
    return tuple(Charge(*row) for row in Mandate.objects.filter(valid).order_by("id").values_list(*columns))


def mandated(task: Task, *, on: date, cluster: Cluster | None = None, instrument_id: str | None = None) -> set[str]:
    """The agencies charged with a task on that day, at that cluster and under that instrument if they are given."""
    return {
        one.agency_id
        for one in charges(on)
        if one.task == task
        and (cluster is None or one.cluster_id in (None, cluster.pk))
        and instrument_id in (None, one.instrument_id)
    }


def charged(task: Task, *, on: date, instrument_id: str) -> list[Charge]:
    """The mandates for a task under an instrument that hold on that day, in the order they were given."""
    return [one for one in charges(on) if (one.task, one.instrument_id) == (task, instrument_id)]


def clusters_of(agencies: Collection[str], task: Task, *, on: date) -> set[str]:
    """The clusters at which one of the agencies is charged with the task on that day."""
    found = {one.cluster_id for one in charges(on) if one.task == task and one.agency_id in agencies}
    if None in found:
        return set(Cluster.objects.values_list("id", flat=True))
    return {one for one in found if one is not None}


def mandate_clause(task: Task, agency_id: str, *, on: date) -> str:
    """The clause that charges the agency with the task, or an empty string."""
    found = [one for one in charges(on) if one.task == task and one.agency_id == agency_id]
    return min(found, key=lambda one: one.instrument_id).clause if found else ""


def leads(instrument_id: str, *, on: date) -> frozenset[str]:
    """The agencies that lead under an instrument on that day: those its text names, or who stands in their place."""
    found = regulation(instrument_id)
    named = [one.agency for one in found.mandates if one.role == LEAD]
    stand = [successions.answering(found, name, on) for name in named]
    return frozenset(name for one in stand if one.is_recorded for name in one.agencies)


def lead_clause(instrument_id: str) -> str:
    """The clause that makes an agency the lead under an instrument, or an empty string."""
    return next((one.clause for one in regulation(instrument_id).mandates if one.role == LEAD), "")

"""Who is charged with what, by date and place."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.regulations.models import Mandate, Task
from bangtin.hub.regulations.queries.packs import regulation
from bangtin.rulebook import successions

LEAD = "lead"


def mandated(task: Task, *, on: date, cluster: Cluster | None = None) -> set[str]:
    """The agencies charged with a task on that day, at that cluster if one is given."""
    valid = (Q(starts_on=None) | Q(starts_on__lte=on)) & (Q(ends_on=None) | Q(ends_on__gte=on))
    found = Mandate.objects.filter(valid, task=task)
    if cluster is not None:
        found = found.filter(Q(cluster=None) | Q(cluster=cluster))
    return set(found.values_list("agency_id", flat=True))


def clusters_of(agencies: Collection[str], task: Task, *, on: date) -> set[str]:
    """The clusters at which one of the agencies is charged with the task on that day."""
    valid = (Q(starts_on=None) | Q(starts_on__lte=on)) & (Q(ends_on=None) | Q(ends_on__gte=on))
    rows = Mandate.objects.filter(valid, task=task, agency_id__in=list(agencies))
    if rows.filter(cluster=None).exists():
        return set(Cluster.objects.values_list("id", flat=True))
    return set(rows.values_list("cluster_id", flat=True))


def mandate_clause(task: Task, agency_id: str, *, on: date) -> str:
    """The clause that charges the agency with the task, or an empty string."""
    valid = (Q(starts_on=None) | Q(starts_on__lte=on)) & (Q(ends_on=None) | Q(ends_on__gte=on))
    rows = Mandate.objects.filter(valid, task=task, agency_id=agency_id)
    return rows.values_list("clause", flat=True).first() or ""


def leads(instrument_id: str, *, on: date) -> frozenset[str]:
    """The agencies that lead under an instrument on that day: those its text names, or who stands in their place."""
    found = regulation(instrument_id)
    named = [one.agency for one in found.mandates if one.role == LEAD]
    stand = [successions.answering(found, name, on) for name in named]
    return frozenset(name for one in stand if one.is_recorded for name in one.agencies)


def lead_clause(instrument_id: str) -> str:
    """The clause that makes an agency the lead under an instrument, or an empty string."""
    return next((one.clause for one in regulation(instrument_id).mandates if one.role == LEAD), "")

"""What the regulations in use say, read from their packs; who is mandated, by date; the working calendar."""

from collections.abc import Collection
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils.translation import get_language

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.regulations.models import CalendarDay, DayKind, Mandate, Task
from bangtin.rulebook import calendars, loading
from bangtin.rulebook.shapes import Clause, Regulation
from bangtin.rulebook.texts import Text


def root() -> Path:
    """The folder of regulations of this installation."""
    return Path(settings.REGULATIONS_DIR or loading.default_root())


def regulation(instrument_id: str) -> Regulation:
    """The pack of an instrument, read once a process.

    Raises: rulebook.errors.UnknownInstrument, DataError.
    """
    return loading.loaded(instrument_id, root())


def of_cluster(cluster: Cluster) -> Regulation:
    """The regulation a cluster stands under."""
    return regulation(cluster.instrument_id)


def clause(clause_id: str, instrument_id: str) -> Clause | None:
    """One clause of an instrument, or None if the pack has no such id."""
    pack = regulation(instrument_id)
    return next((found for article in pack.articles for found in article.clauses if found.id == clause_id), None)


def in_words(text: Text) -> str:
    """A pack's text in the present language."""
    return text.en if get_language() == "en" else text.vi


def calendar() -> calendars.WorkingCalendar:
    """The working calendar of Viet Nam: computed holidays, the shipped rows, then the province's own rows."""
    kinds = {DayKind.HOLIDAY: "holiday", DayKind.WORKING: "working_day"}
    rows = (
        calendars.DayRow(
            on=row.on,
            kind=kinds[DayKind(row.kind)],
            reason=Text(row.name_vi, row.name_en or row.name_vi),
            basis=row.basis,
        )
        for row in CalendarDay.objects.all()
    )
    return _shipped(root()).with_rows(*rows)


def _shipped(folder: Path) -> calendars.WorkingCalendar:
    if folder not in _CALENDARS:
        _CALENDARS[folder] = calendars.load(folder)
    return _CALENDARS[folder]


_CALENDARS: dict[Path, calendars.WorkingCalendar] = {}


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
    rows = Mandate.objects.filter(Q(starts_on=None) | Q(starts_on__lte=on), task=task, agency_id=agency_id)
    return rows.values_list("clause", flat=True).first() or ""

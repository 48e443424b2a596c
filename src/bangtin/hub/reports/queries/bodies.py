"""What became of agencies while a report's period ran: the paper names each body with its days."""

from collections.abc import Iterator
from datetime import date, timedelta

from bangtin.hub.agencies.models import Agency, AgencyName
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task
from bangtin.hub.reports.models import Report
from bangtin.hub.reports.queries import wording, writing
from bangtin.rulebook.shapes import Succession

DAY = timedelta(days=1)


def sentences(report: Report) -> list[str]:
    """One sentence a change within the period, in the order of their days; Vietnamese, as the paper.

    The agency that appraises reports on the whole province and names every change, others those of their own line.
    """
    on = report.period_to
    line = regulations.continued({report.agency_id}, on=on) | regulations.standing_for(report.agency_id, on=on)
    rows = [row for row in regulations.all_successions() if report.period_from < row.effective_on <= on]
    if rows and report.agency_id not in regulations.mandated(Task.APPRAISE, on=on):
        rows = [row for row in rows if row.predecessor in line or row.successor in line]
    found = [*_changes(rows), *_renamings(line, report)]
    return [words for _on, words in sorted(found)]


def _changes(rows: list[Succession]) -> Iterator[tuple[date, str]]:
    concerned = {name for row in rows for name in (row.predecessor, row.successor) if name}
    agencies = Agency.objects.prefetch_related("names").in_bulk(concerned) if rows else {}
    for row in rows:
        yield row.effective_on, _change(row, agencies)


def _change(row: Succession, agencies: dict[str, Agency]) -> str:
    template = wording.ABOLISHED
    if row.successor is not None:
        template = wording.PART_WENT if row.duties or row.clusters else wording.ALL_WENT
    until = row.effective_on - DAY
    before, heir = agencies.get(row.predecessor), agencies.get(row.successor or "")
    return template.format(
        before=before.name(until) if before else row.predecessor,
        until=writing.day(until),
        after=heir.name(row.effective_on) if heir else row.successor,
        since=writing.day(row.effective_on),
        basis=row.basis,
    )


def _renamings(line: frozenset[str], report: Report) -> Iterator[tuple[date, str]]:
    """New names of bodies that stood before; the first name of a new body is told with what it took over."""
    within = AgencyName.objects.filter(
        agency__in=line, starts_on__gt=report.period_from, starts_on__lte=report.period_to
    )
    for name in within.select_related("agency").prefetch_related("agency__names"):
        if name.starts_on is not None and name.starts_on != name.agency.starts_on:
            words = wording.RENAMED.format(
                since=writing.day(name.starts_on),
                before=name.agency.name(name.starts_on - DAY),
                after=name.name_vi,
                basis=name.basis,
            )
            yield name.starts_on, words

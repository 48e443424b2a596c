"""What became of agencies while a report's period ran: the paper names each body with its days."""

from collections.abc import Iterator
from datetime import date, timedelta

from bangtin.hub.agencies.models import Agency
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.reports.models import Report
from bangtin.hub.reports.queries import wording, writing
from bangtin.hub.reports.queries.scopes import PROVINCE, Scope
from bangtin.rulebook.shapes import Succession

DAY = timedelta(days=1)


def sentences(report: Report, scope: Scope) -> list[str]:
    """One sentence a change within the period, in the order of their days; Vietnamese, as the paper.

    The agency that appraises reports on the whole province and names every change, others those of their own line.
    """
    rows = [row for row in regulations.all_successions() if report.period_from < row.effective_on <= report.period_to]
    line = {report.agency_id, *scope.formerly, *regulations.standing_for(report.agency_id, on=report.period_to)}
    if scope.view != PROVINCE:
        rows = [row for row in rows if row.predecessor in line or row.successor in line]
    concerned = {name for row in rows for name in (row.predecessor, row.successor) if name} | line
    agencies = Agency.objects.prefetch_related("names").in_bulk(concerned)
    found = [(row.effective_on, _change(row, agencies)) for row in rows]
    found += [each for name in sorted(line & set(agencies)) for each in _renamed(agencies[name], report)]
    return [words for _on, words in sorted(found)]


def _change(row: Succession, agencies: dict[str, Agency]) -> str:
    template = wording.ABOLISHED
    if row.successor is not None:
        template = wording.PART_WENT if row.duties or row.clusters else wording.ALL_WENT
    until = row.effective_on - DAY
    heir = agencies.get(row.successor or "")
    before = agencies.get(row.predecessor)
    return template.format(
        before=before.name(until) if before else row.predecessor,
        until=writing.day(until),
        after=heir.name(row.effective_on) if heir else row.successor,
        since=writing.day(row.effective_on),
        basis=row.basis,
    )


def _renamed(agency: Agency, report: Report) -> Iterator[tuple[date, str]]:
    for name in agency.names.all():
        if (
            name.starts_on
            and report.period_from < name.starts_on <= report.period_to
            and name.starts_on != agency.starts_on
        ):
            yield (
                name.starts_on,
                wording.RENAMED.format(
                    since=writing.day(name.starts_on),
                    before=agency.name(name.starts_on - DAY),
                    after=name.name_vi,
                    basis=name.basis,
                ),
            )

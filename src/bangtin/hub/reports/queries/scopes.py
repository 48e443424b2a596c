"""What a report speaks of: which agency's view, which clusters, which days."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task
from bangtin.hub.reports.models import Report
from bangtin.rulebook import periods
from bangtin.rulebook.periods import Period
from bangtin.rulebook.shapes import Regulation, ReportKind

PROVINCE, OPERATOR, SUPPLIER = "province", "operator", "supplier"


@dataclass(frozen=True)
class Scope:
    """The view of one agency on [from_on, until_on], both days counted, as known at `at`.

    view: "province" (the agency that appraises: everything), "operator" (what concerns its clusters), "supplier" (what
    it sent). `formerly` are the bodies that ended into the agency by then: what they did in the period counts with it.
    `counted_until` is the last day counted so far.
    """

    instrument_id: str
    agency_id: str
    view: str
    cluster_ids: tuple[str, ...]
    from_on: date
    until_on: date
    at: datetime
    formerly: tuple[str, ...] = ()

    @property
    def agency_ids(self) -> tuple[str, ...]:
        """The agency and those that ended into it."""
        return (self.agency_id, *self.formerly)

    @property
    def begins_at(self) -> datetime:
        """The first instant of the period."""
        return datetime.combine(self.from_on, time(), LOCAL)

    @property
    def ends_at(self) -> datetime:
        """The end of what is counted: the period's, or `at` if that is earlier."""
        return min(datetime.combine(self.until_on + timedelta(days=1), time(), LOCAL), self.at)

    @property
    def counted_until(self) -> date:
        """The last day of which anything is counted."""
        return min(self.until_on, local_date(self.at))


def scope(*, instrument_id: str, agency: Agency, period: tuple[date, date], at: datetime) -> Scope:
    """The view of `agency` on a period (first and last day).

    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 15.1: operators, suppliers, departments and districts report to
    the department that appraises, each on its own part.
    """
    from_on, until_on = period
    # an agency that ended within the period is seen as it was on its last day
    on = min(until_on, local_date(at), agency.ends_on or until_on)
    every = tuple(Cluster.objects.filter(instrument_id=instrument_id).order_by("id").values_list("id", flat=True))
    operated = regulations.clusters_of({agency.pk}, Task.OPERATE, on=on)
    if agency.pk in regulations.mandated(Task.APPRAISE, on=on):
        view, clusters = PROVINCE, every
    elif operated:
        view, clusters = OPERATOR, tuple(name for name in every if name in operated)
    else:
        view, clusters = SUPPLIER, every
    formerly = tuple(sorted(regulations.continued({agency.pk}, on=on) - {agency.pk}))
    return Scope(instrument_id, agency.pk, view, clusters, from_on, until_on, at, formerly)


def kind_of(pack: Regulation, kind: str) -> ReportKind:
    """The kind of report, with the regulation's binding outline if it has none of its own.

    Raises: rulebook.errors.UnknownName.
    """
    found = pack.report(kind)
    if found.outline:
        return found
    binding = next((one for one in pack.reports if one.is_outline_binding), found)
    return replace(found, outline=binding.outline)


def clause(report: Report) -> str:
    """The clause that asks for a report of this kind."""
    return regulations.regulation(report.instrument_id).report(report.kind).clause


def period_of(pack: Regulation, kind: ReportKind, year: int) -> Period:
    """The yearly period of a report: for Cao Bằng 15 December to 14 December (art. 15.1)."""
    name = kind.period.starts
    starts = pack.parameter(name).month_day(date(year, 1, 1)) if name else None
    return periods.reporting_year(year, starts=starts or periods.CALENDAR_START)

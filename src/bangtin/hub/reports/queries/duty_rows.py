"""Countable rows of the duties: which were met, late or overdue; the station's programmes and months (art. 13)."""

from collections.abc import Iterator

from bangtin.hub.obligations.queries import SENDINGS, Duty, duties
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.reports.queries.marks import Row
from bangtin.hub.reports.queries.scopes import PROVINCE, Scope

DUTY = "obligations.duty"
STATION_FIGURES = {"station_programmes_count": "count", "station_months_met_count": "month"}
STATUSES = {"done": "duties_done_count", "done_late": "duties_late_count", "overdue": "duties_overdue_count"}


def figures(scope: Scope) -> dict[str, str]:
    """The figures that stand in the report even at 0."""
    found = dict.fromkeys(STATUSES.values(), "count")
    if scope.view == PROVINCE or _stations(scope).intersection(scope.agency_ids):
        found |= STATION_FIGURES
    return found


def rows(scope: Scope) -> Iterator[Row]:
    """Every duty of the period that is decided by now."""
    agencies = None if scope.view == PROVINCE else set(scope.agency_ids)
    years = range(scope.from_on.year, scope.until_on.year + 1)
    for year in years:
        for duty in duties(year=year, as_of=scope.at, agency_ids=agencies):
            # a period that was over before the regulation was taken into use here is nobody's to judge
            if scope.from_on <= duty.period.end <= scope.until_on and not duty.is_before_use:
                yield from _of(duty, stations=_stations(scope))


def _of(duty: Duty, *, stations: set[str]) -> Iterator[Row]:
    source = (DUTY, duty.id)
    if duty.status in STATUSES:
        yield Row(STATUSES[duty.status], "count", 1, source)
    if duty.agency_id not in stations or duty.period.kind != "month":
        return
    for proof in duty.evidence:
        yield Row("station_programmes_count", "count", 1, (proof.subject_type, proof.subject_id))
    if duty.is_done:
        yield Row("station_months_met_count", "month", 1, source)


def _stations(scope: Scope) -> set[str]:
    """Who owes a number of programmes a month (art. 13: the radio and television station)."""
    pack = regulations.regulation(scope.instrument_id)
    owing = [one for one in pack.obligations if one.evidence.fact in SENDINGS and one.period.kind == "month"]
    named = {agency for one in owing for agency in pack.members(one.owed_by)}
    return {one for agency in named for one in regulations.standing_for(agency, on=scope.counted_until)}

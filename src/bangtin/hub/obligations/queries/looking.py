"""What of a regulation is looked at: which occurrences, in which days, as things stood when."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.obligations.queries.requests import requests_for
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook import evaluation, periods, successions
from bangtin.rulebook.evaluation import Occurrence, Request
from bangtin.rulebook.shapes import Obligation, Regulation

# a last day on time may roll into the next period: judge the neighbours too, so that a deed counts once
MARGIN = timedelta(days=62)
DAYS_MARGIN = timedelta(days=14)


@dataclass(frozen=True)
class Look:
    """The days from `from_on` to `until_on`, both counted, under one regulation, as known at `as_of`.

    `agency_ids` None: every agency's; else what these owe, owed before, or have inherited. `has_tables` is false where
    the regulation is not in use here: then no evidence is looked for. `tells_airing`: also what became of programmes.
    """

    pack: Regulation
    from_on: date
    until_on: date
    as_of: datetime
    agency_ids: frozenset[str] | None = None
    has_tables: bool = True
    tells_airing: bool = True

    def asked(self) -> Mapping[str, list[Request]]:
        """The requests known by then, by the id of the duty."""
        if not self.has_tables:
            return {}
        return requests_for(self.pack, self.from_on, self.until_on, as_of=self.as_of)


def occurring(found: Look) -> list[Occurrence]:
    """The occurrences of these days and their neighbours, in the regulation's order."""
    calendar, asked = regulations.calendar(), found.asked()
    every = (
        occurrence
        for obligation in found.pack.obligations
        for occurrence in evaluation.occurrences(
            found.pack,
            obligation,
            from_on=found.from_on - _margin(obligation),
            until_on=found.until_on + _margin(obligation),
            calendar=calendar,
            requests=asked.get(obligation.id, ()),
        )
    )
    return list(every if found.agency_ids is None else filter(_concerning(found.pack, found.agency_ids), every))


def days_of(some: Collection[Occurrence]) -> tuple[datetime, datetime]:
    """The instants [from, until) between which a deed may count for one of these; there is at least one."""
    first = min(one.period.start for one in some)
    last = max(max(one.period.end, one.due_on or one.period.end) for one in some)
    return midnight(first), midnight(last + timedelta(days=1))


@lru_cache(maxsize=2048)
def midnight(on: date) -> datetime:
    """The first instant of a day in Viet Nam."""
    return datetime.combine(on, time(), LOCAL)


def _margin(obligation: Obligation) -> timedelta:
    kind = obligation.period.kind
    if kind in {"continuous", "event"}:
        return timedelta()
    return DAYS_MARGIN if kind in periods.DAYS else MARGIN


def _concerning(pack: Regulation, wanted: frozenset[str]) -> Callable[[Occurrence], bool]:
    ended = {row.predecessor for row in pack.successions}

    def concerns(occurrence: Occurrence) -> bool:
        names = {*occurrence.agencies, occurrence.assigned}
        if occurrence.agency in ended:
            names.update(successions.lineage(pack, occurrence.agency, duty=occurrence.obligation))
        return not wanted.isdisjoint(names)

    return concerns

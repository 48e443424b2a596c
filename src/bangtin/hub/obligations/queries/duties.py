"""Duties as they stand on a day, computed from the regulation's data and judged by what the tables below hold.

Nothing is stored but evidence: an occurrence follows from the pack, so that a corrected parameter corrects the past.
"""

import gc
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from bangtin.hub.kit.clock import local_date
from bangtin.hub.obligations.queries import airing
from bangtin.hub.obligations.queries.facts import facts, searches
from bangtin.hub.obligations.queries.looking import Look, occurring
from bangtin.hub.obligations.queries.proofs import Proof, proofs
from bangtin.hub.obligations.queries.requests import waived_ids
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument
from bangtin.rulebook import evaluation
from bangtin.rulebook.evaluation import Finding, Occurrence, Status
from bangtin.rulebook.periods import Period
from bangtin.rulebook.shapes import Regulation


@dataclass(frozen=True, slots=True)
class Duty:
    """One time that a duty falls to an agency, and where it stands.

    status: done, done_late, due, due_soon, overdue, waived, not_yet, not_fixed, requested. `due_on` is the last day on
    time, None where the regulation fixes none; `phrase` its words, `reading` how they were read. `needed` and `found`
    count deeds. `agency_id` answers for it; `assigned_id` is whom the regulation names; `formerly` the names of those
    who owed it before; `has_successor` False: the agency ended and no successor is recorded. `agency_name` is the name
    borne at the period's end; `owed_to` names agencies and circles of them. `is_before_use`: the period was over before
    the regulation was taken into use here, so that our tables cannot say whether it was met. Texts are in the present
    language.
    """

    id: str
    obligation_id: str
    instrument_id: str
    title: str
    clauses: tuple[str, ...]
    agency_id: str
    agency_name: str
    period: Period
    period_label: str
    phrase: str
    reading: str
    due_on: date | None
    rolled_from: date | None
    status: str
    needed: int
    found: int
    days_late: int
    done_on: date | None
    nature: str
    evidence: tuple[Proof, ...]
    is_before_use: bool = False
    has_successor: bool = True
    formerly: tuple[str, ...] = ()
    owed_to: tuple[str, ...] = ()
    assigned_id: str = ""

    @property
    def is_done(self) -> bool:
        """Whether it was met, late or not."""
        return self.status in {Status.DONE, Status.DONE_LATE}

    @property
    def month(self) -> int:
        """The month of the matrix it stands in: that of its last day on time, else of its period's end."""
        return (self.due_on if self.period.kind == "year" and self.due_on else self.period.end).month


def duties(*, year: int, as_of: datetime, agency_ids: Collection[str] | None = None) -> list[Duty]:
    """The duties of the periods that end in `year`, as they stand at `as_of`, of these agencies (None: all)."""
    found: list[Duty] = []
    for instrument in regulations.instruments():
        look = Look(
            regulations.regulation(instrument.pk),
            date(year, 1, 1),
            date(year, 12, 31),
            as_of,
            None if agency_ids is None else frozenset(agency_ids),
        )
        since = local_date(instrument.installed_at)
        found += _duties(look, since=since, picks=lambda one: one.period.end.year == year)
    return found


def occurrences(
    instrument_id: str, *, from_on: date, until_on: date, as_of: datetime, agency_ids: Collection[str] | None = None
) -> list[Duty]:
    """The duties whose last day on time (else whose period's end) lies in these days, both counted.

    Works without a database, then without evidence. What became of programmes (`is_ready`, `aired_ms`) is not told.
    Raises: rulebook.errors.UnknownInstrument, DataError.
    """
    is_used = instrument_id in regulations.in_use()
    installed = Instrument.objects.get(pk=instrument_id).installed_at if is_used else None
    look = Look(
        regulations.regulation(instrument_id),
        from_on,
        until_on,
        as_of,
        None if agency_ids is None else frozenset(agency_ids),
        has_tables=is_used,
        tells_airing=False,
    )
    since = local_date(installed) if installed else date.min
    return _duties(look, since=since, picks=lambda one: from_on <= (one.due_on or one.period.end) <= until_on)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold the collector of cycles: a province's year makes half a million objects, none of them in a cycle.

    It would walk them all again and again, which takes as long as the work itself.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_uncollected()
def _duties(look: Look, *, since: date, picks: Callable[[Occurrence], bool]) -> list[Duty]:
    pack, every = look.pack, occurring(look)
    wanted = searches(look, every) if look.has_tables else {}
    waived = waived_ids(pack, as_of=look.as_of) if look.has_tables else frozenset()
    judged = evaluation.assess_all(every, facts(wanted), as_of=look.as_of, waived=waived)
    inside = [_answered(pack, one, look.as_of) for one in _watched(look, judged) if picks(one.occurrence)]
    if look.agency_ids is not None:
        inside = [one for one in inside if not look.agency_ids.isdisjoint(one.occurrence.agencies)]
    shown = proofs(wanted, (fact for finding in inside for fact in finding.evidence)) if wanted else {}
    writer = _Writer(pack, shown, since)
    return [writer.duty(finding) for finding in inside]


def _watched(look: Look, judged: Sequence[Finding]) -> Sequence[Finding]:
    """The findings; a standing duty that no record speaks of is not broken, but nobody can say it was kept."""
    kept = [one for one in judged if one.occurrence.evidence.match == "breach" and one.status is Status.DONE]
    if not kept or (look.has_tables and airing.has_reported(look.pack, look.until_on)):
        return judged
    return [replace(one, status=Status.DUE) if one in kept else one for one in judged]


def _answered(pack: Regulation, finding: Finding, as_of: datetime) -> Finding:
    """What is still open passes to the body that answers for the agency by now."""
    if not pack.successions or finding.status in {Status.DONE, Status.DONE_LATE, Status.WAIVED}:
        return finding
    was = finding.occurrence
    now = evaluation.answered_by(pack, was, max(local_date(as_of), was.due_on or was.period.end))
    if now.agencies == (was.agency,) or len(now.agencies) > 1:
        return replace(finding, occurrence=replace(was, has_successor=was.has_successor and now.is_recorded))
    formerly = tuple(name for name in dict.fromkeys((*was.formerly, was.agency)) if name != now.agencies[0])
    heir = replace(was, agency=now.agencies[0], formerly=formerly, has_successor=now.is_recorded)
    return replace(finding, occurrence=heir)


class _Writer:
    """Puts findings into the present language; what all agencies share of a period is put once."""

    def __init__(self, pack: Regulation, proofs: Mapping[str, Proof], since: date) -> None:
        """Index agencies, circles of them and obligations."""
        self._pack, self._proofs, self._since = pack, proofs, since
        self._agencies = {agency.id: agency for agency in pack.agencies}
        self._groups = {group.id: group.name for group in pack.groups}
        self._shared: dict[tuple[str, str, date | None], partial[Duty]] = {}
        self._only_names = {
            agency.id: regulations.in_words(agency.names[0].name) for agency in pack.agencies if len(agency.names) == 1
        }

    def duty(self, finding: Finding) -> Duty:
        """The finding as a duty."""
        occurrence = finding.occurrence
        return self._of_period(occurrence)(
            id=occurrence.id,
            agency_id=occurrence.agency,
            agency_name=self._name(occurrence.agency, occurrence.period.end),
            status=finding.status.value,
            needed=finding.needed,
            found=finding.found,
            days_late=finding.days_late,
            done_on=finding.done_on,
            evidence=tuple([self._proofs[fact.ref] for fact in finding.evidence]),
            has_successor=occurrence.has_successor,
            formerly=tuple([self._name(name, occurrence.period.start) for name in occurrence.formerly]),
            assigned_id=occurrence.assigned,
        )

    def _of_period(self, occurrence: Occurrence) -> partial[Duty]:
        key = (occurrence.obligation, occurrence.period.key, occurrence.due_on)
        found = self._shared.get(key)
        if found is None:
            found = self._shared[key] = self._begun(occurrence)
        return found

    def _begun(self, occurrence: Occurrence) -> partial[Duty]:
        obligation, period = self._pack.obligation(occurrence.obligation), occurrence.period
        return partial(
            Duty,
            obligation_id=obligation.id,
            instrument_id=self._pack.id,
            title=regulations.in_words(obligation.title),
            clauses=occurrence.clauses,
            period=period,
            period_label=regulations.in_words(period.label),
            phrase=regulations.in_words(occurrence.phrase) if occurrence.phrase else "",
            reading=regulations.in_words(occurrence.reading),
            due_on=occurrence.due_on,
            rolled_from=occurrence.rolled_from,
            nature=occurrence.nature,
            is_before_use=period.end < self._since,
            owed_to=tuple(self._name(name, period.end) for name in obligation.owed_to),
        )

    def _name(self, agency: str, on: date) -> str:
        """The name of an agency on a day, or of a circle."""
        only = self._only_names.get(agency)
        if only is not None:
            return only
        if agency in self._groups:
            return regulations.in_words(self._groups[agency])
        known = self._agencies.get(agency)
        return regulations.in_words(known.name_on(on).name) if known else agency

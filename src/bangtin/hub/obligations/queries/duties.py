"""Duties as they stand on a day, computed from the regulation's data and judged by what the tables below hold.

Nothing is stored but evidence: an occurrence follows from the pack, so that a corrected parameter corrects the past.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from bangtin.hub.kit.clock import local_date
from bangtin.hub.obligations.queries.facts import facts, searches
from bangtin.hub.obligations.queries.looking import Look, occurring
from bangtin.hub.obligations.queries.proofs import Proof, proofs
from bangtin.hub.obligations.queries.requests import waived_ids
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument
from bangtin.rulebook import evaluation
from bangtin.rulebook.evaluation import Finding, Occurrence, Status
from bangtin.rulebook.periods import Period
from bangtin.rulebook.shapes import Obligation, Regulation
from bangtin.rulebook.texts import Text


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
    for instrument in Instrument.objects.order_by("id"):
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

    Works without a database, then without evidence.
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
    )
    since = local_date(installed) if installed else date.min
    return _duties(look, since=since, picks=lambda one: from_on <= (one.due_on or one.period.end) <= until_on)


def _duties(look: Look, *, since: date, picks: Callable[[Occurrence], bool]) -> list[Duty]:
    pack, every = look.pack, occurring(look)
    wanted = searches(look, every) if look.has_tables else {}
    waived = waived_ids(pack, look.from_on, look.until_on) if look.has_tables else frozenset()
    judged = evaluation.assess_all(every, facts(wanted), as_of=look.as_of, waived=waived)
    inside = [_answered(pack, one, look.as_of) for one in judged if picks(one.occurrence)]
    if look.agency_ids is not None:
        inside = [one for one in inside if not look.agency_ids.isdisjoint(one.occurrence.agencies)]
    shown = proofs(wanted, (fact for finding in inside for fact in finding.evidence)) if wanted else {}
    words = _Words(pack)
    return [_duty(pack, finding, words=words, proofs=shown, since=since) for finding in inside]


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


class _Words:
    """Names and texts in the present language, each made once."""

    def __init__(self, pack: Regulation) -> None:
        """Index the names of agencies and of circles of them."""
        self._agencies = {agency.id: agency for agency in pack.agencies}
        self._groups = {group.id: group.name for group in pack.groups}
        self._obligations = {obligation.id: obligation for obligation in pack.obligations}
        self._said: dict[Text, str] = {}

    def say(self, text: Text) -> str:
        """The text."""
        found = self._said.get(text)
        if found is None:
            found = self._said[text] = regulations.in_words(text)
        return found

    def name(self, agency: str, on: date) -> str:
        """The name of an agency on a day, or of a circle."""
        if agency in self._groups:
            return self.say(self._groups[agency])
        known = self._agencies.get(agency)
        return self.say(known.name_on(on).name) if known else agency

    def names(self, agencies: Iterable[str], on: date) -> tuple[str, ...]:
        """The names of several, in their order."""
        return tuple(self.name(agency, on) for agency in agencies)

    def obligation(self, name: str) -> Obligation:
        """The duty itself."""
        return self._obligations[name]


def _duty(pack: Regulation, finding: Finding, *, words: _Words, proofs: Mapping[str, Proof], since: date) -> Duty:
    occurrence = finding.occurrence
    obligation, on = words.obligation(occurrence.obligation), occurrence.period.end
    return Duty(
        id=occurrence.id,
        obligation_id=occurrence.obligation,
        instrument_id=pack.id,
        title=words.say(obligation.title),
        clauses=occurrence.clauses,
        agency_id=occurrence.agency,
        agency_name=words.name(occurrence.agency, on),
        period=occurrence.period,
        period_label=words.say(occurrence.period.label),
        phrase=words.say(occurrence.phrase) if occurrence.phrase else "",
        reading=words.say(occurrence.reading),
        due_on=occurrence.due_on,
        rolled_from=occurrence.rolled_from,
        status=finding.status.value,
        needed=finding.needed,
        found=finding.found,
        days_late=finding.days_late,
        done_on=finding.done_on,
        nature=occurrence.nature,
        evidence=tuple(proofs[fact.ref] for fact in finding.evidence),
        is_before_use=on < since,
        has_successor=occurrence.has_successor,
        formerly=words.names(occurrence.formerly, occurrence.period.start),
        owed_to=words.names(obligation.owed_to, on),
        assigned_id=occurrence.assigned,
    )

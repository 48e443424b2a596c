"""Obligations into occurrences, and occurrences with the facts into findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bangtin.rulebook import duties, periods, quotas
from bangtin.rulebook.calendars import WorkingCalendar
from bangtin.rulebook.duties import Due
from bangtin.rulebook.periods import Period
from bangtin.rulebook.quotas import Fact, Need
from bangtin.rulebook.shapes import EvidenceRule, Obligation, Regulation
from bangtin.rulebook.texts import LEGAL_ZONE, Text

# A due day may lie after its period; look this far around the range that was asked.
_MARGIN = timedelta(days=400)
DUE_SOON_DAYS = 7


class Status(StrEnum):
    """Where an occurrence stands on a day."""

    NOT_YET = "not_yet"
    DUE = "due"
    DUE_SOON = "due_soon"
    DONE = "done"
    DONE_LATE = "done_late"
    OVERDUE = "overdue"
    WAIVED = "waived"
    NOT_FIXED = "not_fixed"
    REQUESTED = "requested"

    @property
    def public(self) -> str:
        """Return the word of the command line: not_yet and due are both "not_due" there."""
        return "not_due" if self in {Status.NOT_YET, Status.DUE} else self.value


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time a duty falls to one agency. `due_on` None: not fixed. `id` is stable over runs."""

    id: str
    obligation: str
    clauses: tuple[str, ...]
    agency: str
    period: Period
    phrase: Text | None
    due_on: date | None
    rolled_from: date | None
    reading: Text
    evidence: EvidenceRule
    at_least: int
    nature: str = "duty"

    @property
    def reading_vi(self) -> str:
        """Return the reading used, in Vietnamese."""
        return self.reading.vi

    @property
    def reading_en(self) -> str:
        """Return the reading used, in English."""
        return self.reading.en

    @property
    def need(self) -> Need:
        """Return what it needs, for `quotas.allocate`."""
        until = max(self.period.end, self.due_on or self.period.end)
        return Need(self.id, self.period, self.at_least, until, self.evidence.match)


@dataclass(frozen=True, slots=True)
class Finding:
    """An occurrence judged on a day: status, deeds needed and found, days late, the deeds themselves."""

    occurrence: Occurrence
    status: Status
    needed: int
    found: int
    days_late: int
    evidence: tuple[Fact, ...]
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """An event that calls for an answer: who asks whom, on which day, for when (None: not said)."""

    key: str
    agency: str
    on: date
    due_on: date | None = None


def occurrences(
    regulation: Regulation,
    obligation: Obligation,
    *,
    from_on: date,
    until_on: date,
    calendar: WorkingCalendar,
    requests: Iterable[Request] = (),
) -> list[Occurrence]:
    """Return the occurrences whose last day on time (else period's end) lies in the range, both days counted.

    Nothing before the instrument takes effect or after it ends. An event duty occurs once a request.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), QĐ art. 2 (in force from 10 December 2020).
    """
    if obligation.period.kind == "event":
        found = [_asked(obligation, request) for request in requests]
    else:
        agencies = regulation.members(obligation.owed_by)
        found = [
            _occurrence(regulation, obligation, agency=agency, period=period, due=due)
            for period, due in _periods(regulation, obligation, from_on, until_on, calendar=calendar)
            for agency in agencies
        ]
    return [each for each in found if from_on <= (each.due_on or each.period.end) <= until_on]


def all_occurrences(
    regulation: Regulation, *, from_on: date, until_on: date, calendar: WorkingCalendar
) -> list[Occurrence]:
    """Return the occurrences of every obligation of the regulation in the range."""
    return [
        occurrence
        for obligation in regulation.obligations
        for occurrence in occurrences(regulation, obligation, from_on=from_on, until_on=until_on, calendar=calendar)
    ]


def assess(
    occurrence: Occurrence,
    facts: Iterable[Fact],
    *,
    as_of: datetime,
    due_soon_days: int = DUE_SOON_DAYS,
) -> Finding:
    """Return where one occurrence stands at `as_of`, by the facts known then; later facts are ignored.

    To judge neighbouring periods together, so that a deed counts once, use `assess_all`.
    """
    known = [fact for fact in facts if _concerns(occurrence, fact) and fact.at <= as_of]
    counted = quotas.allocate([occurrence.need], known)[occurrence.id]
    return _finding(occurrence, counted, as_of=as_of, due_soon_days=due_soon_days)


def assess_all(
    found: Sequence[Occurrence],
    facts: Iterable[Fact],
    *,
    as_of: datetime,
    due_soon_days: int = DUE_SOON_DAYS,
) -> list[Finding]:
    """Return a finding per occurrence, in their order; one fact counts for one occurrence of a duty."""
    by_party: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        if fact.at <= as_of:
            by_party.setdefault((fact.kind, fact.agency), []).append(fact)
    series: dict[tuple[str, str], list[Occurrence]] = {}
    for occurrence in found:
        series.setdefault((occurrence.obligation, occurrence.agency), []).append(occurrence)
    counted: dict[str, tuple[Fact, ...]] = {}
    for (_, agency), group in series.items():
        known = by_party.get((group[0].evidence.fact, agency), [])
        counted.update(quotas.allocate([each.need for each in group], known))
    return [_finding(each, counted[each.id], as_of=as_of, due_soon_days=due_soon_days) for each in found]


def _periods(
    regulation: Regulation,
    obligation: Obligation,
    from_on: date,
    until_on: date,
    *,
    calendar: WorkingCalendar,
) -> Iterator[tuple[Period, Due]]:
    instrument = regulation.instrument
    first = max(from_on - _MARGIN, instrument.effective_on)
    last = min(until_on + _MARGIN, instrument.ended_on or date.max - timedelta(days=1))
    if first > last:
        return
    starts = periods.CALENDAR_START
    if obligation.period.starts is not None:
        starts = regulation.parameter(obligation.period.starts).month_day(last) or starts
    for period in periods.between(obligation.period.kind, first, last, starts=starts):
        yield period, duties.due(obligation.due, period, regulation=regulation, calendar=calendar)


def _occurrence(regulation: Regulation, obligation: Obligation, *, agency: str, period: Period, due: Due) -> Occurrence:
    wanted = obligation.evidence.at_least
    count = regulation.parameter(wanted).number(period.end) if wanted else 1
    return Occurrence(
        id=f"{obligation.id}@{agency}@{period.key}",
        obligation=obligation.id,
        clauses=obligation.clauses,
        agency=agency,
        period=period,
        phrase=obligation.due.phrase if obligation.due else None,
        due_on=due.on,
        rolled_from=due.rolled_from,
        reading=due.reading,
        evidence=obligation.evidence,
        at_least=1 if count is None else count,
        nature=obligation.nature,
    )


def _asked(obligation: Obligation, request: Request) -> Occurrence:
    return Occurrence(
        id=f"{obligation.id}@{request.agency}@{request.key}",
        obligation=obligation.id,
        clauses=obligation.clauses,
        agency=request.agency,
        period=periods.event(request.key, request.on),
        phrase=None,
        due_on=request.due_on,
        rolled_from=None,
        reading=Text("Theo yêu cầu", "On request") if request.due_on else duties.NOT_FIXED.reading,
        evidence=obligation.evidence,
        at_least=1,
        nature=obligation.nature,
    )


def _concerns(occurrence: Occurrence, fact: Fact) -> bool:
    return fact.kind == occurrence.evidence.fact and fact.agency == occurrence.agency


def _finding(occurrence: Occurrence, counted: tuple[Fact, ...], *, as_of: datetime, due_soon_days: int) -> Finding:
    today = as_of.astimezone(LEGAL_ZONE).date()
    ordered = sorted(counted, key=lambda fact: fact.at)
    is_met = len(ordered) >= occurrence.at_least
    done_on = ordered[occurrence.at_least - 1].on if is_met else None
    status = _status(occurrence, done_on=done_on, today=today, due_soon_days=due_soon_days)
    late = 0
    if occurrence.due_on is not None and status in {Status.DONE_LATE, Status.OVERDUE}:
        late = ((done_on or today) - occurrence.due_on).days
    return Finding(
        occurrence=occurrence,
        status=status,
        needed=occurrence.at_least,
        found=len(ordered),
        days_late=late,
        evidence=tuple(ordered),
        done_on=done_on,
    )


def _status(occurrence: Occurrence, *, done_on: date | None, today: date, due_soon_days: int) -> Status:
    due_on = occurrence.due_on
    if done_on is not None:
        return Status.DONE if due_on is None or done_on <= due_on else Status.DONE_LATE
    if occurrence.nature == "request":
        return Status.REQUESTED
    if due_on is None:
        return Status.NOT_FIXED
    if today > due_on:
        return Status.OVERDUE
    if today < occurrence.period.start:
        return Status.NOT_YET
    return Status.DUE_SOON if (due_on - today).days <= due_soon_days else Status.DUE

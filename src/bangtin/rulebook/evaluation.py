"""Obligations into occurrences, and occurrences with the facts into findings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial

from bangtin.rulebook import calendars, duties, periods, quotas, successions
from bangtin.rulebook.calendars import WorkingCalendar
from bangtin.rulebook.duties import Due
from bangtin.rulebook.periods import Period
from bangtin.rulebook.quotas import Fact, Need
from bangtin.rulebook.shapes import EvidenceRule, Obligation, Regulation
from bangtin.rulebook.texts import LEGAL_ZONE, MonthDay, Text

# A due day may lie after its period; look this far around the range that was asked.
_MARGIN = timedelta(days=400)
_SHORT_MARGIN = timedelta(days=62)
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
    """One time a duty falls to one agency. `due_on` None: not fixed. `id` is stable over runs.

    `assigned` is the agency the regulation names; `agency` the one that answers on the last day on time; `formerly`
    those that owed it earlier in the period. `has_successor` False: the agency ended and none is recorded.
    Deeds of any of `counted_from` count. `due_at`: the last instant of a term by the hour.
    """

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
    assigned: str = ""
    formerly: tuple[str, ...] = ()
    counted_from: tuple[str, ...] = ()
    has_successor: bool = True
    due_at: datetime | None = None

    @property
    def agencies(self) -> tuple[str, ...]:
        """Return every agency a report on the period names: who owed it first, and who answers for it."""
        return (*self.formerly, self.agency)

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
    """An event that calls for an answer: who asks whom, on which day, for when (None: not said).

    `at`: the instant of the event, where a term runs by the hour (else the start of the day).
    """

    key: str
    agency: str
    on: date
    due_on: date | None = None
    at: datetime | None = None


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
        asked = [_asked(regulation, obligation, request, calendar=calendar) for request in requests]
        return [each for each in asked if from_on <= (each.due_on or each.period.end) <= until_on]
    return [
        occurrence
        for period, due in _periods(regulation, obligation, from_on, until_on, calendar=calendar)
        if from_on <= (due.on or period.end) <= until_on
        for occurrence in _each_agency(regulation, obligation, period=period, due=due)
    ]


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
    waived: Collection[str] = (),
) -> Finding:
    """Return where one occurrence stands at `as_of`, by the facts known then; later facts are ignored.

    To judge neighbouring periods together, so that a deed counts once, use `assess_all`.
    """
    known = [fact for fact in facts if _concerns(occurrence, fact) and fact.at <= as_of]
    counted = quotas.allocate([occurrence.need], known)[occurrence.id]
    return _with_waiver(_finding(occurrence, counted, _Moment.of(as_of, due_soon_days)), waived)


def assess_all(
    found: Sequence[Occurrence],
    facts: Iterable[Fact],
    *,
    as_of: datetime,
    due_soon_days: int = DUE_SOON_DAYS,
    waived: Collection[str] = (),
) -> list[Finding]:
    """Return a finding per occurrence, in their order; one fact counts for one occurrence of a duty.

    `waived`: ids of occurrences that a decision with a legal basis lifts.
    """
    by_party: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        if fact.at <= as_of:
            by_party.setdefault((fact.kind, fact.agency), []).append(fact)
    counted = _counted(found, by_party) if by_party else {}
    moment = _Moment.of(as_of, due_soon_days)
    return [_with_waiver(_finding(each, counted.get(each.id, ()), moment), waived) for each in found]


def _counted(
    found: Iterable[Occurrence], by_party: Mapping[tuple[str, str], list[Fact]]
) -> Mapping[str, tuple[Fact, ...]]:
    """Return the facts of each occurrence that has any, by its id; a duty's neighbours are filled together."""
    series: dict[tuple[str, str], list[Occurrence]] = {}
    for occurrence in found:
        series.setdefault((occurrence.obligation, occurrence.assigned or occurrence.agency), []).append(occurrence)
    counted: dict[str, tuple[Fact, ...]] = {}
    for group in series.values():
        agencies = dict.fromkeys(name for each in group for name in (each.agency, *each.counted_from))
        known = [fact for name in agencies for fact in by_party.get((group[0].evidence.fact, name), ())]
        if known:
            counted.update(quotas.allocate([each.need for each in group], known))
    return counted


def answered_by(regulation: Regulation, occurrence: Occurrence, on: date) -> successions.Answering:
    """Return who answers on `on` for an occurrence, open ones of a body that has ended since included."""
    return successions.answering(regulation, occurrence.agency, on, duty=occurrence.obligation)


def _periods(
    regulation: Regulation,
    obligation: Obligation,
    from_on: date,
    until_on: date,
    *,
    calendar: WorkingCalendar,
) -> Iterator[tuple[Period, Due]]:
    instrument, kind = regulation.instrument, obligation.period.kind
    margin = _SHORT_MARGIN if kind in periods.DAYS or kind == "month" else _MARGIN
    stands = regulation.span(obligation.clauses)
    begins = max(instrument.effective_on, obligation.since or date.min, stands[0])
    first = max(from_on - margin, begins)
    last = min(until_on + margin, instrument.ended_on or date.max, obligation.until or date.max, stands[1])
    if first > last:
        return
    if kind == "continuous":
        yield periods.continuous(begins, min(last, until_on)), duties.NOT_FIXED
        return
    starts = cycle_start(regulation, obligation, last)
    for period in periods.between(kind, first, last, starts=starts):
        if kind == "working_day" and not calendars.is_working(calendar, period.start):
            continue
        due = duties.due(obligation.due, period, regulation=regulation, calendar=calendar)
        if due.on is None or due.on >= begins:  # nobody was late before the duty was laid on them
            yield period, due


def cycle_start(regulation: Regulation, obligation: Obligation, on: date) -> MonthDay:
    """Return the day of the year the duty's cycle begins, by the value in force on `on`."""
    if obligation.period.starts is None:
        return periods.CALENDAR_START
    on = max(on, regulation.instrument.effective_on)
    return regulation.parameter(obligation.period.starts).month_day(on) or periods.CALENDAR_START


def _each_agency(regulation: Regulation, obligation: Obligation, *, period: Period, due: Due) -> Iterator[Occurrence]:
    members = regulation.members(obligation.owed_by)
    jointly = members if _is_joint(regulation, obligation, period) else ()
    make = _maker(regulation, obligation, period=period, due=due)
    changed = {row.predecessor for row in regulation.successions}
    at_start = {
        name: successions.answering(regulation, name, period.start, duty=obligation.id).agencies
        for name in members
        if name in changed
    }
    standing = {name for name in members if name in at_start.get(name, (name,))}
    for name in members:
        if name not in changed:
            yield make(id=f"{obligation.id}@{name}@{period.key}", agency=name, assigned=name, counted_from=jointly)
            continue
        if name not in standing and standing.issuperset(at_start[name]):
            continue  # merged before the period began into a body that owes it anyway
        standing.update(at_start[name])
        yield from _owed(regulation, make(id="", agency=name, assigned=name, counted_from=jointly))


def _owed(regulation: Regulation, made: Occurrence) -> Iterator[Occurrence]:
    """Yield the occurrence for whoever answers on its last day on time: one heir, or each heir of a split."""
    assigned, duty, period = made.assigned, made.obligation, made.period
    answering = successions.answering(regulation, assigned, made.due_on or period.end, duty=duty)
    before = successions.answering(regulation, assigned, period.start, duty=duty)
    counted = dict.fromkeys((*successions.lineage(regulation, assigned, duty=duty), *made.counted_from))
    for owner in answering.agencies:
        split = f"+{owner}" if len(answering.agencies) > 1 else ""
        yield replace(
            made,
            id=f"{duty}@{assigned}{split}@{period.key}",
            agency=owner,
            formerly=tuple(name for name in before.agencies if name != owner),
            counted_from=tuple(name for name in counted if not split or name in {assigned, owner}),
            has_successor=answering.is_recorded,
        )


def _is_joint(regulation: Regulation, obligation: Obligation, period: Period) -> bool:
    mode = obligation.evidence.mode
    if mode in {"single", "joint"}:
        return mode == "joint"
    return regulation.parameter(mode).word(period.end) == "joint"


def _maker(regulation: Regulation, obligation: Obligation, *, period: Period, due: Due) -> partial[Occurrence]:
    """Return what makes the period's occurrences: all but `id`, `agency` and `assigned` is the same for everyone."""
    wanted = obligation.evidence.at_least
    count = regulation.parameter(wanted).number(period.end) if wanted else 1
    return partial(
        Occurrence,
        obligation=obligation.id,
        clauses=obligation.clauses,
        period=period,
        phrase=obligation.due.phrase if obligation.due else None,
        due_on=due.on,
        rolled_from=due.rolled_from,
        reading=due.reading,
        evidence=obligation.evidence,
        at_least=1 if count is None else count,
        nature=obligation.nature,
        due_at=due.at,
    )


def _asked(
    regulation: Regulation, obligation: Obligation, request: Request, *, calendar: WorkingCalendar
) -> Occurrence:
    due = duties.NOT_FIXED
    if request.due_on is not None:
        due = Due(request.due_on, None, None, Text("Theo yêu cầu", "On request"))
    elif obligation.due is not None:
        at = request.at or datetime.combine(request.on, time(), tzinfo=LEGAL_ZONE)
        due = duties.after(obligation.due, at, regulation=regulation, calendar=calendar, event_on=request.on)
    period = periods.event(request.key, request.on)
    return _maker(regulation, obligation, period=period, due=due)(
        id=f"{obligation.id}@{request.agency}@{period.key}",
        agency=request.agency,
        assigned=request.agency,
        counted_from=successions.lineage(regulation, request.agency, duty=obligation.id),
        at_least=1,
    )


def _concerns(occurrence: Occurrence, fact: Fact) -> bool:
    return fact.kind == occurrence.evidence.fact and fact.agency in {occurrence.agency, *occurrence.counted_from}


@dataclass(frozen=True, slots=True)
class _Moment:
    """The instant things are judged at, with its legal day."""

    at: datetime
    today: date
    due_soon_days: int

    @classmethod
    def of(cls, at: datetime, due_soon_days: int) -> _Moment:
        return cls(at, at.astimezone(LEGAL_ZONE).date(), due_soon_days)


def _with_waiver(finding: Finding, waived: Collection[str]) -> Finding:
    is_met = finding.status in {Status.DONE, Status.DONE_LATE}
    if finding.occurrence.id not in waived or is_met:
        return finding
    return replace(finding, status=Status.WAIVED, days_late=0)


def _finding(occurrence: Occurrence, counted: tuple[Fact, ...], moment: _Moment) -> Finding:
    ordered = tuple(sorted(counted, key=lambda fact: fact.at)) if len(counted) > 1 else counted
    if occurrence.evidence.match == "breach":
        return Finding(occurrence, _standing(occurrence, ordered, moment.today), 0, len(ordered), 0, ordered)
    needed = occurrence.at_least
    if len(ordered) < needed or not ordered:
        status = _open_status(occurrence, moment)
        late = (moment.today - occurrence.due_on).days if status is Status.OVERDUE and occurrence.due_on else 0
        return Finding(occurrence, status, needed, len(ordered), late, ordered)
    done = ordered[needed - 1]
    done_on = done.on
    is_late = _is_late(occurrence, done.at, done_on)
    late = (done_on - occurrence.due_on).days if is_late and occurrence.due_on else 0
    status = Status.DONE_LATE if is_late else Status.DONE
    return Finding(occurrence, status, needed, len(ordered), late, ordered, done_on)


def _standing(occurrence: Occurrence, breaches: Sequence[Fact], today: date) -> Status:
    # A standing duty is kept as long as no breach is known; it is never "done" before the day is over.
    if breaches:
        return Status.OVERDUE
    return Status.DONE if today > occurrence.period.end else Status.DUE


def _is_late(occurrence: Occurrence, at: datetime, on: date) -> bool:
    if occurrence.due_at is not None:
        return at > occurrence.due_at
    return occurrence.due_on is not None and on > occurrence.due_on


def _open_status(occurrence: Occurrence, moment: _Moment) -> Status:
    if occurrence.nature == "request":
        return Status.REQUESTED
    if occurrence.due_on is None:
        return Status.NOT_FIXED
    if _is_late(occurrence, moment.at, moment.today):
        return Status.OVERDUE
    if moment.today < occurrence.period.start:
        return Status.NOT_YET
    return Status.DUE_SOON if (occurrence.due_on - moment.today).days <= moment.due_soon_days else Status.DUE

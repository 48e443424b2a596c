"""Runs the cases of a regulation: YAML that a jurist reads, an answer the engine gives, and the difference.

A case asks one thing (`ask`) under one clause. Times without a zone are Asia/Ho_Chi_Minh.

- duty: `period`, `as_of`, `facts` (`<fact>_on` a day or `<fact>_at` an instant, or lists of them);
  optional `obligation` (else the one that cites the clause) and `agency` (else the first that owes it).
  A duty on request takes `requested_on`, and `requested_due_on` where the request names a day.
- value: `parameter`, `on`.
- hours: `cluster`, `on`; optional `local` windows. placement: `cluster`, `slot` [start, end]; optional `local`,
  `instructed`. day: `on`.

`expect` names the answers to compare; an answer that is not named is not compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from bangtin.rulebook import calendars, decoding, evaluation, hours, periods
from bangtin.rulebook.calendars import WorkingCalendar
from bangtin.rulebook.decoding import NOWHERE, Source
from bangtin.rulebook.errors import DataError, Problem
from bangtin.rulebook.evaluation import Occurrence, Request
from bangtin.rulebook.quotas import Fact
from bangtin.rulebook.shapes import Obligation, Regulation
from bangtin.rulebook.texts import LEGAL_ZONE, Window

# A due day may lie after its period: look this far for it.
_AFTER = timedelta(days=60)

Answer = Mapping[str, str | tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class Case:
    """One case as written."""

    name: str
    ask: str
    expect: Mapping[str, str | tuple[str, ...] | None]
    clause: str | None = None
    on: date | None = None
    as_of: str | None = None
    period: str | None = None
    obligation: str | None = None
    agency: str | None = None
    cluster: str | None = None
    slot: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    instructed: bool = False
    parameter: str | None = None
    requested_on: date | None = None
    requested_due_on: date | None = None
    facts: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class _File:
    cases: tuple[Case, ...]


def cases(folder: Path, *, root: Path) -> tuple[Case, ...]:
    """Return the cases of `<folder>/cases/*.yaml`, in the order of the files.

    Raises: DataError.
    """
    found = (decoding.read(_File, path, root=root) for path in sorted((folder / "cases").glob("*.yaml")))
    return tuple(case for read in found for case in read.cases)


def differences(case: Case, *, calendar: WorkingCalendar, regulation: Regulation | None = None) -> tuple[str, ...]:
    """Return a sentence per expected answer that the engine does not give; empty if the case holds.

    Raises: DataError if the case asks what no rule answers.
    """
    answer = _ask(case, regulation, calendar)
    unknown = set(case.expect) - set(answer)
    if unknown:
        raise _wrong(case, expected=f"answers among {', '.join(answer)}", got=", ".join(sorted(unknown)))
    return tuple(
        f"{case.source.file}:{case.source.line}: {case.name}: {key}: expected {wanted!r}, got {answer[key]!r}"
        for key, wanted in case.expect.items()
        if answer[key] != wanted
    )


def _ask(case: Case, regulation: Regulation | None, calendar: WorkingCalendar) -> Answer:
    if case.ask == "day":
        return _day(case, calendar)
    asks: dict[str, Callable[[Case, Regulation, WorkingCalendar], Answer]] = {
        "duty": _duty,
        "hours": _hours,
        "placement": _placement,
        "value": _value,
    }
    if case.ask not in asks or regulation is None:
        raise _wrong(case, expected=f"ask as one of day, {', '.join(asks)}", got=case.ask)
    if case.clause is not None:
        regulation.clause(case.clause)
    return asks[case.ask](case, regulation, calendar)


def _day(case: Case, calendar: WorkingCalendar) -> Answer:
    on = _given(case, case.on, "on")
    found = calendars.day(calendar, on)
    return {
        "kind": found.kind.value,
        "reason": found.reason.vi,
        "next_working_day": calendars.next_working_day(calendar, on).isoformat(),
        "previous_working_day": calendars.previous_working_day(calendar, on).isoformat(),
        "rolls_to": calendars.roll(calendar, on).isoformat(),
    }


def _hours(case: Case, regulation: Regulation, calendar: WorkingCalendar) -> Answer:
    rule = hours.of(regulation, _given(case, case.cluster, "cluster"))
    on = _given(case, case.on, "on")
    found = hours.day(rule, calendar, on, local={on: _windows(case)})
    return {
        "kind": found.kind.value,
        "windows": None if found.windows is None else tuple(str(each) for each in found.windows),
        "total_s": str(found.total_s),
        "cites": found.citation,
        "advice": tuple(each.code for each in hours.check_day_total(found)),
    }


def _placement(case: Case, regulation: Regulation, calendar: WorkingCalendar) -> Answer:
    rule = hours.of(regulation, _given(case, case.cluster, "cluster"))
    if len(case.slot) != 2:
        raise _wrong(case, expected="slot as [start, end]", got=str(case.slot))
    starts_at, ends_at = (_instant(text) for text in case.slot)
    local = {starts_at.date(): _windows(case)}
    refusal = hours.check_placement(
        rule, calendar, starts_at=starts_at, ends_at=ends_at, local=local, is_instructed=case.instructed
    )
    outside = hours.outside_s(rule, calendar, starts_at=starts_at, ends_at=ends_at, local=local)
    return {
        "refused": None if refusal is None else refusal.code,
        "cites": None if refusal is None else refusal.citation,
        "outside_s": f"{outside:g}",
    }


def _value(case: Case, regulation: Regulation, _calendar: WorkingCalendar) -> Answer:
    parameter = regulation.parameter(_given(case, case.parameter, "parameter"))
    raw = parameter.raw(_given(case, case.on, "on"))
    return {"value": raw, "unit": parameter.unit.value, "cites": parameter.clause}


def _duty(case: Case, regulation: Regulation, calendar: WorkingCalendar) -> Answer:
    obligation = _obligation(case, regulation)
    agency = case.agency or regulation.members(obligation.owed_by)[0]
    occurrence = _occurrence(case, regulation, obligation, agency=agency, calendar=calendar)
    if occurrence is None:
        return {"occurs": "false"}
    as_of = _instant(_given(case, case.as_of, "as_of"), end_of_day=True)
    facts = _facts(case, agency=agency, obligation=obligation)
    finding = evaluation.assess(occurrence, facts, as_of=as_of)
    due_on, rolled_from = occurrence.due_on, occurrence.rolled_from
    return {
        "occurs": "true",
        "status": finding.status.value,
        "days_late": str(finding.days_late),
        "found": str(finding.found),
        "needed": str(finding.needed),
        "due_on": due_on.isoformat() if due_on else None,
        "rolled_from": rolled_from.isoformat() if rolled_from else None,
        "period_start": occurrence.period.start.isoformat(),
        "period_end": occurrence.period.end.isoformat(),
        "owed_by": regulation.members(obligation.owed_by),
        "owed_to": regulation.members(obligation.owed_to),
    }


def _occurrence(
    case: Case, regulation: Regulation, obligation: Obligation, *, agency: str, calendar: WorkingCalendar
) -> Occurrence | None:
    key = _given(case, case.period, "period")
    starts = periods.CALENDAR_START
    if obligation.period.starts:
        in_force = regulation.instrument.effective_on
        starts = regulation.parameter(obligation.period.starts).month_day(in_force) or starts
    requests: tuple[Request, ...] = ()
    if obligation.period.kind == "event":
        asked_on = _given(case, case.requested_on, "requested_on")
        requests = (Request(key, agency, asked_on, due_on=case.requested_due_on),)
        period = periods.event(key, asked_on)
    else:
        period = periods.from_key(obligation.period.kind, key, starts=starts)
    found = evaluation.occurrences(
        regulation,
        obligation,
        from_on=period.start,
        until_on=period.end + _AFTER,
        calendar=calendar,
        requests=requests,
    )
    return next((each for each in found if each.agency == agency and each.period == period), None)


def _obligation(case: Case, regulation: Regulation) -> Obligation:
    if case.obligation:
        return regulation.obligation(case.obligation)
    for obligation in regulation.obligations:
        if case.clause in obligation.clauses:
            return obligation
    raise _wrong(case, expected="an obligation that cites the clause", got=str(case.clause))


def _facts(case: Case, *, agency: str, obligation: Obligation) -> tuple[Fact, ...]:
    # A paper is made for a period: the case's own, unless the value says "2026-12-14 for 2025".
    own = case.period if obligation.evidence.match == "for_period" else None
    found = []
    for key, value in case.facts.items():
        kind, _, form = key.rpartition("_")
        if form not in {"on", "at"}:
            raise _wrong(case, expected="facts as <fact>_on or <fact>_at", got=key)
        for text in (value,) if isinstance(value, str) else value:
            instant, _, period = text.partition(" for ")
            at = _instant(instant)
            found.append(Fact(kind, agency, at, ref=f"case:{text}", period=period or own))
    return tuple(found)


def _windows(case: Case) -> tuple[Window, ...]:
    return tuple(Window.parse(text) for text in case.local)


def _instant(text: str, *, end_of_day: bool = False) -> datetime:
    if len(text) == 10:
        clock = time(23, 59, 59) if end_of_day else time(12)
        return datetime.combine(date.fromisoformat(text), clock, tzinfo=LEGAL_ZONE)
    return datetime.fromisoformat(text).replace(tzinfo=LEGAL_ZONE)


def _given(case: Case, value: decoding.Record | None, name: str) -> decoding.Record:
    if value is None:
        raise _wrong(case, expected=f"the field {name!r} for ask: {case.ask}", got="no such field")
    return value


def _wrong(case: Case, *, expected: str, got: str) -> DataError:
    return DataError(Problem(case.source.file, case.source.line, expected=expected, got=got, clause=case.clause))

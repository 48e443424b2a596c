"""The answers to what cases ask: each question put to the engine, each answer in words a case can name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bangtin.rulebook import (
    airtime,
    calendars,
    content,
    decoding,
    evaluation,
    hours,
    periods,
    retention,
    successions,
)
from bangtin.rulebook.calendars import WorkingCalendar
from bangtin.rulebook.errors import DataError, NoValueYet, Problem
from bangtin.rulebook.evaluation import Occurrence, Request
from bangtin.rulebook.quotas import Fact
from bangtin.rulebook.shapes import Obligation, Regulation
from bangtin.rulebook.shapes.cases import Answer, Case
from bangtin.rulebook.texts import LEGAL_ZONE, Window

# A due day may lie beside its period: look this far for it.
_BEFORE = timedelta(days=10)
_AFTER = timedelta(days=60)

Asking = Callable[[Case, Regulation, WorkingCalendar], Answer]


def ask(case: Case, regulation: Regulation | None, calendar: WorkingCalendar) -> Answer:
    """Return the engine's answers to a case.

    Raises: DataError if the case asks the unknown; the engine's own errors.
    """
    if case.ask == "day":
        return _day(case, calendar)
    if case.ask not in _ASKS or regulation is None:
        raise wrong(case, expected=f"ask as one of day, {', '.join(_ASKS)}", got=case.ask)
    if case.clause is not None and case.clause not in regulation.clauses:
        raise wrong(case, expected="a clause of this instrument", got=repr(case.clause))
    if case.successions:
        regulation = successions.with_rows(regulation, case.successions)
    return _ASKS[case.ask](case, regulation, calendar)


def wrong(case: Case, *, expected: str, got: str) -> DataError:
    """Return the error for a case that cannot be asked, with its place."""
    return DataError(Problem(case.source.file, case.source.line, expected=expected, got=got, clause=case.clause))


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
    found = hours.day(rule, calendar, on, local={on: _windows(case.local)})
    return {
        "kind": found.kind.value,
        "mode": found.mode,
        "windows": None if found.windows is None else tuple(str(each) for each in found.windows),
        "total_s": str(found.total_s),
        "minimum_s": _written(found.minimum_s),
        "morning_s": _written(found.morning_s),
        "afternoon_s": _written(found.afternoon_s),
        "noon_s": _written(found.noon_s),
        "tolerance_s": _written(found.tolerance_s),
        "cites": found.citation,
        "advice": tuple(each.code for each in hours.check_day_total(found)),
    }


def _placement(case: Case, regulation: Regulation, calendar: WorkingCalendar) -> Answer:
    rule = hours.of(regulation, _given(case, case.cluster, "cluster"))
    if len(case.slot) != 2:
        raise wrong(case, expected="slot as [start, end]", got=str(case.slot))
    starts_at, ends_at = (_instant(text) for text in case.slot)
    local = {starts_at.date(): _windows(case.local)}
    refusal = hours.check_placement(
        rule, calendar, starts_at=starts_at, ends_at=ends_at, local=local, is_instructed=case.instructed
    )
    outside = hours.outside_s(rule, calendar, starts_at=starts_at, ends_at=ends_at, local=local)
    return {
        "refused": None if refusal is None else refusal.code,
        "cites": None if refusal is None else refusal.citation,
        "lifted_by": rule.rule.instruction_clause,
        "outside_s": f"{outside:g}",
    }


def _airtime(case: Case, regulation: Regulation, calendar: WorkingCalendar) -> Answer:
    rule = hours.of(regulation, _given(case, case.cluster, "cluster"))
    on = _given(case, case.on, "on")
    day = hours.day(rule, calendar, on, local={on: _windows(case.local)})
    found = airtime.judge(day, _spans(case.aired), advertising=_spans(case.advertising))
    return {
        "verdict": found.verdict,
        "total_s": str(found.total_s),
        "morning_s": _written(found.morning_s),
        "afternoon_s": _written(found.afternoon_s),
        "outage_s": _written(found.outage_s),
        "cites": day.citation,
    }


def _value(case: Case, regulation: Regulation, _calendar: WorkingCalendar) -> Answer:
    parameter = regulation.parameter(_given(case, case.parameter, "parameter"))
    answer = {"unit": parameter.unit.value, "cites": parameter.clause, "is_local": _said(parameter.is_local)}
    try:
        raw = parameter.raw(_given(case, case.on, "on"))
    except NoValueYet:
        return {"value": None, "in_force": "false", **answer}
    return {"value": raw, "in_force": "true", **answer}


def _report(case: Case, regulation: Regulation, _calendar: WorkingCalendar) -> Answer:
    kind = regulation.report(_given(case, case.report, "report"))
    on = _given(case, case.on, "on")
    starts = evaluation.cycle_start(regulation, replace(regulation.obligation(kind.obligation), period=kind.period), on)
    period = periods.event("event", on)
    if kind.period.kind != "event":
        period = periods.containing(kind.period.kind, on, starts=starts)
    return {
        "period": period.key,
        "period_start": period.start.isoformat(),
        "period_end": period.end.isoformat(),
        "obligation": kind.obligation,
        "is_outline_binding": _said(kind.is_outline_binding),
        "sections": tuple(section.number for section in kind.outline),
    }


def _retention(case: Case, regulation: Regulation, _calendar: WorkingCalendar) -> Answer:
    rule = regulation.retention_rule(_given(case, case.rule, "rule"))
    kept = retention.keeping(regulation, rule, made_on=_given(case, case.on, "on"))
    as_of = date.fromisoformat(case.as_of or _given(case, case.on, "on").isoformat())
    return {
        "kept_until": _written(kept.until),
        "may_go": _said(kept.may_go(as_of)),
        "cites": rule.clause,
        "held_by": regulation.members(rule.held_by),
        "keeps": rule.keeps,
    }


def _languages(case: Case, regulation: Regulation, _calendar: WorkingCalendar) -> Answer:
    rule = regulation.language_rule(_given(case, case.rule, "rule"))
    found = content.covering(regulation, rule, case.languages)
    return {
        "missing": found.missing,
        "unnamed": found.unnamed,
        "cites": found.citation,
        "done_by": regulation.members(rule.done_by),
        "is_open": _said(rule.is_open),
    }


def _category(case: Case, regulation: Regulation, _calendar: WorkingCalendar) -> Answer:
    category = _given(case, case.category, "category")
    found = content.on_cluster(regulation, category, _given(case, case.cluster, "cluster"))
    return {
        "permitted": _said(found.is_permitted),
        "priority": _said(found.has_priority),
        "advertising": _said(found.is_advertising),
        "cites": found.citation,
        "priority_cites": found.priority_citation,
        "default_for": regulation.category(category).default_for,
    }


def _route(case: Case, regulation: Regulation, _calendar: WorkingCalendar) -> Answer:
    route = regulation.route(_given(case, case.route, "route"))
    return {
        "kind": route.kind,
        "steps": tuple(f"{step.verb} {step.by}" for step in route.steps),
        "cites": tuple(step.clause or "-" for step in route.steps),
        "optional": tuple(step.verb for step in route.steps if step.is_optional),
        "requests": tuple(step.verb for step in route.steps if step.is_request),
        "terms": tuple(step.verb for step in route.steps if step.term is not None),
    }


def _group(case: Case, regulation: Regulation, _calendar: WorkingCalendar) -> Answer:
    group = regulation.group(_given(case, case.group, "group"))
    return {
        "members": regulation.members((group.id,)),
        "is_open": _said(group.is_open),
        "roles": tuple(each.role for each in regulation.mandates if each.agency == group.id),
    }


def _agency(case: Case, regulation: Regulation, _calendar: WorkingCalendar) -> Answer:
    agency = regulation.agency(_given(case, case.agency, "agency"))
    on = case.on or regulation.instrument.effective_on
    found = successions.answering(regulation, agency.id, on, duty=case.obligation, cluster=case.cluster)
    return {
        "name": agency.name_on(on).name.vi,
        "roles": tuple(each.role for each in regulation.mandates if each.agency == agency.id),
        "cites": tuple(each.clause for each in regulation.mandates if each.agency == agency.id),
        "answered_by": found.agencies,
        "has_successor": _said(found.is_recorded),
        "basis": tuple(row.basis for row in found.rows),
        "in_force": _said(regulation.instrument.in_force(on)),
    }


def _clause(case: Case, regulation: Regulation, _calendar: WorkingCalendar) -> Answer:
    clause, on = _given(case, case.clause, "clause"), _given(case, case.on, "on")
    found = regulation.amendments_of(clause, on)
    return {
        "in_force": _said(regulation.instrument.in_force(on) and regulation.stands(clause, on)),
        "amended_by": tuple(each.number for each in found if clause in each.clauses),
        "added_by": tuple(each.number for each in found if clause in each.adds),
        "repealed_by": tuple(each.number for each in found if clause in each.repeals),
    }


def _cluster(case: Case, regulation: Regulation, _calendar: WorkingCalendar) -> Answer:
    cluster = regulation.cluster(_given(case, case.cluster, "cluster"))
    found = successions.operator(regulation, cluster.id, case.on or regulation.instrument.effective_on)
    return {
        "operator": found.agencies,
        "has_successor": _said(found.is_recorded),
        "kind": cluster.kind,
        "cites": cluster.clause,
        "faces": tuple(face.geometry for face in cluster.faces),
        "local_fields": cluster.local_fields,
    }


def _duty(case: Case, regulation: Regulation, calendar: WorkingCalendar) -> Answer:
    obligation = _obligation(case, regulation)
    members = regulation.members(obligation.owed_by)
    agency = case.agency or members[0]
    occurrence = _occurrence(case, regulation, obligation, agency=agency, calendar=calendar)
    owed = {"owed_by": members, "owed_to": regulation.members(obligation.owed_to)}
    if occurrence is None:
        return {"occurs": "false", **owed}
    as_of = _instant(_given(case, case.as_of, "as_of"), end_of_day=True)
    facts = _facts(case, agency=agency, obligation=obligation)
    waived = (occurrence.id,) if case.waived else ()
    finding = evaluation.assess(occurrence, facts, as_of=as_of, waived=waived)
    answering = evaluation.answered_by(regulation, occurrence, as_of.date())
    due_at = occurrence.due_at
    return {
        "occurs": "true",
        "status": finding.status.value,
        "days_late": str(finding.days_late),
        "found": str(finding.found),
        "needed": str(finding.needed),
        "due_on": _written(occurrence.due_on),
        "due_at": due_at.astimezone(LEGAL_ZONE).strftime("%Y-%m-%dT%H:%M") if due_at else None,
        "rolled_from": _written(occurrence.rolled_from),
        "period_start": occurrence.period.start.isoformat(),
        "period_end": occurrence.period.end.isoformat(),
        "agencies": occurrence.agencies,
        "answered_by": answering.agencies,
        "has_successor": _said(occurrence.has_successor and answering.is_recorded),
        **owed,
    }


def _obligation_itself(case: Case, regulation: Regulation, _calendar: WorkingCalendar) -> Answer:
    obligation = _obligation(case, regulation)
    due = obligation.due
    return {
        "clauses": obligation.clauses,
        "owed_by": obligation.owed_by,
        "owed_to": obligation.owed_to,
        "period": obligation.period.kind,
        "operator": due.operator if due else None,
        "phrase": due.phrase.vi if due else None,
        "nature": obligation.nature,
        "evidence": obligation.evidence.fact,
        "since": _written(obligation.since),
        "until": _written(obligation.until),
    }


_ASKS: Mapping[str, Asking] = {
    "agency": _agency,
    "airtime": _airtime,
    "category": _category,
    "clause": _clause,
    "cluster": _cluster,
    "duty": _duty,
    "group": _group,
    "hours": _hours,
    "languages": _languages,
    "obligation": _obligation_itself,
    "placement": _placement,
    "report": _report,
    "retention": _retention,
    "route": _route,
    "value": _value,
}


def _occurrence(
    case: Case, regulation: Regulation, obligation: Obligation, *, agency: str, calendar: WorkingCalendar
) -> Occurrence | None:
    kind, key = obligation.period.kind, _given(case, case.period, "period")
    requests: tuple[Request, ...] = ()
    if kind == "event":
        at = _instant(case.requested_at) if case.requested_at else None
        asked_on = at.date() if at else _given(case, case.requested_on, "requested_on")
        requests = (Request(key, agency, asked_on, due_on=case.requested_due_on, at=at),)
        first, last = asked_on, asked_on
    elif kind == "continuous":
        last = _instant(_given(case, case.as_of, "as_of"), end_of_day=True).date()
        first = last
    else:
        starts = evaluation.cycle_start(regulation, obligation, regulation.instrument.effective_on)
        period = periods.from_key(kind, key, starts=starts)
        first, last = period.start, period.end
    found = evaluation.occurrences(
        regulation,
        obligation,
        from_on=first - _BEFORE,
        until_on=last if kind == "continuous" else last + _AFTER,
        calendar=calendar,
        requests=requests,
    )
    mine = [each for each in found if agency in {each.assigned, each.agency} and each.period.key == key]
    return next(iter(sorted(mine, key=lambda each: each.assigned != agency)), None)


def _obligation(case: Case, regulation: Regulation) -> Obligation:
    if case.obligation:
        return regulation.obligation(case.obligation)
    for obligation in regulation.obligations:
        if case.clause in obligation.clauses:
            return obligation
    raise wrong(case, expected="an obligation that cites the clause", got=str(case.clause))


def _facts(case: Case, *, agency: str, obligation: Obligation) -> tuple[Fact, ...]:
    # A paper is made for a period: the case's own, unless the value says "2026-12-14 for 2025".
    own = case.period if obligation.evidence.match == "for_period" else None
    found = []
    for key, value in case.facts.items():
        kind, _, form = key.rpartition("_")
        if form not in {"on", "at"}:
            raise wrong(case, expected="facts as <fact>_on or <fact>_at", got=key)
        for text in (value,) if isinstance(value, str) else value:
            done, _, doer = text.partition(" by ")
            instant, _, period = done.partition(" for ")
            at = _instant(instant)
            found.append(Fact(kind, doer or agency, at, ref=f"case:{text}", period=period or own))
    return tuple(found)


def _windows(texts: tuple[str, ...]) -> tuple[Window, ...]:
    return tuple(Window.parse(text) for text in texts)


def _spans(texts: tuple[str, ...]) -> list[airtime.Span]:
    return [(each.opens_s, each.closes_s) for each in _windows(texts)]


def _instant(text: str, *, end_of_day: bool = False) -> datetime:
    if len(text) == 10:
        clock = time(23, 59, 59) if end_of_day else time(12)
        return datetime.combine(date.fromisoformat(text), clock, tzinfo=LEGAL_ZONE)
    return datetime.fromisoformat(text).replace(tzinfo=LEGAL_ZONE)


def _written(value: int | date | None) -> str | None:
    return None if value is None else str(value)


def _said(value: bool) -> str:
    return "true" if value else "false"


def _given(case: Case, value: decoding.Record | None, name: str) -> decoding.Record:
    if value is None:
        raise wrong(case, expected=f"the field {name!r} for ask: {case.ask}", got="no such field")
    return value

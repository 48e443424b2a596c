"""Do the cases guard the data? Each number, day, agency and operator is moved by one step; a case has to notice.

A change that the loader's own checks refuse counts as noticed. What no case notices is a survivor: a number that
could be wrong without anyone seeing it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bangtin.rulebook import checking, testing
from bangtin.rulebook.calendars import WorkingCalendar
from bangtin.rulebook.decoding import Source
from bangtin.rulebook.shapes import (
    DatedValue,
    DueRule,
    LanguageRule,
    Obligation,
    Parameter,
    Regulation,
    RetentionRule,
    Route,
    Unit,
)
from bangtin.rulebook.shapes.cases import Case
from bangtin.rulebook.testing import shown
from bangtin.rulebook.texts import MonthDay, Window, clock, clock_s

OPERATORS = {
    "before": "on",
    "on": "before",
    "no_later_than": "before",
    "period_end": "last_working_day",
    "last_working_day": "period_end",
    "within_days": "within_working_days",
    "within_working_days": "within_days",
    "within_hours": "within_days",
}
_FROM_NOTHING = {
    Unit.MONTH_DAY: "06-15",
    Unit.DAY_OF_MONTH: "15",
    Unit.TIME: "12:00",
    Unit.READING: "single",
    Unit.WINDOWS: "08:00-10:00",
}
_STEP_S = 60


@dataclass(frozen=True, slots=True)
class Mutant:
    """The regulation with one thing moved by one step: what, where it stands, from and to."""

    what: str
    place: Source
    regulation: Regulation

    def __str__(self) -> str:
        """Return "file:line: what"."""
        return f"{self.place.file}:{self.place.line}: {self.what}"


def survivors(regulation: Regulation, cases: tuple[Case, ...], *, calendar: WorkingCalendar) -> Iterator[Mutant]:
    """Yield the changes that neither a case nor the loader's checks notice."""
    ordered = list(cases)
    for mutant in mutants(regulation):
        noticed = next((case for case in ordered if not _holds(case, mutant, calendar)), None)
        if noticed is not None:
            ordered.remove(noticed)  # the case that noticed this one likely notices the next
            ordered.insert(0, noticed)
        elif not checking.problems(mutant.regulation):
            yield mutant


def mutants(regulation: Regulation) -> Iterator[Mutant]:
    """Yield every change of one step."""
    yield from _of_dates(regulation)
    yield from _of_parameters(regulation)
    yield from _of_obligations(regulation)
    yield from _of_parties(regulation)
    yield from _of_successions(regulation)


def _holds(case: Case, mutant: Mutant, calendar: WorkingCalendar) -> bool:
    return testing.holds(case, calendar=calendar, regulation=mutant.regulation)


def _of_dates(regulation: Regulation) -> Iterator[Mutant]:
    paper = regulation.instrument
    for step in (-1, 1):
        day = paper.effective_on + timedelta(days=step)
        parameters = {
            name: replace(each, values=(replace(each.values[0], since=day), *each.values[1:]))
            for name, each in regulation.parameters.items()
        }
        moved = replace(regulation, instrument=replace(paper, effective_on=day), parameters=parameters)
        yield Mutant(f"in force from {day}", paper.source, moved)
    if paper.ended_on is not None:
        for step in (-1, 1):
            ended = replace(paper, ended_on=paper.ended_on + timedelta(days=step))
            yield Mutant(f"in force until {ended.ended_on}", paper.source, replace(regulation, instrument=ended))
    for at, amendment in enumerate(paper.amendments):
        for step in (-1, 1):
            yield _with_amendment(regulation, at, amendment.effective_on + timedelta(days=step))


def _with_amendment(regulation: Regulation, at: int, day: date) -> Mutant:
    """The whole amendment moved: its clauses, and the values it sets."""
    paper = regulation.instrument
    amendment = paper.amendments[at]
    amendments = (*paper.amendments[:at], replace(amendment, effective_on=day), *paper.amendments[at + 1 :])
    parameters = {
        name: replace(
            each,
            values=tuple(replace(value, since=day) if value.by == amendment.number else value for value in each.values),
        )
        for name, each in regulation.parameters.items()
    }
    moved = replace(regulation, instrument=replace(paper, amendments=amendments), parameters=parameters)
    return Mutant(f"{amendment.number} in effect from {day}", amendment.source, moved)


def _of_parameters(regulation: Regulation) -> Iterator[Mutant]:
    for name, parameter in regulation.parameters.items():
        for at, dated in enumerate(parameter.values):
            for value in _stepped(parameter, dated):
                what = f"{name} {shown(dated.value)} -> {shown(value)}"
                yield _with_value(regulation, parameter, at, replace(dated, value=value), what=what)
            for step in (-1, 1) if at and dated.by is None else ():  # `by`: moved with its amendment
                since = dated.since + timedelta(days=step)
                what = f"{name} since {dated.since} -> {since}"
                yield _with_value(regulation, parameter, at, replace(dated, since=since), what=what)


def _with_value(regulation: Regulation, parameter: Parameter, at: int, dated: DatedValue, *, what: str) -> Mutant:
    values = (*parameter.values[:at], dated, *parameter.values[at + 1 :])
    changed = {**regulation.parameters, parameter.id: replace(parameter, values=values)}
    return Mutant(what, parameter.source, replace(regulation, parameters=changed))


def _stepped(parameter: Parameter, dated: DatedValue) -> Iterator[str | tuple[str, ...] | None]:
    unit, value = parameter.unit, dated.value
    if value is None:
        yield _FROM_NOTHING.get(unit, "1")
        return
    if unit is Unit.WINDOWS:
        yield from _windows((value,) if isinstance(value, str) else value)
        return
    text = str(value)
    if unit is Unit.READING:
        yield "joint" if text == "single" else "single"
    elif unit is Unit.MONTH_DAY:
        fixed = MonthDay.parse(text)
        for step in (-1, 1):
            moved = date(2023, fixed.month, fixed.day) + timedelta(days=step)
            yield str(MonthDay(moved.month, moved.day))
    elif unit is Unit.TIME:
        yield from (clock(clock_s(text) + step) for step in (-_STEP_S, _STEP_S))
    else:
        yield from (str(int(text) + step) for step in (-1, 1))


def _windows(texts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for at, text in enumerate(texts):
        window = Window.parse(text)
        for opens, closes in ((-_STEP_S, 0), (_STEP_S, 0), (0, -_STEP_S), (0, _STEP_S)):
            moved = Window(window.opens_s + opens, window.closes_s + closes)
            yield (*texts[:at], str(moved), *texts[at + 1 :])


def _of_obligations(regulation: Regulation) -> Iterator[Mutant]:
    for at, obligation in enumerate(regulation.obligations):
        for changed, what in _obligation(regulation, obligation):
            every = (*regulation.obligations[:at], changed, *regulation.obligations[at + 1 :])
            moved = replace(regulation, obligations=every)
            yield Mutant(f"{obligation.id}: {what}", obligation.source, moved)


def _obligation(regulation: Regulation, obligation: Obligation) -> Iterator[tuple[Obligation, str]]:
    for changed, what in _parties(regulation, obligation.owed_by):
        yield replace(obligation, owed_by=changed), f"owed by {what}"
    for changed, what in _parties(regulation, obligation.owed_to):
        yield replace(obligation, owed_to=changed), f"owed to {what}"
    # The last working day of a working day is that day: no difference to notice.
    is_moot = obligation.period.kind == "working_day"
    if obligation.due is not None and obligation.due.operator in OPERATORS and not is_moot:
        due: DueRule = replace(obligation.due, operator=OPERATORS[obligation.due.operator])
        yield replace(obligation, due=due), f"{obligation.due.operator} -> {due.operator}"
    mode = {"single": "joint", "joint": "single"}.get(obligation.evidence.mode)
    if mode is not None and len(regulation.members(obligation.owed_by)) > 1 and obligation.evidence.at_least:
        yield replace(obligation, evidence=replace(obligation.evidence, mode=mode)), f"quota read as {mode}"
    nature = "request" if obligation.nature == "duty" else "duty"
    yield replace(obligation, nature=nature), f"{obligation.nature} -> {nature}"
    for name, day in (("since", obligation.since), ("until", obligation.until)):
        if day is not None:
            for step in (-1, 1):
                moved = day + timedelta(days=step)
                other = replace(obligation, since=moved) if name == "since" else replace(obligation, until=moved)
                yield other, f"{name} {moved}"


def _parties(regulation: Regulation, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for at, name in enumerate(names):
        other = _next_agency(regulation, name)
        yield (*names[:at], other, *names[at + 1 :]), f"{name} -> {other}"


def _next_agency(regulation: Regulation, name: str) -> str:
    ids = [agency.id for agency in regulation.agencies]
    return ids[(ids.index(name) + 1) % len(ids)] if name in ids else ids[0]


def _of_parties(regulation: Regulation) -> Iterator[Mutant]:
    for at, group in enumerate(regulation.groups):
        for members, what in _parties(regulation, group.members):
            groups = (*regulation.groups[:at], replace(group, members=members), *regulation.groups[at + 1 :])
            yield Mutant(f"{group.id}: {what}", group.source, replace(regulation, groups=groups))
    for at, cluster in enumerate(regulation.clusters):
        other = replace(cluster, operator=_next_agency(regulation, cluster.operator))
        clusters = (*regulation.clusters[:at], other, *regulation.clusters[at + 1 :])
        what = f"{cluster.id}: run by {other.operator}"
        yield Mutant(what, cluster.source, replace(regulation, clusters=clusters))
    for at, mandate in enumerate(regulation.mandates):
        moved = replace(mandate, agency=_next_agency(regulation, mandate.agency))
        mandates = (*regulation.mandates[:at], moved, *regulation.mandates[at + 1 :])
        what = f"{mandate.role}: {mandate.agency} -> {moved.agency}"
        yield Mutant(what, mandate.source, replace(regulation, mandates=mandates))
    yield from _of_content(regulation)


def _of_content(regulation: Regulation) -> Iterator[Mutant]:
    for at, route in enumerate(regulation.routes):
        for other, what in _steps(regulation, route):
            routes = (*regulation.routes[:at], other, *regulation.routes[at + 1 :])
            yield Mutant(f"{route.id}: {what}", route.source, replace(regulation, routes=routes))
    for at, rule in enumerate(regulation.retention):
        for names, what in _parties(regulation, rule.held_by):
            kept: tuple[RetentionRule, ...] = (
                *regulation.retention[:at],
                replace(rule, held_by=names),
                *regulation.retention[at + 1 :],
            )
            yield Mutant(f"{rule.id}: held by {what}", rule.source, replace(regulation, retention=kept))
    for at, spoken in enumerate(regulation.languages):
        for names, what in _parties(regulation, spoken.done_by):
            changed: tuple[LanguageRule, ...] = (
                *regulation.languages[:at],
                replace(spoken, done_by=names),
                *regulation.languages[at + 1 :],
            )
            yield Mutant(f"{spoken.id}: done by {what}", spoken.source, replace(regulation, languages=changed))


def _steps(regulation: Regulation, route: Route) -> Iterator[tuple[Route, str]]:
    for at, step in enumerate(route.steps):
        other = replace(step, by=_next_agency(regulation, step.by))
        yield replace(route, steps=(*route.steps[:at], other, *route.steps[at + 1 :])), f"{step.verb} by {other.by}"


def _of_successions(regulation: Regulation) -> Iterator[Mutant]:
    for at, row in enumerate(regulation.successions):
        for step in (-1, 1):
            moved = replace(row, effective_on=row.effective_on + timedelta(days=step))
            rows = (*regulation.successions[:at], moved, *regulation.successions[at + 1 :])
            what = f"{row.predecessor} succeeded on {moved.effective_on}"
            yield Mutant(what, row.source, replace(regulation, successions=rows))

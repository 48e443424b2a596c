"""Checks between the records of one regulation: every name used is defined, every date in order."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from bangtin.rulebook import amending, appraising, citations, duties, hours, identities, periods, successions
from bangtin.rulebook.content import ASKED, DIRECTIONS, LANES
from bangtin.rulebook.decoding import Source
from bangtin.rulebook.errors import Problem
from bangtin.rulebook.shapes import (
    AREAS,
    READINGS,
    Carrier,
    Clause,
    DayHoursRule,
    Disposition,
    DueRule,
    HoursRule,
    Obligation,
    Parameter,
    Regulation,
    Succession,
    Unit,
)

DAY_KINDS = ("working", "make_up_working", "weekend", "holiday")
HOURS_MODES = ("fixed", "operator_sets", "minimum", "round_the_clock")
PERIOD_KINDS = (*periods.KINDS, "event")
NAMES_A_DAY = ("before", "on", "no_later_than")
DUE_OPERATORS = (*NAMES_A_DAY, *duties.TERMS, "period_end", "last_working_day", "at_once")
MATCHES = ("for_period", "in_period", "breach")
ROUTE_KINDS = ("content", "budget", "escalation", "plan", "other")
_LEAP_YEAR = tuple(date(2024, 1, 1) + timedelta(days=count) for count in range(366))


def problems(regulation: Regulation) -> tuple[Problem, ...]:
    """Return every fault between the records, in the order of their kinds; empty if sound."""
    checks = (
        identities.problems,
        _instrument,
        amending.problems,
        _clauses,
        _parameters,
        _agencies,
        _clusters,
        _hours,
        _obligations,
        _content,
        appraising.problems,
        _keeping,
        _reports,
    )
    return tuple(problem for check in checks for problem in check(regulation))


def _fault(source: Source, *, expected: str, got: str, clause: str | None = None) -> Problem:
    return Problem(source.file, source.line, expected=expected, got=got, clause=clause)


def _cited(regulation: Regulation, source: Source, names: Iterable[str | None]) -> Iterator[Problem]:
    for name in names:
        if name is not None and name not in regulation.clauses:
            yield _fault(source, expected="a clause of this instrument", got=repr(name), clause=name)


def _known(source: Source, what: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    defined = set(known)
    for name in names:
        if name not in defined:
            near = difflib.get_close_matches(name, sorted(defined), n=1)
            expected = f"{what} defined in this regulation" + (f" (nearest: {near[0]})" if near else "")
            yield _fault(source, expected=expected, got=repr(name))


def _parties(regulation: Regulation) -> set[str]:
    return {each.id for each in regulation.agencies} | {each.id for each in regulation.groups}


def _one_of(source: Source, what: str, value: str, options: tuple[str, ...]) -> Iterator[Problem]:
    if value not in options:
        yield _fault(source, expected=f"{what}, one of {', '.join(options)}", got=repr(value))


def _instrument(regulation: Regulation) -> Iterator[Problem]:
    paper = regulation.instrument
    if (paper.ended_on is None) != (paper.ended_by is None):
        yield _fault(paper.source, expected="`ended_on` with `ended_by`, the paper that ends it", got="one of them")
    if paper.ended_on is not None and paper.ended_on < paper.effective_on:
        yield _fault(paper.source, expected="an end after it takes effect", got=paper.ended_on.isoformat())


def _clauses(regulation: Regulation) -> Iterator[Problem]:
    seen: list[str] = []
    prefix = f"{regulation.instrument.clause_prefix}/"
    for article in regulation.articles:
        for clause in article.clauses:
            yield from _clause(regulation, clause, prefix=prefix)
            if clause.id in seen:
                yield _fault(clause.source, expected="each clause once", got="it twice", clause=clause.id)
            seen.append(clause.id)
    try:
        ordered = sorted(seen, key=citations.sort_key)
    except ValueError:
        return  # `identities` names the id that is no citation
    for stands, belongs in zip(seen, ordered, strict=True):
        if stands != belongs:
            place = regulation.clauses[stands].source
            yield _fault(place, expected=f"{belongs} here (order of the document)", got=stands, clause=stands)
            return


def _clause(regulation: Regulation, clause: Clause, *, prefix: str) -> Iterator[Problem]:
    if not clause.id.startswith(prefix):
        yield _fault(clause.source, expected=f"an id that starts with {prefix}", got=clause.id)
    yield from _known(clause.source, "an agency or group", clause.actors, _parties(regulation))
    is_carried = clause.carried_by is not None or clause.pending is not None
    if is_carried != (clause.disposition is Disposition.CARRY):
        expected = "`carried_by` or `pending` exactly where the disposition is carry"
        yield _fault(clause.source, expected=expected, got=clause.disposition, clause=clause.id)
    if clause.carried_by is not None and clause.pending is not None:
        yield _fault(clause.source, expected="`carried_by` or `pending`", got="both", clause=clause.id)
    if clause.pending is not None:
        yield from _one_of(clause.source, "an area", clause.pending, AREAS)
    if clause.carried_by is not None:
        yield from _carrier(clause, clause.carried_by)


def _carrier(clause: Clause, carrier: Carrier) -> Iterator[Problem]:
    parts = carrier.feature.split(".")
    wanted = {
        "feature, an import path such as bangtin.rulebook.duties.due": parts[0] == "bangtin"
        and len(parts) > 2
        and all(part.isidentifier() for part in parts),
        "shown, a page such as /nghia-vu/ or a command such as bangtin hours": carrier.shown.startswith(
            ("/", "bangtin ")
        ),
        "test, as file::name or the name of one of the clause's cases": bool(carrier.test.strip(": ")),
    }
    for expected, is_so in wanted.items():
        if not is_so:
            got = repr(getattr(carrier, expected.partition(",")[0]))
            yield _fault(carrier.source, expected=expected, got=got, clause=clause.id)


def _parameters(regulation: Regulation) -> Iterator[Problem]:
    for parameter in regulation.parameters.values():
        yield from _cited(regulation, parameter.source, [parameter.clause])
        if parameter.clause is None and not parameter.is_local:
            yield _fault(parameter.source, expected="a clause, or is_local: true", got="neither")
        days = [dated.since for dated in parameter.values]
        if not days or days != sorted(set(days)):
            expected = "values with different `since` days, oldest first"
            yield _fault(parameter.source, expected=expected, got=f"{len(days)} values", clause=parameter.clause)
        elif days[0] != regulation.instrument.effective_on:
            on = regulation.instrument.effective_on
            expected = f"a first value since {on}, the day the instrument takes effect (`value: null` if set later)"
            yield _fault(parameter.source, expected=expected, got=days[0].isoformat(), clause=parameter.clause)
        yield from _values(parameter)


def _values(parameter: Parameter) -> Iterator[Problem]:
    for dated in parameter.values:
        try:
            if parameter.unit is Unit.WINDOWS:
                windows = parameter.windows(dated.since) or ()
                pairs = itertools.pairwise(windows)
                if any(first.closes_s > second.opens_s for first, second in pairs):
                    raise ValueError("windows in order that do not overlap")
            elif parameter.unit is Unit.MONTH_DAY:
                parameter.month_day(dated.since)
            elif parameter.unit is Unit.TIME:
                parameter.time_s(dated.since)
            elif parameter.unit is Unit.READING:
                if parameter.word(dated.since) not in READINGS:
                    raise ValueError(f"one of {', '.join(READINGS)}")
            else:
                _whole(parameter, parameter.number(dated.since))
        except ValueError as error:
            got = repr(dated.value)
            yield _fault(parameter.source, expected=str(error), got=got, clause=parameter.clause)


def _whole(parameter: Parameter, number: int | None) -> None:
    lowest = {Unit.HOUR: 0, Unit.MINUTE: 0}.get(parameter.unit, 1)
    highest = {Unit.HOUR: 744, Unit.MINUTE: 1440, Unit.DAY_OF_MONTH: 31}.get(parameter.unit, 10_000)
    if number is not None and not lowest <= number <= highest:
        raise ValueError(f"a whole number from {lowest} to {highest} ({parameter.unit})")


def _agencies(regulation: Regulation) -> Iterator[Problem]:
    ids = [agency.id for agency in regulation.agencies]
    for agency in regulation.agencies:
        yield from _cited(regulation, agency.source, agency.clauses)
        yield from _known(agency.source, "a parent agency", [agency.parent] if agency.parent else [], ids)
        since = [dated.since for dated in agency.names[1:]]
        if not agency.names or any(day is None for day in since):
            yield _fault(agency.source, expected="a name, and `since` on each later one", got="none")
    for group in regulation.groups:
        yield from _cited(regulation, group.source, group.clauses)
        yield from _known(group.source, "an agency or group", group.members, _parties(regulation))
        if group.id in _reached(group.id, {each.id: each.members for each in regulation.groups}):
            yield _fault(group.source, expected="groups without a circle", got=group.id)
    for post in regulation.posts:
        yield from _known(post.source, "an agency", [post.agency], ids)
    for mandate in regulation.mandates:
        yield from _known(mandate.source, "an agency or group", [mandate.agency], _parties(regulation))
        yield from _cited(regulation, mandate.source, [mandate.clause])
    yield from _known(regulation.instrument.source, "an issuer", [regulation.instrument.issuer], ids)
    yield from _successions(regulation)


def _successions(regulation: Regulation) -> Iterator[Problem]:
    ids = [agency.id for agency in regulation.agencies]
    following: dict[str, tuple[str, ...]] = {}
    for row in regulation.successions:
        named = [row.predecessor] if row.successor is None else [row.predecessor, row.successor]
        yield from _known(row.source, "an agency", named, ids)
        yield from _succession(regulation, row)
        if row.successor is not None:
            following[row.predecessor] = (*following.get(row.predecessor, ()), row.successor)
        if row.predecessor in _reached(row.predecessor, following):
            yield _fault(row.source, expected="successions without a circle", got=row.predecessor)
    for first, second in itertools.combinations(regulation.successions, 2):
        if first.predecessor == second.predecessor and first.kind == second.kind and first.kind in {"rename", "merge"}:
            expected = f"one {first.kind} of {first.predecessor} (several heirs are a split)"
            yield _fault(second.source, expected=expected, got="two that overlap")


def _succession(regulation: Regulation, row: Succession) -> Iterator[Problem]:
    yield from _one_of(row.source, "a kind", row.kind, successions.KINDS)
    if (row.kind == "abolish") != (row.successor is None):
        yield _fault(row.source, expected="`successor: null` exactly where the kind is abolish", got=row.kind)
    if row.kind == "transfer" and not row.duties and not row.clusters:
        yield _fault(row.source, expected="the duties or clusters that a transfer hands over", got="neither")
    if not row.basis.strip():
        yield _fault(row.source, expected="a legal basis", got="none")
    yield from _known(row.source, "an obligation", row.duties, [each.id for each in regulation.obligations])
    yield from _known(row.source, "a cluster", row.clusters, [each.id for each in regulation.clusters])


def _reached(start: str, following: Mapping[str, tuple[str, ...]]) -> set[str]:
    reached: set[str] = set()
    fresh = set(following.get(start, ()))
    while fresh:
        reached |= fresh
        fresh = {after for name in fresh for after in following.get(name, ())} - reached
    return reached


def _clusters(regulation: Regulation) -> Iterator[Problem]:
    ids = [agency.id for agency in regulation.agencies]
    faces: list[str] = []
    for cluster in regulation.clusters:
        yield from _cited(regulation, cluster.source, [cluster.clause])
        yield from _known(cluster.source, "an operator", [cluster.operator], ids)
        faces += [face.id for face in cluster.faces]
        if not cluster.faces or len(faces) != len(set(faces)):
            yield _fault(cluster.source, expected="faces with ids of their own", got=str(faces))


def _hours(regulation: Regulation) -> Iterator[Problem]:
    clusters = [cluster.id for cluster in regulation.clusters]
    for rule in regulation.hours:
        yield from _known(rule.source, "a cluster", rule.clusters, clusters)
        yield from _cited(regulation, rule.source, [rule.instruction_clause])
        yield from _hours_rule(regulation, rule)


def _hours_rule(regulation: Regulation, rule: HoursRule) -> Iterator[Problem]:
    for each in rule.by_day:
        yield from _cited(regulation, rule.source, [each.clause])
        yield from _one_of(rule.source, "a mode", each.mode, HOURS_MODES)
        for kind in each.days:
            yield from _one_of(rule.source, "a kind of day", kind, DAY_KINDS)
        unknown = tuple(_known(rule.source, "a parameter", each.named(), regulation.parameters))
        yield from unknown
        if unknown:
            return
        yield from _mode(regulation, rule, each)
    paper = regulation.instrument
    for as_of in (paper.effective_on, *(each.effective_on for each in paper.amendments)):
        yield from _all_days(regulation, rule, as_of=as_of)


def _all_days(regulation: Regulation, rule: HoursRule, *, as_of: date) -> Iterator[Problem]:
    standing = [each for each in rule.by_day if regulation.stands(each.clause, as_of)]
    for kind in DAY_KINDS:
        parts = [each for each in standing if kind in each.days]
        odd = [day for day in _LEAP_YEAR if sum(_in_season(regulation, each, day, as_of=as_of) for each in parts) != 1]
        if odd:
            expected = f"each kind of day once ({', '.join(DAY_KINDS)}), all the year round"
            yield _fault(rule.source, expected=expected, got=f"{kind}: not so on {odd[0]:%d/%m}")


def _mode(regulation: Regulation, rule: HoursRule, part: DayHoursRule) -> Iterator[Problem]:
    if (part.mode == "fixed") != (part.windows is not None):
        yield _fault(rule.source, expected="`windows` exactly where the mode is fixed", got=part.mode)
    if (part.mode == "minimum") != (part.minimum is not None):
        yield _fault(rule.source, expected="`minimum` exactly where the mode is minimum", got=part.mode)
    if (part.season_from is None) != (part.season_until is None):
        yield _fault(rule.source, expected="`season_from` and `season_until` together", got="one of them")
    for name in (part.noon, part.tolerance):
        if name is not None and not regulation.parameter(name).is_local:
            expected = "a local parameter: only the province may set it"
            yield _fault(rule.source, expected=expected, got=name, clause=part.clause)


def _in_season(regulation: Regulation, part: DayHoursRule, on: date, *, as_of: date) -> bool:
    bounds = [regulation.parameter(name) for name in (part.season_from, part.season_until) if name is not None]
    # Seasons are checked as they stood on that day; the year the day lies in does not matter.
    return not bounds or hours.in_span(bounds[0].month_day(as_of), bounds[-1].month_day(as_of), on)


def _obligations(regulation: Regulation) -> Iterator[Problem]:
    for obligation in regulation.obligations:
        yield from _cited(regulation, obligation.source, obligation.clauses)
        parties = (*obligation.owed_by, *obligation.owed_to)
        yield from _known(obligation.source, "an agency or group", parties, _parties(regulation))
        yield from _one_of(obligation.source, "a period", obligation.period.kind, PERIOD_KINDS)
        yield from _one_of(obligation.source, "a match", obligation.evidence.match, MATCHES)
        yield from _one_of(obligation.source, "a nature", obligation.nature, ("duty", "request"))
        named = [name for name in (obligation.period.starts, obligation.evidence.at_least) if name]
        if obligation.evidence.mode not in READINGS:
            named.append(obligation.evidence.mode)
        yield from _known(obligation.source, "a parameter", named, regulation.parameters)
        if (obligation.until is None) != (obligation.until_basis is None):
            yield _fault(obligation.source, expected="`until` with `until_basis`", got="one of them")
        if obligation.due is not None:
            yield from _due(regulation, obligation, obligation.due)


def _due(regulation: Regulation, obligation: Obligation, due: DueRule) -> Iterator[Problem]:
    yield from _cited(regulation, obligation.source, [due.clause])
    yield from _one_of(obligation.source, "a due operator", due.operator, DUE_OPERATORS)
    names_a_day = due.operator in NAMES_A_DAY
    if (names_a_day or due.operator in duties.TERMS) != (due.day is not None):
        expected = "`day` exactly where the operator names a day or a term"
        yield _fault(obligation.source, expected=expected, got=due.operator, clause=due.clause)
    yield from _known(obligation.source, "a parameter", [due.day] if due.day else [], regulation.parameters)
    if names_a_day and due.day in regulation.parameters:
        yield from _lasting_day(regulation.parameters[due.day or ""], obligation)


def _lasting_day(parameter: Parameter, obligation: Obligation) -> Iterator[Problem]:
    last = {Unit.DAY_OF_MONTH: "28", Unit.MONTH_DAY: "02-28"}.get(parameter.unit)
    values = [str(dated.value) for dated in parameter.values if dated.value is not None]
    if last is None:
        expected = "a parameter of unit day_of_month or month_day"
        yield _fault(obligation.source, expected=expected, got=f"{parameter.id} ({parameter.unit})")
    elif last == "28" and any(value.isdigit() and int(value) > 28 for value in values):
        expected = "a day that every month has, or the operator last_working_day or period_end"
        yield _fault(parameter.source, expected=expected, got=", ".join(values), clause=parameter.clause)
    elif last == "02-28" and "02-29" in values:
        expected = "a day that every year has"
        yield _fault(parameter.source, expected=expected, got="02-29", clause=parameter.clause)


def _content(regulation: Regulation) -> Iterator[Problem]:
    ids = [category.id for category in regulation.categories]
    for category in regulation.categories:
        yield from _cited(regulation, category.source, [category.clause])
        yield from _known(category.source, "a category", [category.parent] if category.parent else [], ids)
        for word in category.asks:
            yield from _one_of(category.source, "something a sender is asked", word, ASKED)
        yield from _one_of(category.source, "a direction", category.direction or DIRECTIONS[0], DIRECTIONS)
    for route in regulation.routes:
        yield from _cited(regulation, route.source, [step.clause for step in route.steps])
        parties = [step.by for step in route.steps]
        yield from _known(route.source, "an agency or group", parties, _parties(regulation))

        yield from _one_of(route.source, "a kind of route", route.kind, ROUTE_KINDS)
        yield from _one_of(route.source, "a lane", route.lane or LANES[0], LANES)
        terms = [name for name in (route.unless, *(step.term for step in route.steps)) if name is not None]
        yield from _known(route.source, "a parameter", terms, regulation.parameters)


def _keeping(regulation: Regulation) -> Iterator[Problem]:
    for rule in regulation.retention:
        yield from _cited(regulation, rule.source, [rule.clause])
        yield from _known(rule.source, "an agency or group", rule.held_by, _parties(regulation))
        yield from _known(rule.source, "a parameter", [rule.months], regulation.parameters)
    for language in regulation.languages:
        yield from _cited(regulation, language.source, [language.clause])
        yield from _known(language.source, "an agency or group", language.done_by, _parties(regulation))
        yield from _known(language.source, "a required language", filter(None, [language.fallback]), language.required)


def _reports(regulation: Regulation) -> Iterator[Problem]:
    obligations = [obligation.id for obligation in regulation.obligations]
    for report in regulation.reports:
        yield from _known(report.source, "an obligation", [report.obligation], obligations)
        cited = [report.clause, report.outline_clause, *(section.clause for section in report.outline)]
        yield from _cited(regulation, report.source, cited)
        names = [figure.name for figure in report.figures()]
        if len(names) != len(set(names)):
            yield _fault(report.source, expected="each figure once", got=", ".join(sorted(names)))

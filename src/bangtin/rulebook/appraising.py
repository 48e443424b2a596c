"""Which points of appraisal an instrument asks of content of a kind, on a day, and what its answers still lack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from bangtin.rulebook.errors import Problem
from bangtin.rulebook.shapes import Criterion, GroundsTemplate, Regulation

MET, NOT_MET, NOT_APPLICABLE = "met", "not_met", "not_applicable"
ANSWERS = (MET, NOT_MET, NOT_APPLICABLE)
NATURES = ("person",)
OUTCOMES = ("returned", "rejected", "approved")


def criteria(regulation: Regulation, *, categories: Iterable[str], on: date) -> tuple[Criterion, ...]:
    """Return the points for content of these kinds whose clauses stand on `on`, in the order of the data."""
    line = {above for each in categories for above in _line(regulation, each)}
    return tuple(
        each
        for each in regulation.criteria
        if regulation.stands(each.clause, on) and (not each.categories or line & set(each.categories))
    )


def open_points(asked: tuple[Criterion, ...], answers: Mapping[str, str]) -> tuple[Criterion, ...]:
    """Return the mandatory points without a usable answer; "does not apply" counts only where the point allows it."""
    return tuple(each for each in asked if each.is_mandatory and not is_answered(each, answers.get(each.id, "")))


def failed_points(asked: tuple[Criterion, ...], answers: Mapping[str, str]) -> tuple[Criterion, ...]:
    """Return the mandatory points answered "not met"."""
    return tuple(each for each in asked if each.is_mandatory and answers.get(each.id) == NOT_MET)


def is_answered(criterion: Criterion, answer: str) -> bool:
    """Return whether `answer` is one the point takes."""
    return answer in {MET, NOT_MET} or (answer == NOT_APPLICABLE and criterion.may_not_apply)


def templates(regulation: Regulation, *, on: date) -> tuple[GroundsTemplate, ...]:
    """Return the common grounds whose clauses stand on `on`."""
    return tuple(each for each in regulation.grounds if each.clause is None or regulation.stands(each.clause, on))


def problems(regulation: Regulation) -> Iterator[Problem]:
    """Yield the faults of criteria and grounds: clauses and categories that exist, words that are known."""
    categories = {each.id for each in regulation.categories}
    for each in regulation.criteria:
        place = each.source
        if each.clause not in regulation.clauses:
            expected = "a clause of this instrument"
            yield Problem(place.file, place.line, expected=expected, got=repr(each.clause), clause=each.clause)
        if each.nature not in NATURES:
            expected = f"a nature, one of {', '.join(NATURES)}"
            yield Problem(place.file, place.line, expected=expected, got=repr(each.nature), clause=each.clause)
        for name in each.categories:
            if name not in categories:
                expected = "a category defined in this regulation"
                yield Problem(place.file, place.line, expected=expected, got=repr(name), clause=each.clause)
    for template in regulation.grounds:
        place = template.source
        if template.outcome not in OUTCOMES:
            expected = f"an outcome, one of {', '.join(OUTCOMES)}"
            yield Problem(place.file, place.line, expected=expected, got=repr(template.outcome))
        if template.clause is not None and template.clause not in regulation.clauses:
            expected = "a clause of this instrument"
            yield Problem(place.file, place.line, expected=expected, got=repr(template.clause), clause=template.clause)


def _line(regulation: Regulation, category: str) -> Iterator[str]:
    """The category and those above it."""
    above = {each.id: each.parent for each in regulation.categories}
    found: str | None = category
    seen: set[str] = set()
    while found and found not in seen:
        seen.add(found)
        yield found
        found = above.get(found)

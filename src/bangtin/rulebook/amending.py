"""Checks of amendments: what a later paper rewords, inserts and repeals, and the values it sets from its day."""

from __future__ import annotations

from collections.abc import Iterator

from bangtin.rulebook.decoding import Source
from bangtin.rulebook.errors import Problem
from bangtin.rulebook.shapes import Amendment, Regulation


def problems(regulation: Regulation) -> Iterator[Problem]:
    """Yield the faults of the amendments and of the values that name them."""
    paper = regulation.instrument
    numbers: dict[str, Amendment] = {}
    for amendment in paper.amendments:
        if amendment.number in numbers:
            yield _fault(amendment.source, expected="each amendment once", got=f"{amendment.number!r} twice")
        numbers[amendment.number] = amendment
        yield from _amendment(regulation, amendment)
    for clause in regulation.clauses:
        if regulation.added_on(clause) >= regulation.repealed_on(clause):
            place = regulation.clauses[clause].source
            yield _fault(place, expected="a repeal after the day it was added", got="not so", clause=clause)
    for parameter in regulation.parameters.values():
        for dated in parameter.values:
            if dated.by is None:
                continue
            setting = numbers.get(dated.by)
            if setting is None:
                yield _fault(parameter.source, expected="an amendment of this instrument", got=repr(dated.by))
            elif setting.effective_on != dated.since:
                expected = f"a value since {setting.effective_on}, the day {setting.number} takes effect"
                yield _fault(parameter.source, expected=expected, got=dated.since.isoformat())


def _amendment(regulation: Regulation, amendment: Amendment) -> Iterator[Problem]:
    paper, place = regulation.instrument, amendment.source
    for name in (*amendment.clauses, *amendment.repeals, *amendment.adds):
        if name not in regulation.clauses:
            yield _fault(place, expected="a clause of this instrument", got=repr(name), clause=name)
    if amendment.effective_on < paper.effective_on:
        got = amendment.effective_on.isoformat()
        yield _fault(place, expected="a day from the instrument's own on", got=got)
    for other in paper.amendments:
        for name in set(amendment.repeals) & set(other.repeals) if other is not amendment else ():
            if other.effective_on <= amendment.effective_on and other.number != amendment.number:
                yield _fault(place, expected="a clause that still stands", got=repr(name), clause=name)


def _fault(source: Source, *, expected: str, got: str, clause: str | None = None) -> Problem:
    return Problem(source.file, source.line, expected=expected, got=got, clause=clause)

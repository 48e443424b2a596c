"""Checks of names: ids that are well formed, stand under their province, and are given once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from bangtin.rulebook import citations
from bangtin.rulebook.decoding import Source
from bangtin.rulebook.errors import Problem
from bangtin.rulebook.shapes import Regulation

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST = 60


class Named(Protocol):
    """A record with an id and its place."""

    @property
    def id(self) -> str:
        """Return its id."""
        ...

    @property
    def source(self) -> Source:
        """Return where it stands."""
        ...


def is_slug(text: str) -> bool:
    """Return whether `text` may be part of an id, and so of a path: small letters, digits, single hyphens."""
    return len(text) <= LONGEST and SLUG.fullmatch(text) is not None


def problems(regulation: Regulation) -> Iterator[Problem]:
    """Yield the faults of the ids of one regulation."""
    paper = regulation.instrument
    place, number = paper.source, paper.id.removeprefix(f"{paper.province}/")
    if not is_slug(paper.province):
        expected = "a province in small letters, digits and hyphens, such as cao-bang"
        yield _fault(place, expected=expected, got=repr(paper.province))
    if not is_slug(number) or paper.id != f"{paper.province}/{number}":
        expected = "an id as <province>/<number>, such as cao-bang/31-2020-qd-ubnd"
        yield _fault(place, expected=expected, got=repr(paper.id))
    if not is_slug(paper.clause_prefix):
        expected = "a clause prefix in small letters, digits and hyphens"
        yield _fault(place, expected=expected, got=repr(paper.clause_prefix))
    named: tuple[Named, ...] = (*regulation.agencies, *regulation.groups, *regulation.clusters)
    for each in named:
        if each.id != f"{paper.province}/{each.id.rpartition('/')[2]}" or not is_slug(each.id.rpartition("/")[2]):
            yield _fault(each.source, expected=f"an id as {paper.province}/<name>", got=repr(each.id))
    yield from _faces(regulation)
    yield from _once(regulation)
    yield from _cluster_hours(regulation)
    yield from _places(regulation)


def _places(regulation: Regulation) -> Iterator[Problem]:
    for clause in regulation.clauses.values():
        try:
            citations.sort_key(clause.id)
        except ValueError:
            expected = "a clause id such as cao-bang/8.1.a"
            yield _fault(clause.source, expected=expected, got=repr(clause.id), clause=clause.id)


def _faces(regulation: Regulation) -> Iterator[Problem]:
    for cluster in regulation.clusters:
        for face in cluster.faces:
            if not is_slug(face.id):
                yield _fault(cluster.source, expected="a face id in small letters and hyphens", got=repr(face.id))
            if not (16 <= face.width <= 16384 and 16 <= face.height <= 16384 and 0 < face.pitch_mm <= 100):
                expected = "a face of 16 to 16384 pixels a side and a pitch up to 100 mm"
                yield _fault(cluster.source, expected=expected, got=f"{face.geometry}, {face.pitch_mm:g} mm")
            if face.rotation not in (0, 90, 180, 270):
                expected = "a face turned by 0, 90, 180 or 270 degrees"
                yield _fault(cluster.source, expected=expected, got=str(face.rotation))


def _once(regulation: Regulation) -> Iterator[Problem]:
    groups: tuple[tuple[Named, ...], ...] = (
        (*regulation.agencies, *regulation.groups),
        regulation.clusters,
        regulation.hours,
        regulation.obligations,
        regulation.categories,
        regulation.routes,
        regulation.reports,
        regulation.languages,
        regulation.language_groups,
        regulation.retention,
        regulation.criteria,
        regulation.grounds,
        regulation.posts,
    )
    for records in groups:
        yield from _repeated(records)


def _repeated(records: Iterable[Named]) -> Iterator[Problem]:
    seen: set[str] = set()
    for each in records:
        if each.id in seen:
            yield _fault(each.source, expected="each id once", got=f"{each.id!r} twice")
        seen.add(each.id)


def _cluster_hours(regulation: Regulation) -> Iterator[Problem]:
    seen: set[str] = set()
    for rule in regulation.hours:
        for cluster in rule.clusters:
            if cluster in seen:
                yield _fault(rule.source, expected="one rule of hours a cluster", got=f"{cluster!r} twice")
            seen.add(cluster)
    for each in regulation.clusters:
        if regulation.hours and each.id not in seen:
            yield _fault(each.source, expected="a rule of hours for each cluster", got=f"none for {each.id!r}")


def _fault(source: Source, *, expected: str, got: str, clause: str | None = None) -> Problem:
    return Problem(source.file, source.line, expected=expected, got=got, clause=clause)

"""Passages as issued beside our clauses: the same place, so that our parts `-1`, `-2` share their passage."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bangtin.rulebook import citations
from bangtin.rulebook.issued.shapes import Kind, Passage

MARKED = (Kind.ARTICLE, Kind.CLAUSE, Kind.POINT, Kind.ITEM)


@dataclass(frozen=True, slots=True)
class Links:
    """Our clauses for each passage (in the passages' order), and what stands alone on either side."""

    clauses: tuple[tuple[str, ...], ...]
    without_text: tuple[str, ...]
    without_clause: tuple[str, ...]


def link(passages: Sequence[Passage], clauses: Collection[str]) -> Links:
    """Return which clause ids of ours each passage stands for.

    `without_clause` are the places of passages for which neither they, nor what stands above or under them, has one.
    """
    by_place: dict[str, list[str]] = {}
    for clause in clauses:
        by_place.setdefault(citations.parse(clause).place, []).append(clause)
    places = {passage.place for passage in passages}
    alone = dict.fromkeys(
        one.place for one in passages if one.kind in MARKED and not any(_is_near(one.place, each) for each in by_place)
    )
    return Links(
        clauses=tuple(tuple(by_place.get(passage.place, ())) for passage in passages),
        without_text=tuple(one for place, some in by_place.items() if place not in places for one in some),
        without_clause=tuple(alone),
    )


def _is_near(place: str, other: str) -> bool:
    return place == other or place.startswith(f"{other}.") or other.startswith(f"{place}.")

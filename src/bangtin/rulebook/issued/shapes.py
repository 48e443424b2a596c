"""Shapes of a text as issued: passages with their places, what could not be placed, what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bangtin.rulebook import citations
from bangtin.rulebook.shapes import Regulation


class Kind(StrEnum):
    """What a passage is, by the marker it begins with."""

    ARTICLE = "article"  # "Điều 5."
    SECTION = "section"  # "II." of a plan or an outline
    CLAUSE = "clause"  # "1."
    POINT = "point"  # "a)"
    ITEM = "item"  # "-", "+"
    TEXT = "text"  # words without a marker
    HEADING = "heading"  # "Chương II"


class Why(StrEnum):
    """Why a line could not be placed."""

    NOT_NEXT = "not_next"
    HEADING_LOST = "heading_lost"
    NO_ARTICLE = "no_article"
    NO_NUMBER = "no_number"
    TAKEN = "taken"
    AFTER_END = "after_end"
    BEFORE_TITLE = "before_title"


class LeftOut(StrEnum):
    """What is left out on purpose."""

    PAGE = "page_chrome"  # page numbers, running headers, the gazette's name, navigation of a web page
    RULES = "rules"  # lines of a drawn table or a ruled line
    NATION = "national_heading"  # issuer, name of the State, number, place and day
    SIGNATURE = "signatures"  # signatures and recipients


@dataclass(frozen=True, slots=True)
class Passage:
    """One article, clause or point in its own words.

    `place` as in clause ids ("13", "13.1.a", "QD.2", "DC.II"); `marker` as printed, empty where it has none;
    `lines` are the source lines it was read from, counted from 1.
    """

    place: str
    kind: Kind
    marker: str
    text: str
    lines: tuple[int, ...]

    @property
    def line(self) -> int:
        """Return its first line."""
        return self.lines[0]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Lines that could not be placed, and why."""

    marker: str
    text: str
    why: Why
    lines: tuple[int, ...]

    @property
    def line(self) -> int:
        """Return its first line."""
        return self.lines[0]


@dataclass(frozen=True, slots=True)
class Issued:
    """A text as issued, split: every line that is not blank stands in exactly one of the first three.

    `lost_headings` are the articles whose headings the copy lost, placed by the regulation's own structure.
    """

    passages: tuple[Passage, ...]
    unplaced: tuple[Unplaced, ...]
    left_out: tuple[tuple[int, LeftOut], ...]
    lost_headings: tuple[str, ...] = ()

    def counted(self, kind: Kind) -> int:
        """Return how many passages of a kind there are."""
        return sum(one.kind is kind for one in self.passages)

    @property
    def left_out_counts(self) -> dict[str, int]:
        """Return how many lines were left out, by what they are."""
        return {str(kind): count for kind, count in sorted(Counter(kind for _line, kind in self.left_out).items())}


@dataclass(frozen=True, slots=True)
class Known:
    """What a regulation's own data say of its structure: its places, and the headings of its articles."""

    places: frozenset[str] = frozenset()
    headings: Mapping[str, str] = field(default_factory=dict)

    def clause_numbers(self, article: str) -> tuple[int, ...]:
        """Return the numbers of an article's clauses, in order."""
        depth, found = len(article.split(".")), set()
        for place in self.places:
            parts = place.split(".")
            if place.startswith(f"{article}.") and parts[depth].isdigit():
                found.add(int(parts[depth]))
        return tuple(sorted(found))


NOTHING_KNOWN = Known()


def known(regulation: Regulation) -> Known:
    """Return what a regulation's data say of its structure."""
    return Known(
        places=frozenset(places_of(regulation.clauses)),
        headings={article.id: article.heading.vi for article in regulation.articles},
    )


def places_of(clauses: Iterable[str]) -> set[str]:
    """Return the places of clause ids: "8.1" for "cao-bang/8.1-2"."""
    return {citations.parse(one).place for one in clauses}

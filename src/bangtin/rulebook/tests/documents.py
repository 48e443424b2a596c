"""The documents and the list of clauses, where they stand beside the repository; tests skip where they do not."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

import pytest

from bangtin.rulebook import loading, testing
from bangtin.rulebook.shapes import Regulation

SHARED = Path(__file__).resolve().parents[5] / "shared"
RUN = 12
TOLD_BOTH_WAYS = ("deadline", "operating_hours", "retention", "language", "report")


class Listed(TypedDict):
    """What the list says of a clause, as far as tests compare it."""

    id: str
    kind: str
    disposition: str


def document(number: str) -> tuple[str, ...]:
    """Return the words of a document in small letters, by the number its file begins with."""
    found = sorted((SHARED / "seeds").glob(f"{number}_*.txt"))
    if not found:
        pytest.skip("the document is not beside the repository")
    return words(found[0].read_text(encoding="utf-8"))


def listed(prefix: str) -> dict[str, Listed]:
    """Return the list of clauses under a prefix, by id."""
    path = SHARED / "regulations" / "clauses.json"
    if not path.is_file():
        pytest.skip("the list of clauses is not beside the repository")
    rows: list[Listed] = json.loads(path.read_text(encoding="utf-8"))
    return {row["id"]: row for row in rows if row["id"].startswith(f"{prefix}/")}


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text in small letters."""
    return tuple(re.findall(r"\w+", text.lower()))


def stands_in(text: str, paper: tuple[str, ...]) -> bool:
    """Return whether a text stands in a document word for word."""
    return f" {' '.join(words(text))} " in f" {' '.join(paper)} "


def copied(regulation: Regulation, paper: tuple[str, ...]) -> list[str]:
    """Return what we took from a document twelve words in a row, with the record it stands in."""
    runs = {paper[at : at + RUN] for at in range(len(paper) - RUN + 1)}
    return [
        f"{name}: {text}"
        for name, text in _ours(regulation)
        if any(words(text)[at : at + RUN] in runs for at in range(len(words(text)) - RUN + 1))
    ]


def lacking_cases(regulation: Regulation) -> list[str]:
    """Return the clauses on deadlines, hours, keeping, languages and reports that have fewer than two cases."""
    root = loading.default_root()
    counted = Counter(case.clause for case in testing.cases(root / regulation.id, root=root))
    told = [clause.id for clause in regulation.clauses.values() if clause.kind in TOLD_BOTH_WAYS]
    return [name for name in told if counted[name] < 2]


def _ours(regulation: Regulation) -> Iterator[tuple[str, str]]:
    for clause in regulation.clauses.values():
        yield clause.id, clause.says.vi
        if clause.note is not None:
            yield clause.id, clause.note.vi
    for obligation in regulation.obligations:
        yield obligation.id, obligation.title.vi
        if obligation.note is not None:
            yield obligation.id, obligation.note.vi
    for erratum in regulation.errata:
        yield erratum.place, erratum.printed
        yield erratum.place, erratum.note.vi

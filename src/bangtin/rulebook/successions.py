"""What became of an agency, by date: who answers today for what was laid on a body that has since changed.

A duty never falls away with its agency: where no successor is recorded, the ended agency stays named and
`is_recorded` is False ("no successor recorded") until a row with a legal basis names one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bangtin.rulebook.shapes import Regulation, Succession

KINDS = ("rename", "merge", "split", "transfer", "abolish")


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers on a day; `rows` led there. `is_recorded` False: the agency ended and nobody is recorded."""

    agencies: tuple[str, ...]
    is_recorded: bool = True
    rows: tuple[Succession, ...] = ()


def with_rows(regulation: Regulation, rows: Iterable[Succession]) -> Regulation:
    """Return the regulation with more succession rows (those a province has entered)."""
    return dataclasses.replace(regulation, successions=(*regulation.successions, *rows))


def answering(
    regulation: Regulation, agency: str, on: date, *, duty: str | None = None, cluster: str | None = None
) -> Answering:
    """Return who answers on `on` for what the regulation laid on `agency`.

    `duty` (an obligation id) and `cluster` follow what a split or a transfer handed over of just these.
    """
    if not regulation.successions:
        return Answering((agency,))
    standing: dict[str, None] = {}
    rows: list[Succession] = []
    is_recorded = True
    waiting = [agency]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        taken = _taking(regulation, name, on, duty=duty, cluster=cluster)
        rows += taken
        heirs = [row.successor for row in taken if row.successor is not None]
        if not heirs:
            standing[name] = None
            is_recorded = is_recorded and not taken
        waiting += heirs
    if not standing:  # rows that lead in a circle name nobody: the duty stays where it was laid
        return Answering((agency,), False, tuple(rows))
    return Answering(tuple(standing), is_recorded, tuple(rows))


def lineage(regulation: Regulation, agency: str, *, duty: str | None = None) -> tuple[str, ...]:
    """Return the agency and every body that ever answers for its duty, in the order they follow each other."""
    rows = answering(regulation, agency, date.max, duty=duty).rows
    names = [agency, *(row.successor for row in rows if row.successor is not None)]
    return tuple(dict.fromkeys(names))


def operator(regulation: Regulation, cluster: str, on: date) -> Answering:
    """Return who runs a cluster on `on`."""
    return answering(regulation, regulation.cluster(cluster).operator, on, cluster=cluster)


def _taking(
    regulation: Regulation, agency: str, on: date, *, duty: str | None, cluster: str | None
) -> list[Succession]:
    held = [
        row
        for row in regulation.successions
        if row.predecessor == agency and row.effective_on <= on and _covers(row, duty=duty, cluster=cluster)
    ]
    heirs = [row for row in held if row.successor is not None]
    # The first to take it over holds it: what left in 2024 does not go along with the merger of 2025.
    first = min((row.effective_on for row in heirs), default=None)
    return [row for row in heirs if row.effective_on == first] or held[:1]


def _covers(row: Succession, *, duty: str | None, cluster: str | None) -> bool:
    if not row.duties and not row.clusters:
        return True
    return (duty is not None and duty in row.duties) or (cluster is not None and cluster in row.clusters)

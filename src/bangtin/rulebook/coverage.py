"""Every clause accounted for: carried by a named feature, waiting for one, or nothing for a system to hold.

Pure counting. Whether a feature and its page are really there, the caller says (`is_there`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bangtin.rulebook import testing
from bangtin.rulebook.calendars import WorkingCalendar
from bangtin.rulebook.shapes import Carrier, Clause, Disposition, Regulation
from bangtin.rulebook.shapes.cases import Case

GUARDED = frozenset({"operating_hours", "deadline", "retention", "language", "report"})
_Answer = str | tuple[str, ...] | None
# Answers that have two sides in themselves: what the engine refuses, flags, lets by or does not know.
_HAS_SIDES = frozenset(
    {
        "advertising",
        "advice",
        "has_successor",
        "in_force",
        "kept_until",
        "may_go",
        "missing",
        "occurs",
        "permitted",
        "priority",
        "refused",
        "rolled_from",
        "unnamed",
        "value",
        "windows",
    }
)
# Answers whose other side is another value: the periods on both sides of a boundary, met against short.
_EACH_VALUE = frozenset({"period", "period_start", "period_end", "verdict"})
_STANDS: Mapping[str, str] = {"done": "met", "waived": "met", "done_late": "broken", "overdue": "broken"}


class State(StrEnum):
    """How a clause is accounted for."""

    CARRIED = "carried"
    PENDING = "pending"
    DECLARATIVE = "declarative"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Coverage:
    """One instrument counted. The four sets are disjoint; `uncovered` stands in none of them.

    `pending`: clause id to the area it waits for. `enforced`: carried, with cases that hold on both sides.
    """

    id: str
    total: int
    carried: tuple[str, ...]
    pending: Mapping[str, str]
    declarative: tuple[str, ...]
    outside: tuple[str, ...]
    enforced: tuple[str, ...]
    cases: int
    cases_passed: int
    uncovered: tuple[str, ...]

    def counted(self) -> dict[str, object]:
        """Return what `bangtin clauses --json` prints of it."""
        return {
            "id": self.id,
            "total": self.total,
            "carried": len(self.carried),
            "pending": [{"id": clause, "area": area} for clause, area in self.pending.items()],
            "declarative": len(self.declarative),
            "outside": len(self.outside),
            "enforced": len(self.enforced),
            "cases": self.cases,
            "cases_passed": self.cases_passed,
            "uncovered": list(self.uncovered),
        }


def state(clause: Clause) -> State:
    """Return how the data account for a clause."""
    if clause.disposition is Disposition.DECLARATIVE:
        return State.DECLARATIVE
    if clause.disposition is Disposition.OUTSIDE:
        return State.OUTSIDE
    return State.CARRIED if clause.carried_by is not None else State.PENDING


def count(
    regulation: Regulation,
    cases: Iterable[Case],
    *,
    calendar: WorkingCalendar,
    is_there: Callable[[Carrier], bool] = lambda _carrier: True,
) -> Coverage:
    """Return the instrument counted; a clause whose carrier is not there is uncovered, never carried."""
    every = tuple(cases)
    held = tuple(case for case in every if testing.holds(case, calendar=calendar, regulation=regulation))
    found: dict[State, list[Clause]] = {each: [] for each in State}
    uncovered = []
    for clause in regulation.clauses.values():
        if clause.carried_by is not None and not is_there(clause.carried_by):
            uncovered.append(clause.id)
        else:
            found[state(clause)].append(clause)
    by_clause: dict[str | None, list[Case]] = {}
    for case in held:
        by_clause.setdefault(case.clause, []).append(case)
    return Coverage(
        id=regulation.id,
        total=len(regulation.clauses),
        carried=_ids(found[State.CARRIED]),
        pending={each.id: each.pending or "" for each in found[State.PENDING]},
        declarative=_ids(found[State.DECLARATIVE]),
        outside=_ids(found[State.OUTSIDE]),
        enforced=tuple(each.id for each in found[State.CARRIED] if is_each_way(by_clause.get(each.id, ()))),
        cases=len(every),
        cases_passed=len(held),
        uncovered=tuple(uncovered),
    )


def is_each_way(cases: Iterable[Case]) -> bool:
    """Return whether at least two of the cases expect opposite answers of one kind.

    A duty met, open or broken; a placement let by or refused; airtime met or short; a warning or none; a day moved
    or not; both sides of a period's boundary; in force or not yet.
    """
    seen: dict[str, set[object]] = {}
    for case in cases:
        for key, value in case.expect.items():
            side = _side(key, value)
            if side is not None:
                seen.setdefault(key, set()).add(side)
    return any(len(sides) > 1 for sides in seen.values())


def _side(key: str, value: _Answer) -> object:
    if key == "status":
        return _STANDS.get(str(value), "open")
    if key in _EACH_VALUE:
        return value
    if key in _HAS_SIDES:
        return bool(value) and value != "false"
    return None


def _ids(clauses: Iterable[Clause]) -> tuple[str, ...]:
    return tuple(each.id for each in clauses)

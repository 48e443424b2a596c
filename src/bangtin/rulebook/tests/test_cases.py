"""Every case of every regulation, and of the calendars, holds."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from bangtin.rulebook import calendars, loading, testing
from bangtin.rulebook.errors import DataError
from bangtin.rulebook.testing import Case

ROOT = loading.default_root()
CASES = [
    pytest.param(name, case, id=f"{name}: {case.name}")
    for name in loading.available()
    for case in testing.cases(ROOT / name, root=ROOT)
]
CALENDAR_CASES = [pytest.param(case, id=case.name) for case in testing.cases(ROOT / "calendar", root=ROOT)]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_the_case_holds(name: str, case: Case) -> None:
    calendar = calendars.load(ROOT)
    assert testing.differences(case, calendar=calendar, regulation=loading.loaded(name)) == ()


@pytest.mark.parametrize("case", CALENDAR_CASES)
def test_the_calendar_case_holds(case: Case) -> None:
    assert testing.differences(case, calendar=calendars.load(ROOT)) == ()


@pytest.mark.parametrize("name", loading.available())
def test_every_clause_the_engine_enforces_has_two_cases(name: str) -> None:
    regulation = loading.loaded(name)
    counted = Counter(case.clause for case in testing.cases(ROOT / name, root=ROOT))
    enforced = [
        clause.id
        for clause in regulation.clauses.values()
        if clause.kind in {"operating_hours", "deadline"} and clause.carried_by is not None
    ]
    assert [clause for clause in enforced if counted[clause] < 2] == []


def test_a_case_that_is_wrong_says_what_differs() -> None:
    case = Case(name="wrong", ask="day", on=date(2026, 1, 2), expect={"kind": "working"})
    (difference,) = testing.differences(case, calendar=calendars.load(ROOT))
    assert "expected 'working', got 'holiday'" in difference


def test_a_case_that_asks_the_unknown_is_refused() -> None:
    case = Case(name="odd", ask="weather", expect={})
    with pytest.raises(DataError, match="ask as one of"):
        testing.differences(case, calendar=calendars.load(ROOT))

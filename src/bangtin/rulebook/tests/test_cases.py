"""Every case of every regulation, and of the calendars, holds."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from bangtin.rulebook import calendars, coverage, loading, testing
from bangtin.rulebook.errors import DataError
from bangtin.rulebook.testing import Case

ROOT = loading.default_root()
CAO_BANG = "cao-bang/31-2020-qd-ubnd"
CASES = [
    pytest.param(name, case, id=f"{case.clause or name}: {case.name}")
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
def test_every_clause_of_a_guarded_kind_has_two_cases_one_each_way(name: str) -> None:
    by_clause: dict[str | None, list[Case]] = {}
    for case in testing.cases(ROOT / name, root=ROOT):
        by_clause.setdefault(case.clause, []).append(case)
    wanted = [
        clause.id
        for clause in loading.loaded(name).clauses.values()
        if clause.kind in coverage.GUARDED and clause.disposition == "carry"
    ]
    assert [clause for clause in wanted if not coverage.is_each_way(by_clause.get(clause, []))] == []


def test_cases_have_names_of_their_own() -> None:
    counted = Counter(str(each.id) for each in CASES)
    assert [name for name, count in counted.items() if count > 1] == []


def _copied(root: Path) -> Path:
    for name in (CAO_BANG, "calendar"):
        shutil.copytree(ROOT / name, root / name)
    return root / CAO_BANG


def test_a_case_that_contradicts_a_parameter_names_its_line(tmp_path: Path) -> None:
    path = _copied(tmp_path) / "parameters" / "duties.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"12-15"', '"12-16"'), encoding="utf-8")
    found = testing.check(tmp_path / CAO_BANG, root=tmp_path)
    assert found.passed < found.cases
    assert any(
        str(each).startswith(f"{CAO_BANG}/cases/duties.yaml:") and "cao-bang/15.1-2" in str(each)
        for each in found.problems
    )


def test_a_case_that_cites_an_unknown_clause_is_named(tmp_path: Path) -> None:
    path = _copied(tmp_path) / "cases" / "hours.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("cao-bang/8.1.a", "cao-bang/8.1.x", 1), encoding="utf-8")
    (problem,) = testing.check(tmp_path / CAO_BANG, root=tmp_path).problems
    assert "expected a clause of this instrument; got 'cao-bang/8.1.x'" in str(problem)


def test_a_carrier_that_names_no_test_and_no_case_is_named(tmp_path: Path) -> None:
    path = _copied(tmp_path) / "clauses.yaml"
    text = path.read_text(encoding="utf-8")
    at = text.index("test: '", text.index("cao-bang/15.1-2"))
    path.write_text(f"{text[:at]}test: 'No such case'{text[text.index(chr(10), at) :]}", encoding="utf-8")
    (problem,) = testing.check(tmp_path / CAO_BANG, root=tmp_path).problems
    assert "clause cao-bang/15.1-2: expected test, as file::name" in str(problem)
    path.write_text(
        path.read_text(encoding="utf-8").replace("No such case", "A report handed in on 15 December is late")
    )
    assert testing.check(tmp_path / CAO_BANG, root=tmp_path).problems == ()


def test_a_folder_that_does_not_load_is_reported_whole(tmp_path: Path) -> None:
    (_copied(tmp_path) / "agencies.yaml").unlink()
    found = testing.check(tmp_path / CAO_BANG, root=tmp_path)
    assert (found.cases, len(found.problems)) == (0, 1)


def test_a_case_that_is_wrong_says_what_differs() -> None:
    case = Case(name="wrong", ask="day", on=date(2026, 1, 2), expect={"kind": "working"})
    (difference,) = testing.differences(case, calendar=calendars.load(ROOT))
    assert "expected 'working', got 'holiday'" in difference


def test_a_case_that_asks_the_unknown_is_refused() -> None:
    case = Case(name="odd", ask="weather", expect={})
    with pytest.raises(DataError, match="ask as one of"):
        testing.differences(case, calendar=calendars.load(ROOT))

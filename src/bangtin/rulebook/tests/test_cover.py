"""Every clause is accounted for once, and nothing counts as carried that is not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bangtin.rulebook import calendars, coverage, loading, testing
from bangtin.rulebook.coverage import Coverage
from bangtin.rulebook.testing import Case

ROOT = loading.default_root()
CAO_BANG = "cao-bang/31-2020-qd-ubnd"
FIVE = (
    "binh-duong/4937-kh-ubnd",
    CAO_BANG,
    "ha-tinh/2432-qd-ubnd",
    "lai-chau/20-2024-qd-ubnd",
    "quang-ninh/38-2018-qd-ubnd",
)
LIST = Path(__file__).resolve().parents[5] / "shared" / "regulations" / "clauses.json"


def _counted(name: str) -> Coverage:
    return coverage.count(loading.loaded(name), testing.cases(ROOT / name, root=ROOT), calendar=calendars.load(ROOT))


@pytest.mark.parametrize("name", FIVE)
def test_the_four_sets_share_no_clause_and_leave_none_out(name: str) -> None:
    found = _counted(name)
    sets = (found.carried, tuple(found.pending), found.declarative, found.outside)
    assert sum(len(each) for each in sets) == found.total == len({one for each in sets for one in each})
    assert found.uncovered == ()


@pytest.mark.parametrize("name", FIVE)
def test_every_case_holds_and_what_is_enforced_is_carried(name: str) -> None:
    found = _counted(name)
    assert found.cases == found.cases_passed > 0
    assert set(found.enforced) <= set(found.carried)
    assert found.enforced


def test_the_ids_are_those_of_the_list_all_582() -> None:
    if not LIST.is_file():
        pytest.skip("the list of clauses is not beside the repository")
    listed = [row["id"] for row in json.loads(LIST.read_text(encoding="utf-8"))]
    held = [clause for name in FIVE for clause in loading.loaded(name).clauses]
    assert sorted(held) == sorted(listed)
    assert len(held) == 582


@pytest.mark.parametrize("name", FIVE[1:4])
def test_no_rule_on_hours_deadlines_or_reports_of_the_three_waits_for_anything(name: str) -> None:
    waiting = _counted(name).pending
    kinds = {"operating_hours", "deadline", "report"}
    assert [each for each in waiting if loading.loaded(name).clause(each).kind in kinds] == []


def test_a_carrier_that_is_not_there_leaves_its_clause_uncovered() -> None:
    found = coverage.count(
        loading.loaded(CAO_BANG),
        (),
        calendar=calendars.load(ROOT),
        is_there=lambda carrier: carrier.feature != "bangtin.rulebook.duties.due",
    )
    assert set(found.uncovered) == {"cao-bang/15.1-2", "cao-bang/15.2-2"}
    assert not set(found.uncovered) & set(found.carried)
    assert found.enforced == ()


def _case(ask: str, **expect: str | tuple[str, ...] | None) -> Case:
    return Case(name="x", ask=ask, expect=expect)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (_case("duty", status="done"), _case("duty", status="overdue")),
        (_case("duty", status="due_soon"), _case("duty", status="done_late")),
        (_case("duty", status="not_fixed"), _case("duty", status="done")),
        (_case("duty", occurs="true", status="due"), _case("duty", occurs="false")),
        (_case("placement", refused=None), _case("placement", refused="hours.outside")),
        (_case("airtime", verdict="met"), _case("airtime", verdict="short")),
        (_case("hours", advice=()), _case("hours", advice=("hours.below_advisory",))),
        (_case("report", period="2026"), _case("report", period="2027")),
    ],
)
def test_two_cases_with_opposite_answers_are_one_each_way(first: Case, second: Case) -> None:
    assert coverage.is_each_way([first, second])
    assert not coverage.is_each_way([first, first])


def test_two_late_deeds_are_the_same_way() -> None:
    assert not coverage.is_each_way([_case("duty", status="done_late"), _case("duty", status="overdue")])
    assert not coverage.is_each_way([_case("group", members=("a",)), _case("group", members=("b",))])

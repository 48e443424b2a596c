"""The cases notice every number, day, agency and operator that moves by one step."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bangtin.rulebook import calendars, loading, mutation, testing

ROOT = loading.default_root()
CAO_BANG = "cao-bang/31-2020-qd-ubnd"


@pytest.mark.parametrize("name", loading.available())
def test_every_change_of_one_step_is_noticed(name: str) -> None:
    cases = testing.cases(ROOT / name, root=ROOT)
    left = mutation.survivors(loading.loaded(name), cases, calendar=calendars.load(ROOT))
    assert [str(mutant) for mutant in left] == []


def test_a_number_without_a_case_survives_and_names_its_place() -> None:
    cases = tuple(each for each in testing.cases(ROOT / CAO_BANG, root=ROOT) if each.ask in {"group", "agency"})
    left = [str(each) for each in mutation.survivors(loading.loaded(CAO_BANG), cases, calendar=calendars.load(ROOT))]
    assert any("reports.unit_day 12-15 -> 12-14" in each for each in left)
    assert all(each.startswith(f"{CAO_BANG}/") for each in left)


def test_a_succession_moved_by_a_day_is_a_mutant_too() -> None:
    regulation = loading.loaded(CAO_BANG)
    row = next(iter(testing.cases(ROOT / CAO_BANG, root=ROOT)[0].successions), None)
    assert row is None
    given = next(each.successions for each in testing.cases(ROOT / CAO_BANG, root=ROOT) if each.successions)
    moved = [str(each) for each in mutation.mutants(replace(regulation, successions=given))]
    assert sum("succeeded on" in each for each in moved) == 2

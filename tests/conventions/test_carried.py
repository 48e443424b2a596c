"""What carries a clause is there, and the test that guards it fails when the feature is switched off."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from itertools import chain, zip_longest
from pathlib import Path

import pytest

from bangtin.hub.portal import carriers
from bangtin.rulebook import loading, testing
from bangtin.rulebook.shapes import Carrier

ROOT = Path(__file__).resolve().parents[2]
TAKEN = 60


def _carried() -> dict[str, Carrier]:
    """Every carried clause of the regulations that came with the program."""
    packs = [loading.loaded(name) for name in loading.available()]
    return {one.id: one.carried_by for pack in packs for one in pack.clauses.values() if one.carried_by}


def _spread(carried: dict[str, Carrier], count: int) -> dict[str, Carrier]:
    """`count` of them: one of each feature first, then in turn from each pair of instrument and feature."""
    piles: dict[tuple[str, str], list[str]] = defaultdict(list)
    for clause, carrier in carried.items():
        piles[clause.partition("/")[0], carrier.feature].append(clause)
    firsts = {feature: min(piles[province, feature]) for province, feature in sorted(piles, reverse=True)}
    turns = chain.from_iterable(zip_longest(*(piles[key] for key in sorted(piles))))
    ordered = dict.fromkeys([*(firsts[one] for one in sorted(firsts)), *(one for one in turns if one is not None)])
    return {clause: carried[clause] for clause in list(ordered)[:count]}


def _pytest(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A run of its own on SQLite, whatever the outer run does."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "BANGTIN_"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *arguments],
        cwd=ROOT,
        env={**inherited, **more},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def _tests() -> list[str]:
    return sorted({one.test for one in _carried().values()})


def test_every_feature_can_be_imported_and_every_page_answers() -> None:
    missing = {clause: carrier for clause, carrier in _carried().items() if not carriers.is_there(carrier)}
    assert missing == {}


def test_every_test_that_a_clause_names_exists() -> None:
    cases = {(case.clause, case.name) for name in loading.available() for case in _cases(name)}
    unknown = {
        clause for clause, one in _carried().items() if one.is_guarded_by_a_case and (clause, one.test) not in cases
    }
    nodes = [one for one in _tests() if "::" in one]
    found = _pytest("--collect-only", *sorted({one.partition("::")[0] for one in nodes}))
    assert unknown == set()
    assert sorted(set(nodes) - set(found.stdout.splitlines())) == [], found.stderr[-2000:]


def _cases(name: str) -> tuple[testing.Case, ...]:
    root = loading.default_root()
    return testing.cases(root / name, root=root)


def test_sixty_clauses_lose_their_test_when_their_feature_is_switched_off(tmp_path: Path) -> None:
    taken = _spread(_carried(), TAKEN)
    assert len(taken) == TAKEN
    assert len({one.partition("/")[0] for one in taken}) == len(loading.available())
    assert {one.feature for one in taken.values()} == {one.feature for one in _carried().values()}
    wanted: dict[str, list[str]] = defaultdict(list)
    for carrier in taken.values():
        if carrier.feature not in wanted[carrier.test]:
            wanted[carrier.test].append(carrier.feature)
    asked, outcomes = tmp_path / "asked.json", tmp_path / "outcomes.json"
    asked.write_text(json.dumps(wanted))
    run = _pytest(
        *("-p", "tests.conventions.switching_off"),
        *wanted,
        BANGTIN_SWITCHED=str(asked),
        BANGTIN_OUTCOMES=str(outcomes),
    )
    assert outcomes.is_file(), run.stdout[-2000:] + run.stderr[-2000:]
    found = json.loads(outcomes.read_text())
    unseen = [clause for clause, one in taken.items() if one.test not in found["on"]]
    broken = [clause for clause, one in taken.items() if not found["on"].get(one.test)]
    held = [clause for clause, one in taken.items() if found.get(f"{one.feature} off", {}).get(one.test, True)]
    assert (unseen, broken, held) == ([], [], [])


@pytest.mark.parametrize("count", [15, TAKEN])
def test_the_clauses_taken_are_the_same_each_time(count: int) -> None:
    carried = _carried()
    backwards = dict(sorted(carried.items(), reverse=True))
    assert list(_spread(carried, count)) == list(_spread(carried, count))
    assert {one.feature for one in _spread(backwards, count).values()} == {
        one.feature for one in _spread(carried, count).values()
    }

"""docs/bundle-vectors: made again byte for byte, and judged alike by the player's code and by the checker."""

import json
from functools import cache

import pytest

from bangtin.bundle import verify
from tests.vectors import making, reading

INDEX = reading.index()
ENVELOPES = json.loads((reading.FOLDER / "envelopes.json").read_text())
CASES = {case["name"]: case for case in INDEX["cases"]}
ANCHOR = reading.read("good")["metadata/1.root.json"]


def test_one_command_makes_the_same_bytes_again() -> None:
    made = making.files()
    assert sorted(made) == sorted(path.name for path in reading.FOLDER.glob("*.json"))
    assert [name for name, data in made.items() if (reading.FOLDER / name).read_bytes() != data] == []


def test_there_are_many_good_and_bad() -> None:
    expected = [case["expect"] == "accepted" for case in CASES.values()]
    assert (len(expected) >= 40, sum(expected) >= 10, expected.count(False) >= 30) == (True, True, True)


@pytest.mark.parametrize("name", CASES)
def test_the_player_and_the_checker_give_the_expected_verdict(name: str) -> None:
    case = CASES[name]
    assert reading.screen(case, ANCHOR, CASES) == (case["expect"], case.get("step", ""))
    assert reading.alone(case, ANCHOR, INDEX["cluster"]) == case.get("alone", case["expect"])


def test_what_the_checker_lets_pass_is_only_what_it_says_it_cannot_see() -> None:
    """Floors, device, names, timeline, officers' list, passkeys: nothing else differs."""
    passed = {case["step"] for case in CASES.values() if case.get("alone") == "accepted"}
    assert passed <= {
        "1.7",
        "1.8",
        "1.10",
        "1.12",
        "2.2",
        "2.4",
        "2.5",
        "2.6",
        "2.7",
        "2.8",
        "3.1",
        "3.5",
        "3.6",
        "5.2",
        "5.3",
    }


@cache
def leaders() -> verify.Accepted:
    at = reading.instant(ENVELOPES["at"])
    return verify.accept(reading.read(ENVELOPES["set"]), anchor=ANCHOR, at=at, device=reading.DEVICE)


@pytest.mark.parametrize("case", ENVELOPES["cases"], ids=lambda case: str(case["name"]))
def test_the_player_gives_the_expected_verdict_on_an_envelope(case: dict[str, str]) -> None:
    found = reading.envelope(case, leaders(), reading.instant(ENVELOPES["at"]))
    assert found == (case["expect"], case.get("step", ""))

"""Steps of reminders: data, each reached on its day, the newest one counts."""

from datetime import date
from pathlib import Path

import pytest

from bangtin.rulebook import loading, reminders
from bangtin.rulebook.errors import DataError

YEAR = date(2025, 12, 15)
DUE = date(2026, 12, 14)
STEPS = (30, 7, 1, 0, -1, -7)


def test_the_steps_shipped_are_before_on_and_after_the_day() -> None:
    steps = reminders.load(loading.default_root())
    assert {30, 7, 1, 0} <= set(steps) and min(steps) < 0 and list(steps) == sorted(steps, reverse=True)


@pytest.mark.parametrize(
    ("on", "step"),
    [
        (date(2026, 11, 13), None),
        (date(2026, 11, 14), 30),
        (date(2026, 12, 6), 30),
        (date(2026, 12, 7), 7),
        (date(2026, 12, 13), 1),
        (date(2026, 12, 14), 0),
        (date(2026, 12, 15), -1),
        (date(2027, 2, 1), -7),
    ],
)
def test_a_step_is_reached_on_its_day(on: date, step: int | None) -> None:
    assert reminders.reached(STEPS, due_on=DUE, begins_on=YEAR, on=on) == step


def test_a_step_before_the_period_is_no_step_of_it() -> None:
    monday, sunday = date(2026, 11, 16), date(2026, 11, 22)
    assert reminders.reached(STEPS, due_on=sunday, begins_on=monday, on=monday) is None
    assert reminders.reached(STEPS, due_on=sunday, begins_on=monday, on=date(2026, 11, 21)) == 1


@pytest.mark.parametrize("text", ["steps: [7, 7]", "steps: [400]", "steps: [soon]", "step: [1]", "steps: 7"])
def test_wrong_steps_are_refused_with_their_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "reminders.yaml").write_text(text)
    with pytest.raises(DataError, match=r"reminders\.yaml"):
        reminders.load(tmp_path)


def test_without_a_file_nobody_is_reminded(tmp_path: Path) -> None:
    assert reminders.load(tmp_path) == ()

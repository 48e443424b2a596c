"""When an office is reminded of a duty: steps are data, counted in days before the last day on time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bangtin.rulebook import decoding
from bangtin.rulebook.errors import DataError, Problem

FILE = "reminders.yaml"
_FURTHEST = 366


@dataclass(frozen=True, slots=True)
class _File:
    steps: tuple[int, ...]


def load(root: Path) -> tuple[int, ...]:
    """Return the steps of `<root>/reminders.yaml`, the earliest first; none where there is no such file.

    Raises: DataError on a step given twice or more than a year away.
    """
    path = root / FILE
    if not path.is_file():
        return ()
    steps = decoding.read(_File, path, root=root).steps
    if len(set(steps)) != len(steps):
        raise DataError(Problem(FILE, 1, expected="each step once", got=str(list(steps))))
    if any(abs(step) > _FURTHEST for step in steps):
        raise DataError(Problem(FILE, 1, expected="steps within a year", got=str(list(steps))))
    return tuple(sorted(steps, reverse=True))


def reached(steps: Sequence[int], *, due_on: date, begins_on: date, on: date) -> int | None:
    """Return the newest step reached on `on`, or None; steps before the period begins are no steps of it.

    Who was not reminded for some days (the machine was off) is reminded once, of the newest step.
    """
    days = [step for step in steps if begins_on <= due_on - timedelta(days=step) <= on]
    return min(days, default=None)

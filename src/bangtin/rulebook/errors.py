"""Errors of the rulebook: each has a stable code and says what, where, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class RulebookError(Exception):
    """Base of every error of the rulebook; `code` is stable and public."""

    code: ClassVar[str] = "rulebook.error"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in regulation data, in the words a jurist can act on."""

    file: str
    line: int
    expected: str
    got: str
    clause: str | None = None

    def __str__(self) -> str:
        """Return "file:line: clause …: expected …; got …"."""
        clause = f" clause {self.clause}:" if self.clause else ""
        return f"{self.file}:{self.line}:{clause} expected {self.expected}; got {self.got}."


class DataError(RulebookError):
    """Regulation data are wrong; nothing of the regulation was loaded."""

    code = "rulebook.data"

    def __init__(self, *problems: Problem) -> None:
        """Keep the problems and join their sentences."""
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class UnknownInstrument(RulebookError):
    """No regulation with this id stands under the root that was asked."""

    code = "rulebook.unknown_instrument"

    def __init__(self, *, instrument: str, root: str, known: tuple[str, ...]) -> None:
        """Name the id, the root and the ids that are there."""
        self.instrument = instrument
        names = ", ".join(known) or "none"
        super().__init__(
            f"No regulation {instrument!r} under {root}. It holds: {names}. "
            "Check the id, or point BANGTIN_REGULATIONS_DIR at the folder that holds it."
        )


class UnknownName(RulebookError):
    """A regulation was asked for something it does not define."""

    code = "rulebook.unknown_name"

    def __init__(self, *, what: str, name: str, instrument: str) -> None:
        """Name the kind of thing, its id and the instrument."""
        self.name = name
        super().__init__(f"Regulation {instrument} defines no {what} {name!r}.")


class NoValueYet(RulebookError):
    """A parameter has no value on the day that was asked."""

    code = "rulebook.no_value"

    def __init__(self, *, parameter: str, on: str) -> None:
        """Name the parameter and the day."""
        super().__init__(f"Parameter {parameter!r} has no value in force on {on}.")


class NoSuchDay(RulebookError):
    """A rule names a day that the month or year does not have."""

    code = "rulebook.no_such_day"

    def __init__(self, *, rule: str, year: int, month: int, day: int) -> None:
        """Name the rule and the impossible day."""
        super().__init__(
            f"{rule}: {day:02d}/{month:02d}/{year} does not exist. "
            "Name a day that every such month has, or the last working day of the period."
        )

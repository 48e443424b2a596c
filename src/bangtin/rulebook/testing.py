"""Runs the cases of a regulation: YAML that a jurist reads, an answer the engine gives, and the difference.

A case asks one thing (`ask`) under one clause; `asking` holds the answers. Times without a zone are Asia/Ho_Chi_Minh.

- duty: `period`, `as_of`, `facts` (`<fact>_on` a day or `<fact>_at` an instant, or lists of them);
  optional `obligation` (else the one that cites the clause) and `agency` (else the first that owes it).
  A duty on request takes `requested_on` (or `requested_at`), and `requested_due_on` where the request names a day.
  `waived: true` lifts it; `successions` adds rows of succession. A fact may name its doer: "2026-12-14 by <agency>".
- value: `parameter`, `on`. day: `on`. report: `report`, `on`.
- hours: `cluster`, `on`; optional `local` windows. placement: `cluster`, `slot` [start, end]; optional `local`,
  `instructed`. airtime: `cluster`, `on`, `aired` windows; optional `advertising` windows, `local`.
- retention: `rule`, `on` (made), `as_of`. languages: `rule`, `languages`. category: `category`, `cluster`.
- obligation: `obligation`. route: `route`.
- group: `group`. agency: `agency`, optional `on`, `successions`. cluster: `cluster`, optional `on`.

`expect` names the answers to compare; an answer that is not named is not compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bangtin.rulebook import asking, calendars, decoding, loading
from bangtin.rulebook.calendars import WorkingCalendar
from bangtin.rulebook.errors import DataError, Problem, RulebookError
from bangtin.rulebook.shapes import Regulation
from bangtin.rulebook.shapes.cases import Answer, Case

__all__ = ["FILES", "Answer", "Case", "Checkup", "cases", "check", "differences", "holds", "shown"]


@dataclass(frozen=True, slots=True)
class _File:
    cases: tuple[Case, ...]


FILES: Mapping[str, type] = {"cases/*.yaml": _File}


@dataclass(frozen=True, slots=True)
class Checkup:
    """What a folder of regulation data says of itself: faults, and how many cases there are and hold."""

    problems: tuple[Problem, ...]
    cases: int = 0
    passed: int = 0


def cases(folder: Path, *, root: Path) -> tuple[Case, ...]:
    """Return the cases of `<folder>/cases/*.yaml`, in the order of the files.

    Raises: DataError with the faults of every file.
    """
    found: list[Case] = []
    faults: list[Problem] = []
    for path in sorted((folder / "cases").glob("*.yaml")):
        try:
            found += decoding.read(_File, path, root=root).cases
        except DataError as error:
            faults += error.problems
    if faults:
        raise DataError(*faults)
    return tuple(found)


def differences(case: Case, *, calendar: WorkingCalendar, regulation: Regulation | None = None) -> tuple[str, ...]:
    """Return a sentence per expected answer that the engine does not give; empty if the case holds.

    Raises: DataError if the case asks what no rule answers.
    """
    place = f"{case.source.file}:{case.source.line}: {case.name}"
    return tuple(
        f"{place}: {key}: expected {wanted!r}, got {got!r}"
        for key, wanted, got in _compared(case, calendar=calendar, regulation=regulation)
        if got != wanted
    )


def holds(case: Case, *, calendar: WorkingCalendar, regulation: Regulation) -> bool:
    """Return whether the engine gives every answer the case expects; an error is an answer it does not expect."""
    try:
        return all(got == wanted for _, wanted, got in _compared(case, calendar=calendar, regulation=regulation))
    except (RulebookError, ValueError):
        return False


def check(folder: Path, *, root: Path) -> Checkup:
    """Return the faults of a folder: those of its data, else every case that contradicts them."""
    try:
        regulation = loading.load_folder(folder, root=root)
        found = cases(folder, root=root)
        calendar = calendars.load(root)
    except DataError as error:
        return Checkup(error.problems)
    faults = [faults_of(case, calendar=calendar, regulation=regulation) for case in found]
    problems = tuple(problem for each in (unguarded(regulation, found), *faults) for problem in each)
    return Checkup(problems, cases=len(found), passed=sum(not each for each in faults))


def unguarded(regulation: Regulation, found: tuple[Case, ...]) -> list[Problem]:
    """Return a fault per carrier whose `test` is no test and no case of its clause."""
    names = {(case.clause, case.name) for case in found}
    return [
        Problem(
            clause.carried_by.source.file,
            clause.carried_by.source.line,
            expected="test, as file::name or the name of one of the clause's cases",
            got=repr(clause.carried_by.test),
            clause=clause.id,
        )
        for clause in regulation.clauses.values()
        if clause.carried_by is not None
        and clause.carried_by.is_guarded_by_a_case
        and (clause.id, clause.carried_by.test) not in names
    ]


def faults_of(case: Case, *, calendar: WorkingCalendar, regulation: Regulation) -> list[Problem]:
    """Return what a case expects and the data do not give; empty if it holds."""
    place, clause = case.source, case.clause
    try:
        compared = list(_compared(case, calendar=calendar, regulation=regulation))
    except DataError as error:
        return list(error.problems)
    except (RulebookError, ValueError) as error:
        return [Problem(place.file, place.line, expected=f"an answer to {case.name!r}", got=str(error), clause=clause)]
    return [
        Problem(
            place.file,
            place.line,
            expected=f"{key} {_quoted(wanted)}, as the case {case.name!r} says",
            got=f"{_quoted(got)} from the data",
            clause=clause,
        )
        for key, wanted, got in compared
        if got != wanted
    ]


def _compared(
    case: Case, *, calendar: WorkingCalendar, regulation: Regulation | None
) -> Iterable[tuple[str, str | tuple[str, ...] | None, str | tuple[str, ...] | None]]:
    answer = asking.ask(case, regulation, calendar)
    unknown = set(case.expect) - set(answer)
    if unknown and answer.get("occurs") == "false":
        expected = 'a period the duty falls due in, or the answer occurs: "false"'
        raise asking.wrong(case, expected=expected, got=str(case.period))
    if unknown:
        raise asking.wrong(case, expected=f"answers among {', '.join(answer)}", got=", ".join(sorted(unknown)))
    return [(key, wanted, answer[key]) for key, wanted in case.expect.items()]


def shown(value: str | tuple[str, ...] | None) -> str:
    """Return a value as an officer writes it in the data: null, [a, b], or the words themselves."""
    if value is None:
        return "null"
    return f"[{', '.join(value)}]" if isinstance(value, tuple) else value


def _quoted(value: str | tuple[str, ...] | None) -> str:
    return repr(value) if isinstance(value, str) else shown(value)

"""Inspects a folder that someone wrote: every fault with its place, every case run, what is still to fill in.

The folder holds one instrument, the instruments of a province, or a whole root. Files are named relative to it.
Nothing is loaded by halves: an instrument with one fault is not handed out.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bangtin.rulebook import loading, mutation, reading, testing
from bangtin.rulebook.calendars import WorkingCalendar
from bangtin.rulebook.errors import DataError, Problem
from bangtin.rulebook.shapes import ClauseKind, Regulation
from bangtin.rulebook.shapes.cases import Case

TO_FILL = "CẦN ĐIỀN"
MOST_FILES = 500
TWICE = frozenset(
    {
        ClauseKind.DEADLINE,
        ClauseKind.OPERATING_HOURS,
        ClauseKind.RETENTION,
        ClauseKind.LANGUAGE,
        ClauseKind.REPORT,
    }
)
_KNOWN = tuple(sorted({*loading.FILES, *testing.FILES, loading.INSTALLED}))


@dataclass(frozen=True, slots=True)
class Kept:
    """What the system that will use the data keeps of itself: names of facts it records, of figures it counts."""

    facts: tuple[str, ...]
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """One instrument inspected. `regulation` only where there is no fault.

    `problems`: faults of the data, then cases that contradict them. `to_fill`: places a skeleton left open.
    `advice`: what asks for more cases, and what the system would not keep. `survivors`: changes of
    one step that no case notices; None: not tried.
    """

    folder: Path
    id: str
    problems: tuple[Problem, ...]
    regulation: Regulation | None = None
    cases: int = 0
    passed: int = 0
    to_fill: tuple[Problem, ...] = ()
    advice: tuple[Problem, ...] = ()
    survivors: tuple[Problem, ...] | None = None

    @property
    def is_sound(self) -> bool:
        """Return whether nothing is wrong; open places and advice do not count."""
        return not self.problems and not self.survivors


def folders(top: Path) -> tuple[Path, ...]:
    """Return the instruments' folders under `top`: itself, its folders, or theirs; in order."""
    if (top / "regulation.yaml").exists():
        return (top,)
    patterns = ("*/regulation.yaml", "*/*/regulation.yaml")
    found = {path.parent for pattern in patterns for path in top.glob(pattern)}
    return tuple(sorted(folder for folder in found if not folder.name.startswith(".")))


def inspect(
    folder: Path,
    *,
    top: Path,
    calendar: WorkingCalendar,
    beside: Iterable[Regulation] = (),
    is_mutating: bool = False,
    kept: Kept | None = None,
) -> Inspection:
    """Return what is to be said of the instrument in `folder`; `beside` are the regulations already there.

    `kept`: what the system records and counts; None: not asked.
    """
    problems = list(_files(folder, top))
    if problems:
        return Inspection(folder, _label(folder, top), tuple(problems))
    to_fill = tuple(_open_places(folder, top))
    regulation: Regulation | None = None
    cases: tuple[Case, ...] = ()
    try:
        regulation = loading.load_folder(folder, root=top)
    except DataError as error:
        problems += error.problems
    try:
        cases = testing.cases(folder, root=top)
    except DataError as error:
        problems += error.problems
    if regulation is None or problems:
        return Inspection(folder, _label(folder, top), tuple(problems), to_fill=to_fill)
    problems += [*_placed(regulation, folder, top), *_clashes(regulation, beside)]
    problems += testing.unguarded(regulation, cases)
    faults = [testing.faults_of(case, calendar=calendar, regulation=regulation) for case in cases]
    problems += [problem for each in faults for problem in each]
    survivors = _survivors(regulation, cases, calendar) if is_mutating and not problems else None
    return Inspection(
        folder,
        regulation.id,
        tuple(problems),
        regulation=None if problems else regulation,
        cases=len(cases),
        passed=sum(not each for each in faults),
        to_fill=to_fill,
        advice=(*_advice(regulation, cases), *(_unkept(regulation, kept) if kept else ())),
        survivors=survivors,
    )


def _label(folder: Path, top: Path) -> str:
    return folder.relative_to(top).as_posix() if folder != top else folder.name


def _files(folder: Path, top: Path) -> Iterator[Problem]:
    """Yield a fault per link, per file of an unknown name, and for too many files."""
    paths = [path for path in sorted(folder.rglob("*")) if not path.name.startswith(".")]
    if len(paths) > MOST_FILES:
        yield Problem(_label(folder, top), 1, expected=f"at most {MOST_FILES} files", got=str(len(paths)))
        return
    leading = [each for each in folder.parents if each == top or each.is_relative_to(top)]
    for path in (*leading, folder, *paths):
        name = reading.name_of(path, top)
        inside = path.relative_to(folder) if path.is_relative_to(folder) else Path(path.name)
        if path.is_symlink():
            yield Problem(name, 1, expected="a plain file, no link", got="a link")
        elif path.is_file() and path.suffix in {".yaml", ".yml", ".json"} and not _is_known(inside):
            expected = f"one of the files {', '.join(_KNOWN)}"
            yield Problem(name, 1, expected=expected, got=repr(inside.as_posix()))


def _is_known(inside: Path) -> bool:
    return any(inside.match(known) and len(inside.parts) == len(Path(known).parts) for known in _KNOWN)


def _open_places(folder: Path, top: Path) -> Iterator[Problem]:
    for path in sorted(folder.rglob("*.yaml")):
        name = reading.name_of(path, top)
        try:
            lines = reading.text(path, file=name).splitlines()
        except DataError:
            continue  # the loader names it
        for number, line in enumerate(lines, start=1):
            if TO_FILL in line and not line.lstrip().startswith("#"):
                yield Problem(name, number, expected=f"a value in place of {TO_FILL}", got=f"“{line.strip()[:80]}”")


def _placed(regulation: Regulation, folder: Path, top: Path) -> Iterator[Problem]:
    """Yield a fault where folders lead to the instrument by other names than its id says."""
    leading = folder.relative_to(top).parts
    named = tuple(regulation.id.split("/"))[-len(leading) :] if leading else ()
    if leading != named:
        place = regulation.instrument.source
        yield Problem(place.file, place.line, expected=f"a folder named {'/'.join(named)}", got=repr("/".join(leading)))


def _clashes(regulation: Regulation, beside: Iterable[Regulation]) -> Iterator[Problem]:
    paper = regulation.instrument
    for other in beside:
        if other.id == regulation.id:
            continue
        if other.instrument.clause_prefix == paper.clause_prefix:
            expected, got = "a clause prefix of its own", f"the prefix of {other.id}"
            yield Problem(paper.source.file, paper.source.line, expected=expected, got=got)
        governed = {cluster.id for cluster in other.clusters}
        named = {face.id for cluster in other.clusters for face in cluster.faces}
        for cluster in regulation.clusters:
            place = cluster.source
            if cluster.id in governed:
                expected = "a cluster that no other regulation governs"
                yield Problem(place.file, place.line, expected=expected, got=f"{cluster.id}, governed by {other.id}")
            for face in cluster.faces:
                if face.id in named:
                    expected = "faces that no other regulation names"
                    yield Problem(place.file, place.line, expected=expected, got=f"{face.id}, named by {other.id}")


def _advice(regulation: Regulation, cases: tuple[Case, ...]) -> Iterator[Problem]:
    for clause in regulation.clauses.values():
        count = sum(case.clause == clause.id for case in cases)
        if clause.kind in TWICE and count < 2:
            expected, got = "at least two cases, one each way", f"{count} cases"
            yield Problem(clause.source.file, clause.source.line, expected=expected, got=got, clause=clause.id)


def _unkept(regulation: Regulation, kept: Kept) -> Iterator[Problem]:
    """Yield a fault per duty that nothing could ever show as done, and per figure that nobody counts."""
    reported = {report.obligation for report in regulation.reports}
    for duty in regulation.obligations:
        is_owed = duty.due is not None and duty.nature == "duty" and duty.period.kind != "event"
        if is_owed and duty.evidence.fact not in kept.facts and duty.id not in reported:
            names = ", ".join(sorted(kept.facts))
            expected = f"a report of this duty in reports.yaml, or a fact that the system records: {names}"
            yield Problem(duty.source.file, duty.source.line, expected=expected, got=repr(duty.evidence.fact))
    for report in regulation.reports:
        for figure in report.figures():
            if figure.name not in kept.figures:
                near = difflib.get_close_matches(figure.name, kept.figures, n=1)
                bare = "a figure that the system counts"
                expected = f"a figure that the system counts (nearest: {near[0]})" if near else bare
                yield Problem(report.source.file, report.source.line, expected=expected, got=repr(figure.name))


def _survivors(regulation: Regulation, cases: tuple[Case, ...], calendar: WorkingCalendar) -> tuple[Problem, ...]:
    return tuple(
        Problem(each.place.file, each.place.line, expected=f"a case that notices {each.what}", got="none")
        for each in mutation.survivors(regulation, cases, calendar=calendar)
    )

"""Loads a regulation: a folder of YAML into one `Regulation`, whole or not at all.

Shape of the root: `<province>/<instrument>/{regulation,clauses,agencies,…}.yaml`, `parameters/*.yaml`,
`cases/*.yaml`, and `calendar/<country>.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from bangtin.rulebook import checking, decoding, reading
from bangtin.rulebook.errors import DataError, Problem, UnknownInstrument
from bangtin.rulebook.shapes import (
    AgencyGroup,
    AgencySeed,
    Article,
    CategorySeed,
    ClusterSeed,
    Criterion,
    Erratum,
    GroundsTemplate,
    HoursRule,
    Instrument,
    LanguageGroup,
    LanguageRule,
    Mandate,
    Obligation,
    Parameter,
    PostSeed,
    Regulation,
    ReportKind,
    RetentionRule,
    Route,
    Succession,
)

_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class _Head:
    instrument: Instrument
    errata: tuple[Erratum, ...] = ()


@dataclass(frozen=True, slots=True)
class _Clauses:
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class _Parameters:
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class _Agencies:
    agencies: tuple[AgencySeed, ...]
    groups: tuple[AgencyGroup, ...] = ()
    successions: tuple[Succession, ...] = ()
    posts: tuple[PostSeed, ...] = ()
    mandates: tuple[Mandate, ...] = ()


@dataclass(frozen=True, slots=True)
class _Clusters:
    clusters: tuple[ClusterSeed, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hours:
    hours: tuple[HoursRule, ...] = ()


@dataclass(frozen=True, slots=True)
class _Obligations:
    obligations: tuple[Obligation, ...] = ()


@dataclass(frozen=True, slots=True)
class _Content:
    categories: tuple[CategorySeed, ...] = ()
    routes: tuple[Route, ...] = ()
    languages: tuple[LanguageRule, ...] = ()
    language_groups: tuple[LanguageGroup, ...] = ()
    retention: tuple[RetentionRule, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    grounds: tuple[GroundsTemplate, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reports:
    reports: tuple[ReportKind, ...] = ()


@dataclass(frozen=True, slots=True)
class _Installed:
    effective_on: date | None = None


# Beside a pack that an installation added: the day it follows it from, where that is not the day the pack names.
INSTALLED = "installed.yaml"
FILES: Mapping[str, type] = {
    "regulation.yaml": _Head,
    "clauses.yaml": _Clauses,
    "parameters/*.yaml": _Parameters,
    "agencies.yaml": _Agencies,
    "clusters.yaml": _Clusters,
    "hours.yaml": _Hours,
    "obligations.yaml": _Obligations,
    "content.yaml": _Content,
    "reports.yaml": _Reports,
}


def default_root() -> Path:
    """Return the folder of regulations that came with this copy: in the wheel, else in the source tree."""
    packaged = _PACKAGE / "_regulations"
    return packaged if packaged.is_dir() else _PACKAGE.parents[1] / "regulations"


def available(root: Path | None = None) -> tuple[str, ...]:
    """Return the ids of the regulations under `root`, in order."""
    top = root or default_root()
    found = (path.parent for path in top.glob("*/*/regulation.yaml"))
    return tuple(sorted(folder.relative_to(top).as_posix() for folder in found))


def load(instrument: str, root: Path | None = None) -> Regulation:
    """Return the regulation `<province>/<number-slug>` under `root`, read and checked anew.

    Raises: UnknownInstrument; DataError with file, line and clause of every fault found.
    """
    top = root or default_root()
    if instrument not in available(top):
        raise UnknownInstrument(instrument=instrument, root=top.name, known=available(top))
    return in_use(load_folder(top / instrument, root=top), top / instrument, root=top)


@cache
def loaded(instrument: str, root: Path | None = None) -> Regulation:
    """Return `load(instrument, root)`, kept for the life of the process."""
    return load(instrument, root)


def in_use(regulation: Regulation, folder: Path, *, root: Path) -> Regulation:
    """Return the regulation as this installation follows it: from the day that `installed.yaml` gives, if any.

    Raises: DataError if a later value or an amendment comes before that day.
    """
    path = folder / INSTALLED
    given = decoding.read(_Installed, path, root=root).effective_on if path.is_file() else None
    return regulation if given is None else effective_from(regulation, given, file=reading.name_of(path, root))


def effective_from(regulation: Regulation, on: date, *, file: str = INSTALLED) -> Regulation:
    """Return the regulation in force from `on` instead of the day it names; each first value moves along.

    Raises: DataError if a later value or an amendment comes before that day.
    """
    paper = regulation.instrument
    later = [dated.since for each in regulation.parameters.values() for dated in each.values[1:]]
    days = [*later, *(each.effective_on for each in paper.amendments), *([paper.ended_on] if paper.ended_on else [])]
    if any(day <= on for day in days):
        raise DataError(Problem(file, 1, expected=f"a day before {min(days)}", got=on.isoformat()))
    parameters = {
        name: replace(each, values=(replace(each.values[0], since=on), *each.values[1:]))
        for name, each in regulation.parameters.items()
    }
    return replace(regulation, instrument=replace(paper, effective_on=on), parameters=parameters)


def load_folder(folder: Path, *, root: Path) -> Regulation:
    """Return the regulation in `folder` as written; file names in errors are relative to `root`.

    Raises: DataError.
    """
    faults: list[Problem] = []
    head = _kept(faults, lambda: decoding.read(_Head, folder / "regulation.yaml", root=root))
    clauses = _kept(faults, lambda: _part(_Clauses, folder, "clauses", root=root))
    parameters = _kept(faults, lambda: _parameters(folder, root=root))
    agencies = _kept(faults, lambda: _part(_Agencies, folder, "agencies", root=root))
    clusters = _kept(faults, lambda: _part(_Clusters, folder, "clusters", root=root))
    hours = _kept(faults, lambda: _part(_Hours, folder, "hours", root=root))
    obligations = _kept(faults, lambda: _part(_Obligations, folder, "obligations", root=root))
    content = _kept(faults, lambda: _part(_Content, folder, "content", root=root))
    reports = _kept(faults, lambda: _part(_Reports, folder, "reports", root=root))
    if not (head and clauses and agencies and clusters and hours and obligations and content and reports) or faults:
        raise DataError(*faults)
    regulation = Regulation(
        instrument=head.instrument,
        errata=head.errata,
        articles=clauses.articles,
        parameters=parameters or {},
        agencies=agencies.agencies,
        groups=agencies.groups,
        successions=agencies.successions,
        posts=agencies.posts,
        mandates=agencies.mandates,
        clusters=clusters.clusters,
        hours=hours.hours,
        obligations=obligations.obligations,
        categories=content.categories,
        routes=content.routes,
        languages=content.languages,
        language_groups=content.language_groups,
        retention=content.retention,
        criteria=content.criteria,
        grounds=content.grounds,
        reports=reports.reports,
    )
    problems = checking.problems(regulation)
    if problems:
        raise DataError(*problems)
    return regulation


def _kept(faults: list[Problem], read: Callable[[], decoding.Record]) -> decoding.Record | None:
    """Return what `read` gives; its faults join the others, so that one look shows them all."""
    try:
        return read()
    except DataError as error:
        faults += error.problems
        return None


def _part(record: type[decoding.Record], folder: Path, name: str, *, root: Path) -> decoding.Record:
    path = folder / f"{name}.yaml"
    if path.is_file():
        return decoding.read(record, path, root=root)
    if name in {"clauses", "agencies"}:
        shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        raise DataError(Problem(shown, 1, expected=f"the file {name}.yaml", got="no such file"))
    return record()


def _parameters(folder: Path, *, root: Path) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    faults: list[Problem] = []
    for path in sorted((folder / "parameters").glob("*.yaml")):
        try:
            read = decoding.read(_Parameters, path, root=root).parameters
        except DataError as error:
            faults += error.problems
            continue
        for parameter in read:
            if parameter.id in found:
                expected = f"parameter {parameter.id!r} once"
                place = parameter.source
                faults.append(Problem(place.file, place.line, expected=expected, got="it twice"))
            found[parameter.id] = parameter
    if faults:
        raise DataError(*faults)
    return found

"""A pack with the province's own rows laid over it: pure, so that it can be tried before a row is written."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from bangtin.hub.regulations.queries.own_rows import OwnRows
from bangtin.rulebook import loading
from bangtin.rulebook.shapes import AgencySeed, DatedName, DatedValue, Parameter, Regulation, Succession
from bangtin.rulebook.texts import Text


@lru_cache(maxsize=32)
def effective(instrument_id: str, folder: Path, rows: OwnRows) -> Regulation:
    """The pack `instrument_id` under `folder` with these rows; the pack itself where none concerns it.

    Raises: rulebook.errors.UnknownInstrument, DataError.
    """
    return laid_over(loading.loaded(instrument_id, folder), rows)


def laid_over(pack: Regulation, rows: OwnRows) -> Regulation:
    """The pack with the successions that start from its agencies, and values over its local parameters."""
    entered = _concerning(pack, rows.successions)
    parameters = _parameters(pack, rows)
    agencies = _agencies(pack, entered, rows.names)
    if not entered and parameters is pack.parameters and agencies == pack.agencies:
        return pack
    successions = tuple(dict.fromkeys((*pack.successions, *entered)))
    return replace(pack, successions=successions, parameters=parameters, agencies=agencies)


def _concerning(pack: Regulation, rows: Iterable[Succession]) -> list[Succession]:
    """The rows that start from an agency of the pack, or from one that such a row leads to."""
    known = {agency.id for agency in pack.agencies}
    heirs = {row.successor for row in pack.successions if row.successor is not None}
    reached, found, waiting = known | heirs, [], list(rows)
    while taken := [row for row in waiting if row.predecessor in reached]:
        found += taken
        waiting = [row for row in waiting if row not in taken]
        reached |= {row.successor for row in taken if row.successor is not None}
    duties = {obligation.id for obligation in pack.obligations}
    clusters = {cluster.id for cluster in pack.clusters}
    kept = [_within(row, duties, clusters) for row in found]
    return [row for row in kept if row is not None]


def _within(row: Succession, duties: set[str], clusters: set[str]) -> Succession | None:
    """The part of a row that this pack knows; None if it hands over only what other regulations know."""
    if not row.duties and not row.clusters:
        return row
    some = replace(
        row,
        duties=tuple(name for name in row.duties if name in duties),
        clusters=tuple(name for name in row.clusters if name in clusters),
    )
    return some if some.duties or some.clusters else None


def _parameters(pack: Regulation, rows: OwnRows) -> Mapping[str, Parameter]:
    own: dict[str, dict[date, DatedValue]] = {}
    for instrument, name, value in rows.values:
        if instrument == pack.id and name in pack.parameters and pack.parameters[name].is_local:
            own.setdefault(name, {})[value.since] = value
    if not own:
        return pack.parameters
    return {**pack.parameters, **{name: with_values(pack.parameters[name], some) for name, some in own.items()}}


def with_values(parameter: Parameter, own: Mapping[date, DatedValue]) -> Parameter:
    """The parameter with dated values over its own; of two for one day the province's holds."""
    merged = {dated.since: dated for dated in parameter.values} | dict(own)
    return replace(parameter, values=tuple(merged[day] for day in sorted(merged)))


def _agencies(
    pack: Regulation, entered: Iterable[Succession], names: Iterable[tuple[str, DatedName]]
) -> tuple[AgencySeed, ...]:
    """The pack's agencies with the names they were given since, and those that a succession leads to."""
    given: dict[str, list[DatedName]] = {}
    for agency, name in names:
        given.setdefault(agency, []).append(name)
    known = {agency.id: agency for agency in pack.agencies}
    found = [_named(agency, given[agency.id]) if agency.id in given else agency for agency in pack.agencies]
    for row in entered:
        if row.successor is not None and row.successor not in known:
            like = known.get(row.predecessor)
            bare = AgencySeed(row.successor, like.kind if like else "other", (), like.parent if like else None)
            known[row.successor] = _named(bare, given.get(row.successor) or [_unnamed(row.successor)])
            found.append(known[row.successor])
    return tuple(found)


def _named(agency: AgencySeed, given: Iterable[DatedName]) -> AgencySeed:
    by_day = {name.since: name for name in (*agency.names, *given)}
    ordered = sorted(by_day.values(), key=lambda name: name.since or date.min)
    return replace(agency, names=tuple(ordered))


def _unnamed(agency: str) -> DatedName:
    text = Text(agency, agency)
    return DatedName(text, text)

"""Who carries on what another agency began, by the successions of the packs and the province's own rows."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from bangtin.hub.regulations.queries.own_rows import own_rows
from bangtin.hub.regulations.queries.packs import regulation
from bangtin.rulebook import successions
from bangtin.rulebook.shapes import Regulation, Succession


def all_successions() -> tuple[Succession, ...]:
    """Every succession that holds here: those of the packs in use, then the province's own."""
    rows = own_rows()
    of_packs = (row for name in rows.instruments for row in regulation(name).successions)
    return tuple(dict.fromkeys((*of_packs, *rows.successions)))


def is_gone(agency_id: str, rows: Iterable[Succession], on: date) -> bool:
    """Whether the agency has ended by that day: everything went to others, or it was abolished."""
    ended = [row for row in rows if row.predecessor == agency_id and row.effective_on <= on]
    return any(row.kind == "abolish" or _is_whole(row) for row in ended)


def standing_for(agency_id: str, *, on: date) -> frozenset[str]:
    """The agency and those that stand in its place on that day: who may continue what it began."""
    rows = all_successions()
    found, waiting = {agency_id}, [agency_id]
    while waiting:
        name = waiting.pop()
        heirs = _heirs(name, rows, on) - found
        found |= heirs
        waiting += heirs
    return frozenset(found)


def continued(agency_ids: Collection[str], *, on: date) -> frozenset[str]:
    """These agencies and those that ended into them by that day: whose programmes and reports they carry on."""
    rows = all_successions()
    if not rows:
        return frozenset(agency_ids)
    ended = {row.predecessor for row in rows}
    found, waiting = set(agency_ids), list(agency_ids)
    while waiting:
        name = waiting.pop()
        before = {one for one in ended if name in _heirs(one, rows, on)} - found
        found |= before
        waiting += before
    return frozenset(found)


def spans(pack: Regulation, agency_id: str, *, cluster: str | None) -> Iterator[tuple[str, date | None, date | None]]:
    """Who holds, from day to day (None: open), what the regulation gave to the agency; nobody where none is recorded.

    One body that holds it over several changes is one span.
    """
    days = sorted({row.effective_on for row in pack.successions})
    bounds: list[date | None] = [None, *days]
    open_since: dict[str, date | None] = {}
    for begins in bounds:
        found = successions.answering(pack, agency_id, begins or date.min, cluster=cluster)
        holding = found.agencies if found.is_recorded else ()
        for name in [one for one in open_since if one not in holding]:
            yield name, open_since.pop(name), _before(begins)
        for name in holding:
            open_since.setdefault(name, begins)
    for name, since in open_since.items():
        yield name, since, None


def _before(day: date | None) -> date | None:
    return None if day is None else day - timedelta(days=1)


def _heirs(agency_id: str, rows: Iterable[Succession], on: date) -> set[str]:
    if not is_gone(agency_id, rows, on):
        return set()
    return {
        row.successor
        for row in rows
        if row.predecessor == agency_id and row.effective_on <= on and row.successor is not None
    }


def _is_whole(row: Succession) -> bool:
    return row.successor is not None and not row.duties and not row.clusters

"""What the province has entered beside the packs, read in one query: successions, values, days, names of agencies.

The rows are few. While a page is made they are read once (`remembered`); outside of pages on every call, so that a
long-running worker never acts on what has been withdrawn.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db import OperationalError, ProgrammingError, connection
from django.db.models import F, IntegerField, Model, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from bangtin.hub.agencies.models import AgencyName, Succession
from bangtin.hub.kit.database import database_file
from bangtin.hub.regulations.models import CalendarDay, DayKind, Instrument, LocalValue
from bangtin.rulebook import shapes
from bangtin.rulebook.calendars import DayRow
from bangtin.rulebook.shapes import DatedName, DatedValue
from bangtin.rulebook.texts import Text

Raw = tuple[tuple[str, ...], ...]
KINDS_OF_DAY = {DayKind.HOLIDAY.value: "holiday", DayKind.WORKING.value: "working_day"}
# names agree with the columns of `_asked`: what, number, three words, day, basis, two more words
_COLUMNS = ("row_what", "row_number", "row_a", "row_b", "row_c", "row_on", "row_basis", "row_d", "row_e")


@dataclass(frozen=True)
class OwnRows:
    """The province's rows: instruments in use, successions, (instrument, parameter, value), days, (agency, name).

    What was withdrawn is left out. Of two values for one day the later recorded one comes last.
    """

    instruments: tuple[str, ...] = ()
    successions: tuple[shapes.Succession, ...] = ()
    values: tuple[tuple[str, str, DatedValue], ...] = ()
    days: tuple[DayRow, ...] = ()
    names: tuple[tuple[str, DatedName], ...] = ()


_PAGE: ContextVar[list[OwnRows] | None] = ContextVar("own_rows", default=None)


@contextmanager
def remembered() -> Iterator[None]:
    """Read the rows at most once inside, however often they are asked for."""
    token = _PAGE.set([])
    try:
        yield
    finally:
        _PAGE.reset(token)


def forget() -> None:
    """Read the rows anew when they are asked for next: called by every deed that changes one."""
    kept = _PAGE.get()
    if kept:
        kept.clear()


def own_rows() -> OwnRows:
    """The rows as they stand now."""
    kept = _PAGE.get()
    if kept:
        return kept[0]
    found = _read(_raw())
    if kept is not None:
        kept.append(found)
    return found


def _raw() -> Raw:
    file = database_file()
    if connection.connection is None and file is not None and not file.exists():
        return ()  # as below
    try:
        with connection.cursor() as cursor:
            sql, values = _statement(connection.vendor)
            cursor.execute(sql, values)
            found = sorted(cursor.fetchall(), key=lambda row: (row[0], row[1]))
    except (OperationalError, ProgrammingError):
        if Succession._meta.db_table in connection.introspection.table_names():
            raise
        return ()  # commands that need no database work before there are tables
    return tuple(tuple(str(word) for word in row) for row in found)


@lru_cache(maxsize=2)
def _statement(_vendor: str) -> tuple[str, tuple[str | int, ...]]:
    """The query's wording and values, the same at every call: writing it anew costs far more than asking it."""
    sql, values = _asked().query.sql_with_params()
    return sql, tuple(values)


def _asked() -> QuerySet[Model, tuple[str, ...]]:
    standing = Succession.objects.filter(withdrawn_at=None)
    holding = LocalValue.objects.filter(withdrawn_at=None)
    own = AgencyName.objects.exclude(recorded_at=None)
    return _rows(
        standing, "succession", "kind", "predecessor_id", "successor_id", on="effective_on", more=("duties", "clusters")
    ).union(
        _rows(holding, "value", "instrument_id", "parameter", None, on="since", more=("value", None)),
        _rows(CalendarDay.objects.all(), "day", "kind", "name_vi", "name_en", on="on", more=(None, None)),
        _rows(own, "name", "agency_id", "name_vi", "name_en", on="starts_on", more=("short_vi", None)),
        _rows(Instrument.objects.all(), "use", "id", None, None, on=None, more=(None, None)),
        all=True,
    )


def _rows(
    found: QuerySet[Model],
    what: str,
    *words: str | None,
    on: str | None,
    more: tuple[str | None, str | None],
) -> QuerySet[Model, tuple[str, ...]]:
    is_numbered = what != "use"
    basis = "basis" if is_numbered else None
    columns = (Value(what, TextField()), F("pk") if is_numbered else Value(0, IntegerField()))
    texts = (_text(name) for name in (*words, on, basis, *more))
    named = dict(zip(_COLUMNS, (*columns, *texts), strict=True))
    rows: QuerySet[Model, tuple[str, ...]] = found.order_by().annotate(**named).values_list(*_COLUMNS)
    return rows


def _text(name: str | None) -> Combinable:
    empty = Value("", TextField())
    return Coalesce(Cast(name, TextField()), empty) if name else Cast(empty, TextField())


@lru_cache(maxsize=8)
def _read(raw: Raw) -> OwnRows:
    by_what: dict[str, list[tuple[str, ...]]] = {}
    for what, _number, *rest in raw:
        by_what.setdefault(what, []).append(tuple(rest))
    return OwnRows(
        instruments=tuple(sorted(row[0] for row in by_what.get("use", ()))),
        successions=tuple(_succession(row) for row in by_what.get("succession", ())),
        values=tuple((row[0], row[1], _value(row)) for row in by_what.get("value", ())),
        days=tuple(_day(row) for row in by_what.get("day", ())),
        names=tuple((row[0], _name(row)) for row in by_what.get("name", ())),
    )


def _succession(row: tuple[str, ...]) -> shapes.Succession:
    kind, predecessor, successor, on, basis, duties, clusters = row
    return shapes.Succession(
        predecessor=predecessor,
        successor=successor or None,
        kind=kind,
        effective_on=date.fromisoformat(on),
        basis=basis,
        duties=tuple(json.loads(duties)),
        clusters=tuple(json.loads(clusters)),
    )


def _value(row: tuple[str, ...]) -> DatedValue:
    _instrument, _parameter, _none, on, basis, value, _empty = row
    found = json.loads(value) if value else None
    return DatedValue(date.fromisoformat(on), tuple(found) if isinstance(found, list) else found, basis)


def _day(row: tuple[str, ...]) -> DayRow:
    kind, name_vi, name_en, on, basis, *_rest = row
    return DayRow(date.fromisoformat(on), KINDS_OF_DAY[kind], Text(name_vi, name_en or name_vi), basis)


def _name(row: tuple[str, ...]) -> DatedName:
    _agency, name_vi, name_en, on, basis, short, _empty = row
    text = Text(name_vi, name_en or name_vi)
    return DatedName(text, Text(short, short) if short else text, date.fromisoformat(on) if on else None, basis)

"""Keeps the daily airtime ledger equal to the sum of its records; steps of ingest and regrade, in their transaction."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple, Protocol

from django.db import connection

from bangtin.hub.kit.clock import local_date
from bangtin.hub.playlog.actions.airing import Played
from bangtin.hub.playlog.actions.writing import Hours
from bangtin.hub.playlog.queries import facts

_KEY = (
    *("cluster_id", "face_id", '"on"', "version_id", "language", "bulletin_class"),
    *("is_filler", "is_outside_hours", "grade"),
)
# a sum that takes back stands in a row that is there; an insert of less than nothing is refused by the table's checks,
# which some engines ask before they see that the row is there
_PUT = (
    f"INSERT INTO playlog_airtime ({', '.join(_KEY)}, plays, shown_ms)"  # noqa: S608 - our own names
    f" VALUES {facts.places(len(_KEY) + 2)} ON CONFLICT ({', '.join(_KEY[1:])}) DO UPDATE SET"
    " plays = playlog_airtime.plays + %s, shown_ms = playlog_airtime.shown_ms + %s"
)
# the same for sums that only add, in one statement: PostgreSQL would read and plan each of a few hundred
_TYPES = (*("text", "text", "date", "bigint", "text", "text"), *("boolean", "boolean", "text", "bigint", "bigint"))
_COLUMNS = (*_KEY, "plays", "shown_ms")
_PUT_ALL = (
    f"INSERT INTO playlog_airtime ({', '.join(_COLUMNS)}) SELECT * FROM json_to_recordset(%s)"  # noqa: S608 - our own names
    f" AS asked ({', '.join(f'{name} {type_}' for name, type_ in zip(_COLUMNS, _TYPES, strict=True))})"
    f" ON CONFLICT ({', '.join(_KEY[1:])}) DO UPDATE SET"
    " plays = playlog_airtime.plays + EXCLUDED.plays, shown_ms = playlog_airtime.shown_ms + EXCLUDED.shown_ms"
)


class Account(NamedTuple):
    """The key of one ledger row."""

    cluster_id: str
    face_id: str
    on: date
    version_id: int
    language: str
    bulletin_class: str
    is_filler: bool
    is_outside_hours: bool
    grade: str


Entries = dict[Account, tuple[int, int]]


class Booked(Played, Protocol):
    """What the books read of a record."""

    language: str
    bulletin_class: str

    @property
    def slot(self) -> Hours | None: ...


def account(record: Booked) -> Account | None:
    """Where a record is booked: plays of a known version; None for all else."""
    if record.kind != "play" or record.version_id is None:
        return None
    return account_of(
        record.cluster_id,
        record.face_id,
        local_date(record.at),
        record.version_id,
        record.language,
        record.bulletin_class,
        is_outside_hours=record.slot is not None and record.slot.is_outside_hours,
        grade=record.grade,
    )


def account_of(  # what a row of the ledger is kept under, each a fact of its own
    cluster_id: str,
    face_id: str,
    on: date,
    version_id: int,
    language: str,
    bulletin_class: str,
    *,
    is_outside_hours: bool,
    grade: str,
) -> Account:
    """Where plays are booked that are alike in all of this."""
    is_filler = bulletin_class == "filler"
    # filler is never placed as priority: it counts as ordinary airtime, and apart
    class_ = "ordinary" if is_filler else bulletin_class
    return Account(cluster_id, face_id, on, version_id, language, class_, is_filler, is_outside_hours, grade)


def totals(records: Iterable[Booked], *, sign: int = 1) -> Entries:
    """Plays and milliseconds of these records by account; `sign` -1 takes them back."""
    found: dict[Account, list[int]] = defaultdict(lambda: [0, 0])
    for record in records:
        key = account(record)
        if key is not None:
            found[key][0] += sign
            found[key][1] += sign * record.shown_ms
    return {key: (plays, shown_ms) for key, (plays, shown_ms) in found.items()}


def merged(*parts: Entries) -> Entries:
    """The sums of several entries, without those that come to nothing."""
    found: dict[Account, list[int]] = defaultdict(lambda: [0, 0])
    for part in parts:
        for key, (plays, shown_ms) in part.items():
            found[key][0] += plays
            found[key][1] += shown_ms
    return {key: (plays, ms) for key, (plays, ms) in found.items() if plays or ms}


def book(entries: Entries) -> None:
    """Add these sums to the ledger.

    Rows are touched in one order by everyone, so that two ingests never wait for each other in a ring. On PostgreSQL
    sums that add come before those that take back: two screens of one face may meet; one is ended and taken anew.
    """
    keys = sorted(entries)
    if not keys:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = [name.strip('"') for name in _COLUMNS]
            adding = [dict(zip(names, (*key, *entries[key]), strict=True)) for key in keys if min(entries[key]) >= 0]
            if adding:
                cursor.execute(_PUT_ALL, [json.dumps(adding, default=str)])
            keys = [key for key in keys if min(entries[key]) < 0]
        found = [(*_columns(key), max(entries[key][0], 0), max(entries[key][1], 0), *entries[key]) for key in keys]
        if found:
            cursor.executemany(_PUT, found)


def _columns(key: Account) -> tuple[facts.Value, ...]:
    return tuple(facts.day(one) if isinstance(one, date) else one for one in key)

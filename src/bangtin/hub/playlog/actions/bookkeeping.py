"""Keeps the daily airtime ledger equal to the sum of its records; steps of ingest and regrade, in their transaction."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import groupby
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
_PUT = (
    f"INSERT INTO playlog_airtime ({', '.join(_KEY)}, plays, shown_ms)"  # noqa: S608 - our own names
    f" VALUES {facts.places(len(_KEY) + 2)} ON CONFLICT ({', '.join(_KEY[1:])}) DO UPDATE SET"
    " plays = playlog_airtime.plays + excluded.plays, shown_ms = playlog_airtime.shown_ms + excluded.shown_ms"
)
_SAME = " AND ".join(f"{name} = %s" for name in _KEY)
_ADD = f"UPDATE playlog_airtime SET plays = plays + %s, shown_ms = shown_ms + %s WHERE {_SAME}"  # noqa: S608 - our own names


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
    is_filler = record.bulletin_class == "filler"
    return Account(
        cluster_id=record.cluster_id,
        face_id=record.face_id,
        on=local_date(record.at),
        version_id=record.version_id,
        language=record.language,
        # filler is never placed as priority: it counts as ordinary airtime, and apart
        bulletin_class="ordinary" if is_filler else record.bulletin_class,
        is_filler=is_filler,
        is_outside_hours=record.slot is not None and record.slot.is_outside_hours,
        grade=record.grade,
    )


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

    Rows are touched in one order by everyone, so that two ingests never wait for each other in a ring.
    """
    with connection.cursor() as cursor:
        # a sum that takes back stands in a row that is there: an insert of less than nothing is refused by its check
        for is_taken_back, keys in groupby(sorted(entries), key=lambda key: min(entries[key]) < 0):
            some = [(key, *entries[key]) for key in keys]
            if is_taken_back:
                cursor.executemany(_ADD, [(plays, ms, *_columns(key)) for key, plays, ms in some])
            else:
                cursor.executemany(_PUT, [(*_columns(key), plays, ms) for key, plays, ms in some])


def _columns(key: Account) -> tuple[facts.Value, ...]:
    return tuple(facts.day(one) if isinstance(one, date) else one for one in key)

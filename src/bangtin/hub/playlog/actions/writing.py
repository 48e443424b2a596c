"""Writes rows of play records as the engines take them fastest; steps of ingest and regrade, in their transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Protocol

from django.db import connection

from bangtin.bundle.playlog import Checkpoint
from bangtin.hub.playlog.queries import facts

# in the order of `_COLUMNS`
Columns = tuple[facts.Value, ...]
_BATCHES = (
    "INSERT INTO playlog_batch (device_id, epoch, from_n, to_n, before, head, checkpoint, received_at, is_fork) VALUES"
)
_COLUMNS = (
    "batch_id, device_id, cluster_id, epoch, n, boot, kind, bundle, item, content, language, bulletin_class, slot_id,"
    ' placement_id, version_id, face_id, from_ms, at, mono_ms, shown_ms, clock, "end", grade, reason, is_fork, line'
)
_ROWS = f"INSERT INTO playlog_playrecord ({_COLUMNS}) VALUES "  # noqa: S608 - our own names
_ROW = facts.places(26)
# rows that SQLite takes in one step: it numbers them together, and other threads of the process are let in between
TOGETHER = 20
_COPY = f"COPY playlog_playrecord ({_COLUMNS}) FROM STDIN"
_GRADES = "UPDATE playlog_playrecord SET grade = %s, reason = %s, at = %s WHERE id = %s"


class Hours(Protocol):
    """What the books read of a slot."""

    @property
    def is_outside_hours(self) -> bool: ...


@dataclass(slots=True)
class Entry:
    """What the books and a new grade need of a stored row."""

    pk: int
    n: int
    cluster_id: str
    face_id: str
    at: datetime
    kind: str
    grade: str
    reason: str
    language: str
    bulletin_class: str
    slot: Hours | None
    version_id: int | None
    shown_ms: int


def add_batches(batches: Sequence[tuple[Checkpoint, bytes, bool]], *, at: datetime) -> dict[str, int]:
    """The number of each new batch's row, by device; a batch is its checkpoint, envelope and whether it is a fork."""
    then = facts.column(at)
    values: list[facts.Value] = []
    for checkpoint, envelope, is_fork in batches:
        key = (checkpoint.device, checkpoint.epoch, checkpoint.from_n, checkpoint.to_n)
        values += [*key, checkpoint.before, checkpoint.head, envelope, then, is_fork]
    every = ", ".join([facts.places(9)] * len(batches))
    return {device: int(pk) for device, pk in facts.rows(f"{_BATCHES} {every} RETURNING device_id, id", *values)}


def add_rows(rows: Sequence[Columns]) -> None:
    """Write rows: one COPY, or one statement run over them all."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            whole = len(rows) - len(rows) % TOGETHER
            some = [tuple(chain.from_iterable(rows[start : start + TOGETHER])) for start in range(0, whole, TOGETHER)]
            cursor.executemany(_ROWS + ", ".join([_ROW] * TOGETHER), some)
            cursor.executemany(_ROWS + _ROW, rows[whole:])
            return
        with cursor.copy(_COPY) as copy:
            for columns in rows:
                copy.write_row(columns)


def change_grades(entries: Iterable[Entry]) -> None:
    """Write grade, reason and repaired instant of rows that are stored."""
    changed = [(one.grade, one.reason, facts.column(one.at), one.pk) for one in entries]
    if changed:
        with connection.cursor() as cursor:
            cursor.executemany(_GRADES, changed)

"""Writes rows of play records as the engines take them fastest; steps of ingest and regrade, in their transaction."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Protocol

from django.db import connection

from bangtin.bundle.playlog import Checkpoint
from bangtin.hub.playlog.queries import facts

# in the order of `_COLUMNS`
Columns = tuple[facts.Value, ...]
Add = Callable[[Iterable[Columns]], object]
_BATCHES = (
    "INSERT INTO playlog_batch (device_id, epoch, from_n, to_n, before, head, checkpoint, received_at, is_fork) VALUES"
)
_COLUMNS = (
    "batch_id, device_id, cluster_id, epoch, n, boot, kind, bundle, item, content, language, bulletin_class, slot_id,"
    ' placement_id, version_id, face_id, from_ms, at, mono_ms, shown_ms, clock, "end", grade, reason, is_fork, line'
)
_ROWS = f"INSERT INTO playlog_playrecord ({_COLUMNS}) VALUES "  # noqa: S608 - our own names
# rows that SQLite takes in one step, without Python meanwhile: it waits for Python once a step, which others hold
TOGETHER = 200
_ONE, _TOGETHER = (_ROWS + ", ".join([f"({', '.join('?' * 26)})"] * count) for count in (1, TOGETHER))
_COPY = f"COPY playlog_playrecord ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
# told once, so that each cell is written as it is: as text PostgreSQL's client and server take thrice as long for a row
_TYPES = (
    *("int8", "text", "text", "int4", "int8", "int8", "text", "int8", "text", "text", "text", "text", "int8"),
    *("int8", "int8", "text", "int8", "timestamptz", "int8", "int8", "text", "text", "text", "text", "bool", "bytea"),
)
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


@contextmanager
def adding() -> Iterator[Add]:
    """Writes rows while their caller makes more of them; all are there when the block ends.

    Nothing else may be asked of the database within the block: PostgreSQL is in the middle of a COPY, and SQLite works
    in a thread of its own, for it needs as long for a row as grading one takes and lets Python go on meanwhile.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
                copy.set_types(_TYPES)
                yield lambda rows: deque(map(copy.write_row, rows), maxlen=0)
            return
        # not by Django's cursor, which reads a long statement anew at every call
        execute, left = connection.connection.execute, list[Columns]()
        with ThreadPoolExecutor(1, thread_name_prefix="bangtin-rows") as beside:
            steps: list[Future[object]] = []

            def add(rows: Iterable[Columns]) -> None:
                left.extend(rows)
                while len(left) >= TOGETHER:
                    steps.append(beside.submit(execute, _TOGETHER, tuple(chain.from_iterable(left[:TOGETHER]))))
                    del left[:TOGETHER]

            yield add
            steps += [beside.submit(execute, _ONE, columns) for columns in left]
            for step in steps:
                step.result()


def change_grades(entries: Iterable[Entry]) -> None:
    """Write grade, reason and repaired instant of rows that are stored."""
    changed = [(one.grade, one.reason, facts.column(one.at), one.pk) for one in entries]
    if changed:
        with connection.cursor() as cursor:
            cursor.executemany(_GRADES, changed)

"""Writes rows of play records as the engines take them fastest; steps of ingest and regrade, in their transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import connection

from bangtin.bundle.playlog import Checkpoint
from bangtin.hub.playlog.queries import facts

_BATCH = (
    "INSERT INTO playlog_batch (device_id, epoch, from_n, to_n, before, head, checkpoint, received_at, is_fork)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id"
)
_COLUMNS = (
    "batch_id, device_id, cluster_id, epoch, n, boot, kind, bundle, item, content, language, bulletin_class, slot_id,"
    ' placement_id, version_id, face_id, from_ms, at, mono_ms, shown_ms, clock, "end", grade, reason, is_fork, line'
)
_ROWS = f"INSERT INTO playlog_playrecord ({_COLUMNS}) VALUES {facts.places(26)}"  # noqa: S608 - our own names
_COPY = f"COPY playlog_playrecord ({_COLUMNS}) FROM STDIN"
_GRADES = "UPDATE playlog_playrecord SET grade = %s, reason = %s, at = %s WHERE id = %s"


class Hours(Protocol):
    """What the books read of a slot."""

    @property
    def is_outside_hours(self) -> bool: ...


@dataclass(slots=True)
class Entry:
    """One row of the play log before it is written; the columns of `PlayRecord` that belong to its line."""

    n: int
    line: bytes
    cluster_id: str
    face_id: str
    at: datetime
    kind: str
    grade: str
    reason: str
    boot: int = 0
    bundle: int | None = None
    item: str = ""
    content: str = ""
    language: str = ""
    bulletin_class: str = ""
    slot: Hours | None = None
    slot_id: int | None = None
    placement_id: int | None = None
    version_id: int | None = None
    from_ms: int = 0
    mono_ms: int = 0
    shown_ms: int = 0
    clock: str = ""
    end: str = ""
    pk: int = 0


def add_batch(checkpoint: Checkpoint, *, envelope: bytes, is_fork: bool, at: datetime) -> int:
    """The number of the new batch's row."""
    return int(
        facts.rows(
            _BATCH,
            checkpoint.device,
            checkpoint.epoch,
            checkpoint.from_n,
            checkpoint.to_n,
            checkpoint.before,
            checkpoint.head,
            envelope,
            facts.column(at),
            is_fork,
        )[0][0]
    )


def add_entries(entries: Sequence[Entry], *, batch_id: int, checkpoint: Checkpoint, is_fork: bool) -> None:
    """Write the rows of a batch: one COPY, or one statement run over them all."""
    head = (batch_id, checkpoint.device)
    found = [_columns(one, head, checkpoint.epoch, is_fork) for one in entries]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(_ROWS, found)
            return
        with cursor.copy(_COPY) as copy:
            for columns in found:
                copy.write_row(columns)


def change_grades(entries: Iterable[Entry]) -> None:
    """Write grade, reason and repaired instant of rows that are stored."""
    changed = [(one.grade, one.reason, facts.column(one.at), one.pk) for one in entries]
    if changed:
        with connection.cursor() as cursor:
            cursor.executemany(_GRADES, changed)


def _columns(one: Entry, head: tuple[int, str], epoch: int, is_fork: bool) -> tuple[facts.Value, ...]:
    return (
        *head,
        one.cluster_id,
        epoch,
        one.n,
        one.boot,
        one.kind,
        one.bundle,
        one.item,
        one.content,
        one.language,
        one.bulletin_class,
        one.slot_id,
        one.placement_id,
        one.version_id,
        one.face_id,
        one.from_ms,
        facts.column(one.at),
        one.mono_ms,
        one.shown_ms,
        one.clock,
        one.end,
        one.grade,
        one.reason,
        is_fork,
        one.line,
    )

"""The player's one SQLite file: small values, open and closed records, sealed batches."""

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

CLOCK_FLOORS = "clock_floors"
RESERVE = "reserve"
RESERVE_BYTES = 64 * 2**20
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS opened (
  id TEXT PRIMARY KEY, started INTEGER NOT NULL, body TEXT NOT NULL, shown_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lines (
  epoch INTEGER NOT NULL, n INTEGER NOT NULL, line BLOB NOT NULL, head TEXT NOT NULL, closed_ms INTEGER NOT NULL,
  PRIMARY KEY (epoch, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batches (
  epoch INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, envelope BLOB NOT NULL,
  PRIMARY KEY (epoch, first)
) STRICT, WITHOUT ROWID;
"""
# what SQLite says when the disk has no room: for the data, or for the log and its index beside it
_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE})
T = TypeVar("T")
log = logging.getLogger("bangtin.player.database")


class Database:
    """A connection whose commits are on the disk when they return (trust F.4: WAL, synchronous=FULL).

    On a full disk `free_space` is called, which lets media go; if that is not enough, the 64 MB that
    `set_aside` keeps are used: records that the hub has not acknowledged are never given up (trust F.4).
    """

    def __init__(self, path: Path) -> None:
        self._reserve = path.with_name(RESERVE)
        self._has_room(path)
        self._connection = sqlite3.connect(path, isolation_level=None)
        path.chmod(0o600)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(_SCHEMA)
        self.free_space: Callable[[], None] = lambda: None

    def write(self, change: Callable[[sqlite3.Connection], T]) -> T:
        """Run `change` in a transaction, durable when this returns; on a full disk once more after making room."""
        for make_room in (self.free_space, self._use_reserve):
            try:
                with self.transaction() as connection:
                    return change(connection)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode not in _FULL:
                    raise
                log.error("the disk is full: %s", error)
                make_room()
        with self.transaction() as connection:
            return change(connection)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; durable when it ends."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """The rows of a query."""
        return self._connection.execute(sql, values).fetchall()

    def get(self, key: str) -> str | None:
        """The small value under `key`."""
        found = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if found is None else str(found[0])

    def put(self, key: str, value: str) -> None:
        """Keep a small value, durably."""
        self.write(lambda connection: connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value)))

    def next_boot(self) -> int:
        """Count this boot. trust D.5: on the disk before the first request."""
        boot = int(self.get("boot") or 0) + 1
        self.put("boot", str(boot))
        return boot

    def set_aside(self) -> bool:
        """Set 64 MB aside for records, if there is room for twice as much; gives whether they are."""
        with suppress(FileNotFoundError):
            if self._reserve.stat().st_size == RESERVE_BYTES:
                return True
        statistics = os.statvfs(self._reserve.parent)
        if statistics.f_bavail * statistics.f_frsize < 2 * RESERVE_BYTES:
            return False
        descriptor = os.open(self._reserve, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, RESERVE_BYTES)
        except OSError as error:
            log.warning("no room could be set aside for records: %s", error)
            return False
        finally:
            os.close(descriptor)
        return True

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _use_reserve(self) -> None:
        if self._reserve.exists():
            log.error("using the room set aside for records")
            self._reserve.unlink()

    def _has_room(self, path: Path) -> None:
        """A disk that is full to the last byte would not even let the database be opened."""
        statistics = os.statvfs(path.parent)
        if statistics.f_bavail * statistics.f_frsize < 2**20:
            self._use_reserve()

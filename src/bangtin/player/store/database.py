"""The player's one SQLite file: small values, open and closed records, sealed batches."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


class Database:
    """A connection whose commits are on the disk when they return (trust F.4: WAL, synchronous=FULL)."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        path.chmod(0o600)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; durable when it ends."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """The rows of a query."""
        return self._connection.execute(sql, values).fetchall()

    def get(self, key: str) -> str | None:
        """The small value under `key`."""
        found = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if found is None else str(found[0])

    def put(self, key: str, value: str) -> None:
        """Keep a small value, durably."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def next_boot(self) -> int:
        """Count this boot. trust D.5: on the disk before the first request."""
        boot = int(self.get("boot") or 0) + 1
        self.put("boot", str(boot))
        return boot

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

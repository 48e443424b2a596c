"""The table of sealed plays: its columns, and how DuckDB writes and reads it."""

import json
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

Cell = object
# The columns of a play record under the names they have in the database; its `line` lies in the evidence.
RECORD = (
    ("id", "BIGINT"), ("batch_id", "BIGINT"), ("device_id", "VARCHAR"), ("cluster_id", "VARCHAR"), ("epoch", "BIGINT"),
    ("n", "BIGINT"), ("boot", "BIGINT"), ("kind", "VARCHAR"), ("bundle", "BIGINT"), ("item", "VARCHAR"),
    ("content", "VARCHAR"), ("language", "VARCHAR"), ("bulletin_class", "VARCHAR"), ("slot_id", "BIGINT"),
    ("placement_id", "BIGINT"), ("version_id", "BIGINT"), ("face_id", "VARCHAR"), ("from_ms", "BIGINT"),
    ("at", "TIMESTAMP"), ("mono_ms", "BIGINT"), ("shown_ms", "BIGINT"), ("clock", "VARCHAR"), ("end", "VARCHAR"),
    ("grade", "VARCHAR"), ("reason", "VARCHAR"), ("is_fork", "BOOLEAN"),
)  # fmt: skip
# What else a report asks, written beside it as it was when the day was sealed: whose programme it is, of what kind,
# and what the ledger counts: `plays` 1 and `aired_ms` where the row is a play of ours that is sure or claimed, else 0.
BESIDE = (
    ("programme", "VARCHAR"), ("agency", "VARCHAR"), ("category", "VARCHAR"), ("is_outside_hours", "BOOLEAN"),
    ("plays", "TINYINT"), ("aired_ms", "INTEGER"),
)  # fmt: skip
COLUMNS = (*RECORD, *BESIDE)
RECORD_NAMES = tuple(name for name, _type in RECORD)
READ = ", ".join(f'"{name}"' for name in RECORD_NAMES)
LONGEST_MS = 2_147_483_647  # of one play: 24 days, more than any; sums over four bytes are half the work
# the columns that reports, proofs and day sheets read
REPORTED = (
    "cluster_id", "face_id", "at", "kind", "version_id", "slot_id", "placement_id", "programme", "agency", "category",
    "language", "bulletin_class", "is_outside_hours", "shown_ms", "grade", "end", "plays", "aired_ms",
)  # fmt: skip
ORDER = 'cluster_id, face_id, "at", id'
WRITING = "FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2"
MEMORY = "1GB"
_PLACES = tuple(str(place) for place in range(len(COLUMNS)))
_NAMED = ", ".join(f'"{place}" AS "{name}"' for place, (name, _type) in enumerate(COLUMNS))
_KINDS = {str(place): kind for place, (_name, kind) in enumerate(COLUMNS)}
_opening = threading.Lock()


@cache
def _engine() -> "DuckDBPyConnection":
    import duckdb  # 30 MB that a hub which reads no sealed day does not need

    settings = {
        "threads": str(min(os.cpu_count() or 1, 8)),
        "memory_limit": MEMORY,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    connection = duckdb.connect(":memory:", config=dict(settings))
    connection.execute("SET GLOBAL parquet_metadata_cache = true")  # a sealed file never changes under its name
    return connection


def engine() -> "DuckDBPyConnection":
    """A connection to this process's DuckDB; every caller has its own."""
    with _opening:
        return _engine().cursor()


def quoted(text: str | Path) -> str:
    """A text as SQL takes it."""
    return "'" + str(text).replace("'", "''") + "'"


def sealed(paths: Sequence[Path]) -> "DuckDBPyRelation":
    """The sealed rows in these files, with the file and the `province` and `day` that each is from."""
    return engine().read_parquet([str(path) for path in paths], filename=True, hive_partitioning=True)


def added_up(groups: Mapping[str, Sequence[Path]], marks: Sequence[str]) -> list[tuple[Any, ...]]:
    """Plays and milliseconds by the name of the group of files and by columns: one statement over all of them.

    Asked without each row's file and day, which would cost as much as the sums.
    """
    if not groups:
        return []
    cells = (*marks, "sum(plays) AS plays", "sum(aired_ms) AS aired_ms")
    grouped = f"GROUP BY {', '.join(marks)}" if marks else ""
    parts = []
    for name, paths in groups.items():
        files = f"read_parquet([{', '.join(map(quoted, paths))}], hive_partitioning = false)"
        parts.append(" ".join(("SELECT", ", ".join((f"{quoted(name)} AS name", *cells)), "FROM", files, grouped)))
    # one text: put together as relations, each union would bind all the former ones again
    return engine().execute(" UNION ALL ".join(parts)).fetchall()


def write(rows: Iterable[Sequence[Cell]], target: Path) -> None:
    """Write rows (in the order of COLUMNS) as a Parquet file, sorted so that like lies beside like."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # not CSV: what a hostile screen writes into a line (quotes, line feeds) is read back as it was
    between = target.with_name(f"{target.name}.json")
    try:
        with between.open("w", encoding="utf-8") as file:
            file.writelines(map(_line, rows))
        source = engine().read_json(str(between), columns=_KINDS, format="newline_delimited")
        copy(source.project(_NAMED), target)
    finally:
        between.unlink(missing_ok=True)


def copy(rows: "DuckDBPyRelation", target: Path) -> None:
    """Write rows as one sealed file."""
    ordered = rows.order(ORDER)
    ordered.query("sealing", f"COPY sealing TO {quoted(target)} ({WRITING})")


def _line(row: Sequence[Cell]) -> str:
    """A row as JSON, its columns told by their place; an instant without its zone: Parquet's are UTC."""
    cells = (_instant(cell) if isinstance(cell, datetime) else cell for cell in row)
    return json.dumps(dict(zip(_PLACES, cells, strict=True)), ensure_ascii=False) + "\n"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat()

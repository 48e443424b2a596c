"""A new database is laid down whole; every migration after another must lead to the same tables."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.walk
Shape = dict[str, object]


def _migrated(folder: Path, *more: str) -> Shape:
    command = [sys.executable, "-m", "bangtin.hub.config.main", "migrate", "--verbosity", "0", *more]
    environment = {**os.environ, "BANGTIN_DATA_DIR": str(folder)}
    environment.pop("BANGTIN_DATABASE_URL", None)
    subprocess.run(command, env=environment, check=True)
    connection = sqlite3.connect(folder / "bangtin.sqlite3")
    try:
        return _shape(connection)
    finally:
        connection.close()


def _shape(connection: sqlite3.Connection) -> Shape:
    """Each table's columns and references in any order, the wording of indexes and triggers, what is applied."""
    found: Shape = {}
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
    for kind, name, wording in rows:
        if kind != "table":
            found[name] = wording
            continue
        columns = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
        references = connection.execute(f'PRAGMA foreign_key_list("{name}")').fetchall()
        found[name] = (sorted(row[1:] for row in columns), sorted(row[2:] for row in references))
    found["applied"] = sorted(connection.execute("SELECT app, name FROM django_migrations").fetchall())
    return found


def test_a_database_laid_down_whole_is_the_one_that_all_migrations_lead_to(tmp_path: Path) -> None:
    whole = _migrated(tmp_path / "whole")
    stepwise = _migrated(tmp_path / "stepwise", "--fake-initial")  # nothing to fake: Django walks through them all
    assert {name for name in whole.keys() | stepwise.keys() if whole.get(name) != stepwise.get(name)} == set()
    assert len(whole) > 150


def test_a_database_that_has_rows_is_left_to_the_migrations(tmp_path: Path) -> None:
    first = _migrated(tmp_path)
    connection = sqlite3.connect(tmp_path / "bangtin.sqlite3")
    with connection:
        connection.execute("DROP TABLE django_migrations")
    connection.close()
    with pytest.raises(subprocess.CalledProcessError):  # as Django: a table of the first migration is there already
        _migrated(tmp_path)
    assert first

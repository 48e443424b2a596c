"""A folder without an installation, or with older tables: commands say so and the next step, and make nothing there."""

import sqlite3
from pathlib import Path

import pytest

from bangtin.hub.config.tests.test_commands import bangtin

pytestmark = pytest.mark.once
READING = [
    ["keys", "status"],
    ["account", "list"],
    ["bundle", "export", "--to", "usb"],
    ["playlog", "verify", "--day", "2026-11-20"],
    ["regulation", "install", "cao-bang/31-2020-qd-ubnd"],
]


@pytest.mark.parametrize("words", READING, ids=lambda words: "-".join(words[:2]))
def test_a_mistyped_folder_is_named_with_the_next_step_and_stays_unmade(tmp_path: Path, words: list[str]) -> None:
    done = bangtin(tmp_path / "gone", *words, BANGTIN_LANGUAGE="en")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        f"bangtin: {tmp_path / 'gone'} holds no Bangtin yet.",
        "  → To begin one there: bangtin migrate. If there should be one: check BANGTIN_DATA_DIR.",
    ]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_other_things_gets_neither_database_nor_secret(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x")
    assert bangtin(tmp_path, "keys", "status").returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_migrate_makes_the_folder_for_its_owner_alone_and_commands_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "a folder?with #marks %41"
    done = bangtin(folder, "migrate", "--verbosity", "0")
    assert (done.returncode, done.stderr) == (0, "")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "secrets" / "django-key").stat().st_mode & 0o777 == 0o600
    assert (folder / "bangtin.sqlite3").stat().st_size > 0
    assert bangtin(folder, "account", "list").returncode == 0


def test_older_tables_are_told_from_none(tmp_path: Path) -> None:
    bangtin(tmp_path, "migrate", "--verbosity", "0")
    with sqlite3.connect(tmp_path / "bangtin.sqlite3") as database:
        database.execute("DROP TABLE accounts_post")
        database.execute("DELETE FROM django_migrations WHERE app = 'accounts' AND name LIKE '0005%'")
    done = bangtin(tmp_path, "account", "list", BANGTIN_LANGUAGE="en")
    assert done.returncode == 2
    assert f"The tables in {tmp_path} are older than this program: 1 changes wait." in done.stderr
    assert "bangtin migrate" in done.stderr


def test_a_database_that_fails_for_another_reason_is_not_called_old(tmp_path: Path) -> None:
    bangtin(tmp_path, "migrate", "--verbosity", "0")
    with sqlite3.connect(tmp_path / "bangtin.sqlite3") as database:
        database.execute("DROP TABLE accounts_post")
    assert "no such table: accounts_post" in bangtin(tmp_path, "account", "list").stderr


@pytest.mark.slow  # a pool of connections gives up after half a minute
def test_a_server_that_does_not_answer_is_said(tmp_path: Path) -> None:
    done = bangtin(
        tmp_path, "account", "list", BANGTIN_LANGUAGE="en", BANGTIN_DATABASE_URL="postgresql://nobody@127.0.0.1:9/none"
    )
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "Check BANGTIN_DATABASE_URL and that the server runs." in done.stderr


def test_a_folder_that_cannot_be_made_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = bangtin(tmp_path / "file" / "data", "migrate")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "BANGTIN_DATA_DIR" in done.stderr


def test_doctor_names_the_step_and_does_not_say_that_all_is_there(tmp_path: Path) -> None:
    done = bangtin(tmp_path / "gone", "doctor", BANGTIN_LANGUAGE="en")
    assert done.returncode == 1
    assert "holds no Bangtin yet" in done.stdout
    assert "bangtin migrate" in done.stdout
    assert "Everything needed is here" not in done.stdout
    assert list(tmp_path.iterdir()) == []

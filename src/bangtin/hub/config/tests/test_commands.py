"""`bangtin` without arguments, the language of the command line, exit codes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from bangtin.hub.config import env

COMMAND = [sys.executable, "-m", "bangtin.hub.config.main"]


def bangtin(folder: Path, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    others = {name: value for name, value in os.environ.items() if not name.startswith("BANGTIN_")}
    environment = {**others, "BANGTIN_DATA_DIR": str(folder), **settings}
    return subprocess.run(
        [*COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_list_holds_our_commands_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("commands")
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert {"account", "bench", "doctor", "serve", "trace", "work"} <= set(names)
    assert "migrate" not in names


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "vi"),
        ({"LANG": "C.UTF-8"}, "vi"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "BANGTIN_LANGUAGE": "vi"}, "vi"),
        ({"LANG": "vi_VN", "BANGTIN_LANGUAGE": "en"}, "en"),
    ],
)
def test_commands_speak_the_language_that_is_set(tmp_path: Path, environ: dict[str, str], language: str) -> None:
    assert env.read({"BANGTIN_DATA_DIR": str(tmp_path), **environ}).language == language


def test_an_unreadable_setting_is_bad_input_and_named(tmp_path: Path) -> None:
    done = bangtin(tmp_path, "commands", BANGTIN_CLOCK_OFFSET_S="soon")
    assert done.returncode == 2
    assert "BANGTIN_CLOCK_OFFSET_S" in done.stderr


def test_an_unknown_option_is_bad_input(tmp_path: Path) -> None:
    assert bangtin(tmp_path, "bench", "no-such-name").returncode == 2


@pytest.mark.once
def test_the_package_runs_as_the_command(tmp_path: Path) -> None:
    environment = {**os.environ, "BANGTIN_DATA_DIR": str(tmp_path), "BANGTIN_LANGUAGE": "en"}
    answers = [
        subprocess.run(
            [sys.executable, "-m", "bangtin", *words],
            env=environment, capture_output=True, text=True, timeout=60, check=False,
        )
        for words in ([], ["keys", "no-such-verb"])
    ]  # fmt: skip
    assert answers[0].stdout == bangtin(tmp_path, "commands", BANGTIN_LANGUAGE="en").stdout
    assert answers[1].returncode == 2
    assert "usage: bangtin keys" in answers[1].stderr


@pytest.mark.once
def test_a_reader_that_has_gone_ends_the_command_without_a_traceback(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    environment = {**os.environ, "BANGTIN_DATA_DIR": str(tmp_path)}
    with os.fdopen(write, "wb") as pipe:
        done = subprocess.run(
            [*COMMAND, "commands"], env=environment, stdout=pipe, stderr=subprocess.PIPE, timeout=60, check=False
        )
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.once
def test_a_failure_is_a_sentence_without_a_traceback(tmp_path: Path) -> None:
    done = bangtin(tmp_path, "account", "set-password", "nobody", BANGTIN_LANGUAGE="en")
    assert (done.returncode, done.stderr) == (2, "There is no account “nobody”.\n")

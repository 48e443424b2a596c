"""`bangtin regulation check | new | add`: what is printed, and with which exit code.

Where a database, the data folder or two at once are the point, as processes; else as the command line hands the words
over, in this process: starting one takes longer than all that it does.
"""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
from django.core.management import load_command_class

from bangtin.rulebook import loading, sketching

pytestmark = pytest.mark.once
CAO_BANG = "cao-bang/31-2020-qd-ubnd"


@pytest.fixture
def given(tmp_path: Path) -> Path:
    shutil.copytree(loading.default_root() / CAO_BANG, tmp_path / "given" / CAO_BANG)
    return tmp_path / "given"


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code and its words."""

    returncode: int
    stdout: str
    stderr: str


class Say(Protocol):
    """Runs `bangtin regulation` with these words."""

    def __call__(self, *words: str, language: str = "vi") -> Done:
        """What came of it."""


@pytest.fixture
def regulation(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """`bangtin regulation WORDS` in the test's folder, its data folder below, in this process; no row is there."""
    monkeypatch.chdir(tmp_path)

    def say(*words: str, language: str = "vi") -> Done:
        monkeypatch.setenv("BANGTIN_LANGUAGE", language)
        capsys.readouterr()
        code: object = 0
        try:
            load_command_class("bangtin.hub.config", "regulation").run_from_argv(["bangtin", "regulation", *words])
        except SystemExit as end:
            code = end.code or 0
        assert isinstance(code, int)
        return Done(code, *capsys.readouterr())

    return say


def _process(folder: Path, *words: str, language: str = "vi") -> subprocess.CompletedProcess[str]:
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("BANGTIN_", "DJANGO_"))}
    environment = {**keep, "BANGTIN_DATA_DIR": str(folder / "data"), "BANGTIN_LANGUAGE": language}
    command = [sys.executable, "-m", "bangtin.hub.config.main", "regulation", *words]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def _spoil(given: Path) -> int:
    """Misspell an agency; return the line of its clause."""
    path = given / CAO_BANG / "clauses.yaml"
    text = path.read_text(encoding="utf-8")
    wrong = text.replace("actors: [cao-bang/so-tttt]", "actors: [cao-bang/so-ttt]", 1)
    path.write_text(wrong, encoding="utf-8")
    before = wrong[: wrong.index("cao-bang/so-ttt]")]
    return before[: before.rindex("- id:")].count("\n") + 1


def test_a_sound_folder_ends_with_0_and_leaves_no_database(given: Path, tmp_path: Path) -> None:
    done = _process(tmp_path, "check", "given")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == CAO_BANG
    assert not (tmp_path / "data" / "bangtin.sqlite3").exists()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", "cần cơ quan hoặc nhóm cơ quan đã khai báo trong văn bản này (gần nhất: cao-bang/so-tttt); gặp"),
        ("en", "expected an agency or group defined in this regulation (nearest: cao-bang/so-tttt); got"),
    ],
)
def test_a_fault_is_said_in_the_language_of_the_machine(
    regulation: Say, given: Path, tmp_path: Path, language: str, said: str
) -> None:
    line = _spoil(given)
    done = regulation("check", "given", language=language)
    assert done.returncode == 1
    (sentence,) = [each.strip() for each in done.stdout.splitlines() if "so-ttt'" in each]
    assert sentence.startswith(f"given/{CAO_BANG}/clauses.yaml:{line}: ")
    assert said in sentence


def test_json_is_one_line_with_every_fault(regulation: Say, given: Path, tmp_path: Path) -> None:
    line = _spoil(given)
    done = regulation("check", "given", "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert not told["ok"]
    (error,) = told["instruments"][0]["errors"]
    assert (error["file"], error["line"]) == (f"{CAO_BANG}/clauses.yaml", line)


def test_nothing_to_check_ends_with_2(regulation: Say, tmp_path: Path) -> None:
    assert regulation("check", "nowhere").returncode == 2
    assert regulation("check", ".").returncode == 2


def test_a_folder_behind_a_link_is_refused(regulation: Say, given: Path, tmp_path: Path) -> None:
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "cao-bang").symlink_to(given / "cao-bang")
    done = regulation("check", "linked")
    assert done.returncode == 1
    assert "một liên kết" in done.stdout


@pytest.mark.parametrize("name", ["../x", "/tmp/x", "Sông Ngân", "a--b", "", ".", "x" * 61, "a\x00b"])
def test_a_name_that_is_no_short_name_never_becomes_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(sketching.BadName):
        sketching.write(name, number="1/2027/QĐ-UBND", into=tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_wrong_name_ends_with_2_and_a_hint(regulation: Say, tmp_path: Path) -> None:
    done = regulation("new", "Sông Ngân", "--into", "new")
    assert done.returncode == 2
    assert "song-ngan" in done.stderr
    assert not (tmp_path / "new").exists()


def test_a_skeleton_is_accepted_as_it_is_and_is_not_written_twice(regulation: Say, tmp_path: Path) -> None:
    assert regulation("new", "song-mau", "--number", "3/2027/NQ-HĐND", "--into", "new").returncode == 0
    folder = tmp_path / "new" / "song-mau" / "3-2027-nq-hdnd"
    done = regulation("check", str(folder), "--mutate", "--json")
    assert done.returncode == 0, done.stdout
    (told,) = json.loads(done.stdout)["instruments"]
    assert told["survivors"] == told["advice"] == []
    assert told["to_fill"]
    assert regulation("new", "song-mau", "--number", "3/2027/NQ-HĐND", "--into", "new").returncode == 2
    refused = _process(tmp_path, "add", str(folder))
    assert refused.returncode == 1
    assert refused.stderr.startswith("BT-PACK-001")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "31/02/2026", "20260701", ""])
def test_a_day_that_is_none_ends_add_with_2_and_adds_nothing(
    regulation: Say, given: Path, tmp_path: Path, day: str
) -> None:
    done = regulation("add", "given", "--effective", day, "--replace")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"--effective là “{day}”: hãy ghi một ngày có thật" in done.stderr
    assert not (tmp_path / "data" / "regulations").exists()


@pytest.mark.parametrize("words", [("install", "nope"), ("text", "nope", "given"), ("text", "cao-bang", "given")])
def test_an_unknown_regulation_is_said_in_the_language_of_the_machine(
    regulation: Say, tmp_path: Path, words: tuple[str, ...]
) -> None:
    done = regulation(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Không có văn bản {words[1]}. Hiện có: ")


def test_a_folder_that_cannot_be_written_ends_new_with_2(regulation: Say, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = regulation("new", "song-ngan", "--into", "file/under")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert "file/under" in done.stderr


def test_a_data_folder_that_cannot_be_used_ends_with_2_and_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("", encoding="utf-8")
    done = _process(tmp_path, "list")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("bangtin: BANGTIN_DATA_DIR is ")
    assert "Traceback" not in done.stderr


def test_two_that_add_at_once_to_a_new_installation_both_end_well(given: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(lambda _turn: _process(tmp_path, "add", "given", "--json"), range(2)))
    assert [end.returncode for end in ends] == [0, 0], [end.stderr[-500:] for end in ends]
    assert {json.loads(end.stdout)["regulations"][0]["id"] for end in ends} == {CAO_BANG}

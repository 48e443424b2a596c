"""`bangtin check` as a person runs it: a process of its own, an empty data directory, no database."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bangtin.hub.programmes.tests import hostile

pytestmark = pytest.mark.media


def bangtin(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    others = {name: value for name, value in os.environ.items() if not name.startswith("BANGTIN_")}
    environment = others | {"BANGTIN_DATA_DIR": str(folder / "data"), "BANGTIN_LANGUAGE": "en"}
    command = [sys.executable, "-m", "bangtin.hub.config.main", "check", *words]
    return subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def answer(done: "subprocess.CompletedProcess[str]") -> list[dict[str, Any]]:
    assert done.stdout.count("\n") == 1
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


def test_files_are_judged_one_by_one_in_one_line_of_json(tmp_path: Path) -> None:
    (tmp_path / "good.srt").write_text("1\n00:00:01,000 --> 00:00:05,000\nChào\n")
    (tmp_path / "launch.pdf").write_bytes(hostile.pdf("/OpenAction<</S/Launch/F(cmd.exe)>>"))
    done = bangtin(tmp_path, "good.srt", "launch.pdf", "--screen", "1920x640", "--json")
    assert done.returncode == 1
    good, bad = answer(done)
    assert good == {
        "file": str(tmp_path / "good.srt"), "ok": True, "kind": "subtitle", "duration_s": 5.0,
        "width": None, "height": None, "findings": [],
    }  # fmt: skip
    assert (bad["file"], bad["ok"]) == (str(tmp_path / "launch.pdf"), False)
    assert [(one["code"], one["severity"], one["at_s"]) for one in bad["findings"]] == [
        ("active_content", "error", None)
    ]
    assert "Launch" in bad["findings"][0]["message"]
    assert not list((tmp_path / "data").glob("*.sqlite3"))


def test_warnings_alone_leave_a_file_good(tmp_path: Path) -> None:
    (tmp_path / "fast.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nQuá nhiều chữ cho một giây đồng hồ\n")
    done = bangtin(tmp_path, "fast.srt", "--json")
    (found,) = answer(done)
    assert (done.returncode, found["ok"]) == (0, True)
    assert [(one["code"], one["severity"], one["at_s"]) for one in found["findings"]] == [
        ("subtitle_fast", "warning", 1.0)
    ]
    words = bangtin(tmp_path, "fast.srt").stdout
    assert "may be handed in" in words and "[subtitle_fast]" in words and "0:01.0" in words


@pytest.mark.parametrize(
    "words", [["missing.mp4"], ["."], ["here.srt", "--screen", "wide"], ["here.srt", "missing.mp4"], []]
)
def test_what_cannot_be_asked_ends_with_code_2(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "here.srt").write_text("1\n00:00:01,000 --> 00:00:05,000\nChào\n")
    done = bangtin(tmp_path, *words, "--json")
    assert (done.returncode, done.stdout) == (2, "") and done.stderr


def test_a_name_that_is_no_text_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"a\xff\xe2\x80\xae4pm.srt")
    path.write_text("1\n00:00:01,000 --> 00:00:05,000\nx\n")
    done = bangtin(tmp_path, str(path), "--json")
    assert done.returncode == 0
    assert [one["code"] for one in answer(done)[0]["findings"]] == ["unsafe_name"]

"""`bangtin demo --once`: the whole road on real parts, at three instants, with its own files and with hostile ones."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from bangtin.hub.programmes.tests.clips import Clips

pytestmark = [pytest.mark.slow, pytest.mark.browser]

# (the instant taken for now, the working day on which the demo must open)
NIGHT = ("2026-11-25T23:40+07:00", date(2026, 11, 26))
SUNDAY = ("2026-11-22T12:00+07:00", date(2026, 11, 23))
TET = ("2026-02-17T03:00+07:00", date(2026, 2, 23))


def _walk(folder: Path, at: str, *more: str) -> dict[str, object]:
    command = [sys.executable, "-m", "bangtin.hub.config.main", "demo", "--once", "--json", "--at", at, *more]
    environment = {**os.environ, "BANGTIN_DATA_DIR": str(folder), "BANGTIN_LANGUAGE": "vi"}
    environment.pop("BANGTIN_DATABASE_URL", None)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-2000:]
    assert len(done.stdout.strip().splitlines()) == 1
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("instant", [NIGHT, TET], ids=["at night", "in Tết"])
def test_the_road_holds_at_any_hour(tmp_path: Path, instant: tuple[str, date]) -> None:
    at, opens_on = instant
    found = _walk(tmp_path, at)
    assert found["plays"] >= 12 and found["plays"] == found["corroborated"]  # type: ignore[operator]  # JSON numbers
    assert set(found["kinds"]) >= {"video", "picture", "text"}  # type: ignore[call-overload]  # a JSON list
    assert found["slots"] >= 3 and found["planned_s"] >= 40  # type: ignore[operator]  # JSON numbers
    assert found["worst_slot_error_s"] <= 0.3  # type: ignore[operator]  # a JSON number
    assert found["returned"] == 1
    assert [each["code"] for each in found["refused"]] == ["not_media"]  # type: ignore[attr-defined]  # a JSON list
    assert "Chromium" in str(found["renderer"]) or "Chrome" in str(found["renderer"])
    report = Path(str(found["report"]))
    assert report.is_absolute()
    assert str(opens_on.year) in report.name
    words = "\n".join(paragraph.text for paragraph in Document(str(report)).paragraphs)
    assert "I. ĐẶC ĐIỂM TÌNH HÌNH" in words


def test_a_folder_of_good_and_bad_files_goes_through_on_a_sunday(tmp_path: Path) -> None:
    clips = Clips(tmp_path / "clips")
    (tmp_path / "clips").mkdir()
    folder = tmp_path / "media"
    folder.mkdir()
    for name in ("good.mp4", "phone.mov", "alpha.png", "empty.mp4", "page.mp4", "cut.mp4", "bomb.png"):
        (folder / name).write_bytes(clips.data(name))
    (folder / "$(touch x); ../tên lạ.mp4".replace("/", "∕")).write_bytes(b"")
    found = _walk(tmp_path, SUNDAY[0], "--media", str(folder))
    codes = {each["file"]: each["code"] for each in found["refused"]}  # type: ignore[attr-defined]  # a JSON list
    assert codes["empty.mp4"] == "empty"
    assert codes["page.mp4"] == "not_media"
    assert codes["cut.mp4"] == "truncated"
    assert codes["bomb.png"] == "too_large"
    assert len(codes) == 5
    assert all(each["message"].strip() for each in found["refused"])  # type: ignore[attr-defined]  # a JSON list
    assert found["approved"] == 5
    assert found["plays"] == found["corroborated"]


def test_the_demo_leaves_a_real_installation_alone(tmp_path: Path) -> None:
    (tmp_path / "bangtin.sqlite3").write_bytes(b"")
    command = [sys.executable, "-m", "bangtin.hub.config.main", "demo"]
    environment = {**os.environ, "BANGTIN_DATA_DIR": str(tmp_path), "BANGTIN_LANGUAGE": "vi"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert str(tmp_path) in done.stderr

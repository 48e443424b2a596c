"""What doctor finds at a post, in both languages."""

import json
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bangtin.player import doctoring, health, main
from bangtin.player.config import KIT, Kit, read_kit, write_kit
from bangtin.player.doctor_words import WORDS

NOW_S = 1_795_000_000.0
STATUS = health.Status(
    pid=os.getpid(),
    port=1,
    state="playing",
    device="d",
    cluster="cao-bang/ta-lung",
    bundle=4,
    showing="p1",
    clock="hub",
    now_ms=round(NOW_S * 1000),
    heard_ms=round(NOW_S * 1000),
    first_frame_ms=1,
    trouble="",
    unsent=3,
    is_screen_attached=True,
    browser=None,
    browser_pid=None,
    rss_bytes=1,
    until="2027-12-01T00:00:00Z",
    set_expires="2026-11-29T00:00:00Z",
)


def found(folder: Path, status: health.Status | None = STATUS, *, language: str = "en") -> dict[str, doctoring.Finding]:
    """The findings by name, of a post that is enrolled."""
    (folder / "enrolment").mkdir(exist_ok=True)
    (folder / "enrolment" / "current").touch()
    (folder / "device.key").touch(mode=0o600)
    if status is not None:
        health.write(status, folder)
    kit = Kit("http://127.0.0.1:9", "cao-bang", b"{}")
    machine = doctoring.Machine(folder, kit, None, "none", NOW_S, language)
    return {one.name: one for one in doctoring.examine(machine)}


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["vi"].keys() == WORDS["en"].keys()
    for name, (_detail, mend) in WORDS["vi"].items():
        assert bool(mend) == bool(WORDS["en"][name][1]), name
        assert bool(mend) == ("." in name and not name.endswith(".well") and not name.startswith("unseen.")), name


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"is_revoked": True}, "record"),
        ({"until": "2026-12-01T00:00:00Z"}, "record"),
        ({"until": "2026-10-01T00:00:00Z"}, "record"),
        ({"clock": "floor"}, "clock"),
        ({"clock_offset_ms": -7_200_000}, "clock"),
        ({"set_expires": "2026-11-01T00:00:00Z"}, "freshness"),
        ({"heard_ms": None}, "freshness"),
        ({"is_blanked": True}, "screen"),
        ({"unsent": 50_000}, "backlog"),
    ],
)
def test_each_trouble_is_named_with_what_mends_it(tmp_path: Path, changes: dict[str, Any], name: str) -> None:
    well = found(tmp_path)
    assert well[name].is_well
    for language in ("vi", "en"):
        ill = found(tmp_path, replace(STATUS, **changes), language=language)[name]
        assert not ill.is_well
        assert ill.mend
        assert "{" not in ill.detail + ill.mend


def test_a_post_without_daemon_line_or_sound_folder_is_described(tmp_path: Path) -> None:
    findings = found(tmp_path, None)
    assert {one.name for one in findings.values() if not one.is_well} == {"daemon", "line"}
    (tmp_path / "device.key").chmod(0o644)
    (tmp_path / "player.sqlite3").write_bytes(b"no database" * 1000)
    findings = found(tmp_path, None)
    assert not findings["key"].is_well
    assert not findings["records"].is_well
    assert not findings["reserve"].is_well


def test_the_language_is_the_machines() -> None:
    assert doctoring.own_language({"LANG": "en_GB.UTF-8"}) == "en"
    assert doctoring.own_language({"LANG": "en_GB.UTF-8", "BANGTIN_LANGUAGE": "vi"}) == "vi"
    assert doctoring.own_language({}) == "vi"


def test_the_command_answers_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["doctor", "--data-dir", str(tmp_path / "none"), "--browser", "none", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["holds"] is False
    assert {"kit", "daemon", "record", "line"} <= {one["name"] for one in answer["findings"] if not one["is_well"]}


def test_a_kept_kit_that_is_cut_short_is_named_beside_all_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / KIT).write_text('{"hub": "http')
    assert main.main(["run", "--data-dir", str(tmp_path)]) == 2
    assert "--kit TỆP" in capsys.readouterr().err
    assert main.main(["doctor", "--data-dir", str(tmp_path), "--browser", "none", "--json"]) == 1
    findings = {one["name"]: one for one in json.loads(capsys.readouterr().out)["findings"]}
    assert not findings["kit"]["is_well"]
    assert "--kit" in findings["kit"]["mend"]
    assert {"disk", "records", "daemon", "line"} <= findings.keys()


def test_a_kit_is_kept_whole_or_not_at_all_and_not_again_when_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit, path = Kit("https://hub.example", "cao-bang", b"{}"), tmp_path / KIT
    write_kit(kit, path)
    before = path.stat()
    write_kit(kit, path)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)

    def cut(*_: object) -> None:
        raise OSError("the power went")

    monkeypatch.setattr(Path, "replace", cut)
    with pytest.raises(OSError, match="power"):
        write_kit(replace(kit, hub="https://other.example"), path)
    assert read_kit(path) == kit


@pytest.mark.parametrize("other", [{"born": "another-boot 7"}, {"born": ""}, {"pid": 1}])
def test_a_status_that_another_process_left_does_not_count(tmp_path: Path, other: dict[str, Any]) -> None:
    health.write(STATUS, tmp_path)
    assert health.read(tmp_path) is not None
    path = tmp_path / health.FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), **other}))
    assert health.read(tmp_path) is None
    assert main.main(["status", "--data-dir", str(tmp_path)]) == 1


def test_a_status_read_in_the_millisecond_it_was_written_is_fresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 10.0006)
    health.write(STATUS, tmp_path)
    status = health.read(tmp_path)
    assert status is not None
    assert status.state == "playing"


def test_a_daemon_that_hangs_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    health.write(STATUS, tmp_path)
    path = tmp_path / health.FILE
    written = json.loads(path.read_text())
    path.write_text(json.dumps({**written, "written_s": written["written_s"] - 60}))
    status = health.read(tmp_path)
    assert status is not None
    assert status.state == health.HUNG
    assert main.main(["status", "--data-dir", str(tmp_path)]) == 1
    monkeypatch.setattr(health, "write", lambda *_: None)
    daemon = found(tmp_path)["daemon"]
    assert not daemon.is_well
    assert "restart" in daemon.mend


def examined(folder: Path, *, output: str = "screen", language: str = "en") -> dict[str, doctoring.Finding]:
    """The findings by name, of a folder as it is."""
    machine = doctoring.Machine(folder, None, None, "none", NOW_S, language, output=output)
    return {one.name: one for one in doctoring.examine(machine)}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_was_not_looked_at_is_not_passed(tmp_path: Path, language: str) -> None:
    findings = examined(tmp_path / "none" / "yet", language=language)
    unseen = {name for name, one in findings.items() if not one.is_looked_at}
    assert {"folder", "reserve", "key", "records", "aside", "clock", "freshness", "screen", "backlog"} <= unseen
    assert findings["disk"].is_looked_at
    assert "{" not in "".join(one.detail + one.mend for one in findings.values())
    assert all(one.detail.strip("– ()") for one in findings.values())


def test_the_command_marks_what_it_did_not_look_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main.main(["doctor", "--data-dir", str(tmp_path / "none"), "--browser", "none"])
    marks = {line.split(": ")[0] for line in capsys.readouterr().out.splitlines()}
    assert {"–   Khóa thiết bị", "–   Đồng hồ"} <= marks


def test_the_disk_is_looked_at_where_the_folder_will_lie(tmp_path: Path) -> None:
    free = examined(tmp_path)["disk"].detail.split()[0]
    assert abs(int(free) - int(examined(tmp_path / "a" / "b")["disk"].detail.split()[0])) < 100


def test_a_folder_without_rights_is_said_and_the_rest_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(path: Path, *_: object) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(Path, "exists", closed)
    findings = examined(tmp_path)
    assert not findings["folder"].is_well
    assert not any(findings[name].is_looked_at for name in ("records", "kit", "key", "aside"))
    assert str(tmp_path) in findings["records"].detail
    assert not findings["daemon"].is_well


def test_loudspeakers_need_a_program_that_plays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert not examined(tmp_path, output="sound")["sound"].is_well
    assert not examined(tmp_path)["sound"].is_looked_at
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name == "ffplay" else None)
    assert examined(tmp_path, output="sound")["sound"].is_well


def test_states_days_and_grades_are_said_in_words(tmp_path: Path) -> None:
    findings = found(tmp_path, language="vi")
    assert findings["daemon"].detail.endswith("đã ghi danh, đang phát")
    assert findings["clock"].detail == "tin được (giờ trung tâm đã ký)"
    assert findings["record"].detail == "có hiệu lực đến 01/12/2027"
    assert findings["freshness"].detail == "số 4, chữ ký đến 29/11/2026"
    assert (
        found(tmp_path, replace(STATUS, showing="card"), language="vi")["screen"].detail == "đang phát: tấm chờ có sẵn"
    )

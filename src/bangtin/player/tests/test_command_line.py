"""The command line speaks the language of the machine: help, errors, and what its commands answer."""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bangtin.bundle import carry as stick_format
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.tests import world
from bangtin.player import command_answers, command_line, health, troubles
from bangtin.player.carry import Outcome
from bangtin.player.command_words import WORDS
from bangtin.player.config import Kit, write_kit
from bangtin.player.main import main
from bangtin.player.sync.requests import HubRefused
from bangtin.player.testing.hub_simulator import HubSimulator
from bangtin.player.tests.post import free_port
from bangtin.player.tests.test_carry import cut_off
from bangtin.player.tests.test_doctor import STATUS

ENGLISH = ("usage", "options", "arguments", "optional", "show this", "default:", "daemon", "stick", "error")


@pytest.fixture(params=["vi", "en"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The machine's language."""
    monkeypatch.setenv("BANGTIN_LANGUAGE", request.param)
    return str(request.param)


@pytest.mark.parametrize("verb", ["", *command_line.VERBS])
def test_help_is_in_the_language(language: str, verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"] if verb else ["--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert said.startswith(f"{WORDS[language]['usage']}bangtin-player")
    assert WORDS[language]["options"] in said
    assert " ".join(WORDS[language]["help"].split()) in " ".join(said.split())
    if language == "vi":
        assert [word for word in ENGLISH if word in said] == []


def test_a_command_without_a_verb_shows_the_help_and_ends_with_2(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 2
    said = capsys.readouterr().err
    for verb in command_line.VERBS:
        assert verb in said
        assert " ".join(WORDS[language][verb].split()) in " ".join(said.split())


@pytest.mark.parametrize(
    ("arguments", "vi", "en"),
    [
        (["import"], "thiếu THƯ-MỤC", "FOLDER is missing"),
        (["play"], "LỆNH: không có lựa chọn 'play'; chọn một trong: 'enrol',", "COMMAND: there is no choice 'play'"),
        (["run", "--loud"], "không hiểu: --loud", "not understood: --loud"),
        (["run", "--kit"], "--kit: cần một giá trị đi kèm", "--kit: needs one value"),
        (["run", "--port", "x"], "--port: phải là số nguyên, nay là 'x'", "--port: must be a whole number, got 'x'"),
        (["run", "--h"], "--h chưa rõ là tùy chọn nào: --help, --hub,", "--h could be any of these options: --help,"),
        (["run", "--json=1"], "--json: không nhận giá trị, nay có '1'", "--json: takes no value, got '1'"),
        (["run", "--output", "tv"], "--output: không có lựa chọn 'tv'", "--output: there is no choice 'tv'"),
    ],
)
def test_bad_arguments_are_said_in_the_language_and_end_with_2(
    arguments: list[str], vi: str, en: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert {"vi": f"lỗi: {vi}", "en": f"error: {en}"}[language] in said
    assert {"vi": "Xem cách dùng: bangtin-player", "en": "To see how it is used: bangtin-player"}[language] in said


def test_bad_input_names_the_object_and_the_next_step_in_the_language(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ["--data-dir", str(tmp_path)]
    wanted = {
        "run": {"vi": "Lần chạy đầu cần --kit TỆP", "en": "The first start needs --kit FILE"},
        "rotate": {"vi": "ghi danh trước: bangtin-player enrol", "en": "enrol first: bangtin-player enrol"},
    }
    for verb, sentences in wanted.items():
        assert main([verb, *folder]) == 2
        said = capsys.readouterr().err
        assert sentences[language] in said
        assert str(tmp_path) in said


def test_doctor_marks_what_is_good_and_what_is_wrong_in_the_language(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--data-dir", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    folder, kit = {
        "vi": ("tốt Thư mục dữ liệu", "LỖI Bộ cài của tỉnh"),
        "en": ("ok  Data folder", "BAD Kit of the province"),
    }[language]
    assert f"{folder}: {tmp_path}\n" in said
    assert f"\n{kit}: " in said


def test_what_goes_wrong_inside_the_daemon_is_said_in_the_language(language: str, tmp_path: Path) -> None:
    """Chromium is looked for deep inside the running player, in a process of its own: it takes another priority."""
    write_kit(Kit("http://127.0.0.1:9", "cao-bang", world.ANCHOR), tmp_path / "kit-in.json")
    command = ["run", "--data-dir", str(tmp_path), "--kit", str(tmp_path / "kit-in.json"), "--port", str(free_port())]
    command = [sys.executable, "-m", "bangtin.player.main", *command, "--browser", "/no/chromium"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    wanted = {"vi": "/no/chromium không phải trình duyệt chạy được", "en": "/no/chromium is no browser that can be run"}
    assert f"bangtin-player: {wanted[language]}" in done.stderr
    assert "Traceback" not in done.stderr and "Warning" not in done.stderr


def test_enrol_shows_the_bare_code_on_a_line_of_its_own_and_what_to_do_with_it(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BANGTIN_DEMO", "1")

    async def act() -> int:
        hub = HubSimulator(clock=time.time)
        await hub.start()
        write_kit(hub.kit(), tmp_path / "kit-in.json")
        command = ["enrol", "--data-dir", str(tmp_path / "p"), "--kit", str(tmp_path / "kit-in.json")]
        code = await asyncio.to_thread(main, command)
        await hub.stop()
        return code

    assert asyncio.run(act()) == 0
    said = capsys.readouterr()
    lines = said.err.splitlines()
    at = lines.index(WORDS[language]["code"])
    assert len(lines[at - 1]) == 11
    assert lines[at - 1][5] == "-"
    assert said.out.startswith({"vi": "Đã ghi danh: máy ", "en": "Enrolled: player "}[language])


def test_a_line_that_is_down_is_said_with_what_to_do(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_kit(Kit("http://127.0.0.1:9", "cao-bang", world.ANCHOR), tmp_path / "kit-in.json")
    command = ["enrol", "--data-dir", str(tmp_path), "--kit", str(tmp_path / "kit-in.json")]
    assert main(command) == 1
    what, do = capsys.readouterr().err.strip().splitlines()[-2:]
    wanted = {"vi": "Không kết nối được với trung tâm: ", "en": "The hub cannot be reached: "}
    assert what.startswith(f"bangtin-player: {wanted[language]}")
    assert "127.0.0.1:9" in what
    assert do.startswith("    → ")


@pytest.mark.parametrize(
    ("error", "by_stick", "wanted"),
    [
        (
            BundleRefusal("root_unsigned", step="1.3", subject="root.json", detail="is by another"),
            False,
            "root_unsigned: không có chữ ký của khóa có hiệu lực (root.json: is by another)\n    → bộ cài có thể đã cũ",
        ),
        (HubRefused(429, "enrolment_pending", "wait"), False, "enrolment_pending: màn hình khác cùng địa chỉ mạng"),
        (HubRefused(404, "http_error", "Not Found"), False, "Địa chỉ này có trả lời (404 http_error) nhưng không phải"),
        (HubRefused(503, "hub_trouble", "try again"), False, "Trung tâm đang gặp sự cố (503 hub_trouble)\n    → đợi"),
        (HubRefused(400, "nonce_malformed_x", "no"), False, "Trung tâm từ chối (400 nonce_malformed_x): no\n    → "),
        (aiohttp.ServerTimeoutError("late"), False, "Trung tâm không trả lời kịp\n    → "),
        (TimeoutError(), True, "Chương trình phát đang chạy không nhận USB trong 60 phút\n    → đừng rút USB"),
        (PermissionError(13, "Permission denied", "/p"), False, "Không có quyền với /p\n    → chạy bằng tài khoản"),
        (OSError(28, "No space left on device", "/p"), True, "Lỗi tệp /p: hết chỗ trên ổ đĩa\n    → "),
        (OSError(98, "address already in use"), False, "Cổng của trang phát đã có chương trình khác dùng: "),
        (KeyError("nonce"), False, "Lỗi không lường trước: 'nonce'\n    → "),
    ],
)
def test_what_stops_a_command_is_named_with_what_to_do(error: Exception, by_stick: bool, wanted: str) -> None:
    assert troubles.explain(error, "vi", by_stick=by_stick, minutes=60).startswith(wanted)


def test_status_is_said_to_a_person_in_labels_times_and_words(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    health.write(replace(STATUS, rss_bytes=123_456_789, unsent=1_868, clock_offset_ms=-1_500), tmp_path)
    assert main(["status", "--data-dir", str(tmp_path)]) == 0
    said = dict(line.split("  ", 1) for line in capsys.readouterr().out.splitlines() if "  " in line)
    rows = {label: value.strip() for label, value in said.items()}
    wanted = {
        "vi": {
            "Chương trình phát": "đã ghi danh, đang phát",
            "Bản lịch": "số 4",
            "Ghi danh có hiệu lực đến": "01/12/2027 07:00:00",
            "Giờ máy phát dùng": "18/11/2026 18:06:40",
            "Nguồn giờ": "giờ trung tâm đã ký",
            "Lệch so với giờ đã ký": "-1,5 giây",
            "Nhật ký chưa gửi": "1.868 dòng",
            "Trang phát đã mở": "có",
            "Khóa bị thu hồi": "không",
            "Bộ nhớ đang dùng": "123,5 MB",
            "Lỗi gần nhất với trung tâm": "không có",
        },
        "en": {
            "Daemon": "enrolled, playing",
            "Enrolment valid until": "01/12/2027 07:00:00",
            "Records not sent": "1,868",
            "Memory in use": "123.5 MB",
            "A page is attached": "yes",
        },
    }[language]
    assert {label: rows.get(label) for label in wanted} == wanted
    assert not {"True", "False", "None"} & set(rows.values())
    assert not any(field in label for field in STATUS.__dataclass_fields__ if "_" in field for label in rows)


@pytest.mark.parametrize(
    ("trouble", "wanted"),
    [
        ("ClientConnectorError: Cannot connect", "không kết nối được với trung tâm (ClientConnectorError: Cannot "),
        ("HubRefused: 403 device_revoked: gone", "khóa của máy này đã bị thu hồi (HubRefused: 403 device_revoked: "),
        ("OSError: no room for abc", "OSError: no room for abc"),
    ],
)
def test_the_latest_trouble_is_said_in_words_where_there_are_any(trouble: str, wanted: str) -> None:
    said = command_answers.status_lines(replace(STATUS, trouble=trouble), "vi")
    assert any(wanted in line for line in said)


def test_the_json_of_status_is_for_programs_in_any_language(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del language
    health.write(STATUS, tmp_path)
    assert main(["status", "--data-dir", str(tmp_path), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said.keys() == STATUS.__dataclass_fields__.keys()
    assert (said["state"], said["now_ms"], said["is_revoked"]) == ("playing", STATUS.now_ms, False)


@pytest.mark.parametrize(
    ("outcome", "wanted"),
    [
        (
            Outcome(bundle=7, is_new=True, media=3, alerts=1, records=2, acknowledged=1_234),
            ["số 7, vừa nhận", "2 lô", "đến dòng số 1234", "Có thể rút USB. Mang USB về trung tâm"],
        ),
        (Outcome(bundle=7), ["số 7, như trước", "chưa báo nhận dòng nào", "Trên USB không có nhật ký nào"]),
        (Outcome(bundle=7, is_new=True, missing=2, records=1), ["Còn thiếu 2 tệp: ", "Có thể rút USB."]),
        (
            Outcome(refusals=("carry_stale metadata/timestamp.json",)),
            [
                "máy này chưa có bản lịch nào",
                "Không nhận từ USB:",
                "carry_stale: USB đi đường lâu hơn quy định (metadata/timestamp.json)\n    → mang bản xuất mới hơn",
                "Có thể rút USB.",
            ],
        ),
        (Outcome(records=1, refusals=("carry_io [Errno 5]",)), ["carry_io: không đọc hoặc ghi", "Đừng rút USB"]),
    ],
)
def test_import_says_what_was_taken_what_is_missing_and_whether_to_pull_the_stick(
    outcome: Outcome, wanted: list[str]
) -> None:
    said = "\n".join(command_answers.import_lines(outcome, Path("/media/usb"), "vi"))
    assert said.startswith("USB /media/usb\n")
    assert [one for one in wanted if one not in said] == []
    assert ("Đừng rút USB" in said) != ("Có thể rút USB" in said)


def test_a_stick_is_answered_in_the_language_by_the_daemon_and_without_it(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BANGTIN_DEMO", "1")
    stick = tmp_path / "stick"

    async def act() -> None:
        _hub, post = await cut_off(tmp_path / "p")
        command = ["import", str(stick), "--data-dir", str(post.folder)]
        wanted = {"vi": f"{stick} không phải là thư mục", "en": f"{stick} is no folder"}[language]
        assert await asyncio.to_thread(main, command) == 2  # asked of the daemon
        assert wanted in capsys.readouterr().err
        await post.stop()
        assert await asyncio.to_thread(main, command) == 2
        assert wanted in capsys.readouterr().err
        stick.mkdir()
        assert await asyncio.to_thread(main, command) == 0
        said = capsys.readouterr().out
        assert {"vi": "Có thể rút USB. Mang USB", "en": "The stick may be taken out. Bring it"}[language] in said
        (stick / stick_format.FOLDER / "m").mkdir()
        (stick / stick_format.FOLDER / "m" / ("f" * 64)).symlink_to("/etc/passwd")
        assert await asyncio.to_thread(main, command) == 1
        said = capsys.readouterr().out
        assert {"vi": "carry_name: trên USB có thứ không được phép", "en": "carry_name: the stick holds"}[
            language
        ] in said

    asyncio.run(act())

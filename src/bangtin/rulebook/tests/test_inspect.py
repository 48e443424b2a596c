"""Inspecting a folder: every fault with file, line and sentence in the reader's language, all at once."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest

from bangtin.rulebook import calendars, inspecting, loading, reading, wording
from bangtin.rulebook.errors import DataError
from bangtin.rulebook.inspecting import Inspection

CAO_BANG, LAI_CHAU = "cao-bang/31-2020-qd-ubnd", "lai-chau/20-2024-qd-ubnd"
ROOT = loading.default_root()
CALENDAR = calendars.load(ROOT)
MODULES = ("reading", "decoding", "loading", "checking", "amending", "identities", "inspecting", "testing", "asking")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / CAO_BANG, tmp_path / "given")
    return tmp_path / "given"


def _inspect(folder: Path, *beside: str) -> Inspection:
    others = [loading.loaded(name) for name in beside]
    return inspecting.inspect(folder, top=folder, calendar=CALENDAR, beside=others)


def _vi(found: Inspection) -> list[str]:
    return [wording.sentence(problem, "vi") for problem in found.problems]


def _edit(folder: Path, name: str, old: str, new: str) -> int:
    """Replace once; return the line it stands on."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_a_shipped_regulation_is_sound_and_all_its_cases_hold() -> None:
    found = inspecting.inspect(ROOT / CAO_BANG, top=ROOT, calendar=CALENDAR)
    assert found.is_sound and found.id == CAO_BANG
    assert found.cases == found.passed > 100
    assert found.advice == () and found.to_fill == ()


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "said"),
    [
        ("clauses.yaml", "actors: [cao-bang/so-tttt]", "actors: [cao-bang/so-ttt]", -4, "gần nhất: cao-bang/so-tttt"),
        (
            "parameters/hours.yaml",
            "clause: cao-bang/8.1.a",
            "clause: cao-bang/8.9.z",
            -3,
            "cần một điều khoản của chính văn bản này; gặp 'cao-bang/8.9.z'",
        ),
        ("parameters/hours.yaml", "13:30-18:00", "10:30-18:00", -5, "không chồng lên nhau"),
        ("parameters/duties.yaml", '"12-15"', '"02-31"', -5, "cần ngày có thật trong năm"),
        ("parameters/hours.yaml", "13:30-18:00", "13:30-25:00", -5, "trong khoảng 00:00-24:00"),
        ("regulation.yaml", "2020-11-30", "2020-11-31", 0, "ngày có thật, dạng NĂM-THÁNG-NGÀY"),
        ("clauses.yaml", "pending: governance", "pendin: governance", 0, "cần trường 'pending'; gặp 'pendin'"),
        ("clusters.yaml", "width: 1024", "rotation: 45, width: 1024", -8, "xoay 0, 90, 180 hoặc 270 độ; gặp 45"),
        ("clusters.yaml", "width: 1024", "width: rộng", 0, "cần một số nguyên; gặp 'rộng'"),
        ("hours.yaml", "mode: fixed", "mode: [fixed", 1, "đúng cú pháp YAML"),
        ("hours.yaml", "    by_day:", "\tby_day:", 0, "cần dấu cách ở đầu dòng; gặp một dấu tab"),
        (
            "obligations.yaml",
            "id: cao-bang/ad-hoc-report",
            "id: cao-bang/yearly-report",
            0,
            "mỗi mã chỉ khai báo một lần",
        ),
        ("regulation.yaml", "province: cao-bang", "province: ../cao-bang", -2, "tên tỉnh viết chữ thường không dấu"),
        ("clusters.yaml", "id: trung-khanh-1", "id: ../../x", -8, "mã mặt màn hình chỉ gồm chữ thường"),
        ("cases/hours.yaml", "on: 2026-08-22", "on: 2026-08-32", 0, "ngày có thật, dạng NĂM-THÁNG-NGÀY"),
    ],
)
def test_a_fault_is_named_with_file_and_line(folder: Path, name: str, old: str, new: str, line: int, said: str) -> None:
    at = _edit(folder, name, old, new) + line
    found = _inspect(folder)
    assert found.regulation is None
    sentences = [each for each in _vi(found) if said in each]
    assert [each for each in sentences if each.startswith(f"{name}:{at}:")] != [], _vi(found)


def test_a_case_that_contradicts_a_parameter_says_expected_and_got(folder: Path) -> None:
    _edit(folder, "parameters/duties.yaml", 'value: "12-20"', 'value: "12-22"')
    found = _inspect(folder)
    assert found.passed < found.cases
    assert {problem.file for problem in found.problems} == {"cases/duties.yaml"}
    (sentence,) = [each for each in _vi(found) if "due_on '2025-12-19'" in each]
    assert re.fullmatch(
        r"cases/duties\.yaml:\d+: điều khoản cao-bang/15\.2-2: cần due_on '2025-12-19' như tình huống .+ nêu;"
        r" gặp dữ liệu cho kết quả '2025-12-22'\.",
        sentence,
    )


def test_all_files_tell_their_faults_at_once(folder: Path) -> None:
    _edit(folder, "clusters.yaml", "width: 1024", "width: x")
    _edit(folder, "clusters.yaml", "height: 640", "height: y")
    _edit(folder, "hours.yaml", "mode: fixed", "mod: fixed")
    _edit(folder, "cases/hours.yaml", "on: 2026-08-22", "on: nay")
    files = [problem.file for problem in _inspect(folder).problems]
    assert sorted(set(files)) == ["cases/hours.yaml", "clusters.yaml", "hours.yaml"]
    assert files.count("clusters.yaml") == 2


def test_every_file_of_cases_tells_its_faults(folder: Path) -> None:
    _edit(folder, "cases/hours.yaml", "on: 2026-08-22", "on: nay")
    _edit(folder, "cases/duties.yaml", "as_of:", "as_off:")
    files = {problem.file for problem in _inspect(folder).problems}
    assert files == {"cases/hours.yaml", "cases/duties.yaml"}


CASE = """
  - name: "{}"
    clause: cao-bang/15.1-2
    ask: {}
    expect: {}
"""


def test_a_case_for_a_period_without_the_duty_is_told_so(folder: Path) -> None:
    asked = 'duty\n    period: "2019"\n    as_of: 2019-12-31'
    _add(folder / "cases" / "duties.yaml", CASE.format("Trước ngày có hiệu lực", asked, "{status: done}"))
    (sentence,) = _vi(_inspect(folder))
    assert sentence.endswith('cần kỳ mà nghĩa vụ này có phát sinh, hoặc đáp án occurs: "false"; gặp 2019.')


def test_a_list_is_shown_as_the_data_write_it(folder: Path) -> None:
    asked = "group\n    group: cao-bang/don-vi-van-hanh"
    _add(folder / "cases" / "duties.yaml", CASE.format("Sai nhóm", asked, "{members: [cao-bang/so-tttt]}"))
    (sentence,) = _vi(_inspect(folder))
    assert (
        "cần members [cao-bang/so-tttt] như tình huống 'Sai nhóm' nêu; gặp dữ liệu cho kết quả [cao-bang/" in sentence
    )
    assert "(" not in sentence


def test_what_the_system_would_not_keep_is_named_and_no_fault(folder: Path) -> None:
    _edit(folder, "reports.yaml", "name: slots_count", "name: slot_count")
    none = inspecting.Kept(facts=("programme",), figures=("slots_count",))
    found = inspecting.inspect(folder, top=folder, calendar=CALENDAR, kept=none)
    said = [wording.sentence(each, "vi") for each in found.advice]
    assert found.is_sound
    assert any("'intake_batch'" in each and "tự ghi nhận" in each for each in said)
    assert any("gần nhất: slots_count); gặp 'slot_count'" in each for each in said)
    assert not any("yearly_report" in each for each in said)


def test_a_change_that_no_case_notices_is_named_in_vietnamese() -> None:
    moved = {
        "x/edit: owed by x/a -> x/b": "x/edit: bên thực hiện x/a -> x/b",
        "x/edit: quota read as joint": "x/edit: số lượng tính theo cách joint",
        "x/board: run by x/b": "x/board: đơn vị vận hành x/b",
        "5/2027/QĐ-UBND in effect from 2027-02-28": "5/2027/QĐ-UBND có hiệu lực từ 2027-02-28",
        "x/route: submit by x/b": "x/route: bước submit do x/b",
        "report.day 10 -> 9": "report.day 10 -> 9",
    }
    for english, vietnamese in moved.items():
        said = wording.expected_vi(f"a case that notices {english}")
        assert said == f"một tình huống phát hiện được thay đổi: {vietnamese}"


def _add(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").rstrip() + text, encoding="utf-8")


def test_a_circle_of_successions_is_named(folder: Path) -> None:
    rows = "".join(
        f"  - {{predecessor: cao-bang/{old}, successor: cao-bang/{new}, kind: merge,"
        " effective_on: 2025-07-01, basis: x}\n"
        for old, new in (("so-tttt", "so-vhttdl"), ("so-vhttdl", "so-tttt"))
    )
    at = _edit(folder, "agencies.yaml", "mandates:\n", f"successions:\n{rows}mandates:\n")
    assert f"agencies.yaml:{at + 2}: cần các dòng kế thừa không tạo thành vòng; gặp cao-bang/so-vhttdl." in _vi(
        _inspect(folder)
    )


def test_overlapping_validity_is_named(folder: Path) -> None:
    row = "- {since: 2020-12-10, value: 1}"
    at = _edit(folder, "parameters/duties.yaml", row, f"{row}\n      {row}")
    assert any(
        each.startswith(f"parameters/duties.yaml:{at - 5}:") and "cũ trước" in each for each in _vi(_inspect(folder))
    )


def test_bytes_that_are_not_utf_8_are_named_with_their_line(folder: Path) -> None:
    path = folder / "hours.yaml"
    path.write_bytes(path.read_bytes().replace(b"mode: fixed", b"mode: \xff"))
    assert _vi(_inspect(folder)) == ["hours.yaml:9: cần văn bản mã hóa UTF-8; gặp byte 0xff."]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hours: " + "[" * 100_000, "levels"),
        ("\n".join(" " * depth + "- " for depth in range(900)), "levels"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "aliases"),
        ("hours: &a [*a]", "aliases"),
        ("a: &a [" + "x, " * 1000 + "]\nb: [" + "*a, " * 101 + "]", "aliases"),
        ("hours: []\n" + "#" * 2_000_001, "bytes"),
        ("hours: \x00", "YAML"),
        ("? [a]\n: b", "fields as"),
        ("hours: []\n---\nhours: []", "YAML"),
    ],
)
def test_a_file_that_would_kill_the_reader_is_refused(folder: Path, text: str, said: str) -> None:
    (folder / "hours.yaml").write_text(text)
    problems = _inspect(folder).problems
    assert [problem.file for problem in problems] == ["hours.yaml"]
    assert said in problems[0].expected


def test_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    (folder / "hours.yaml").rename(tmp_path / "elsewhere.yaml")
    (folder / "hours.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    assert _vi(_inspect(folder)) == ["hours.yaml:1: cần tệp thường, không phải liên kết; gặp một liên kết."]


def test_a_folder_in_the_place_of_a_file_is_a_fault(folder: Path) -> None:
    (folder / "reports.yaml").unlink()
    (folder / "reports.yaml").mkdir()
    assert not _inspect(folder).is_sound
    with pytest.raises(DataError, match=r"reports\.yaml:1: .*a plain file"):
        reading.text(folder / "reports.yaml", file="reports.yaml")


def test_a_misspelt_file_is_not_passed_over(folder: Path) -> None:
    (folder / "hour.yaml").write_text("hours: []")
    assert _vi(_inspect(folder))[0].startswith("hour.yaml:1: cần một trong các tệp agencies.yaml, ")


def test_a_prefix_that_another_regulation_bears_is_refused(folder: Path) -> None:
    _edit(folder, "regulation.yaml", "id: cao-bang/31-2020-qd-ubnd", "id: cao-bang/1-2027-qd-ubnd")
    sentences = _vi(_inspect(folder, CAO_BANG))
    assert (
        f"regulation.yaml:3: cần tiền tố điều khoản riêng, chưa văn bản nào dùng; gặp tiền tố của {CAO_BANG}."
        in sentences
    )
    assert any("mã mặt màn hình chưa văn bản nào dùng" in each for each in sentences)


def test_the_folders_lead_to_the_id(tmp_path: Path) -> None:
    shutil.copytree(ROOT / CAO_BANG, tmp_path / "cao-bang" / "other")
    found = inspecting.inspect(inspecting.folders(tmp_path)[0], top=tmp_path, calendar=CALENDAR)
    assert "cần thư mục mang tên cao-bang/31-2020-qd-ubnd" in _vi(found)[0]


def test_a_root_a_province_and_an_instrument_can_be_given(tmp_path: Path) -> None:
    shutil.copytree(ROOT / CAO_BANG, tmp_path / CAO_BANG)
    for top in (tmp_path, tmp_path / "cao-bang", tmp_path / CAO_BANG):
        (folder,) = inspecting.folders(top)
        assert inspecting.inspect(folder, top=top, calendar=CALENDAR).is_sound


def test_open_places_are_listed_not_refused(folder: Path) -> None:
    at = _edit(folder, "regulation.yaml", 'en: "Coordination regulation', 'en: "CẦN ĐIỀN: regulation')
    found = _inspect(folder)
    assert found.is_sound
    assert [(each.file, each.line) for each in found.to_fill] == [("regulation.yaml", at)]


def test_what_the_checks_expect_has_a_vietnamese_wording() -> None:
    missing = []
    for module in MODULES:
        source = (Path(inspecting.__file__).parent / f"{module}.py").read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            for given in _expectations(node):
                if given and not wording.is_worded(given):
                    missing.append(f"{module}: {given}")
    assert missing == []


def _expectations(node: ast.AST) -> list[str]:
    if isinstance(node, ast.keyword) and node.arg == "expected":
        return [_written(node.value)]
    if isinstance(node, ast.Assign) and any(
        isinstance(name, ast.Name) and name.id == "expected" for name in node.targets
    ):
        return [_written(value) for value in _values(node.value)]
    return []


def _values(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.Tuple):
        return [node.elts[0]]
    return [node]


def _written(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
    return ""

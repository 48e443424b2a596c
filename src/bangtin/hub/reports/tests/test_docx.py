"""The .docx: the layout of Decree 30/2020, Vietnamese words alone, and figures that a program finds again."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from docx import Document
from docx.document import Document as Paper
from docx.oxml.ns import qn

from bangtin.hub.reports.actions import edit_section, freeze, write_docx
from bangtin.hub.reports.models import Figure, Report
from bangtin.hub.reports.queries import docx_bytes, outline, trace
from bangtin.hub.reports.tests.factories import AT, a_year, compiled

pytestmark = pytest.mark.django_db
# what a generator lets slip in most easily
ENGLISH = re.compile(
    r"\b(report|page|table|section|total|draft|count|slot|plays?|agency|cluster|programme|filler|year|month|day|none|"
    r"null|true|false|unknown|second|hour|minute|approved|returned|rejected|ordinary|priority|the|and|of|is|not)\b",
    re.IGNORECASE,
)


@pytest.fixture
def report() -> Report:
    year = a_year()
    found = compiled(year)
    edit_section(
        report=found, number="III.1", body="Cụm thông tin vận hành ổn định.", actor=year.world.users["bao-cao"], at=AT
    )
    return freeze(report=found, actor=year.world.users["bao-cao"], at=AT)


@pytest.fixture
def paper(report: Report) -> Paper:
    return Document(io.BytesIO(docx_bytes(report)))


def words(paper: Paper) -> str:
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in paper.paragraphs] + cells)


def test_the_page_is_a4_with_the_margins_of_the_decree(paper: Paper) -> None:
    section = paper.sections[0]
    edges = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    page = (section.page_width, section.page_height)
    assert [round(edge.mm) for edge in page if edge is not None] == [210, 297]
    assert [round(edge.mm) for edge in edges if edge is not None] == [20, 20, 30, 15]


def test_the_page_number_stands_in_the_top_margin_from_page_2(paper: Paper) -> None:
    section = paper.sections[0]
    assert section.different_first_page_header_footer
    assert section.first_page_header.paragraphs[0].text == ""
    assert [one.text for one in section.header._element.iter(qn("w:instrText"))] == ["PAGE"]
    assert section.header.paragraphs[0].alignment == 1


def test_the_outline_stands_as_printed_and_in_its_order(paper: Paper, report: Report) -> None:
    wanted = [f"{one.printed}. {one.heading}" for one in outline(report)]
    assert len(wanted) == 15
    assert [one.text for one in paper.paragraphs if one.text in set(wanted)] == wanted


def test_the_national_heading_has_room_for_one_line_each(paper: Paper) -> None:
    table = paper.tables[0]
    left, right = table.rows[0].cells
    # 87.7 mm of text in 12 points bold; both columns and cells carry the width, and nothing is lost to padding
    assert [round(cell.width.mm) for cell in (left, right) if cell.width] == [65, 100]
    assert [round(column.width.mm) for column in table.columns if column.width] == [65, 100]
    padding = table._tbl.tblPr.find(qn("w:tblCellMar"))
    assert padding is not None
    assert {edge.get(qn("w:w")) for edge in padding} == {"0"}
    assert [one.text for one in right.paragraphs[:2]] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]


def test_rules_are_drawn_lines_and_nothing_is_underlined(report: Report) -> None:
    xml = body_xml(report)
    assert xml.count('prst="line"') == 3
    assert "<w:u " not in xml
    assert not re.search("[_─—]{3}", xml)


def test_tables_repeat_their_head_and_never_split_a_row(paper: Paper) -> None:
    for table in paper.tables[1:-1]:
        assert list(table.rows[0]._tr.iter(qn("w:tblHeader")))
        assert all(list(row._tr.iter(qn("w:cantSplit"))) for row in table.rows)


def test_there_is_no_english_word_even_for_an_english_reader(report: Report) -> None:
    with translation.override("en"):
        text = words(Document(io.BytesIO(docx_bytes(report))))
    assert ENGLISH.findall(text) == []
    assert "THỦ TRƯỞNG" in text or "GIÁM ĐỐC" in text


def test_the_face_is_times_new_roman(paper: Paper) -> None:
    fonts = paper.styles["Normal"].element.rPr.rFonts
    assert {fonts.get(qn(f"w:{name}")) for name in ("ascii", "hAnsi", "eastAsia", "cs")} == {"Times New Roman"}


def test_a_provisional_paper_says_so_and_until_which_day_it_counts() -> None:
    text = words(Document(io.BytesIO(docx_bytes(compiled(a_year())))))
    assert "Số liệu tạm tính, chưa chốt." in text
    assert "từ ngày 15/12/2025 đến hết ngày 23/11/2026" in text


def test_figures_in_the_paper_lead_back_to_submissions(report: Report, tmp_path: Path) -> None:
    found = trace(written(report, tmp_path), "plays_count")
    assert (found.report.pk, found.printed, found.is_as_printed) == (report.pk, ("24",), True)
    assert found.rows[0]["submission"] == "CB-2026-0001/1"


def test_a_paper_whose_number_was_changed_is_found_out(report: Report, tmp_path: Path) -> None:
    path = written(report, tmp_path)
    Figure.objects.filter(report=report, name="plays_count").update(value=1_868)
    with pytest.raises(SystemExit) as ended:
        call_command("trace", str(path), figure="plays_count", is_json=True)
    assert ended.value.code == 1


def test_trace_prints_one_line_of_json(report: Report, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("trace", str(written(report, tmp_path)), "--figure", "aired_s", "--json")
    call_command("trace", str(report.pk), "--list", "--json")
    first, second = capsys.readouterr().out.splitlines()
    assert json.loads(first) | {"rows": []} == {
        "report": report.pk,
        "figure": "aired_s",
        "value": 240,
        "unit": "second",
        "counted_at": "2026-11-23T03:00:00+00:00",
        "is_frozen": True,
        "rows": [],
        "printed": ["4 phút"],
        "as_printed": True,
    }
    assert "plays_count" in {one["name"] for one in json.loads(second)["figures"]}


@pytest.mark.parametrize("name", ["999999", "no-such-file.docx", "../etc", "0x1"])
def test_bad_input_ends_with_2(name: str) -> None:
    with pytest.raises(CommandError) as ended:
        call_command("trace", name, figure="plays_count")
    assert ended.value.returncode == 2


def test_an_empty_data_directory_is_bad_input_and_no_traceback(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bangtin.hub.config.main", "trace", "7", "--figure", "plays_count", "--json"],
        env={"BANGTIN_DATA_DIR": str(tmp_path / "empty"), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Traceback" not in ended.stderr


def test_a_file_that_is_no_report_is_bad_input(tmp_path: Path) -> None:
    path = tmp_path / "other.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("docProps/custom.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")
    with pytest.raises(CommandError) as ended:
        call_command("trace", str(path), figure="plays_count")
    assert ended.value.returncode == 2


def test_the_paper_is_kept_in_the_file_store(report: Report, settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    stored = write_docx(report=report)
    assert Report.objects.get(pk=report.pk).docx_sha256 == stored.sha256


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice draws the pages")
def test_libreoffice_sets_the_national_heading_on_one_line_each(report: Report, tmp_path: Path) -> None:
    path = written(report, tmp_path)
    subprocess.run(
        ["soffice", "--headless", "--convert-to", "pdf", "--outdir", tmp_path, path], check=True, timeout=120
    )
    text = subprocess.run(
        ["pdftotext", "-layout", path.with_suffix(".pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout
    assert re.search(r"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n", text)
    assert re.search(r"Độc lập - Tự do - Hạnh phúc\n", text)
    assert re.search(r"\f\s+2\n", text)


def written(report: Report, folder: Path) -> Path:
    path = folder / "bao-cao.docx"
    path.write_bytes(docx_bytes(report))
    return path


def body_xml(report: Report) -> str:
    with zipfile.ZipFile(io.BytesIO(docx_bytes(report))) as package:
        return package.read("word/document.xml").decode()

"""The airtime page: every mark, the files of it, the signed files; who has no part in the screens is refused."""

import csv
import io
import zipfile
from datetime import date, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from openpyxl import load_workbook

from bangtin.hub.devices import actions as devices
from bangtin.hub.kit import clock
from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.actions.handing_out import ENDING, check_file
from bangtin.hub.playlog.queries.airtimes import Airtime
from bangtin.hub.playlog.tests.factories import START, Screen, screen
from bangtin.hub.portal.airtime_board import MARKS, Row, picture

pytestmark = pytest.mark.django_db
PAGE = "/nhat-ky/thoi-luong/"


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(hours=1))
    one = screen()
    one.version.title = "=1+1"
    one.version.save(update_fields=["title"])
    body = one.say(*(one.play(turn) for turn in range(6)))
    one.commit(at=START + timedelta(seconds=65))
    ingest(device=one.device, body=body, at=START + timedelta(minutes=5))
    return one


def client_of(one: Screen) -> Client:
    client = Client()
    client.force_login(one.slot.placed_by)
    return client


@pytest.mark.parametrize("mark", MARKS)
def test_every_mark_tells_its_sum(played: Screen, mark: str) -> None:
    answer = client_of(played).get(PAGE, {"theo": mark, "cum": "trung-khanh"})
    assert answer.status_code == HTTPStatus.OK
    assert "6 lượt" in answer.content.decode() or "6 plays" in answer.content.decode()


def test_kinds_are_bars_and_days_columns_and_the_table_adds_up() -> None:
    def found(*keys: str | int | date) -> list[Row]:
        return [Row(str(key), "", "", Airtime(key, 2, sure_ms=60_000 * place)) for place, key in enumerate(keys, 1)]

    bars = picture("ngon-ngu", found("Việt", "Anh", "Tày", "Nùng"))
    assert bars is not None and [bar.width for bar in bars.bars] == ["25", "50", "75", "100"]
    assert "Nùng" in bars.title and "40" in bars.title
    days = picture("ngay", found(date(2026, 11, 23), date(2026, 11, 26)))
    assert days is not None and days.columns is not None
    assert [one.height for one in days.columns.columns] == ["33.33", "0.00", "0.00", "66.67"]
    assert picture("muc", found(1, 2)) is None and picture("cum", found("a")) is None


def test_a_question_that_makes_no_sense_shows_this_month(played: Screen) -> None:
    asked = {"theo": "x", "cum": "..", "tu": "9999-99-99", "den": "0000-00-00"}
    assert client_of(played).get(PAGE, asked).status_code == HTTPStatus.OK


def test_the_files_hold_the_rows_and_their_sum_and_no_formula(played: Screen) -> None:
    text = client_of(played).get(PAGE + "tai/").content.decode()
    assert "'=1+1,CB-2026-0001/1,6,60000,60000" in text
    book = load_workbook(io.BytesIO(client_of(played).get(PAGE + "bang-tinh/").content))
    cells = [[cell.value for cell in row][:3] for row in book.worksheets[0].iter_rows(min_row=3)]
    assert cells[0] == ["=1+1", "CB-2026-0001/1", 6]
    assert book.worksheets[0]["A3"].data_type == "s"
    assert cells[-1][2] == 6


def test_the_files_say_their_units_and_print_on_one_width(played: Screen) -> None:
    head = client_of(played).get(PAGE + "tai/").content.decode("utf-8-sig").splitlines()[0]
    assert head.count("(mili giây)") == 6
    page = load_workbook(io.BytesIO(client_of(played).get(PAGE + "bang-tinh/").content)).worksheets[0]
    assert (page.title, page.print_title_rows, page.page_setup.orientation) == ("Giờ phát", "$2:$2", "landscape")
    fit = page.sheet_properties.pageSetUpPr
    assert fit is not None and fit.fitToPage
    day = load_workbook(io.BytesIO(client_of(played).get("/nhat-ky/bang-tinh/").content))
    assert [one.print_title_rows for one in day.worksheets] == ["$6:$6", "$1:$1"]
    for one in day.worksheets:
        assert one.oddHeader is not None and "Nhật ký phát của" in str(one.oddHeader.left.text)
    assert [(one.page_setup.orientation, one.page_setup.fitToHeight) for one in day.worksheets] == [
        ("landscape", 0),
        ("portrait", 0),
    ]


def test_a_workbook_of_one_cluster_names_it_and_has_no_empty_column(played: Screen) -> None:
    asked = {"theo": "ngay", "cum": "trung-khanh", "tu": "2026-11-23", "den": "2026-11-23"}
    page = load_workbook(io.BytesIO(client_of(played).get(PAGE + "bang-tinh/", asked).content)).worksheets[0]
    rows = list(page.iter_rows())
    assert str(rows[0][0].value).endswith("· Cụm thông tin đối ngoại huyện Trùng Khánh")
    assert [cell.value for cell in rows[2]][:2] == ["Thứ Hai, 23/11/2026", 6]
    assert (rows[2][1].number_format, rows[2][2].number_format) == ("#,##0", "[h]:mm:ss")
    assert (rows[1][0].alignment.horizontal, rows[1][1].alignment.horizontal) == (None, "right")
    head = client_of(played).get(PAGE + "tai/", asked).content.decode("utf-8-sig").splitlines()[0]
    assert head.startswith("Ngày,Lượt phát,")


def test_the_records_of_a_day_bear_words_and_no_column_twice(played: Screen) -> None:
    lines = client_of(played).get("/nhat-ky/tai/").content.decode("utf-8-sig").splitlines()
    head = lines[0].split(",")
    assert len(set(head)) == len(head)
    assert "ordinary" not in "".join(lines) and "Thường" in lines[1]
    lengths = [one[head.index("Số mili giây phát")] for one in csv.reader(lines[1:])]
    assert lengths and all(one.isdecimal() for one in lengths)  # no mark that another locale reads otherwise


def test_the_signed_files_prove_themselves(played: Screen) -> None:
    devices.create_repository(at=START)
    answer = client_of(played).post(PAGE + "ky/?theo=cum")
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    names = [name for name in packed.namelist() if not name.endswith(ENDING)]
    assert [name.rpartition(".")[2] for name in names] == ["csv", "xlsx"]
    for name in names:
        assert check_file(data=packed.read(name), envelope=packed.read(name + ENDING)).name == name


def test_an_account_without_a_part_in_the_screens_is_refused(played: Screen) -> None:
    client = Client()
    client.force_login(played.world.users["quan-tri"])
    for address in (PAGE, PAGE + "tai/", PAGE + "bang-tinh/"):
        assert client.get(address).status_code == HTTPStatus.FORBIDDEN
    assert client.post(PAGE + "ky/").status_code == HTTPStatus.FORBIDDEN

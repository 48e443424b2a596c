"""The day log as paper and workbook: planned beside aired for each item, sums that reconcile, no text that counts."""

import io
import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from pytest_django import Settings

from bangtin.hub.clusters.models import Cluster, clusters_and_face_names, face_names
from bangtin.hub.kit import clock
from bangtin.hub.kit.clock import local_date
from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.queries import as_run
from bangtin.hub.playlog.queries.day_sheets import day_sheet
from bangtin.hub.playlog.tests.factories import START, TURN_MS, Screen, screen
from bangtin.hub.portal import log_sheet, menu
from bangtin.hub.programmes.models import ProgrammeVersion

pytestmark = pytest.mark.django_db
NOW = START + timedelta(minutes=12)
DAY = local_date(START)
HEAD_ROWS, TITLE, PLANNED, AIRED = 6, 2, 8, 9


@pytest.fixture(autouse=True)
def quick(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(clock, "now", lambda: NOW)
    menu.is_served.cache_clear()


@pytest.fixture
def one() -> Screen:
    """A screen that played 58 of the 60 turns of its slot, and half of one filler."""
    made = screen()
    turns = [made.play(turn) for turn in range(60) if turn not in (30, 31)]
    made_filler = made.play(
        60, item="i2", content=made.manifest.items[1].digest, class_="filler", slot="", shown_ms=5_000
    )
    ingest(device=made.device, body=made.say(*turns, made_filler), at=NOW)
    made.commit(at=NOW)
    return made


def opened(client: Client, one: Screen, who: str = "xep-lich-tk") -> Worksheet:
    client.force_login(one.world.users[who])
    answer = client.get("/nhat-ky/bang-tinh/", {"ngay": "2026-11-23", "cum": "trung-khanh"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (HTTPStatus.OK, log_sheet.MIME)
    page = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert isinstance(page, Worksheet)
    return page


def test_the_sheet_has_each_item_planned_and_aired_and_adds_up(one: Screen) -> None:
    sheet = day_sheet(one.slot.cluster, DAY, at=NOW)
    ordinary = sheet.of_class("ordinary")[0]
    assert (ordinary.planned_ms, ordinary.planned_plays) == (60 * TURN_MS, 60)
    assert (ordinary.aired_ms, ordinary.plays, ordinary.error_ms) == (58 * TURN_MS, 58, -2 * TURN_MS)
    plays = [record for record in as_run(one.slot.cluster, DAY) if record.kind == "play"]
    assert sum(row.plays for row in sheet.rows) == len(plays) == 59
    assert sum(sheet.shown_ms(grade) for grade in sheet.proof.grades) == sum(record.shown_ms for record in plays)
    assert sheet.proof.planned_ms + sheet.proof.filler_planned_ms >= sheet.planned_ms
    assert [gap.length_ms for gap in sheet.proof.gaps] == [2 * TURN_MS]


def test_the_workbook_holds_the_rows_and_their_sums(one: Screen, client: Client) -> None:
    page = opened(client, one)
    rows: list[Any] = list(page.iter_rows(min_row=HEAD_ROWS + 1, values_only=True))
    lines = [row for row in rows if row[0]]
    whole = next(row for row in rows if row[TITLE - 1] in {"The whole day", "Cả ngày"})
    assert whole[AIRED - 1] == sum((row[AIRED - 1] for row in lines), timedelta()) == timedelta(seconds=585)
    assert whole[PLANNED - 1] == sum((row[PLANNED - 1] for row in lines), timedelta())
    assert whole[PLANNED - 1] == timedelta(minutes=17)  # from the bundle on: filler, the slot, filler


def test_a_title_that_looks_like_a_formula_is_written_as_text(one: Screen, client: Client) -> None:
    for title in ('=HYPERLINK("http://x.vn")', "+84 26", "-1+1", "@SUM(A1)", "\t=1+1", "a\x07b"):
        ProgrammeVersion.objects.filter(pk=one.version.pk).update(title=title)
        page = opened(client, one)
        cells = [cell for row in page.iter_rows(min_row=HEAD_ROWS + 1) for cell in row if cell.column == TITLE]
        found = next(cell for cell in cells if str(cell.value or "")[-1:] == title[-1:])
        assert found.data_type == "s", title
        assert found.quotePrefix == (title[0] in "=+-@\t"), title
    assert not any(cell.data_type == "f" for row in page.iter_rows() for cell in row)


def test_the_paper_names_who_runs_the_cluster_and_is_signed(one: Screen, client: Client) -> None:
    said = log_sheet.context(day_sheet(one.slot.cluster, DAY, at=NOW))
    assert "Trùng Khánh" in said["operator"]
    assert said["total"].aired_s == 585
    pytest.importorskip("weasyprint")
    client.force_login(one.world.users["xep-lich-tk"])
    answer = client.get("/nhat-ky/to-in/", {"ngay": "2026-11-23", "cum": "trung-khanh"})
    assert (answer.status_code, answer.headers["Content-Type"], answer.content[:5]) == (
        200,
        "application/pdf",
        b"%PDF-",
    )


def test_a_day_without_anything_is_a_sheet_as_well(one: Screen, client: Client) -> None:
    page = opened(client, one)
    assert page.max_row > HEAD_ROWS
    client.force_login(one.world.users["xep-lich-tk"])
    assert client.get("/nhat-ky/bang-tinh/", {"ngay": "2026-12-30", "cum": "ta-lung"}).status_code == HTTPStatus.OK


def test_faces_stand_by_their_names_on_pages_and_papers(one: Screen, client: Client) -> None:
    day = {"ngay": "2026-11-23", "cum": "trung-khanh"}
    opened(client, one)
    pages = [
        client.get("/nhat-ky/", day),
        client.get("/nhat-ky/luot/", day),
        client.get(f"/nhat-ky/luot/{one.slot.pk}/"),
    ]
    for page in (answer.content.decode() for answer in pages):
        words = re.sub(r"<[^>]*>", " ", page.partition("<main")[2])
        assert "Mặt 1" in words and "trung-khanh-1" not in words
    assert "trung-khanh-1" not in client.get("/nhat-ky/tai/", day).content.decode()
    book = load_workbook(io.BytesIO(client.get("/nhat-ky/bang-tinh/", day).content))
    cells = [str(value) for page in book.worksheets for row in page.iter_rows(values_only=True) for value in row]
    assert "Mặt 1" in cells and not any("trung-khanh-1" in one for one in cells)


def test_a_cluster_without_a_face_is_read_with_the_others(one: Screen) -> None:
    loud = Cluster.objects.create(pk="cao-bang/loa", instrument_id=one.slot.cluster.instrument_id, name_vi="Cụm loa")
    clusters, faces = clusters_and_face_names()
    assert loud in clusters and len(clusters) == Cluster.objects.count()
    assert faces["trung-khanh-1"] == "Mặt 1" and faces == face_names()


def test_offices_without_a_part_in_the_schedule_get_neither(one: Screen, client: Client) -> None:
    for who, status in (("tai-chinh", 403), ("quan-tri", 403), ("ngoai-vu", 200), ("lanh-dao", 200)):
        client.force_login(one.world.users[who])
        for address in ("/nhat-ky/bang-tinh/", "/nhat-ky/to-in/"):
            assert client.get(address).status_code == status, (who, address)
    assert Client().get("/nhat-ky/bang-tinh/").status_code == HTTPStatus.FOUND

"""The play log and the fleet: figures from records alone, their rows, the table to download, and few queries."""

import csv
import html
import io
import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import clock
from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.playlog.tests.factories import START, Screen, screen
from bangtin.hub.portal import menu
from bangtin.hub.schedules.models import Slot

pytestmark = pytest.mark.django_db
LOG = "/nhat-ky/?cum=trung-khanh&ngay=2026-11-23"


@pytest.fixture(autouse=True)
def monday(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(minutes=20))
    menu.is_served.cache_clear()


@pytest.fixture
def one(db: None) -> Screen:
    """A screen whose slot of ten minutes aired in full but for its last turn."""
    made = screen()
    body = made.say(*(made.play(turn) for turn in range(59)))
    made.commit(at=START + timedelta(minutes=10))
    ingest(device=made.device, body=body, at=START + timedelta(minutes=10))
    assert set(PlayRecord.objects.values_list("grade", flat=True)) == {"corroborated"}
    return made


@pytest.fixture
def reporter(one: Screen, client: Client) -> Client:
    User.objects.update(language="en")
    user = one.world.users["bao-cao"]
    user.refresh_from_db()
    client.force_login(user)
    return client


def _page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.OK, (address, answer.status_code)
    return answer.content.decode()


def test_the_title_says_what_aired_and_what_is_missing(reporter: Client) -> None:
    page = _page(reporter, LOG)
    heading = page.split("<h1>")[1].split("</h1>")[0]
    assert "9 min 50 s" in heading.replace("\xa0", " ") and "10 s" in heading.replace("\xa0", " ")


def test_a_slots_page_lists_every_record_of_it(reporter: Client, one: Screen) -> None:
    address = f"/nhat-ky/luot/{one.slot.pk}/"
    first, second = _page(reporter, address), _page(reporter, f"{address}?trang=2")
    assert "59" in first and first.count("07:3") > 50 and "07:39" in second


def test_a_number_of_the_log_opens_its_rows(reporter: Client, one: Screen) -> None:
    page = html.unescape(_page(reporter, LOG))
    pages = {address: _page(reporter, address) for address in re.findall(r'href="(/nhat-ky/luot/\?[^"]+)"', page)}
    listed = [address for address, text in pages.items() if "Lễ hội Thác Bản Giốc" in text]
    assert any(f"ban={one.version.pk}" in address for address in listed)
    assert any("chac=corroborated" in address for address in listed)
    assert not any("phan=nen" in address or "phan=ngoai" in address for address in listed)


def test_the_table_opens_in_a_spreadsheet_and_runs_no_formula(reporter: Client, one: Screen) -> None:
    one.version.title = "=HYPERLINK(1)"
    one.version.save(update_fields=["title"])
    answer = reporter.get("/nhat-ky/tai/?cum=trung-khanh&ngay=2026-11-23")
    body = b"".join(answer) if answer.streaming else answer.content
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert len(rows) == 1 + 59
    assert any(cell == "'=HYPERLINK(1)" for cell in rows[1]) and "=HYPERLINK(1)" not in rows[1]


def test_a_day_without_records_is_said_to_be_one(reporter: Client) -> None:
    assert "9 min 50 s" not in _page(reporter, "/nhat-ky/?cum=ta-lung&ngay=2026-11-23").replace("\xa0", " ")


def test_the_past_is_what_the_screen_recorded(reporter: Client) -> None:
    page = _page(reporter, "/luc/trung-khanh-1/2026-11-23T07:35")
    assert "Lễ hội Thác Bản Giốc" in page and "Corroborated" in page


@pytest.mark.parametrize(
    ("address", "most"),
    [
        (LOG, 40),
        ("/man-hinh/", 60),
        ("/man-hinh/trung-khanh-1/", 60),
        ("/lich/trung-khanh/2026-w48/", 60),
        ("/lich/?chon=1", 50),
        ("/luc/trung-khanh-1/2026-11-23T07:35", 45),
    ],
)
def test_more_rows_ask_no_more_queries(
    reporter: Client, one: Screen, address: str, most: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    reporter.get(address)
    with django_assert_max_num_queries(most) as few:
        reporter.get(address)
    for hour in range(8):
        starts_at = START + timedelta(hours=hour, minutes=15)
        Slot.objects.create(
            cluster=one.slot.cluster,
            version=one.version,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=10),
            clause="cao-bang/8.1.a",
            placed_by=one.slot.placed_by,
            placed_at=START - timedelta(hours=1),
        )
    with django_assert_max_num_queries(len(few) + 2):
        reporter.get(address)

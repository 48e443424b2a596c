"""What the pages of the air look like where it matters: true geometry, no endless lists, no gaps of no length."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import Settings

from bangtin.hub.accounts.models import User
from bangtin.hub.devices import queries as devices
from bangtin.hub.kit import clock
from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.playlog.tests.factories import START, Screen, screen
from bangtin.hub.portal import menu, screen_board, week_board
from bangtin.hub.programmes.models import Kind, ProgrammeVersion, Rendition
from bangtin.hub.schedules import queries as schedules
from bangtin.hub.schedules.models import Slot

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(minutes=5))
    menu.is_served.cache_clear()


@pytest.fixture
def one(db: None) -> Screen:
    """A screen that has aired its slot for five minutes."""
    made = screen()
    body = made.say(*(made.play(turn) for turn in range(29)))
    made.commit(at=START + timedelta(minutes=5))
    ingest(device=made.device, body=body, at=START + timedelta(minutes=5))
    return made


@pytest.fixture
def appraiser(one: Screen, client: Client) -> Client:
    user = one.world.users["tham-dinh-1"]
    User.objects.filter(pk=user.pk).update(language="en")
    client.force_login(user)
    return client


def _page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.OK, (address, answer.status_code)
    return answer.content.decode()


def _rendition(version: ProgrammeVersion, kind: Kind) -> None:
    version.kind, version.receipt = kind, "i1"  # the item's name in the factory's bundle
    version.save(update_fields=["kind", "receipt"])
    Rendition.objects.create(
        version=version,
        geometry="1024x512",
        width=1024,
        height=512,
        duration_ms=10_000,
        made_at=START,
        sha256="" if kind == Kind.TEXT else "a" * 64,
        mime="video/mp4",
    )


def test_a_screens_page_shows_five_records_and_leads_to_the_others(appraiser: Client) -> None:
    page = _page(appraiser, "/man-hinh/trung-khanh-1/")
    assert len(re.findall(r"<th scope=\"row\">07:3\d:\d\d", page)) == 5
    rows = re.search(r'href="(/nhat-ky/luot/[^"]+mat=trung-khanh-1)"', page)
    assert rows and "29 records" in _page(appraiser, rows[1].replace("&amp;", "&"))


def test_the_log_of_another_face_holds_none_of_these_records(appraiser: Client) -> None:
    page = _page(appraiser, "/nhat-ky/luot/?ngay=2026-11-23&cum=trung-khanh&mat=ta-lung-1")
    assert "0 records" in page


def test_the_faces_of_a_cluster_are_tabs_of_each_other(appraiser: Client) -> None:
    page = _page(appraiser, "/man-hinh/ta-lung-2/")
    tabs = page.split('class="bt-tabs"')[1].split("</nav>")[0]
    assert re.findall(r'href="/man-hinh/(ta-lung-\d)/"', tabs) == ["ta-lung-1", "ta-lung-2", "ta-lung-3"]
    assert tabs.count("aria-current") == 1
    assert 'class="bt-tabs"' not in _page(appraiser, "/man-hinh/trung-khanh-1/")


def test_an_instant_of_a_clip_stands_at_its_frame_in_the_screens_geometry(appraiser: Client, one: Screen) -> None:
    _rendition(one.version, Kind.VIDEO)
    page = _page(appraiser, "/luc/trung-khanh-1/2026-11-23T07:33/")
    assert 'viewBox="0 0 1024 512"' in page
    assert re.search(rf'<video[^>]+src="[^"]*/{one.version.pk}/[^"]*1024x512[^"]*#t=0\.000"', page)
    assert "controls" not in page.split("<video")[1].split(">")[0]


def test_a_turn_is_shown_where_it_stands_at_the_instant(one: Screen) -> None:
    _rendition(one.version, Kind.VIDEO)
    face, at = one.device.face, START + timedelta(minutes=3, seconds=4)
    reader = one.world.users["tham-dinh-1"]
    found = screen_board.on_face(devices.shown(face, at), face, at=at, reader=reader, now=at)
    assert found.video.endswith("#t=4.000") and (found.width, found.height) == (1024, 512)


def test_an_instant_of_a_notice_is_drawn_by_the_screens_own_module(appraiser: Client, one: Screen) -> None:
    one.version.text = {"template": "notice", "fields": {"title": "Mất nước ngày 24/11"}}
    one.version.save(update_fields=["text"])
    _rendition(one.version, Kind.TEXT)
    page = _page(appraiser, "/luc/trung-khanh-1/2026-11-23T07:33/")
    assert "data-notice=" in page and "Mất nước ngày 24/11" in page and "notice_preview" in page


def test_who_may_not_open_a_programme_sees_the_reason_and_not_the_picture(client: Client, one: Screen) -> None:
    _rendition(one.version, Kind.VIDEO)
    client.force_login(one.world.users["xep-lich"])
    page = _page(client, "/luc/trung-khanh-1/2026-11-23T07:33/")
    assert "<video" not in page and "8.1.a" in page
    client.force_login(one.world.users["an-toan"])
    for address in ("/luc/trung-khanh-1/2026-11-23T07:33/", "/man-hinh/trung-khanh-1/"):
        assert 'class="bt-scr-m bt-scr-closed"' in _page(client, address)


def test_a_gap_of_less_than_a_minute_is_no_gap(one: Screen) -> None:
    cluster, ends_at = one.slot.cluster, one.slot.ends_at
    Slot.objects.create(
        cluster=cluster,
        version=one.version,
        starts_at=ends_at + timedelta(seconds=40),
        ends_at=ends_at + timedelta(minutes=20),
        clause="cao-bang/8.1.a",
        placed_by=one.slot.placed_by,
        placed_at=START - timedelta(hours=1),
    )
    monday = schedules.week(cluster, START.date())[0]
    assert any(gap.starts_at == ends_at for gap in monday.gaps)
    assert not any(gap.starts_at == ends_at for gap in week_board.gaps(monday))
    assert all(gap.ends_at - gap.starts_at >= timedelta(minutes=1) for gap in week_board.gaps(monday))


def test_the_last_minute_without_a_record_is_no_gap_yet(appraiser: Client, one: Screen) -> None:
    assert PlayRecord.objects.filter(kind="play").count() == 29
    assert "no record came" not in _page(appraiser, "/man-hinh/trung-khanh-1/")


def test_a_silence_that_lasts_is_told_up_to_the_last_minute(
    appraiser: Client, one: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(minutes=8))
    page = _page(appraiser, "/man-hinh/trung-khanh-1/")
    assert "07:34:50 – 07:37:00" in page and "no record came" in page
    assert "\N{MINUS SIGN}2 min 10 s" in _page(appraiser, "/nhat-ky/?cum=trung-khanh&ngay=2026-11-23")

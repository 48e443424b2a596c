"""The calendar's address: made on a page, read without an account, closed for good."""

from http import HTTPStatus

import pytest
from django.test import Client
from icalendar import Calendar
from pytest_django import Settings

from bangtin.hub.kit import clock
from bangtin.hub.kit.testing import local
from bangtin.hub.obligations.models import CalendarFeed
from bangtin.hub.obligations.queries import feeds
from bangtin.hub.portal import menu
from bangtin.hub.regulations.tests.factories import World, cao_bang

pytestmark = pytest.mark.django_db
NOW = local("2026-11-23 10:00")


@pytest.fixture(autouse=True)
def quick(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(clock, "now", lambda: NOW)
    menu.is_served.cache_clear()


@pytest.fixture
def world() -> World:
    return cao_bang()


def _made(client: Client, world: World) -> str:
    client.force_login(world.users["xep-lich"])
    answer = client.post("/nghia-vu/lich-dien-thoai/", {"agency": "cao-bang/ubnd-quang-hoa"})
    assert answer.status_code == HTTPStatus.FOUND
    address = feeds.address(CalendarFeed.objects.get(withdrawn_at=None))
    assert address in client.get("/nghia-vu/lich-dien-thoai/").content.decode()
    return address.removeprefix("http://127.0.0.1:8000")


def test_an_address_is_made_read_without_account_and_closed(client: Client, world: World) -> None:
    address = _made(client, world)
    answer = Client().get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert Calendar.from_ical(answer.content).walk("VEVENT")
    feed = CalendarFeed.objects.get()
    assert client.post(f"/nghia-vu/lich-dien-thoai/{feed.pk}/dong/").status_code == HTTPStatus.FOUND
    assert Client().get(address).status_code == HTTPStatus.NOT_FOUND


def test_an_unchanged_feed_is_not_sent_twice(client: Client, world: World) -> None:
    address = _made(client, world)
    tag = Client().get(address).headers["ETag"]
    again = Client().get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")


@pytest.mark.parametrize("secret", ["0" * 40, "a", "khong-co"])
def test_a_wrong_address_is_not_found(secret: str, client: Client, world: World) -> None:
    _made(client, world)
    assert Client().get(f"/lich-han/cao-bang/ubnd-quang-hoa/{secret}.ics").status_code == HTTPStatus.NOT_FOUND


def test_others_neither_close_an_address_nor_make_one_for_what_they_do_not_read(client: Client, world: World) -> None:
    _made(client, world)
    feed = CalendarFeed.objects.get()
    client.force_login(world.users["dai"])
    assert client.post(f"/nghia-vu/lich-dien-thoai/{feed.pk}/dong/").status_code == HTTPStatus.NOT_FOUND
    refused = client.post("/nghia-vu/lich-dien-thoai/", {"agency": "cao-bang/so-tttt"})
    assert refused.status_code == HTTPStatus.FORBIDDEN
    client.force_login(world.users["quan-tri"])
    assert client.get("/nghia-vu/lich-dien-thoai/").status_code == HTTPStatus.FORBIDDEN

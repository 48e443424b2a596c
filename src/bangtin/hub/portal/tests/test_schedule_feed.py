"""The schedule in calendar programs: valid, secret, closed for good, and what the plan says."""

from datetime import UTC, date, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from icalendar import Calendar
from pytest_django import Settings

from bangtin.hub.accounts.models import Post
from bangtin.hub.kit import clock
from bangtin.hub.kit.testing import local
from bangtin.hub.portal import menu
from bangtin.hub.schedules.models import Placement, Playlist, ScheduleFeed
from bangtin.hub.schedules.queries import feeds
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(clock, "now", lambda: NOW)
    menu.is_served.cache_clear()


def made(client: Client, desk: Desk) -> str:
    client.force_login(desk.scheduler)
    assert client.post("/lich/ta-lung/dien-thoai/", {"deed": "open"}).status_code == HTTPStatus.FOUND
    address = feeds.address(ScheduleFeed.objects.select_related("cluster").get(withdrawn_at=None))
    assert address in client.get("/lich/ta-lung/dien-thoai/").content.decode()
    return address.removeprefix("http://127.0.0.1:8000")


def test_slots_and_what_plays_by_rule_are_events_that_a_calendar_reads_back(client: Client) -> None:
    desk = Desk()
    slot = desk.place(desk.version(title="Phòng cháy rừng; mùa khô, 2026"), "2026-11-23 07:30", "2026-11-23 09:00")
    playlist = Playlist.objects.create(name="Ngày thường", made_by=desk.scheduler, made_at=NOW)
    playlist.clusters.add(desk.cluster)
    Placement.objects.create(
        playlist=playlist,
        version=desk.version(title="Tiêm phòng cúm", duration_ms=60_000),
        starts_on=date(2026, 11, 25),
        ends_on=date(2026, 11, 25),
        target_per_day=10,
        max_per_day=10,
        placed_by=desk.scheduler,
        placed_at=NOW,
    )
    answer = Client().get(made(client, desk))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    of_slot, by_rule = sorted(events, key=lambda one: one.decoded("dtstart"))
    assert (of_slot.decoded("dtstart"), of_slot.decoded("dtend")) == (slot.starts_at, slot.ends_at)
    assert str(of_slot["summary"]) == "Phòng cháy rừng; mùa khô, 2026"
    assert "Điều 8.1" in str(of_slot["description"]).replace("điều", "Điều")
    assert "10" in str(by_rule["summary"]) and "Tiêm phòng cúm" in str(by_rule["summary"])
    assert by_rule.decoded("dtstart").astimezone(UTC) >= local("2026-11-25 07:30")
    assert len({str(one["uid"]) for one in events}) == 2
    assert str(Calendar.from_ical(answer.content)["version"]) == "2.0"


def test_an_unchanged_schedule_is_not_sent_twice_and_a_change_is(client: Client) -> None:
    desk = Desk()
    address = made(client, desk)
    tag = Client().get(address).headers["ETag"]
    assert Client().get(address, headers={"If-None-Match": tag}).status_code == HTTPStatus.NOT_MODIFIED
    desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 09:00")
    assert Client().get(address, headers={"If-None-Match": tag}).status_code == HTTPStatus.OK


def test_a_closed_address_a_wrong_one_and_one_of_a_lost_post_show_nothing(client: Client) -> None:
    desk = Desk()
    address = made(client, desk)
    for wrong in ("/lich-phat/ta-lung/" + "0" * 40 + ".ics", address.replace("ta-lung", "trung-khanh")):
        assert Client().get(wrong).status_code == HTTPStatus.NOT_FOUND
    second = made(client, desk)
    assert Client().get(address).status_code == HTTPStatus.NOT_FOUND
    Post.objects.filter(user=desk.scheduler).update(ends_on=NOW.date() - timedelta(days=1))
    assert Client().get(second).status_code == HTTPStatus.NOT_FOUND
    Post.objects.filter(user=desk.scheduler).update(ends_on=None)
    assert Client().get(second).status_code == HTTPStatus.OK
    client.post("/lich/ta-lung/dien-thoai/", {"deed": "close"})
    assert Client().get(second).status_code == HTTPStatus.NOT_FOUND

"""A screen's day in the browser: what the timeline says, turn by turn, to those who may see it and to nobody else."""

from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from bangtin.bundle import timeline
from bangtin.hub.kit import clock
from bangtin.hub.kit.clock import from_ms, to_ms
from bangtin.hub.kit.testing import local
from bangtin.hub.playlog.tests.factories import START, Screen, publish, screen
from bangtin.hub.portal import menu
from bangtin.hub.programmes.models import Rendition
from bangtin.hub.schedules.tests.factories import Desk

pytestmark = pytest.mark.django_db
NOW = START + timedelta(hours=17)  # the day is over: all of it is told from bundles
DAY_MS = 86_400_000


@pytest.fixture(autouse=True)
def quick(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(clock, "now", lambda: NOW)
    menu.is_served.cache_clear()


def told(client: Client, one: Screen, who: str = "xep-lich-tk") -> dict[str, Any]:
    client.force_login(one.world.users[who])
    answer = client.get("/luc/trung-khanh-1/2026-11-23/")
    assert answer.status_code == HTTPStatus.OK
    found: dict[str, Any] = answer.json()
    return found


def test_the_turns_fill_the_whole_day_and_are_those_of_the_timeline(client: Client) -> None:
    one = screen()
    day = told(client, one)
    turns = day["turns"]
    assert sum(length for length, *_rest in turns) == DAY_MS
    at_ms, found = day["begins_ms"], {}
    for length, item, offset, part in turns:
        found[at_ms] = (length, item, offset, part)
        at_ms += length
    wanted = timeline.segments(
        one.manifest, face="trung-khanh-1", from_ms=to_ms(START), until_ms=to_ms(START + timedelta(minutes=11))
    )
    for segment in wanted:
        length, item, offset, part = found[segment.from_ms]
        assert (length, offset) == (segment.until_ms - segment.from_ms, segment.offset_ms)
        assert day["items"][item]["title"] == segment.item
        assert (day["parts"][part]["kind"], day["parts"][part]["bundle"]) == (segment.kind, 1)


def test_each_bundle_speaks_for_the_time_in_which_it_held(client: Client) -> None:
    one = screen()
    later = START + timedelta(minutes=5)
    bare = replace(one.manifest, number=2, windows=(), loops={})
    publish(bare, one.world, at=later)
    day = told(client, one)
    at_ms, kinds = day["begins_ms"], {}
    for length, _item, _offset, part in day["turns"]:
        kinds[at_ms] = (day["parts"][part]["kind"], day["parts"][part]["bundle"])
        at_ms += length
    at = {from_ms(moment): said for moment, said in kinds.items()}
    assert at[START] == ("item", 1)
    assert at[later] == ("filler", 2)
    assert at[local("2026-11-23 00:00")][1] == 0  # before anything was published: the plan as it stands


def test_what_stands_in_a_turn_goes_only_to_those_who_may_see_it(client: Client) -> None:
    desk = Desk()
    shown = desk.version(title="Phòng cháy rừng")
    desk.place(shown, "2026-11-25 08:00", "2026-11-25 08:10")
    address = "/luc/ta-lung-1/2026-11-25/"  # still to come: the plan speaks
    client.force_login(desk.scheduler)
    open_item = client.get(address).json()["items"][0]
    assert open_item["is_open"] and open_item["video"].endswith("/1920x640")
    client.force_login(desk.world.users["ngoai-vu"])  # another agency's contributor
    closed = client.get(address).json()["items"][0]
    assert closed == {"title": "Phòng cháy rừng", "receipt": shown.receipt, "is_open": False}
    assert Rendition.objects.filter(version=shown).exists()


def test_the_page_has_the_strip_the_form_and_no_player_that_starts_by_itself(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    one = screen()
    client.force_login(one.world.users["xep-lich-tk"])
    with django_assert_max_num_queries(20):
        page = client.get("/luc/trung-khanh-1/2026-11-23T07:31/").content.decode()
    assert 'data-source="/luc/trung-khanh-1/2026-11-23"' in page
    assert "autoplay" not in page
    assert told(client, one)["strip"]
    asked = client.get("/luc/trung-khanh-1/", {"ngay": "2026-11-24", "gio": "08:15"})
    assert asked.headers["Location"] == "/luc/trung-khanh-1/2026-11-24T08:15/"
    for odd in ({"ngay": "x", "gio": "99:99"}, {"gio": "08:15+23:00"}, {}):
        assert client.get("/luc/trung-khanh-1/", odd).status_code == HTTPStatus.FOUND


def test_offices_without_a_part_in_the_schedule_read_no_day(client: Client) -> None:
    one = screen()
    for who, status in (("tai-chinh", 403), ("quan-tri", 403), ("van-hanh", 200), ("lanh-dao", 200), ("dai", 200)):
        client.force_login(one.world.users[who])
        for address in ("/luc/trung-khanh-1/2026-11-23/", "/luc/trung-khanh-1/2026-11-23T07:31/"):
            assert client.get(address).status_code == status, (who, address)
    assert Client().get("/luc/trung-khanh-1/2026-11-23/").status_code == HTTPStatus.FOUND
    client.force_login(one.world.users["van-hanh"])
    for address in ("/luc/khong-co/2026-11-23/", "/luc/trung-khanh-1/2026-13-45/"):
        assert client.get(address).status_code == HTTPStatus.NOT_FOUND

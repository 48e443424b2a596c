"""Polls that come together: each is answered as if it came alone, in as many queries as one."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError

from bangtin.hub.api import polls
from bangtin.hub.api.gathering import Gatherer
from bangtin.hub.api.policies import Message
from bangtin.hub.api.tests.factories import HEAD, Screen, Signed
from bangtin.hub.devices import actions
from bangtin.hub.devices.models import Commitment, Device
from bangtin.hub.devices.tests.factories import Player, enrolled
from bangtin.hub.playlog.actions import regrading
from bangtin.hub.playlog.queries import facts
from bangtin.hub.schedules.tests.factories import NOW, Desk


def poll(screen: Screen, **more: Any) -> Message:
    sent: Signed = screen.signed(polls.PATH, **{"Bangtin_Head": HEAD, **more})
    return Message(sent.method, sent.url, sent.headers)


@pytest.fixture
def screens(desk: Desk) -> list[Screen]:
    """The screens of the three faces of Tà Lùng."""
    return [Screen.of(enrolled(desk, face=face)) for face in ("ta-lung-1", "ta-lung-2", "ta-lung-3")]


def test_many_polls_cost_as_many_queries_as_one(screens: list[Screen], django_assert_num_queries: Any) -> None:
    polls.answer_all([poll(one) for one in screens], at=NOW)
    asked = [poll(one) for one in screens]
    with django_assert_num_queries(5):
        found = polls.answer_all(asked, at=NOW)
    assert [one.status for one in found] == [200, 200, 200]
    assert {Device.objects.get(pk=one.keyid).sequence for one in screens} == {2}


def test_each_poll_among_many_is_refused_for_its_own_reason(desk: Desk, screens: list[Screen]) -> None:
    good, revoked, unsigned = screens
    device = Device.objects.get(pk=revoked.keyid)
    actions.revoke(device=device, reason="Mất máy", actor=desk.world.users["an-toan"], at=NOW)
    unsigned.player = Player.new()
    once = poll(good)
    asked = [once, poll(revoked), poll(unsigned), once, poll(good, Bangtin_Head="x"), poll(good)]
    found = polls.answer_all(asked, at=NOW)
    assert [one.status for one in found] == [200, 403, 401, 409, 400, 200]
    assert b"device_revoked" in found[1].body and b"request_replayed" in found[3].body


@pytest.mark.parametrize("host", ["[", "[x]", "[::1", "a]b", "\x00", "hub:99999999"])
def test_a_host_that_is_none_is_refused_and_takes_no_neighbour_with_it(screens: list[Screen], host: str) -> None:
    """Beside Django nobody looks at Host before: `Host: [` once failed every poll that came with it."""
    hostile = poll(screens[0])
    hostile = Message(hostile.method, f"http://{host}{polls.PATH}", {**hostile.headers, "host": host})
    found = polls.answer_all([poll(screens[1]), hostile, poll(screens[2])], at=NOW)
    assert [one.status for one in found] == [200, 401, 200]
    assert b"request_unsigned" in found[1].body


def test_a_clone_among_many_is_noticed(screens: list[Screen]) -> None:
    clone = Screen(screens[0].player, screens[0].keyid)
    found = polls.answer_all([poll(screens[0]), poll(clone), poll(screens[1])], at=NOW)
    assert [one.status for one in found] == [200, 409, 200]
    assert Device.objects.get(pk=clone.keyid).is_clone_suspected


def test_heads_of_many_polls_are_kept_once_each(screens: list[Screen]) -> None:
    later = NOW + timedelta(seconds=60)
    for at in (NOW, later):
        asked = [poll(one, Bangtin_Head=f"{n}." + "a" * 64, Bangtin_Bundle="4") for n, one in enumerate(screens, 1)]
        polls.answer_all(asked, at=at)
    rows = Commitment.objects.order_by("n").values_list("n", "bundle", "received_at")
    assert list(rows) == [(n, 4, NOW) for n in (1, 2, 3)]
    assert set(Device.objects.values_list("accepted_bundle", flat=True)) == {4}


def test_open_lines_that_cannot_be_graded_take_no_other_poll_with_them(
    screens: list[Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def broken(device: Device, **_more: Any) -> int:
        tried.append(device.pk)
        if device.pk == screens[0].keyid:
            raise ValueError("year -29719 is out of range")
        return 0

    monkeypatch.setattr(regrading, "_regrade", broken)
    monkeypatch.setattr(facts, "rows", lambda *_asked: [(one.keyid, 1) for one in screens])
    assert regrading.regrade_all(devices=list(Device.objects.order_by("pk")), at=NOW) == 0
    assert sorted(tried) == sorted(one.keyid for one in screens)


@pytest.mark.once
def test_what_comes_together_is_done_together_and_a_database_that_fails_is_told_to_all(db: None) -> None:
    called: list[list[int]] = []

    def double(asked: Any) -> list[int]:
        called.append(list(asked))
        if 0 in asked:
            raise OperationalError("no database")
        return [2 * one for one in asked]

    async def scene() -> None:
        gatherer: Gatherer[int, int] = Gatherer(double, name="test", pause_s=0.0)
        assert await asyncio.gather(*(gatherer.ask(n) for n in (1, 2, 3))) == [2, 4, 6]
        failed = await asyncio.gather(gatherer.ask(0), gatherer.ask(5), return_exceptions=True)
        assert [type(one) for one in failed] == [OperationalError, OperationalError]
        gatherer.stop()

    asyncio.run(scene())
    assert called == [[1, 2, 3], [0, 5]]


def test_after_a_crowd_it_waits_longer_so_that_more_share_what_a_call_costs() -> None:
    called: list[int] = []

    def count(asked: Any) -> list[int]:
        called.append(len(asked))
        return list(asked)

    async def one_after_the_other(gatherer: "Gatherer[int, int]") -> None:
        first = gatherer.put(1)
        await asyncio.sleep(0.05)
        await asyncio.gather(first, gatherer.put(2))

    async def scene() -> None:
        gatherer: Gatherer[int, int] = Gatherer(count, name="test", pause_s=0.0, busy_pause_s=0.5)
        await one_after_the_other(gatherer)
        await asyncio.gather(*(gatherer.ask(n) for n in range(6)))
        await one_after_the_other(gatherer)
        await one_after_the_other(gatherer)
        gatherer.stop()

    asyncio.run(scene())
    assert called == [1, 1, 6, 2, 1, 1]


def test_what_one_of_many_breaks_is_asked_of_the_others_alone() -> None:
    def halve(numbers: Any) -> list[int]:
        return [12 // number for number in numbers]

    async def ask(gatherer: "Gatherer[int, int]") -> list[int | BaseException]:
        return await asyncio.gather(*(gatherer.ask(one) for one in (1, 2, 0, 3)), return_exceptions=True)

    gatherer = Gatherer(halve, name="halving", pause_s=0.01)
    found = asyncio.run(ask(gatherer))
    gatherer.stop()
    assert [one for one in found if isinstance(one, int)] == [12, 6, 4]
    assert isinstance(found[2], ZeroDivisionError)


def test_no_more_are_done_together_than_is_said_and_each_part_is_told_at_once() -> None:
    called: list[list[int]] = []

    def double(numbers: Any) -> list[int]:
        called.append(list(numbers))
        return [2 * number for number in numbers]

    async def ask(gatherer: "Gatherer[int, int]") -> list[int]:
        return await asyncio.gather(*(gatherer.ask(one) for one in range(5)))

    gatherer = Gatherer(double, name="doubling", pause_s=0.01, most=2)
    assert asyncio.run(ask(gatherer)) == [0, 2, 4, 6, 8]
    gatherer.stop()
    assert called == [[0, 1], [2, 3], [4]]

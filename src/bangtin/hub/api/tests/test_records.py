"""Batches that come together: each has its own answer, and what one does to the database is no other's harm."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from bangtin.bundle import acks, playlog, trusted
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.signers import ed25519_signer
from bangtin.hub.api import records
from bangtin.hub.api.policies import Message
from bangtin.hub.api.tests.factories import Screen, Signed
from bangtin.hub.devices import queries
from bangtin.hub.devices.models import Device
from bangtin.hub.devices.tests.factories import enrolled
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.playlog.actions import ingesting
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.schedules.tests.factories import NOW, Desk


def batch(screen: Screen, *, count: int = 3) -> bytes:
    """A screen's first batch: so many boots of it."""
    head = before = playlog.first_head(screen.keyid, 1)
    lines = [boot_line(n) for n in range(1, count + 1)]
    for line in lines:
        head = playlog.fold(head, line)
    checkpoint = playlog.Checkpoint(screen.keyid, 1, 1, count, before, head, 1, to_ms(NOW), 5_000)
    return playlog.pack_batch(playlog.seal(checkpoint, ed25519_signer(screen.player.key, keyid=screen.keyid)), lines)


def boot_line(n: int) -> bytes:
    return playlog.encode(
        playlog.Line(k="boot", n=n, boot=n, bundle=0, face="", from_ms=to_ms(NOW), mono_ms=0, shown_ms=0, clock="hub")
    )


def sent(screen: Screen, body: bytes) -> Message:
    signed: Signed = screen.signed(records.PATH, method="POST", body=body)
    return Message(signed.method, signed.url, signed.headers, signed.body)


@pytest.fixture
def screens(desk: Desk) -> list[Screen]:
    return [Screen.of(enrolled(desk, face=face)) for face in ("ta-lung-1", "ta-lung-2", "ta-lung-3")]


def test_each_batch_among_several_has_its_own_answer(screens: list[Screen]) -> None:
    good, broken, cloned = screens
    Device.objects.filter(pk=cloned.keyid).update(is_clone_suspected=True)
    asked = [sent(good, batch(good)), sent(broken, batch(good)), sent(cloned, batch(cloned)), sent(good, batch(good))]
    found = records.take_all(asked, at=NOW)
    assert [one.status for one in found] == [200, 422, 200, 200]
    assert json.loads(found[0].body)["ack"]["to"] == 3 and found[0].body == found[3].body
    assert json.loads(found[1].body)["code"] == "batch_unsigned"
    assert PlayRecord.objects.count() == 6
    assert set(PlayRecord.objects.filter(device=cloned.keyid).values_list("reason", flat=True)) == {"record_clone"}


def test_the_answer_is_the_hubs_own_word_for_that_screen_alone(screens: list[Screen]) -> None:
    """trust 8.9: without it a player deletes nothing."""
    good, other, _third = screens
    (found,) = records.take_all([sent(good, batch(good))], at=NOW)
    keys = trusted.load(queries.current_files(), anchor=queries.anchor(), at=NOW)
    ack = acks.read_answer(json.loads(found.body)["ack"], keys=keys, device=good.keyid)
    assert (ack.epoch, ack.to, len(found.body) < 400) == (1, 3, True)
    with pytest.raises(BundleRefusal, match="ack_unsigned"):
        acks.read_answer(json.loads(found.body)["ack"], keys=keys, device=other.keyid)
    assert "ack" not in good.poll().json()


def test_a_batch_that_fails_in_the_database_takes_none_with_it(
    screens: list[Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, calls = ingesting._store, []

    def once_broken(sender: Any, *rest: Any, **more: Any) -> Any:
        calls.append(sender.pk)
        if len(calls) == 2:
            with transaction.atomic():
                raise DatabaseError("lost")
        return store(sender, *rest, **more)

    monkeypatch.setattr(ingesting, "_store", once_broken)
    found = records.take_all([sent(one, batch(one)) for one in screens], at=NOW)
    assert [one.status for one in found] == [200, 200, 200]
    assert len(calls) == 5 and PlayRecord.objects.count() == 9


def test_a_batch_that_cannot_be_taken_in_is_refused_alone_each_time(
    screens: list[Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, hostile = ingesting._store, screens[1].keyid

    def broken(sender: Any, *rest: Any, **more: Any) -> Any:
        if sender.pk == hostile:
            raise ValueError("year -29719 is out of range")
        return store(sender, *rest, **more)

    monkeypatch.setattr(ingesting, "_store", broken)
    for _again in range(2):
        found = records.take_all([sent(one, batch(one)) for one in screens], at=NOW)
        assert [one.status for one in found] == [200, 503, 200]
        assert b"hub_trouble" in found[1].body
        assert PlayRecord.objects.count() == 6


def test_batches_of_one_screen_are_gathered_together_and_on_postgresql_those_of_many_in_two_lanes(
    screens: list[Screen],
) -> None:
    ways = [{records.lane(sent(one, batch(one))) for _again in range(3)} for one in screens]
    assert all(len(way) == 1 for way in ways)
    many = {
        records.lane(Message("POST", "", {"signature-input": f'a=();keyid="screen-{number}"'})) for number in range(20)
    }
    assert many == set(records.LANES if connection.vendor == "postgresql" else records.LANES[:1])


def told(*parts: bytes) -> Callable[[], Awaitable[dict[str, object]]]:
    left = list(parts)

    async def receive() -> dict[str, object]:
        body = left.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(left)}

    return receive


def test_a_body_is_read_whole_and_never_beyond_its_bound() -> None:
    assert asyncio.run(records._body({"content-length": "4"}, told(b"ab", b"cd"))) == b"abcd"
    assert asyncio.run(records._body({"content-length": str(records.MOST_BYTES + 1)}, told(b""))) is None
    assert asyncio.run(records._body({"content-length": "x"}, told(b""))) is None
    assert asyncio.run(records._body({}, told(b"a" * records.MOST_BYTES, b"b"))) is None

"""Push: a hint reaches the screens of the cluster, a stalled client holds up nobody, a revoked one is hung up on."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from bangtin.hub.api import push
from bangtin.hub.api.tests.factories import Screen, Signed, offset_s
from bangtin.hub.devices import actions
from bangtin.hub.devices.hints import CHANGED, Broadcaster, broadcaster
from bangtin.hub.devices.models import Device
from bangtin.hub.devices.tests.factories import enrolled, planned, published
from bangtin.hub.schedules.tests.factories import NOW, Desk


@pytest.fixture
def desk(transactional_db: None, settings: Any, tmp_path: Path) -> Desk:
    """The desk with real commits: a hint leaves after the commit, and the stream is checked in another thread."""
    settings.DATA_DIR = tmp_path
    settings.CLOCK_OFFSET_S = 0.0
    settings.CLOCK_OFFSET_S = offset_s(NOW)
    return Desk()


class Connection:
    """One client of the ASGI application; `read` gives the next message it was sent."""

    def __init__(self, message: Signed) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._gone = asyncio.Event()
        headers = [(name.lower().encode(), text.encode()) for name, text in message.headers.items()]
        self.scope: dict[str, Any] = {
            "type": "http",
            "method": message.method,
            "path": message.path,
            "query_string": b"",
            "scheme": "http",
            "headers": headers,
        }
        self.task = asyncio.create_task(push.application(self.scope, self._receive, self._send))

    async def read(self) -> dict[str, Any]:
        async with asyncio.timeout(20):
            return await self.sent.get()

    async def leave(self) -> None:
        self._gone.set()
        await self.task

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        await self.sent.put(message)


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(test())  # type: ignore[arg-type]  # an async function's coroutine


async def opened(screen: Screen) -> Connection:
    connection = Connection(screen.signed(push.PATH))
    assert (await connection.read())["status"] == 200
    assert (await connection.read())["body"] == push.HELLO
    return connection


def test_a_publication_reaches_the_screens_of_its_cluster(desk: Desk) -> None:
    planned(desk)
    screen = Screen.of(enrolled(desk))

    async def scene() -> None:
        connection = await opened(screen)
        await sync_to_async(published, thread_sensitive=False)(desk)
        assert (await connection.read())["body"] == CHANGED
        await connection.leave()
        assert broadcaster.streams() == []

    run(scene)


def test_a_stream_that_is_not_signed_is_refused(desk: Desk) -> None:
    screen = Screen.of(enrolled(desk))
    screen.keyid = "player-nowhere"

    async def scene() -> None:
        connection = Connection(screen.signed(push.PATH))
        assert (await connection.read())["status"] == 401
        assert b"request_unsigned" in (await connection.read())["body"]

    run(scene)


def test_the_stream_of_a_revoked_device_is_closed(desk: Desk) -> None:
    screen = Screen.of(enrolled(desk))

    async def scene() -> None:
        connection = await opened(screen)
        device = await Device.objects.select_related("face__cluster").aget()
        revoke = sync_to_async(actions.revoke, thread_sensitive=False)
        await revoke(device=device, reason="Mất máy", actor=desk.world.users["an-toan"], at=NOW)
        assert (await connection.read())["more_body"] is False
        await connection.task

    run(scene)


def test_a_client_that_stops_reading_holds_up_nobody_and_keeps_a_bounded_queue() -> None:
    async def scene() -> None:
        may_go_on, got = asyncio.Event(), []

        async def stalled(message: Any) -> None:
            await may_go_on.wait()
            got.append(message["body"])

        async def quick(message: Any) -> None:
            got.append(b"quick")

        hub = Broadcaster()
        slow, fast = push.OpenStream("a", "c", stalled), push.OpenStream("b", "c", quick)
        for stream in (slow, fast):
            hub.open(stream)
        for _time in range(50):
            hub.announce()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert got == [b"quick"] * 50
        may_go_on.set()
        while len(got) < 50 + 1 + push.QUEUE_LENGTH:
            await asyncio.sleep(0)
        assert got[50:] == [CHANGED] * (1 + push.QUEUE_LENGTH)

    run(scene)


def test_a_client_that_never_reads_again_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "STALL_S", 0.01)

    async def scene() -> None:
        async def dead(message: Any) -> None:
            await asyncio.Event().wait()

        stream = push.OpenStream("a", "c", dead)
        stream.offer(CHANGED)
        async with asyncio.timeout(20):
            await stream.over
        assert stream.is_stalled

    run(scene)


def test_a_hint_for_another_cluster_is_not_heard() -> None:
    async def scene() -> None:
        got = []

        async def send(message: Any) -> None:
            got.append(message["body"])

        hub = Broadcaster()
        hub.open(push.OpenStream("a", "cao-bang/ta-lung", send))
        hub.announce(clusters=["cao-bang/trung-khanh"])
        hub.announce(clusters=["cao-bang/ta-lung"])
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert got == [CHANGED]

    run(scene)

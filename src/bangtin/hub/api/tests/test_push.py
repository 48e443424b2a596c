"""Push over real sockets: a hint reaches the screens of the cluster, a stalled client holds up nobody, a revoked one is
hung up on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection as database
from uvicorn import Config
from uvicorn.server import ServerState

from bangtin.hub.api import push
from bangtin.hub.api.listening import Listening
from bangtin.hub.api.tests.factories import Screen, Signed, offset_s
from bangtin.hub.devices import actions, hints
from bangtin.hub.devices.hints import CHANGED, Broadcaster, Hint, broadcaster
from bangtin.hub.devices.models import Device
from bangtin.hub.devices.tests.factories import enrolled, planned, published
from bangtin.hub.schedules.tests.factories import NOW, Desk

SOON = 20


@pytest.fixture
def desk(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Desk]:
    """The desk with real commits: a hint leaves after the commit, and the stream is checked in another thread."""
    settings.DATA_DIR = tmp_path
    settings.CLOCK_OFFSET_S = 0.0
    settings.CLOCK_OFFSET_S = offset_s(NOW)
    yield Desk()
    push.admissions.stop()


@dataclass
class Connection:
    """A client's side of a stream."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def until(self, end: bytes) -> bytes:
        async with asyncio.timeout(SOON):
            return await self.reader.readuntil(end)

    async def rest(self) -> bytes:
        async with asyncio.timeout(SOON):
            return await self.reader.read()


@asynccontextmanager
async def hub(app: Any = None) -> AsyncIterator[tuple[int, ServerState]]:
    """A server that speaks our protocol; its port, its list of connections."""
    config = Config(app or _nothing, lifespan="off", log_config=None)
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Listening(config, state, {}), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], state
    finally:
        for one in list(state.connections):
            one.shutdown()
        server.close()
        await server.wait_closed()


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"Django"})


async def connected(port: int, message: Signed, *, before: bytes = b"") -> Connection:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [
        f"{message.method} {message.path} HTTP/1.1",
        *(f"{name}: {text}" for name, text in message.headers.items()),
    ]
    writer.write(before + "\r\n".join([*lines, "", ""]).encode())
    return Connection(reader, writer)


async def opened(port: int, screen: Screen) -> Connection:
    connection = await connected(port, screen.signed(push.PATH))
    assert (await connection.until(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream")
    assert await connection.until(b"\n\n") == push.HELLO
    return connection


async def gone(state: ServerState) -> None:
    """Return when the server has no connection any more."""
    async with asyncio.timeout(SOON):
        while state.connections or broadcaster.streams():
            await asyncio.sleep(0)


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(test())  # type: ignore[arg-type]  # an async function's coroutine


def test_a_publication_reaches_the_screens_of_its_cluster(desk: Desk) -> None:
    planned(desk)
    screen = Screen.of(enrolled(desk))

    async def scene() -> None:
        async with hub() as (port, state):
            connection = await opened(port, screen)
            await sync_to_async(published, thread_sensitive=False)(desk)
            assert await connection.until(b"\n\n") == CHANGED
            connection.writer.close()
            await gone(state)

    run(scene)


async def apart(deed: Callable[[], None]) -> None:
    """Do it as a page does: in a thread with a connection of its own."""

    def act() -> None:
        try:
            deed()
        finally:
            database.close()

    await asyncio.to_thread(act)


def test_a_command_reaches_its_screen_alone(desk: Desk) -> None:
    first, second = (Screen.of(enrolled(desk, face=face)) for face in ("ta-lung-1", "ta-lung-2"))

    async def scene() -> None:
        async with hub() as (port, _state):
            one, other = await opened(port, first), await opened(port, second)
            await apart(lambda: hints.send_command(first.keyid, b'{"payload":"x"}'))
            await apart(lambda: broadcaster.announce(clusters=["cao-bang/ta-lung"]))
            assert await one.until(b"\n\n") == b'event: command\ndata: {"payload":"x"}\n\n'
            assert await one.until(b"\n\n") == CHANGED
            assert await other.until(b"\n\n") == CHANGED

    run(scene)


def test_a_stream_that_is_not_signed_is_refused(desk: Desk) -> None:
    screen = Screen.of(enrolled(desk))
    screen.keyid = "player-nowhere"

    async def scene() -> None:
        async with hub() as (port, state):
            connection = await connected(port, screen.signed(push.PATH))
            said = await connection.rest()
            assert said.startswith(b"HTTP/1.1 401 Unauthorized\r\n") and b"request_unsigned" in said
            await gone(state)

    run(scene)


def test_the_stream_of_a_revoked_device_is_closed(desk: Desk) -> None:
    screen = Screen.of(enrolled(desk))

    async def scene() -> None:
        async with hub() as (port, state):
            connection = await opened(port, screen)
            device = await Device.objects.select_related("face__cluster").aget()
            revoke = sync_to_async(actions.revoke, thread_sensitive=False)
            await revoke(device=device, reason="Mất máy", actor=desk.world.users["an-toan"], at=NOW)
            assert await connection.rest() == b""
            await gone(state)

    run(scene)


@pytest.mark.once
@pytest.mark.django_db
def test_a_device_revoked_while_it_knocks_is_not_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its check read the row before the revocation; the word that it shall end comes before the answer."""
    asked: list[asyncio.Future[Any]] = []

    class Slow:
        def put(self, message: Any) -> "asyncio.Future[Any]":
            asked.append(asyncio.get_running_loop().create_future())
            return asked[0]

    monkeypatch.setattr(push, "admissions", Slow())

    async def scene() -> None:
        async with hub() as (port, _state):
            message = Signed("GET", "http://testserver" + push.PATH, {"Signature-Input": 'a=();keyid="player-1"'})
            connection = await connected(port, message)
            async with asyncio.timeout(SOON):
                while not asked:
                    await asyncio.sleep(0)
            await apart(lambda: broadcaster.hang_up("player-1"))
            assert await connection.rest() == b""
            asked[0].set_result(None)

    run(scene)


def test_other_requests_on_the_same_connection_are_served_as_ever(desk: Desk) -> None:
    async def scene() -> None:
        async with hub() as (port, _state):
            message = Signed("POST", "http://testserver" + push.PATH, {"Host": "testserver", "Content-Length": "0"})
            connection = await connected(port, message)
            assert (await connection.until(b"Django")).startswith(b"HTTP/1.1 404")
            connection.writer.write(b"GET /api/v1/device/events HTTP/1.1\r\nHost: testserver\r\n\r\n")
            assert b"request_unsigned" in await connection.rest()

    run(scene)


class Transport(asyncio.Transport):
    """Takes what is written; says when its client stops reading, as a loop's transport does."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.is_over = asyncio.Event()

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def close(self) -> None:
        self.is_over.set()

    abort = close


def stream(device: str = "a", cluster: str = "c", *, is_drill: bool = False) -> tuple[push.OpenStream, Transport]:
    """A stream that was let in."""
    transport = Transport()
    found = push.OpenStream(transport, set())
    found.device_id, found.cluster_id, found.is_drill, found._is_open = device, cluster, is_drill, True
    return found, transport


async def settled() -> None:
    for _turn in range(2):
        await asyncio.sleep(0)


@pytest.mark.once
def test_of_more_streams_than_a_device_may_have_the_oldest_ends() -> None:
    async def scene() -> None:
        desk = Broadcaster()
        knocking, _line = stream("a")
        desk.expect(knocking)
        found = [stream("a") for _one in range(hints.MOST_STREAMS + 2)]
        other, others_line = stream("b")
        for one in (other, *(one for one, _line in found)):
            desk.open(one)
        await settled()
        assert [line.is_over.is_set() for _one, line in found] == [True, True, *[False] * hints.MOST_STREAMS]
        assert not others_line.is_over.is_set() and knocking in desk.streams()

    run(scene)


@pytest.mark.once
def test_a_client_that_stops_reading_holds_up_nobody_and_keeps_a_bounded_queue() -> None:
    async def scene() -> None:
        (slow, full), (fast, quick) = stream("a"), stream("b")
        desk = Broadcaster()
        for one in (slow, fast):
            desk.open(one)
        slow.pause_writing()
        for _time in range(50):
            desk.alert(b"{}", clusters=["c"], is_drill=False)
        await settled()
        assert (len(full.written), len(quick.written)) == (0, 50)
        slow.resume_writing()
        assert len(full.written) == push.QUEUE_LENGTH

    run(scene)


@pytest.mark.once
def test_a_client_that_never_reads_again_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "STALL_S", 0.01)

    async def scene() -> None:
        slow, transport = stream()
        slow.pause_writing()
        async with asyncio.timeout(SOON):
            await transport.is_over.wait()
        slow.offer(CHANGED)
        assert transport.written == []

    run(scene)


@pytest.mark.once
def test_a_hint_for_another_cluster_is_not_heard_and_an_exercise_by_its_screens_alone() -> None:
    async def scene() -> None:
        (one, here), (other, drill) = stream(cluster="ta-lung"), stream("b", "ta-lung", is_drill=True)
        desk = Broadcaster()
        for each in (one, other):
            desk.open(each)
        desk.announce(clusters=["trung-khanh"])
        desk.announce(clusters=["ta-lung"])
        desk.alert(b"{}", clusters=["ta-lung"], is_drill=True)
        await settled()
        assert (here.written, drill.written) == ([CHANGED], [CHANGED, b"event: alert\ndata: {}\n\n"])

    run(scene)


@pytest.mark.once
def test_a_hint_to_a_province_is_spread_so_that_screens_do_not_all_ask_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "SLICE", 2)
    monkeypatch.setattr(hints, "SLICE_S", 0.0)

    async def scene() -> None:
        desk = Broadcaster()
        made = [stream(f"d{n}") for n in range(5)]
        for each, _transport in made:
            desk.open(each)
        desk.announce()
        await asyncio.sleep(0)
        assert sum(len(transport.written) for _stream, transport in made) == 2
        async with asyncio.timeout(SOON):
            while not all(transport.written for _stream, transport in made):
                await asyncio.sleep(0)

    run(scene)


@pytest.mark.once
def test_streams_are_pinged_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        pinger = push._Pinger(asyncio.get_running_loop())
        made = [stream(f"d{n}") for n in range(push.PING_S)]
        for each, _transport in made:
            pinger.add(each)
        for _second in range(push.PING_S):
            pinger._tick()
        assert [transport.written for _stream, transport in made] == [[push.PING]] * push.PING_S

    run(scene)


@pytest.mark.once
def test_a_hint_reads_the_same_in_another_process() -> None:
    hint = Hint("alert", ("cao-bang/ta-lung", "cao-bang/trung-khanh"), is_drill=True, data='{"a":"Lũ"}'.encode())
    assert Hint.decode(hint.encode()) == hint
    assert hint.event == 'event: alert\ndata: {"a":"Lũ"}\n\n'.encode()
    assert Hint.decode(Hint("end", device="player-1").encode()).event is None

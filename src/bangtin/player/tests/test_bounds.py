"""How much of a set is read, and for how long: nobody has verified it while it comes (TUF: endless data, slow)."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle import bounds
from bangtin.player.clock import Clock
from bangtin.player.sync import metadata
from bangtin.player.sync.requests import Hub, HubRefused
from bangtin.player.testing.hub_simulator import HubSimulator
from bangtin.player.tests.post import LightPage, Post, item, programme, until, window

ANCHOR = b'{"signed": {"version": 1}}'
STAMP = "timestamp.json"
BUFFERED_BYTES = 8_000_000  # what the kernel's two ends may hold of what was written and never read

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def answering(answers: dict[str, Answer]) -> AsyncIterator[Hub]:
    """A player's way to who answers so for these metadata files, and 404 for all others."""

    async def answer(request: web.Request) -> web.StreamResponse:
        found = answers.get(request.match_info["name"], answers.get("*"))
        return await found(request) if found is not None else web.Response(status=404)

    app = web.Application()
    app.router.add_get("/api/v1/tuf/{name}", answer)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    clock = Clock(wall=time.time, mono=time.monotonic, offset_s=0)
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with Hub(address, key=Ed25519PrivateKey.generate(), keyid="d", clock=clock, boot=1) as hub:
            yield hub
    finally:
        await runner.cleanup()


async def refusal_of(hub: Hub) -> str:
    """The code in which the fetching of a set ends."""
    with pytest.raises(HubRefused) as caught:
        await metadata.fetch_set(hub, anchor=ANCHOR, known={}, cluster=None)
    return caught.value.code


def test_t17_a_timestamp_without_end_is_cut_off_at_its_bound() -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while True:  # until the reader has gone
            await response.write(b"[" * 65_536)
            sent += 65_536

    async def act() -> None:
        async with answering({STAMP: endless}) as hub:
            assert await refusal_of(hub) == "answer_too_large"
            assert bounds.TIMESTAMP_BYTES < hub.received_bytes < 200_000
        assert sent < BUFFERED_BYTES

    asyncio.run(act())


def test_a_file_of_exactly_its_bound_is_read_and_one_byte_more_is_not() -> None:
    async def stamp(_request: web.Request) -> web.StreamResponse:
        body = json.dumps({"signed": {"meta": {"snapshot.json": {"version": 7}}}}).encode()
        return web.Response(body=body.ljust(bounds.TIMESTAMP_BYTES))

    async def snapshot(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=bytes(bounds.SNAPSHOT_BYTES + 1))

    async def act() -> None:
        asked: list[str] = []

        async def note(request: web.Request) -> web.StreamResponse:
            asked.append(request.match_info["name"])
            return await snapshot(request) if asked[-1] == "7.snapshot.json" else web.Response(status=404)

        async with answering({STAMP: stamp, "*": note}) as hub:
            assert await refusal_of(hub) == "answer_too_large"
        assert asked == ["2.root.json", "7.snapshot.json"]

    asyncio.run(act())


def test_roots_that_are_each_small_enough_are_cut_off_where_all_together_are_not() -> None:
    asked = 0

    async def root(_request: web.Request) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        return web.Response(body=bytes(bounds.ROOT_BYTES))

    async def act() -> None:
        async with answering({"*": root}) as hub:
            assert await refusal_of(hub) == "answer_too_large"
        assert asked == metadata.ROOTS_BYTES // bounds.ROOT_BYTES + 1

    asyncio.run(act())


def test_a_set_that_trickles_is_named_although_no_file_is_ever_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "SET_S", 0.5)

    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.02)

    async def act() -> None:
        async with answering({STAMP: trickle}) as hub:
            began_s = time.monotonic()
            assert await refusal_of(hub) == "set_slow"
            assert 0.4 < time.monotonic() - began_s < 5

    asyncio.run(act())


def test_a_line_of_512_kbit_s_brings_the_largest_targets_in_time() -> None:
    assert metadata.PATIENT.total is None  # a file may take as long as the set
    assert bounds.TARGETS_BYTES / (512_000 / 8) < metadata.SET_S / 3


def test_t17_a_timestamp_that_is_too_large_leaves_the_face_as_it_is_until_a_good_one_comes(tmp_path: Path) -> None:
    async def act() -> None:
        hub = HubSimulator(clock=time.time)
        await hub.start()
        post = Post(tmp_path / "p", hub)
        await post.start()
        await until(lambda: post.is_enrolled, within_s=40)
        cast = [(item("text", "text", dur_ms=1000), None)]
        made = programme(clips=cast, filler=[], windows=[window(-5, 600, now=time.time())])
        hub.publish(made)
        async with LightPage(post) as page:
            await until(lambda: page.segments and page.segments[-1]["kind"] == "text", within_s=40)
            hub.lies = {f"/api/v1/tuf/{STAMP}": b"[" * (bounds.TIMESTAMP_BYTES + 1)}
            seen = len(page.segments)
            hub.publish(made)
            await until(lambda: (status := post.status()) and "answer_too_large" in status.trouble, within_s=40)
            await until(lambda: len(page.segments) >= seen + 4)
            assert all(one["kind"] == "text" for one in page.segments[seen:])
            hub.lies = {}
            await until(lambda: (status := post.status()) and status.bundle == 2, within_s=40)
        await post.stop()
        await hub.stop()

    asyncio.run(act())

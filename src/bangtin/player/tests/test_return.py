"""Back on the line after weeks, with a machine's clock that is wrong: the newer set is reached all the same."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle import dsse, publishing
from bangtin.bundle.devices import time_payload
from bangtin.player.clock import DAY_MS, Clock
from bangtin.player.sync.requests import Hub
from bangtin.player.testing.hub_simulator import CLUSTER, HubSimulator
from bangtin.player.tests.post import LightPage, Post, item, programme, until, window

DAY_S = DAY_MS / 1000


def test_a_set_that_only_the_hubs_time_opens_is_accepted_and_that_time_then_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act() -> None:
        shift_s = 0.0
        hub = HubSimulator(clock=lambda: time.time() + shift_s)
        await hub.start()
        post = Post(tmp_path / "p", hub)
        await post.start()
        await until(lambda: post.is_enrolled, within_s=40)
        cast = [(item("text", "text", dur_ms=1000), None)]
        hub.publish(programme(clips=cast, filler=[], windows=[window(-5, 600, now=time.time() + shift_s)]))
        await until(lambda: (status := post.status()) and status.bundle == 1 and status.clock == "hub", within_s=40)
        await post.kill()
        # ten days without a line: the stored timestamp has run out, and the machine's clock stands fifteen days ahead
        shift_s = 10 * DAY_S
        at = datetime.fromtimestamp(int(time.time() + shift_s), tz=UTC)
        hub.repository = publishing.refresh_timestamp(hub.repository, keys=hub.keys, at=at)
        hub.publish(programme(clips=cast, filler=[], windows=[window(-5, 600, now=time.time() + shift_s)]))
        monkeypatch.setenv("BANGTIN_CLOCK_OFFSET_S", str(25 * DAY_S))
        await post.start()
        async with LightPage(post) as page:
            await until(lambda: (status := post.status()) and status.bundle == 2 and status.clock == "hub", within_s=40)
            await until(lambda: page.segments and page.segments[-1]["kind"] == "text")
        status = post.status()
        assert status is not None
        assert abs(status.now_ms - (time.time() + shift_s) * 1000) < 60_000
        await post.stop()
        await hub.stop()

    asyncio.run(act())


@pytest.mark.parametrize(
    "lie", [b"[]", b"null", b"[" * 200_000, b'{"alerts": [7], "commands": {}, "bundle": []}', b"\xff"]
)
def test_an_answer_nobody_signed_and_nobody_can_read_leaves_the_face_as_it_is(tmp_path: Path, lie: bytes) -> None:
    async def act() -> None:
        hub = HubSimulator(clock=time.time)
        await hub.start()
        post = Post(tmp_path / "p", hub)
        await post.start()
        await until(lambda: post.is_enrolled, within_s=40)
        cast = [(item("text", "text", dur_ms=1000), None)]
        hub.publish(programme(clips=cast, filler=[], windows=[window(-5, 600, now=time.time())]))
        async with LightPage(post) as page:
            await until(lambda: page.segments and page.segments[-1]["kind"] == "text", within_s=40)
            hub.lies = {f"/api/v1/{name}": lie for name in ("device/state", "device/records", "time", "device/reports")}
            hub.push(b"{}", event=b"changed")
            batches, seen = hub.batches, len(page.segments)
            await until(lambda: len(page.segments) >= seen + 4)
            assert all(one["kind"] == "text" for one in page.segments[seen:])
            if not lie.startswith(b"{"):
                await until(lambda: (status := post.status()) and "answer_malformed" in status.trouble, within_s=40)
            hub.lies = {}
            hub.publish(programme(clips=cast, filler=[], windows=[window(-5, 600, now=time.time())]))
            await until(lambda: (status := post.status()) and status.bundle == 2, within_s=40)
            await until(lambda: hub.batches > batches, within_s=40)
            assert post.process is not None and post.process.returncode is None
        await post.stop()
        await hub.stop()

    asyncio.run(act())


def test_a_request_refused_for_its_clock_is_made_once_more_by_the_hubs() -> None:
    keys = publishing.Keys.generate([CLUSTER])
    heard: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        heard.append(request.headers["Signature-Input"].split("created=")[1].split(";")[0])
        if len(heard) == 1:
            return web.json_response({"code": "request_clock", "message": ""}, status=401)
        return web.json_response({})

    async def tell(request: web.Request) -> web.StreamResponse:
        payload = time_payload(nonce=request.query["nonce"], now_ms=round(time.time() * 1000))
        return web.Response(body=dsse.sign("time", payload, keys.of("hub")))

    async def act() -> None:
        app = web.Application()
        app.router.add_get("/api/v1/device/state", answer)
        app.router.add_get("/api/v1/time", tell)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        behind = timedelta(days=3).total_seconds()
        clock = Clock(wall=lambda: time.time() - behind, mono=time.monotonic, offset_s=0)
        address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with Hub(address, key=Ed25519PrivateKey.generate(), keyid="d", clock=clock, boot=1) as hub:
            found = await hub.get("/api/v1/device/state")
            assert json.loads(found.body) == {}
            assert hub.received_bytes > 0
        await runner.cleanup()
        first, second = (int(one) for one in heard)
        assert abs(second - first - behind) < 30
        assert clock.grade() != "hub"  # nothing but the signature goes by that time

    asyncio.run(act())

"""How media come to this disk: to the byte after a cut, within hours, pace and quota; and a disk that is full."""

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle import media
from bangtin.bundle.bounds import CHUNK_BYTES
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import File
from bangtin.bundle.signers import ed25519_signer
from bangtin.player.clock import Clock
from bangtin.player.config import BadInput, Downloads, read_downloads
from bangtin.player.playlog import Playlog, Started
from bangtin.player.store.database import RESERVE, RESERVE_BYTES, Database
from bangtin.player.store.media import KEPT_FREE_BYTES, MediaStore
from bangtin.player.sync.download import Pace, download
from bangtin.player.sync.polling import TROUBLE
from bangtin.player.sync.requests import Hub

PACE = Pace(0, time.monotonic)
NOON_MS = 1_795_496_400_000  # 12:00 at the gate


class Line:
    """A line to one file that may be cut after so many bytes; counts what it carried."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data = path.read_bytes()
        self.cut_after: int | None = None
        self.sent = 0

    async def media(self, request: web.Request) -> web.StreamResponse:
        """The file or its chunk list, by range."""
        if request.path.endswith(".chunks"):
            return web.Response(body=media.chunks(self.path))
        start, end = request.http_range.start or 0, request.http_range.stop or len(self.data)
        body = self.data[start:end]
        response = web.StreamResponse(status=206)
        response.content_length = len(body)
        await response.prepare(request)
        allowed = len(body) if self.cut_after is None else max(0, min(len(body), self.cut_after - self.sent))
        await response.write(body[:allowed])
        self.sent += allowed
        if allowed < len(body) and request.transport is not None:
            self.cut_after = None
            request.transport.close()
        return response


@asynccontextmanager
async def line_to(path: Path) -> AsyncIterator[tuple[Line, Hub]]:
    """A hub that serves `path`, and a player's way to it."""
    line = Line(path)
    app = web.Application()
    app.router.add_get("/api/v1/m/{name}", line.media)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    clock = Clock(wall=time.time, mono=time.monotonic, offset_s=0)
    try:
        async with Hub(address, key=Ed25519PrivateKey.generate(), keyid="d", clock=clock, boot=1) as hub:
            yield line, hub
    finally:
        await runner.cleanup()


def made(folder: Path, size: int) -> tuple[Path, File]:
    """A file of noise, and what a manifest says of it."""
    path = folder / "film.bin"
    path.write_bytes(os.urandom(size))
    return path, media.describe(path, mime="video/mp4")


def test_three_cuts_send_no_byte_twice_that_has_come(tmp_path: Path) -> None:
    async def act() -> None:
        path, file = made(tmp_path, 5 * CHUNK_BYTES + 12_345)
        store = MediaStore(tmp_path / "media")
        async with line_to(path) as (line, hub):
            for share in (0.21, 0.5, 0.77):
                line.cut_after = int(file.size * share)
                with pytest.raises(TROUBLE):
                    await download(hub, file, store, PACE)
                assert not store.has(file)
            await download(hub, file, store, PACE)
            assert store.path(file.sha256).read_bytes() == line.data
            assert line.sent <= file.size * 1.02, line.sent

    asyncio.run(act())


def test_noise_that_a_power_cut_left_in_a_part_is_fetched_again(tmp_path: Path) -> None:
    async def act() -> None:
        path, file = made(tmp_path, 3 * CHUNK_BYTES)
        store = MediaStore(tmp_path / "media")
        data = path.read_bytes()
        torn = data[:CHUNK_BYTES] + bytes(CHUNK_BYTES) + data[2 * CHUNK_BYTES :] + b"more than declared"
        store.part(file.sha256).write_bytes(torn)
        async with line_to(path) as (line, hub):
            await download(hub, file, store, PACE)
            assert line.sent == 2 * CHUNK_BYTES
        store.path(file.sha256).rename(store.part(file.sha256))
        async with line_to(path) as (line, hub):
            line.data = bytes(len(line.data))
            store.part(file.sha256).write_bytes(data[: CHUNK_BYTES + 5])
            with pytest.raises(BundleRefusal) as caught:
                await download(hub, file, store, PACE)
            assert caught.value.code == "media_digest"
            assert store.part_bytes(file.sha256) == CHUNK_BYTES

    asyncio.run(act())


def test_a_pace_is_kept(tmp_path: Path) -> None:
    async def act() -> None:
        path, file = made(tmp_path, 400_000)
        seconds = 0.0

        def now_s() -> float:
            nonlocal seconds
            seconds += 0.5  # half a second between two looks at the clock: on time, so nothing is waited for
            return seconds

        async with line_to(path) as (_line, hub):
            began = time.monotonic()
            await download(hub, file, MediaStore(tmp_path / "one"), Pace(1_000_000, now_s))
            quick_s = time.monotonic() - began
            began = time.monotonic()
            await download(hub, file, MediaStore(tmp_path / "two"), Pace(1_000_000, time.monotonic))
            assert time.monotonic() - began >= 0.3
            assert quick_s < 2

    asyncio.run(act())


def test_hours_pace_and_quota_are_read_from_the_settings() -> None:
    environ = {
        "BANGTIN_PLAYER_WINDOWS": "22:00-05:00, 11:30-13:00",
        "BANGTIN_PLAYER_KBIT_S": "512",
        "BANGTIN_PLAYER_QUOTA_MB": "2000",
    }
    found = read_downloads(environ)
    assert found == Downloads(((1320, 300), (690, 780)), 64_000.0, 2_000_000_000)
    hours = [found.are_open(NOON_MS + hour * 3_600_000) for hour in (0, 2, 9, 11, 16, 18)]
    assert hours == [True, False, False, True, True, False]
    assert read_downloads({}).are_open(NOON_MS)
    for name, text in (("WINDOWS", "22-05"), ("KBIT_S", "8"), ("QUOTA_MB", "-1"), ("KBIT_S", "fast")):
        with pytest.raises(BadInput):
            read_downloads({f"BANGTIN_PLAYER_{name}": text})


def test_a_quota_lets_go_of_what_is_needed_last_and_of_nothing_for_what_will_not_fit(tmp_path: Path) -> None:
    store = MediaStore(tmp_path / "media", quota_bytes=1000)
    names = [char * 64 for char in "abc"]
    for name in names:
        store.path(name).write_bytes(bytes(300))
    store.allow_sounds([File(name, 300, "video/mp4", "") for name in names])
    assert store.make_room(100, names[::-1])
    assert not store.make_room(1001, names[::-1])
    assert [store.path(name).exists() for name in names] == [True, True, True]
    assert store.make_room(500, names[::-1])
    assert [store.path(name).exists() for name in names] == [True, False, False]
    assert MediaStore(tmp_path / "other").left_bytes() <= os.statvfs(tmp_path).f_bavail * 4096 - KEPT_FREE_BYTES


class SmallDisk(Database):
    """A database whose engine refuses to grow, as on a disk without room, until room is made."""

    def limit(self, *, more: int) -> None:
        """It may grow by so many pages."""
        (used,) = self.rows("PRAGMA page_count")[0]
        self.rows(f"PRAGMA max_page_count = {int(str(used)) + more}")

    def _use_reserve(self) -> None:
        super()._use_reserve()
        self.limit(more=1000)


def test_a_full_disk_lets_media_go_then_uses_the_room_set_aside_and_loses_no_record(tmp_path: Path) -> None:
    database = SmallDisk(tmp_path / "player.sqlite3")
    assert database.set_aside()
    assert (tmp_path / RESERVE).stat().st_size == RESERVE_BYTES
    signer = ed25519_signer(Ed25519PrivateKey.generate(), keyid="d")
    log = Playlog(database, device="d", epoch=1, boot=1, signer=signer)
    let_go: list[str] = []

    def free_space() -> None:
        let_go.append("media")
        database.limit(more=2 if len(let_go) == 1 else 0)

    database.limit(more=2)
    database.free_space = free_space
    for number in range(1, 100):
        log.note(Started("boot", 1, "f1", number, number, "hub"))
    assert let_go
    assert not (tmp_path / RESERVE).exists()
    assert [int(str(n)) for (n,) in database.rows("SELECT n FROM lines ORDER BY n")] == list(range(1, 100))
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        database.write(lambda connection: connection.execute("INSERT INTO nowhere VALUES (1)"))

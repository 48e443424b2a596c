"""Attacks of docs/attacks.md on the player: a slow line, a mad clock, a cut between row and frame, a take-down."""

import asyncio
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle import instants, timeline
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import Item
from bangtin.bundle.media import describe
from bangtin.bundle.playlog import open_batch
from bangtin.bundle.signers import ed25519_signer
from bangtin.bundle.tests import world
from bangtin.player.clock import Anchor, Clock, Floors
from bangtin.player.playlog import Playlog
from bangtin.player.store.accepting import Place, Store
from bangtin.player.store.database import CLOCK_FLOORS, Database
from bangtin.player.store.generations import Generations
from bangtin.player.store.media import MediaStore
from bangtin.player.sync import download
from bangtin.player.sync.requests import Hub

FLOOR_MS = world.AT_MS - 3_600_000
YEAR_2099_S = 4_083_000_000.0


def clock_at(wall_s: float, floors: Floors | None = None) -> Clock:
    return Clock(wall=lambda: wall_s, mono=lambda: 5.0, offset_s=0.0, floors=floors or Floors(vouched_ms=FLOOR_MS))


def store_at(folder: Path, clock: Clock, *, accepts: bool = True) -> Store:
    """A player's store with the good bundle and its media."""
    store = Store(
        database=Database(folder / "player.sqlite3"),
        generations=Generations(folder / "generations"),
        media=MediaStore(folder / "media"),
        clock=clock,
    )
    store.open(Place(world.device(), world.ANCHOR))
    if accepts:
        file = world.file()
        store.media.path(file.sha256).write_bytes(world.MEDIA)
        store.media.chunks_path(file.sha256).write_bytes(world.LISTED)
        store.offer(world.published(), world.AT)
        assert store.settle()
    return store


def on_air(store: Store, at_ms: int) -> tuple[str, str | None]:
    """What the face shows."""
    manifest = store.manifest
    assert manifest is not None

    def playable(item: Item, class_: str) -> bool:
        return store.is_playable(item, class_, at_ms)

    found = timeline.showing(manifest, face=world.FACE, at_ms=at_ms, playable=playable, previous=store.previous)
    return found.kind, found.item


def test_t19_a_file_that_trickles_is_named_and_the_next_one_arrives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "SLOW_S", 0.3)
    slow, quick = tmp_path / "slow", tmp_path / "quick"
    slow.write_bytes(b"s" * 5_000)
    quick.write_bytes(b"q" * 5_000)
    by_name = {describe(one, mime="video/mp4").sha256: one for one in (slow, quick)}

    async def media(request: web.Request) -> web.StreamResponse:
        path = by_name[request.match_info["name"]]
        response = web.StreamResponse(status=206)
        await response.prepare(request)
        if path == slow:
            await response.write(b"s" * 10)
            await asyncio.sleep(30)  # the client gives up long before
        await response.write(path.read_bytes())
        return response

    async def act() -> None:
        app = web.Application()
        app.router.add_get("/api/v1/m/{name}", media)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        clock = Clock(wall=time.time, mono=time.monotonic, offset_s=0)
        store = MediaStore(tmp_path / "media")
        address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with Hub(address, key=Ed25519PrivateKey.generate(), keyid="d", clock=clock, boot=1) as hub:
            pace = download.Pace(0, time.monotonic)
            with pytest.raises(BundleRefusal) as caught:
                await download.download(hub, describe(slow, mime="video/mp4"), store, pace)
            assert (caught.value.code, caught.value.step) == ("media_slow", "4.2")
            await download.download(hub, describe(quick, mime="video/mp4"), store, pace)
            assert store.has(describe(quick, mime="video/mp4"))
        await runner.cleanup()

    asyncio.run(act())


def test_t44_a_dead_clock_without_line_is_of_grade_floor_and_ordinary_items_play(tmp_path: Path) -> None:
    clock = clock_at(0.0)
    store = store_at(tmp_path, clock)
    assert clock.grade() == "floor"
    assert clock.now_ms() >= world.AT_MS
    clip = world.manifest().items[0]
    assert store.why_not(clip, "ordinary", world.AT_MS) is None
    assert store.why_not(clip, "priority", world.AT_MS) == "clock_untrusted"
    assert on_air(store, world.AT_MS + 1_000) == ("item", "clip")


def test_t45_a_clock_in_2099_plays_with_the_line_and_then_without_it(tmp_path: Path) -> None:
    clock = clock_at(YEAR_2099_S)
    clock.set(Anchor(now_ms=world.AT_MS, mono_ms=clock.mono_ms(), rtt_ms=20))
    store = store_at(tmp_path, clock)
    assert (clock.grade(), clock.now_ms()) == ("hub", world.AT_MS)
    assert on_air(store, clock.now_ms())[0] == "item"
    kept = Floors.parse(Database(tmp_path / "player.sqlite3").get(CLOCK_FLOORS))
    later = clock_at(YEAR_2099_S, kept)
    again = store_at(tmp_path, later, accepts=False)
    assert later.grade() == "floor"
    assert instants.from_ms(later.now_ms()).year == 2026
    assert on_air(again, later.now_ms())[0] == "item"


CUT = """
import sys
from pathlib import Path
from bangtin.bundle.tests import world
from bangtin.player.playlog import Playlog, Started
from bangtin.player.store.database import Database
log = Playlog(Database(Path(sys.argv[1])), device="dev-1", epoch=1, boot=1, signer=world.signer("dev-1", keyid="dev-1"))
log.open("1-1", Started("play", 1, "f1", 1000, 1000, "hub", item="clip"))
print("open", flush=True)
sys.stdin.read()
"""


def test_t78_a_cut_between_the_open_row_and_the_frame_is_one_line_cut(tmp_path: Path) -> None:
    """The process is killed (SIGKILL) when the row is on the disk and before any frame was presented."""
    path = tmp_path / "player.sqlite3"
    with subprocess.Popen(
        [sys.executable, "-c", CUT, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        process.kill()
    signer = ed25519_signer(world.private_key("dev-1"), keyid="dev-1")
    log = Playlog(Database(path), device="dev-1", epoch=1, boot=2, signer=signer)
    assert log.close_left_over() == 1
    assert log.seal(made_ms=9, mono_ms=9)
    batch = log.next_batch()
    assert batch is not None
    assert (batch.first, batch.last) == (1, 1)
    (row,) = open_batch(batch.body, device="dev-1", epoch=1, key=world.public_key("dev-1")).rows
    assert row.line is not None
    assert (row.line.end, row.line.shown_ms, row.line.item) == ("cut", 0, "clip")


def test_t79_a_take_down_rules_at_once_although_the_new_media_still_load(tmp_path: Path) -> None:
    store = store_at(tmp_path, clock_at(world.AT_MS / 1000))
    assert on_air(store, world.AT_MS + 1_000) == ("item", "clip")
    made = world.manifest(2)
    file = replace(world.file(), sha256="0" * 64, size=9, chunks="")
    shown = replace(made.items[0].content.renditions[0], file=file.sha256)
    other = world.item(replace(world.clip(), version="v-other", renditions=(shown,)), name="other")
    turns = tuple(replace(one, item="other") if one.item == "clip" else one for one in made.loops["morning"])
    taken_down = replace(made, items=(other, made.items[1]), loops={"morning": turns}, files=(file,))
    store.offer(world.published(taken_down, repo=world.published()), world.AT)
    assert store.settle()  # trust 4.4: it lacks an item of the old
    assert store.why_not(other, "ordinary", world.AT_MS) == "media_missing"
    assert on_air(store, world.AT_MS + 1_000) == ("filler", "notice")


def test_t79_a_filler_that_was_taken_down_does_not_come_back_from_the_bundle_before(tmp_path: Path) -> None:
    store = store_at(tmp_path, clock_at(world.AT_MS / 1000))
    made = world.manifest(2)
    turns = tuple(one for one in made.loops["morning"] if one.item == "clip")
    taken_down = replace(made, items=made.items[:1], loops={"morning": turns}, filler=())
    assert on_air(store, world.AT_MS + 10 * 3_600_000) == ("filler", "notice")
    store.offer(world.published(taken_down, repo=world.published()), world.AT)
    assert store.settle()
    assert on_air(store, world.AT_MS + 10 * 3_600_000) == ("card", None)


def test_a_thief_of_timestamp_snapshot_and_cluster_keys_changes_nothing_on_air(tmp_path: Path) -> None:
    store = store_at(tmp_path, clock_at(world.AT_MS / 1000))
    made = world.manifest(2)
    forged = world.item(replace(world.clip(), title="Khác"), name="clip")
    lines = world.sign_all([*world.two_officers(forged), *world.two_officers(made.items[1])], role="c-ta-lung")
    stolen = world.published(replace(made, items=(forged, made.items[1])), lines=lines, repo=world.published())
    with pytest.raises(BundleRefusal) as caught:
        store.offer(stolen, world.AT)
    assert caught.value.code == "approval_unsigned"
    assert not store.settle()
    manifest = store.manifest
    assert manifest is not None
    assert (manifest.number, on_air(store, world.AT_MS + 1_000)) == (1, ("item", "clip"))

"""What the player survives: no hub, no power, changed bytes."""

import asyncio
import random
import time
from pathlib import Path

from bangtin.bundle.manifest import Item
from bangtin.player.testing.hub_simulator import HubSimulator
from bangtin.player.tests.post import Clips, LightPage, Post, item, programme, until, window


async def _enrolled(folder: Path) -> tuple[HubSimulator, Post]:
    hub = HubSimulator(clock=time.time)
    await hub.start()
    post = Post(folder, hub)
    await post.start()
    await until(lambda: post.is_enrolled)
    return hub, post


def _two(clips: Clips, dur_ms: int = 1000) -> list[tuple[Item, Path | None]]:
    return [(item("film", "video", clips.film, dur_ms=dur_ms), clips.film), (item("text", "text", dur_ms=dur_ms), None)]


def test_a_player_without_its_hub_plays_on_and_after_a_restart_too(tmp_path: Path, clips: Clips) -> None:
    async def act() -> None:
        hub, post = await _enrolled(tmp_path / "p")
        hub.publish(programme(clips=_two(clips), filler=[], windows=[window(-5, 600, now=time.time())]))
        async with LightPage(post) as page:
            await until(lambda: any("url" in segment for segment in page.segments))
            await hub.stop()
            await page.more(3)
            await post.kill()
            await post.start()
            await page.more(3)
            assert {segment["kind"] for segment in page.segments[-2:]} == {"video", "text"}
            await hub.start()
            await until(lambda: len(hub.lines) > 8)
        await post.stop()
        await hub.stop()
        assert not hub.refused

    asyncio.run(act())


def test_ten_power_cuts_lose_and_double_no_started_segment(tmp_path: Path, clips: Clips) -> None:
    """T72. A thousand of them: `bangtin bench soak`."""

    async def act() -> None:
        hub, post = await _enrolled(tmp_path / "p")
        hub.publish(programme(clips=_two(clips, 300), filler=[], windows=[window(-5, 600, now=time.time())]))
        chance = random.Random(7)
        async with LightPage(post) as page:
            for _ in range(10):
                await page.more(2)
                await asyncio.sleep(chance.uniform(0, 0.7))
                await post.kill()
                await post.start()
            await page.more(3)
            await post.stop()
            told = list(page.told)
        await post.start()
        await until(lambda: sum(line.k in ("play", "gap") for line in hub.lines) >= len(told))
        await post.stop()
        await hub.stop()
        shown = [str(line.extra["x_segment"]) for line in hub.lines if line.k in ("play", "gap")]
        assert len(shown) == len(set(shown))
        assert set(told) <= set(shown)
        assert [line.n for line in hub.lines] == list(range(1, len(hub.lines) + 1))
        assert sum(line.end == "cut" for line in hub.lines) >= 10

    asyncio.run(act())


def test_a_changed_byte_of_a_film_is_named_and_nothing_of_it_is_shown(tmp_path: Path, clips: Clips) -> None:
    """T40."""

    async def act() -> None:
        hub, post = await _enrolled(tmp_path / "p")
        cast = [
            (item("film", "video", clips.large, dur_ms=1000), clips.large),
            (item("text", "text", dur_ms=1000), None),
        ]
        filler = [(item("red", "picture", clips.picture), clips.picture)]
        hub.publish(programme(clips=cast, filler=filler, windows=[window(-5, 600, now=time.time())]))
        async with LightPage(post) as page:
            await until(lambda: any(segment["kind"] == "video" for segment in page.segments))
            await hub.stop()
            _flip(tmp_path / "p" / "media" / cast[0][0].content.renditions[0].file, at=-1)
            await until(lambda: page.segments[-1]["kind"] == "text")
            count = len(page.segments)
            await until(lambda: len(page.segments) > count + 6)
            after = page.segments[count:]
            assert {segment["kind"] for segment in after} == {"picture", "text"}
            await hub.start()
            await until(lambda: page.segments[-1]["kind"] == "video")  # fetched again
            await until(lambda: any(line.extra.get("x_code") == "media_changed" for line in hub.lines))
        await post.stop()
        await hub.stop()

    asyncio.run(act())


def test_a_changed_byte_of_the_stored_bundle_is_named_and_the_one_before_plays(tmp_path: Path, clips: Clips) -> None:
    async def act() -> None:
        hub, post = await _enrolled(tmp_path / "p")
        hub.publish(programme(clips=_two(clips), filler=[], windows=[window(-5, 600, now=time.time())]))
        await until(lambda: (status := post.status()) and status.bundle == 1)
        hub.publish(programme(clips=_two(clips)[1:], filler=[], windows=[window(-5, 600, now=time.time())]))
        await until(lambda: (status := post.status()) and status.bundle == 2)
        await post.stop()
        await hub.stop()
        current = tmp_path / "p" / "generations" / "current"
        _flip(next(current.rglob("*manifest.json")), at=200)
        await post.start()
        async with LightPage(post) as page:
            await until(lambda: any(segment["kind"] == "video" for segment in page.segments))
        await hub.start()
        await until(lambda: any(line.extra.get("x_code") == "store_refused" for line in hub.lines))
        await until(lambda: (status := post.status()) and status.bundle == 2)
        await post.stop()
        await hub.stop()

    asyncio.run(act())


def _flip(path: Path, *, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)

"""The main road of the player: enrol, accept, play, record, in real Chromium."""

import asyncio
import signal
import time
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Page, async_playwright

from bangtin.bundle.playlog import Line
from bangtin.player.screens import browser
from bangtin.player.testing.hub_simulator import HubSimulator
from bangtin.player.tests.post import Clips, LightPage, Post, item, programme, until, window

CHROMIUM = str(browser.find("auto"))


def plays(hub: HubSimulator) -> list[Line]:
    """The play lines that the hub has."""
    return [line for line in hub.lines if line.k == "play"]


def test_a_player_enrols_and_every_segment_reaches_the_hub(tmp_path: Path, clips: Clips) -> None:
    async def act() -> None:
        hub = HubSimulator(clock=time.time)
        await hub.start()
        post = Post(tmp_path / "player", hub)
        await post.start()
        await until(lambda: post.is_enrolled)
        now = time.time()
        cast = [(item("film", "video", clips.film, dur_ms=1000), clips.film), (item("text", "text", dur_ms=1000), None)]
        hub.publish(programme(clips=cast, filler=[], windows=[window(-5, 600, now=now)]))
        async with LightPage(post) as page:
            await until(lambda: len(page.told) > 4)
            await until(lambda: len(plays(hub)) >= 4)
        await post.stop()
        await hub.stop()
        assert not hub.refused
        assert {line.item for line in plays(hub)} == {"film", "text"}
        assert {line.end for line in plays(hub)[1:3]} == {"complete"}
        assert all(abs(line.shown_ms - 1000) < 150 for line in plays(hub)[1:3])

    asyncio.run(act())


@pytest.mark.browser
def test_film_picture_text_filler_and_standby_are_on_the_glass(tmp_path: Path, clips: Clips) -> None:
    async def act() -> None:
        hub = HubSimulator(clock=time.time)
        await hub.start()
        post = Post(tmp_path / "player", hub, browser=CHROMIUM)
        await post.start()
        await until(lambda: post.is_enrolled)
        now = time.time()
        cast = [
            (item("film", "video", clips.film), clips.film),
            (item("picture", "picture", clips.picture), clips.picture),
            (item("text", "text"), None),
        ]
        filler = [(item("tall", "picture", clips.tall, dur_ms=3000), clips.tall)]
        windows = [window(10, 22, now=now), window(25, 90, class_="rest", now=now)]
        hub.publish(programme(clips=cast, filler=filler, windows=windows))
        seen = await _look(post, {"film": "video", "red": "picture", "text": "text", "dark": "standby"})
        status = post.status()
        await post.stop()
        await hub.stop()
        _check_pictures(seen)
        planned = [line for line in plays(hub) if line.slot == "s1"]
        assert abs(sum(line.shown_ms for line in planned) - 12_000) <= 300, [line.shown_ms for line in planned]
        assert status is not None
        assert status.rss_bytes is not None
        assert status.rss_bytes <= 100 * 2**20

    asyncio.run(act())


async def _look(post: Post, wanted: dict[str, str]) -> dict[str, Image.Image]:
    """What a page of another browser shows while the segment of each wanted state is on top."""
    seen: dict[str, Image.Image] = {}
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = await launched.new_page(viewport={"width": 1024, "height": 512})
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        await page.goto(post.page)
        for name, state in wanted.items():
            seen[name] = await _shot(page, state, name)
        await launched.close()
    assert not [text for text in complaints if "Content Security Policy" in text], complaints
    return seen


async def _shot(page: Page, state: str, name: str) -> Image.Image:
    color = {"red": (229, 57, 53)}.get(name)
    async with asyncio.timeout(30):
        while True:
            await page.wait_for_selector(f"#face[data-state={state}]", state="attached")
            image = Image.open(BytesIO(await page.screenshot())).convert("RGB")
            if color is None or _near(image.getpixel((512, 256)), color):
                return image
            await asyncio.sleep(0.2)


def _check_pictures(seen: dict[str, Image.Image]) -> None:
    assert _near(seen["film"].getpixel((512, 256)), (30, 136, 229))
    assert _near(seen["film"].getpixel((3, 3)), (30, 136, 229))
    assert _near(seen["red"].getpixel((1020, 508)), (229, 57, 53))
    assert _near(seen["text"].getpixel((1000, 20)), (29, 79, 196))
    assert seen["dark"].getextrema() == ((0, 0), (0, 0), (0, 0))


def _near(found: object, wanted: tuple[int, int, int]) -> bool:
    return isinstance(found, tuple) and all(abs(a - b) <= 6 for a, b in zip(found, wanted, strict=True))


@pytest.mark.browser
def test_a_frozen_browser_shortens_what_was_shown(tmp_path: Path, clips: Clips) -> None:
    async def act() -> None:
        hub = HubSimulator(clock=time.time)
        await hub.start()
        post = Post(tmp_path / "player", hub, browser=CHROMIUM)
        await post.start()
        await until(lambda: post.is_enrolled)
        cast = [(item("picture", "picture", clips.picture, dur_ms=3000), clips.picture)]
        hub.publish(programme(clips=cast, filler=[], windows=[window(-3, 600, now=time.time())]))
        await until(lambda: len(plays(hub)) >= 2, within_s=30)
        post.browser_group(signal.SIGSTOP)
        await asyncio.sleep(4)
        post.browser_group(signal.SIGCONT)
        await until(lambda: len(plays(hub)) >= 7, within_s=30)
        await post.stop()
        await hub.stop()
        shown = [line.shown_ms for line in plays(hub)[1:]]
        assert min(shown) < 2000, shown
        assert sum(abs(ms - 3000) <= 150 for ms in shown) >= 2, shown

    asyncio.run(act())

"""The main road of the player: enrol, accept, play, record, in real Chromium."""

import asyncio
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
        await until(lambda: hub.records)
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

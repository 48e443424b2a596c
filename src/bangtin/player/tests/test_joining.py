"""Before the enrolment: the face says why there is no code, and a code outlives a line that comes and goes."""

import asyncio
import time
from pathlib import Path

import pytest

from bangtin.player import joining
from bangtin.player.screens import browser
from bangtin.player.screens.devtools import DevTools
from bangtin.player.testing.hub_simulator import HubSimulator
from bangtin.player.tests.post import LightPage, Post, until

CHROMIUM = str(browser.find("auto"))


def codes(page: LightPage) -> list[str]:
    """The codes that the page was told to show, in order."""
    return [str(one["code"]) for one in page.segments if one["kind"] == "code"]


async def nobody_typed(tmp_path: Path, *, screen: str = "none") -> tuple[HubSimulator, Post]:
    """A hub whose officer has typed no code yet, and a player that is no part of it."""
    hub = HubSimulator(clock=time.time, confirms=False)
    await hub.start()
    return hub, Post(tmp_path / "player", hub, browser=screen)


def test_a_code_outlives_a_line_that_comes_and_goes(tmp_path: Path) -> None:
    async def act() -> None:
        hub, post = await nobody_typed(tmp_path)
        await post.start()
        async with LightPage(post) as page:
            await until(lambda: bool(codes(page)))
            await hub.stop()
            await asyncio.sleep(3)
            await hub.start()
            hub.confirm(codes(page)[0])
            await until(lambda: post.is_enrolled)
        await post.stop()
        await hub.stop()
        assert len(set(codes(page))) == 1

    asyncio.run(act())


@pytest.mark.browser
def test_a_new_screen_that_does_not_reach_its_hub_says_so_on_the_glass(tmp_path: Path) -> None:
    async def act() -> None:
        hub, post = await nobody_typed(tmp_path, screen=CHROMIUM)
        await hub.stop()
        await post.start()
        await until(lambda: (status := post.status()) is not None and status.is_screen_attached, within_s=40)
        async with DevTools(post.folder / "browser") as page:
            await until_said(page, joining.UNREACHED)
            (tmp_path / "unreached.png").write_bytes(await page.picture(quality=90))
            await hub.start()
            await until_said(page, "Mã ghép màn hình")
            assert joining.UNREACHED not in await words_of(page)
        await post.stop()
        await hub.stop()

    asyncio.run(act())


async def words_of(page: DevTools) -> str:
    """What stands on the page."""
    found = await page.call("Runtime.evaluate", expression="document.body.innerText", returnByValue=True)
    return str(found)


async def until_said(page: DevTools, words: str) -> None:
    """Wait until the page bears these words."""
    async with asyncio.timeout(40):
        while words not in await words_of(page):
            await asyncio.sleep(0.2)

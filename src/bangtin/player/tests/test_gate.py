"""The gate code on the glass: asked for, or at the day's opening; read off the picture of the face."""

import asyncio
import time
from io import BytesIO
from pathlib import Path

import pytest
import segno
from PIL import Image

from bangtin.bundle import gate_codes
from bangtin.bundle.playlog import Line
from bangtin.player.screens import browser
from bangtin.player.screens.devtools import DevTools
from bangtin.player.sync.enrolment import own_key
from bangtin.player.testing.hub_simulator import HubSimulator
from bangtin.player.tests.post import Clips, LightPage, Post, item, programme, until, window

CHROMIUM = str(browser.find("auto"))
NONCE = "9f3a07c1d2e4b586"


def gates(hub: HubSimulator) -> list[Line]:
    """The lines of gate codes that the hub has."""
    return [line for line in hub.lines if "x_gate" in line.extra]


def modules(picture: Image.Image) -> list[str]:
    """The rows of the code in `picture`, sampled in the middle of each module as a phone's reader does."""
    dark = picture.convert("L").crop((0, 0, 480, picture.height)).point(lambda value: 255 if value < 128 else 0)
    box = dark.getbbox()
    assert box is not None
    left, top, right, bottom = box
    assert (right - left) == (bottom - top)
    width = next(x for x in range(left, right) if not dark.getpixel((x, top))) - left
    assert width % 7 == 0, "the finder pattern is seven modules"
    size = width // 7
    count = (right - left) // size
    middle = [size // 2 + each * size for each in range(count)]
    return ["".join("1" if dark.getpixel((left + x, top + y)) else "0" for x in middle) for y in middle]


@pytest.mark.browser
def test_a_screen_shows_the_code_it_is_asked_for_and_goes_on_with_the_plan(tmp_path: Path, clips: Clips) -> None:
    async def act() -> None:
        hub = HubSimulator(clock=time.time)
        await hub.start()
        post = Post(tmp_path / "player", hub, browser=CHROMIUM)
        await post.start()
        await until(lambda: post.is_enrolled)
        cast = [(item("picture", "picture", clips.picture, dur_ms=20_000), clips.picture)]
        hub.publish(programme(clips=cast, filler=[], windows=[window(-3, 600, now=time.time())]))
        await until(lambda: is_showing(post, "picture"), within_s=40)
        hub.desk.order("prove", {"nonce": NONCE})
        await until(lambda: 1 in hub.desk.results)
        async with DevTools(post.folder / "browser") as page:
            picture = Image.open(BytesIO(await page.picture(quality=95)))
        await until(lambda: bool(gates(hub)), within_s=30)
        await until(lambda: is_showing(post, "picture"))
        token = made_again(post, hub)
        await post.stop()
        await hub.stop()
        assert hub.desk.results[1]["result"] == "done"
        (line,) = gates(hub)
        assert (line.k, line.class_, line.extra["x_gate"]) == ("gap", "gate", NONCE)
        assert 4_500 <= line.shown_ms <= 5_500
        rows = modules(picture)
        wanted = segno.make(gate_codes.address(hub.address, token), error="l", micro=False).matrix
        assert rows == ["".join("1" if dark else "0" for dark in row) for row in wanted]
        (record,) = hub.records.values()
        assert gate_codes.check(token, bytes.fromhex(record.key)).nonce == NONCE
        assert code_height(picture, rows) >= 512 * 2 // 3
        picture.save(tmp_path / "gate.png")

    asyncio.run(act())


def is_showing(post: Post, item_id: str) -> bool:
    """Whether the player says that it shows the item."""
    status = post.status()
    return status is not None and status.showing == item_id


def made_again(post: Post, hub: HubSimulator) -> str:
    """The code of the one gate line, signed again with the device's key: Ed25519 gives the same bytes."""
    (line,) = gates(hub)
    (record,) = hub.records.values()
    at_ms = int(str(line.extra["x_gate_ms"]))
    key = own_key(post.folder)
    return gate_codes.make(device=record.device, epoch=record.epoch, at_ms=at_ms, nonce=NONCE, key=key)


def code_height(picture: Image.Image, rows: list[str]) -> int:
    """The height of the code with its quiet zone, in pixels of the face."""
    dark = picture.convert("L").crop((0, 0, 480, picture.height)).point(lambda value: 255 if value < 128 else 0)
    box = dark.getbbox()
    assert box is not None
    return (box[3] - box[1]) * (len(rows) + 8) // len(rows)


def test_the_day_opens_with_a_code_of_its_own_after_the_screen_has_rested(tmp_path: Path) -> None:
    async def act() -> None:
        hub = HubSimulator(clock=time.time)
        await hub.start()
        post = Post(tmp_path / "player", hub)
        await post.start()
        await until(lambda: post.is_enrolled)
        cast = [(item("text", "text", dur_ms=60_000), None)]
        now = time.time()
        hub.publish(
            programme(clips=cast, filler=[], windows=[window(-5, 2, class_="rest", now=now), window(2, 600, now=now)])
        )
        async with LightPage(post) as page:
            await until(lambda: page.segments and page.segments[-1]["kind"] == "text")
            await until(lambda: bool(gates(hub)))
        await post.stop()
        await hub.stop()
        kinds = [str(one["kind"]) for one in page.segments]
        assert kinds[kinds.index("gate") - 1 :] == ["standby", "gate", "text"], kinds
        (line,) = gates(hub)
        opens_ms = round((now + 2) * 1000)
        assert abs(line.extra["x_gate_ms"] - opens_ms) <= 1  # type: ignore[operator]  # a number of milliseconds
        assert -1_000 <= line.from_ms - opens_ms <= 5_000  # its first frame: a busy machine draws it late
        assert not any(one.k == "refusal" for one in hub.lines)

    asyncio.run(act())

"""Pictures of the face: near what the timeline says, far from anything else, and what is sent of them."""

import asyncio
import time
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageOps

from bangtin.player import seeing
from bangtin.player.config import BadInput
from bangtin.player.evidence import EVERY_S, read_interval
from bangtin.player.screens import browser
from bangtin.player.screens.devtools import DevTools
from bangtin.player.testing.hub_simulator import HubSimulator
from bangtin.player.tests.post import Clips, Post, item, programme, until, window

CHROMIUM = str(browser.find("auto"))
SIZE = (512, 256)
COVER = """document.body.insertAdjacentHTML("beforeend",
  "<svg id=x width=4000 height=4000><rect width=4000 height=4000 fill=teal /></svg>");
document.getElementById("x").style.cssText = "position:fixed;left:0;top:0;z-index:99";"""


def scene(*, moved: int = 0) -> Image.Image:
    """A picture with edges and colours."""
    made = Image.new("RGB", SIZE, "#0a1a45")
    draw = ImageDraw.Draw(made)
    draw.rectangle((40 + moved, 30, 200 + moved, 200), fill="#ffd84d")
    draw.ellipse((300, 60, 460, 220), fill="#e53935")
    return made


def asked(shot: Image.Image, folder: Path, kind: str, **changes: object) -> Mapping[str, object]:
    """What the daemon would ask about `shot`."""
    path = folder / "shot.jpg"
    shot.save(path, "JPEG", quality=70)
    plain: dict[str, object] = {"shot": str(path), "kind": kind, "file": "", "position_ms": 0, "rotation": 0, "dim": 0}
    return {**plain, "width": SIZE[0], "height": SIZE[1], **changes}


def look(shot: Image.Image, folder: Path, kind: str, **changes: object) -> int | None:
    return seeing.look(asked(shot, folder, kind, **changes))[0]


def test_the_same_picture_smaller_and_harder_pressed_is_near_and_any_other_is_far() -> None:
    held = BytesIO()
    scene().resize((256, 128)).save(held, "JPEG", quality=30)
    assert seeing.distance(scene(), Image.open(held)) < seeing.DIFFERS_PERMILLE["picture"] // 2
    for other in (ImageOps.mirror(scene()), ImageOps.flip(scene()), scene(moved=90), Image.new("RGB", SIZE, "white")):
        assert seeing.distance(scene(), other) >= seeing.DIFFERS_PERMILLE["picture"]


def test_a_picture_is_compared_as_it_hangs_and_as_dim_as_the_hour_is(tmp_path: Path) -> None:
    path = tmp_path / "approved.png"
    scene().save(path)
    turned = scene().rotate(-90, expand=True)
    dark = scene().point(lambda value: value * 0.4)
    limit = seeing.DIFFERS_PERMILLE["picture"]
    assert (look(turned, tmp_path, "picture", file=str(path), rotation=90) or 0) < limit
    assert (look(dark, tmp_path, "picture", file=str(path), dim=600) or 0) < limit
    assert (look(dark, tmp_path, "picture", file=str(path)) or 0) >= limit


def test_a_resting_face_is_black_and_a_notice_is_not_one_colour(tmp_path: Path) -> None:
    black = Image.new("RGB", SIZE)
    assert (look(black, tmp_path, "standby") or 0) < seeing.DIFFERS_PERMILLE["standby"] // 2
    assert (look(scene(), tmp_path, "standby") or 0) >= seeing.DIFFERS_PERMILLE["standby"]
    assert look(black, tmp_path, "text") == 1000
    assert look(scene(), tmp_path, "text") is None


def test_a_score_says_the_same_of_every_kind() -> None:
    assert {seeing.scored(limit, kind) for kind, limit in seeing.DIFFERS_PERMILLE.items()} == {seeing.LIMIT}
    assert (seeing.scored(75, "picture"), seeing.scored(0, "video"), seeing.scored(1000, "standby")) == (250, 0, 1000)


def test_what_is_sent_is_small() -> None:
    noise = Image.effect_noise((1920, 1920), 120).convert("RGB")
    assert len(seeing.packed(noise)) <= 200_000
    assert Image.open(BytesIO(seeing.packed(noise))).width == 960


def test_how_often_pictures_are_taken_is_a_setting() -> None:
    assert (read_interval({}), read_interval({"BANGTIN_PLAYER_SHOT_S": "600"})) == (EVERY_S, 600.0)
    for wrong in ("0", "86401", "x", "-5"):
        with pytest.raises(BadInput):
            read_interval({"BANGTIN_PLAYER_SHOT_S": wrong})


@pytest.mark.browser
@pytest.mark.media
def test_shots_of_film_and_words_are_near_the_plan_and_a_foreign_picture_is_told(tmp_path: Path, clips: Clips) -> None:
    async def act() -> None:
        hub = HubSimulator(clock=time.time)
        await hub.start()
        post = Post(tmp_path / "player", hub, browser=CHROMIUM)
        await post.start()
        await until(lambda: post.is_enrolled)
        try:
            cast = [
                (item("film", "video", clips.large), clips.large),
                (item("text", "text"), None),
            ]
            hub.publish(programme(clips=cast, filler=[], windows=[window(-6, 600, now=time.time())]))
            await until(lambda: len([line for line in hub.lines if line.k == "play"]) >= 2, within_s=40)
            while len(found := shots(hub)) < 2:
                await shoot(hub)
            assert all(len(jpeg) <= 200_000 for _, jpeg in hub.desk.shots)
            assert found["film"] is not None
            assert found["film"] < seeing.LIMIT, found
            assert found["text"] is None
            assert not told(hub)
            async with DevTools(post.folder / "browser") as page:
                await page.call("Runtime.evaluate", expression=COVER)
            await shoot(hub)
            await until(lambda: bool(told(hub)))
        finally:
            await post.stop()
            await hub.stop()

    asyncio.run(act())


async def shoot(hub: HubSimulator) -> None:
    """Order a picture and wait for its result."""
    count = len(hub.desk.shots)
    number = hub.desk.number + 1
    hub.desk.order("screenshot")
    await until(lambda: number in hub.desk.results)
    assert hub.desk.results[number]["result"] == "done", hub.desk.results[number]
    await until(lambda: len(hub.desk.shots) > count)


def shots(hub: HubSimulator) -> dict[str, int | None]:
    """The distance of the last shot of each item whose record the hub has."""
    items = {str(line.extra.get("x_segment")): line.item for line in hub.lines if line.k == "play"}
    found: dict[str, int | None] = {}
    for header, _ in hub.desk.shots:
        _face, _at_ms, segment, distance = header.split(";")
        if segment in items:
            found[items[segment]] = None if distance == "-" else int(distance)
    return found


def told(hub: HubSimulator) -> list[object]:
    """The events of pictures that differ."""
    events = [one for report in hub.desk.reports for one in report["events"]]  # type: ignore[attr-defined]  # JSON
    return [one for one in events if one["kind"] == "screenshot_differs"]

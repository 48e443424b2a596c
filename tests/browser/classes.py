"""From the instant at which the player decides that an emergency rules, or no longer does, to the frame that shows it.

A real player with its Chromium shows a picture; notices are pushed and called off, others begin and end at an instant
named beforehand. The decision is the instant the daemon notes when it has taken a pushed notice, or the instant that
the notice itself names; the frame is the first one composed that shows the other class. `python -m
tests.browser.classes --json` prints the figures as `bangtin bench` does.

What the camera itself costs is measured in the same run: a bare change of one colour, made in the page at the beginning
of a frame, is photographed so much later (`camera_ms`), and so much is taken off. Its frames are a sixtieth of a second
apart, so it tells no instant finer than that: the bound is one frame and this resolution. A notice that is called off
has no bound: what comes back is read from the disk and verified anew before it is shown (trust 4.5).
"""

import argparse
import asyncio
import base64
import json
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import aiohttp
from PIL import Image

from bangtin.bundle.manifest import Face
from bangtin.hub.config.benches.shape import Result
from bangtin.player.screens import browser
from bangtin.player.screens.devtools import DevTools
from bangtin.player.testing.hub_simulator import HubSimulator
from bangtin.player.tests.post import Post, item, programme, until, window
from bangtin.player.tests.test_alerts import end_of, flood
from tests.browser.changes import Film, filmed

FULL = 40
FRAME_MS = RESOLUTION_MS = 1000 / 60
SIZE, SMALL = (1024, 512), (256, 128)
PICTURE = (170, 0, 110)
NEAR = 60
WAYS = ("pushed", "called_off", "begun", "ended")
BOUNDED = ("pushed", "begun", "ended")
BOUNDS = {**{f"{way}_p95_ms": round(FRAME_MS + RESOLUTION_MS, 1) for way in BOUNDED}, "wrong": 0.0, "missed": 0.0}
TAKEN = re.compile(r"^(\S+ \S+),(\d{3}) bangtin\.player\.alerts INFO alert \S+ number (\d+) ", re.ASCII | re.MULTILINE)
FLIP = """new Promise((done) => requestAnimationFrame((at) => {
  let mark = document.getElementById("mark");
  if (!mark) {
    mark = document.createElement("i");
    mark.id = "mark";
    Object.assign(mark.style, { position: "fixed", right: 0, bottom: 0, width: "64px", height: "64px", zIndex: 9 });
    document.body.append(mark);
  }
  mark.style.background = "COLOUR";
  done(performance.timeOrigin + at);
}))"""


@dataclass
class Found:
    """Milliseconds from a decision to the frame that shows it, by the way it came about; what the camera costs."""

    late: dict[str, list[float]] = field(default_factory=lambda: {way: [] for way in WAYS})
    camera: list[float] = field(default_factory=list)
    wrong: int = 0
    missed: int = 0


@dataclass(frozen=True)
class Frame:
    """When it was composed, in milliseconds since 1970, and what it shows: `picture`, `alert`, `other`; the mark."""

    at_ms: float
    shows: str
    mark: tuple[int, int, int]


class Onlooker:
    """Hears what the pages are told, to know the daemon's clock by this machine's."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self.due: list[tuple[str, float]] = []
        self._behind_ms: list[float] = []

    @property
    def behind_ms(self) -> float:
        """How far the daemon's clock is behind this machine's; the quickest message says it best."""
        return min(self._behind_ms)

    @asynccontextmanager
    async def looking(self) -> AsyncIterator["Onlooker"]:
        """Until the end of the block."""
        async with aiohttp.ClientSession() as session:
            origin = {"Origin": self._post.page}
            async with session.ws_connect(f"{self._post.page}/screen?role=guest", headers=origin) as socket:
                task = asyncio.create_task(self._hear(socket))
                yield self
                task.cancel()

    async def _hear(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for received in socket:
            message = json.loads(received.data)
            if message["t"] == "show":
                self._behind_ms.append(time.time() * 1000 - message["now_ms"])
                self.due.append((message["segment"]["kind"], message["now_ms"] + message["in_ms"]))


def told(film: Film) -> list[Frame]:
    """What each frame shows."""
    found = []
    for at_ms, data in sorted(film.raw):
        with Image.open(BytesIO(base64.b64decode(data))) as opened:
            picture = opened.convert("RGB").resize(SMALL, Image.Resampling.BOX)
        # the left edge is of one colour in both: the picture's own, or the ground of the notice
        edge, mark = _colour(picture, (1, 50)), _colour(picture, (SMALL[0] - 6, SMALL[1] - 6))
        is_red = edge[0] > 2 * max(edge[1], edge[2], 20)
        shows = "picture" if _near(edge, PICTURE) else "alert" if is_red else "other"
        found.append(Frame(at_ms, shows, mark))
    return found


async def run(*, tries: int, folder: Path) -> Found:
    """So many notices of each kind."""
    found, chance = Found(), random.Random(tries)
    picture = folder / "picture.png"
    Image.new("RGB", SIZE, PICTURE).save(picture)
    hub = HubSimulator(clock=time.time, face=Face(*SIZE))
    post = Post(folder / "player", hub, browser=str(browser.find("auto")))
    await hub.start()
    try:
        await post.start()
        await until(lambda: post.is_enrolled, within_s=60)
        hub.poll_s = 60.0
        cast = [(item("picture", "picture", picture, dur_ms=3_000_000), picture)]
        hub.publish(programme(clips=cast, filler=[], windows=[window(-5, 7200, now=time.time())]))
        await until(lambda: _shows(post, "picture"), within_s=90)
        await asyncio.sleep(3.0)  # the letters of notices are warm two seconds after the page's start
        async with Onlooker(post).looking() as onlooker, filmed(post, maxWidth=512, maxHeight=256) as (film, page):
            found.camera = await _camera(film, page, count=max(10, tries))
            for _ in range(tries):
                await _push(hub, post, film, found, chance)
                await _plan(hub, film, found, onlooker)
        found.wrong = sum(one.shows == "other" for one in told(film))
    finally:
        await post.stop()
        await hub.stop()
    return found


def figures(found: Found) -> Result:
    """The measured times as every benchmark gives them."""
    camera_ms = statistics.median(found.camera)
    made = {"camera_ms": camera_ms, "camera_p95_ms": _share(found.camera, 95), "tries": float(len(found.camera))}
    for way, raw in found.late.items():
        late = [one - camera_ms for one in raw]
        made |= {f"{way}_median_ms": statistics.median(late), f"{way}_p95_ms": _share(late, 95)}
        made |= {f"{way}_least_ms": min(late), f"{way}_worst_ms": max(late)}
    made |= {"wrong": float(found.wrong), "missed": float(found.missed)}
    tries = min(len(late) for late in found.late.values())
    made["tries"] = float(tries)
    return Result(
        "classes", {name: round(value, 1) for name, value in made.items()}, {}, {}, BOUNDS, is_full_size=tries >= FULL
    )


async def _camera(film: Film, page: DevTools, *, count: int) -> list[float]:
    """How long after the beginning of its frame a bare change of colour is photographed."""
    found = []
    for number in range(count):
        colour = (0, 160, 60) if number % 2 else (20, 60, 200)
        began = len(film.raw)
        asked = FLIP.replace("COLOUR", f"rgb{colour}")
        answer = await page.call("Runtime.evaluate", expression=asked, awaitPromise=True)
        result = answer["result"]
        assert isinstance(result, dict)
        await asyncio.sleep(0.25 + random.random() / 60)
        shown = next((one.at_ms for one in told(Film(film.raw[began:])) if _near(one.mark, colour)), None)
        if shown is not None:
            found.append(shown - float(result["value"]))
    await page.call("Runtime.evaluate", expression="document.getElementById('mark').remove()")
    await asyncio.sleep(0.3)
    return found


async def _push(hub: HubSimulator, post: Post, film: Film, found: Found, chance: random.Random) -> None:
    """A notice that rules at once, and its end."""
    alert = flood(name=f"KC-{len(hub.alerts) + 1}")
    for way, notice, shows in (("pushed", alert, "alert"), ("called_off", end_of(alert), "picture")):
        began = len(film.raw)
        hub.issue(notice)
        await asyncio.sleep(0.5 + chance.random() / 10)
        for _ in range(5):  # a busy machine
            if any(one.shows == shows for one in told(Film(film.raw[began:]))):
                break
            await asyncio.sleep(0.5)
        decided_ms = _taken_ms(post, len(hub.alerts))
        _note(found, way, film, began, shows, decided_ms)


async def _plan(hub: HubSimulator, film: Film, found: Found, onlooker: Onlooker) -> None:
    """A notice that begins and ends at instants it names; the player hears of it half a second or more before."""
    now = datetime.fromtimestamp(int(time.time()), tz=UTC)
    starts = datetime.fromtimestamp(int(time.time() + 1.5), tz=UTC)
    ends = starts + timedelta(seconds=1)
    began, heard = len(film.raw), len(onlooker.due)
    hub.issue(flood(name=f"KC-{len(hub.alerts) + 1}", at=now, starts=starts, ends=ends))
    await asyncio.sleep(ends.timestamp() + 0.4 - time.time())
    for _ in range(5):  # a busy machine
        if any(
            one.shows == "picture" and one.at_ms > ends.timestamp() * 1000 - 200 for one in told(Film(film.raw[began:]))
        ):
            break
        await asyncio.sleep(0.5)
    for way, at, kind, shows in (("begun", starts, "alert", "alert"), ("ended", ends, "picture", "picture")):
        due = [due_ms for what, due_ms in onlooker.due[heard:] if what == kind]
        wanted_ms = at.timestamp() * 1000
        if not any(abs(each - wanted_ms) < 1 for each in due):
            print(f"{way}: due at {due}, not at {wanted_ms}", file=sys.stderr)
        _note(found, way, film, began, shows, wanted_ms + onlooker.behind_ms)


def _note(found: Found, way: str, film: Film, began: int, shows: str, decided_ms: float) -> None:
    frames = [one for one in told(Film(film.raw[began:])) if one.at_ms > decided_ms - 200]
    first = next((one for one in frames if one.shows == shows), None)
    if first is None:
        found.missed += 1
        print(f"{way}: no frame shows it", file=sys.stderr)
        return
    found.late[way].append(first.at_ms - decided_ms)


def _taken_ms(post: Post, number: int) -> float:
    """When the daemon took the notice of that number, by its own log."""
    for at, milliseconds, n in TAKEN.findall((post.folder / "log.txt").read_text()):
        if int(n) == number:
            return datetime.fromisoformat(at).astimezone().timestamp() * 1000 + int(milliseconds)
    raise AssertionError(f"notice {number} was not taken")


def _shows(post: Post, name: str) -> bool:
    status = post.status()
    return status is not None and status.showing == name


def _colour(picture: Image.Image, at: tuple[int, int]) -> tuple[int, int, int]:
    found = picture.getpixel(at)
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


def _near(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) <= NEAR


def _share(values: list[float], percent: int) -> float:
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def main() -> int:
    """The command line; exit code 0 when it holds."""
    parser = argparse.ArgumentParser(description="From the decision to the frame.")
    parser.add_argument("--tries", type=int, default=FULL)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bangtin-classes-") as name:
        made = figures(asyncio.run(run(tries=asked.tries, folder=Path(name))))
    print(json.dumps(made.to_object()) if asked.json else made.figures)
    return 0 if made.holds else 1


if __name__ == "__main__":
    sys.exit(main())

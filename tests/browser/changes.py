"""Changes of what a face shows, measured from the frames that its browser presented.

Two screens of a group, each a real player with its own Chromium, play one loop of films, a picture and words; every
frame that the browsers compose is taken and told by its colour, films also by how far they are. `python -m
tests.browser.changes --json` prints the figures as `bangtin bench` does.
"""

import argparse
import asyncio
import base64
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import imageio_ffmpeg
from PIL import Image

from bangtin.bundle.content import Content, Rendition, TextNotice, content_digest
from bangtin.bundle.manifest import Face, Item, Window
from bangtin.hub.config.benches.shape import Result
from bangtin.player.screens import browser
from bangtin.player.screens.devtools import DevTools
from bangtin.player.testing.hub_simulator import HubSimulator, describe
from bangtin.player.tests.post import Post, programme, until

WIDTH, HEIGHT = 320, 160
TURN_MS = 1000
FULL = 200
SETTLE_S = 6.0
# What each item looks like at the left edge; a film also has a white bar along its foot that grows with its time.
COLOURS: Mapping[str, tuple[int, int, int]] = {
    "film-1": (200, 110, 0),
    "picture": (170, 0, 110),
    "film-2": (0, 130, 60),
    "words": (10, 26, 69),
}
ORDER = tuple(COLOURS)
NEAR = 40  # sum over the three colours: JPEG and the way films hold colours stay below
STALE_MS = 300  # a film that is further ahead of its time than this shows a frame of an earlier play
BOUNDS = {"black": 0.0, "white": 0.0, "stale": 0.0, "other": 0.0, "late_p95_ms": 100.0, "apart_p95_ms": 50.0}


@dataclass(frozen=True)
class Frame:
    """A presented frame: when (milliseconds since 1970), what it shows, and of a film how far it is."""

    at_ms: float
    shows: str
    position_ms: float


@dataclass
class Film:
    """The frames of one screen, as they came."""

    raw: list[tuple[float, str]] = field(default_factory=list)

    def frames(self) -> list[Frame]:
        """Each frame told by its colours, in the order of their instants: a busy browser hands some out late."""
        return [told(at_ms, base64.b64decode(data)) for at_ms, data in sorted(self.raw)]


@dataclass(frozen=True)
class Change:
    """A change to `to` planned at `at_ms`: the frame that showed it first, and the frames about it that were wrong."""

    at_ms: float
    to: str
    first: Frame | None
    wrong: tuple[str, ...]


def told(at_ms: float, jpeg: bytes) -> Frame:
    """What a frame shows."""
    with Image.open(BytesIO(jpeg)) as found:
        picture = found.convert("RGB")
    edge = picture.crop((2, HEIGHT * 2 // 5, 10, HEIGHT * 3 // 5)).resize((1, 1), Image.Resampling.BOX)
    colour = edge.getpixel((0, 0))
    assert isinstance(colour, tuple)
    shows = next((name for name, one in COLOURS.items() if _apart(colour, one) <= NEAR), "")
    foot = picture.crop((0, HEIGHT - 14, WIDTH, HEIGHT - 6)).convert("L").resize((WIDTH, 1), Image.Resampling.BOX)
    position_ms = sum(value > 200 for value in foot.tobytes()) * TURN_MS / WIDTH
    if not shows:
        shows = "black" if max(colour) < 12 else "white" if min(colour) > 230 else "other"
    return Frame(at_ms, shows, position_ms)


def changes(frames: Sequence[Frame], *, from_ms: int, count: int) -> list[Change]:
    """The `count` changes after `from_ms`, when the first item of the loop began."""
    found = []
    for number in range(1, count + 1):
        due_ms = from_ms + number * TURN_MS
        before, after = ORDER[(number - 1) % len(ORDER)], ORDER[number % len(ORDER)]
        near = [one for one in frames if abs(one.at_ms - due_ms) < TURN_MS * 0.45]
        first = next((one for one in near if one.shows == after), None)
        wrong = [one.shows for one in near if one.shows not in (before, after)]
        if first is not None:
            wrong += ["stale" for one in near if one.at_ms > first.at_ms and one.shows == before]
            ahead_ms = first.position_ms - (first.at_ms - due_ms)
            wrong += ["stale"] if after.startswith("film") and ahead_ms > STALE_MS else []
        found.append(Change(due_ms, after, first, tuple(wrong)))
    return found


def figures(screens: Sequence[Sequence[Change]], *, frames: int, seconds: float) -> Result:
    """The measured changes as every benchmark gives them."""
    every = [one for screen in screens for one in screen]
    late = [abs(one.first.at_ms - one.at_ms) for one in every if one.first]
    apart = [
        abs(one.first.at_ms - two.first.at_ms) for one, two in zip(*screens, strict=True) if one.first and two.first
    ]
    wrong = [what for one in every for what in one.wrong]
    made = {
        "changes": float(len(screens[0])),
        **{what: float(wrong.count(what)) for what in ("black", "white", "stale", "other")},
        "missed": float(sum(one.first is None for one in every)),
        "late_median_ms": _share(late, 50),
        "late_p95_ms": _share(late, 95),
        "late_worst_ms": max(late),
        "apart_median_ms": _share(apart, 50),
        "apart_p95_ms": _share(apart, 95),
        "apart_worst_ms": max(apart),
        "frames_per_s": round(frames / seconds / len(screens), 1),
    }
    rounded = {name: round(value, 1) for name, value in made.items()}
    return Result("changes", rounded, {}, {}, {**BOUNDS, "missed": 0.0}, is_full_size=len(screens[0]) >= FULL)


async def run(*, count: int, folder: Path) -> Result:
    """Two screens of a group from the kit to `count` changes."""
    media = films(folder)
    screens = [_screen(folder / name) for name in ("left", "right")]
    try:
        for hub, post in screens:
            await hub.start()
            await post.start()
            await until(lambda: post.is_enrolled, within_s=60)  # noqa: B023 - awaited at once
        begins_ms = (int(time.time() + SETTLE_S) // 4 + 1) * 4 * 1000
        for hub, _ in screens:
            _publish(hub, media, begins_ms, until_ms=begins_ms + (count + 60) * TURN_MS)
        for _, post in screens:
            await until(lambda: _shows(post), within_s=90)  # noqa: B023 - awaited at once
        started_ms = _turn_after(time.time() * 1000 + 1000, begins_ms)
        taken = await asyncio.gather(*(_take(post, until_ms=started_ms + (count + 1) * TURN_MS) for _, post in screens))
    finally:
        for hub, post in screens:
            await post.stop()
            await hub.stop()
    told_frames = [film.frames() for film in taken]
    measured = [changes(frames, from_ms=started_ms, count=count) for frames in told_frames]
    for frames, found in zip(told_frames, measured, strict=True):
        for one in [one for one in found if one.first is None or one.wrong]:
            near = [
                (round(each.at_ms - one.at_ms), each.shows) for each in frames if abs(each.at_ms - one.at_ms) < TURN_MS
            ]
            print(f"change to {one.to} after {one.at_ms - started_ms} ms: {one.wrong} {near}", file=sys.stderr)
    return figures(measured, frames=sum(map(len, told_frames)), seconds=count * TURN_MS / 1000)


def films(folder: Path) -> dict[str, Path]:
    """The two films and the picture."""
    made: dict[str, Path] = {}
    for name in ("film-1", "film-2"):
        ground = "0x{:02x}{:02x}{:02x}".format(*COLOURS[name])
        bar = f"color=white:s={WIDTH}x20:r=25:d=1"
        graph = f"[0][1]overlay=x='-{WIDTH}+{WIDTH}*t':y={HEIGHT}-20"
        source = ["-f", "lavfi", "-i", f"color={ground}:s={WIDTH}x{HEIGHT}:r=25:d=1", "-f", "lavfi", "-i", bar]
        tone = ["-f", "lavfi", "-i", "sine=330:d=1", "-filter_complex", graph, "-c:a", "aac"]
        made[name] = folder / f"{name}.mp4"
        _ffmpeg(*source, *tone, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(made[name]))
    made["picture"] = folder / "picture.png"
    Image.new("RGB", (WIDTH, HEIGHT), COLOURS["picture"]).save(made["picture"])
    return made


def _screen(folder: Path) -> tuple[HubSimulator, Post]:
    """A hub of its own and a player: both hubs go by this machine's clock and publish the same plan."""
    hub = HubSimulator(clock=time.time, face=Face(WIDTH, HEIGHT))
    return hub, Post(folder, hub, browser=str(browser.find("auto")))


def _publish(hub: HubSimulator, media: Mapping[str, Path], from_ms: int, *, until_ms: int) -> None:
    cast = [(_item(name, media.get(name)), media.get(name)) for name in ORDER]
    hub.publish(
        programme(clips=cast, filler=[], windows=[Window("w", from_ms, until_ms, "ordinary", "bench", loop="l")])
    )


def _item(name: str, path: Path | None) -> Item:
    rendition = Rendition(describe(path).sha256 if path else "", TURN_MS, WIDTH, HEIGHT, f"{WIDTH}x{HEIGHT}")
    words = None if path else TextNotice("notice", {"title": "Cửa khẩu mở cửa"})
    kind = "text" if path is None else "picture" if path.suffix == ".png" else "video"
    content = Content(name, kind, "vi", name, (rendition,), "dai-ptth", words)
    return Item(name, "ordinary", content, content_digest(content))


def _shows(post: Post) -> bool:
    status = post.status()
    return status is not None and status.showing in ORDER


def _turn_after(at_ms: float, begins_ms: int) -> int:
    """When the loop next begins anew."""
    whole = len(ORDER) * TURN_MS
    return int(begins_ms + (int(at_ms - begins_ms) // whole + 1) * whole)


async def _take(post: Post, *, until_ms: int) -> Film:
    """Every frame that the screen's browser composes, until then."""
    async with filmed(post) as (film, _page):
        await asyncio.sleep(until_ms / 1000 - time.time())
    return film


@asynccontextmanager
async def filmed(post: Post, **wanted: object) -> AsyncIterator[tuple[Film, DevTools]]:
    """Every frame that the screen's browser composes meanwhile, as `wanted` of the screencast."""
    film, calls = Film(), set[asyncio.Task[object]]()
    async with DevTools(post.folder / "browser") as page:

        def composed(event: Mapping[str, object]) -> None:
            about = event["metadata"]
            assert isinstance(about, dict)
            film.raw.append((float(about["timestamp"]) * 1000, str(event["data"])))
            call = asyncio.get_running_loop().create_task(_acknowledge(page, event))
            calls.add(call)
            call.add_done_callback(calls.discard)

        page.on["Page.screencastFrame"] = composed
        await page.call("Page.startScreencast", **{"format": "jpeg", "quality": 92, "everyNthFrame": 1, **wanted})
        yield film, page
        await page.call("Page.stopScreencast")
        await asyncio.gather(*calls, return_exceptions=True)


async def _acknowledge(page: DevTools, event: Mapping[str, object]) -> object:
    return await page.call("Page.screencastFrameAck", sessionId=event["sessionId"])


def _apart(one: Sequence[int], other: Sequence[int]) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


def _share(values: Sequence[float], percent: int) -> float:
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def _ffmpeg(*arguments: str) -> None:
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-y", *arguments], check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=FULL)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bangtin-changes-") as name:
        made = asyncio.run(run(count=asked.count, folder=Path(name)))
    print(json.dumps(made.to_object()) if asked.json else made.figures)
    sys.exit(0 if made.holds else 1)

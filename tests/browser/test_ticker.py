"""Words that run, and two languages on one face, in a real player's Chromium: read off the frames that it composed."""

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from bangtin.bundle.content import Content, Rendition, TextNotice, content_digest
from bangtin.bundle.manifest import Item
from bangtin.player.screens import browser
from bangtin.player.screens.devtools import DevTools
from bangtin.player.testing.hub_simulator import HubSimulator
from bangtin.player.tests.post import Post, programme, until, window
from tests.browser.changes import filmed

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTH, HEIGHT = 1024, 512
TURN_MS = 5000
SPEED = 120  # pixels a second: `notices/layouts.js`
LEAST_CAPITALS = 37  # 150 mm at a pitch of 4 mm
MARKED = "ẾẶỖỢỴĐ"  # two marks above, one below, a stroke
FIELDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "first": ("ticker", {"head": "Nhắc người qua cửa khẩu", "facts": f"{MARKED} mang hộ chiếu\nKhai báo hàng hóa"}),
    "second": ("ticker", {"head": "Phòng rét cho gia súc", "facts": f"{MARKED} che chắn chuồng trại"}),
    "both": ("bilingual", {"title": "Chợ phiên Trùng Khánh", "translation": "重庆县集市", "language": "zh"}),
}
STRIP = "document.querySelector('.layer.on [data-line=facts]')"
LETTERS = """(() => {
  const style = getComputedStyle(STRIP);
  const pen = document.createElement("canvas").getContext("2d");
  const width = (letter, fallback) => {
    pen.font = `${style.fontWeight} 80px "Be Vietnam Pro", ${fallback}`;
    return pen.measureText(letter).width;
  };
  const high = (letter) => (pen.font = `${style.fontWeight} 80px "Be Vietnam Pro"`, pen.measureText(letter));
  return {
    capitals: parseFloat(style.fontSize) * 0.74,
    borrowed: [...STRIP.textContent].filter((one) => width(one, "monospace") !== width(one, "serif")),
    above: high("Ế").actualBoundingBoxAscent / high("E").actualBoundingBoxAscent,
    below: high("Ặ").actualBoundingBoxDescent - high("A").actualBoundingBoxDescent,
  };
})()""".replace("STRIP", STRIP)
BOTH = """(() => {
  const line = (name) => document.querySelector(`.layer.on [data-line=${name}]`);
  const [title, other] = [line("title"), line("translation")];
  const [above, under] = [title, other].map((one) => one.getBoundingClientRect());
  const size = (one) => parseFloat(getComputedStyle(one).fontSize);
  return {
    order: above.bottom <= under.top + 1, isInside: above.top >= 0 && under.bottom <= innerHeight,
    isHeavier: size(title) >= size(other), capitals: size(other) * 0.74, lang: other.lang,
    hasLetters: document.fonts.check('600 20px "Noto Sans SC"', other.textContent),
  };
})()"""


@dataclass(frozen=True)
class Lane:
    """A frame's lane: when, and the first and last columns where letters stand; None where there are none."""

    at_ms: float
    left: int | None
    right: int | None


def test_running_words_move_steadily_whole_and_anew_at_each_change(tmp_path: Path) -> None:
    asyncio.run(_act(tmp_path, _running))


def test_two_languages_stand_under_one_another_in_their_own_letters(tmp_path: Path) -> None:
    async def look(post: Post) -> None:
        await until(lambda: _shows(post, "both"), within_s=60)
        await asyncio.sleep(0.5)
        async with DevTools(post.folder / "browser") as page:
            found = await _asked(page, BOTH)
        assert {name: found[name] for name in ("order", "isInside", "isHeavier", "hasLetters", "lang")} == {
            "order": True,
            "isInside": True,
            "isHeavier": True,
            "hasLetters": True,
            "lang": "zh-Hans",
        }
        assert float(str(found["capitals"])) >= LEAST_CAPITALS

    asyncio.run(_act(tmp_path, look))


async def _running(post: Post) -> None:
    await until(lambda: _shows(post, "both"), within_s=60)
    async with filmed(post) as (film, page):
        await asyncio.sleep(3 * TURN_MS / 1000)
        async with asyncio.timeout(60):
            while not (await _asked(page, f"({{ runs: !!{STRIP} }})"))["runs"]:
                await asyncio.sleep(0.1)
        letters = await _asked(page, LETTERS)
        ran = len(film.raw)
        await _asked(page, f"{STRIP}.getAnimations()[0].currentTime = {_end_of(STRIP)} - 700")
        await asyncio.sleep(1.6)
    frames = sorted(film.raw[:ran])
    lanes = [_lane(at_ms, data) for at_ms, data in frames]
    _is_whole(next(data for (_, data), one in zip(frames, lanes, strict=True) if one.left and 440 < one.left < 640))
    runs = _runs(lanes)
    assert len(runs) >= 2, [len(run) for run in runs]  # the first words, and the others after them
    first_s, second_s = (_begun_s(run) for run in runs[:2])
    assert abs(second_s - first_s - TURN_MS / 1000) <= 0.1  # anew by the plan's clock, as on every screen of a cluster
    _wraps([_lane(at_ms, data) for at_ms, data in sorted(film.raw[ran:])])
    assert float(str(letters["capitals"])) >= LEAST_CAPITALS
    assert letters["borrowed"] == []  # every letter comes from the face's own font
    assert float(str(letters["above"])) > 1.15
    assert float(str(letters["below"])) > 4


def _begun_s(run: Sequence[Lane]) -> float:
    """When the words left the right edge; they go never back and at one speed."""
    points = [(one.at_ms / 1000, one.left) for one in run if one.left is not None and 4 < one.left < WIDTH - 4]
    assert points[0][1] >= WIDTH // 2, points[:3]
    assert len(points) >= 5 * (points[-1][0] - points[0][0]), len(points)  # a machine at rest gives sixty a second
    back = [(first, second) for first, second in pairwise(points) if second[1] > first[1] + 1]
    assert back == []
    slope, start = _line(points)
    assert abs(-slope - SPEED) <= SPEED * 0.04, slope
    apart = sorted(abs(start + slope * at - x) for at, x in points)
    assert apart[len(apart) * 9 // 10] <= SPEED / 10, apart[-5:]  # a tenth of a second, on a machine that others share
    return (WIDTH - start) / slope


def _wraps(lanes: Sequence[Lane]) -> None:
    """The last letter goes out at the left before the first one comes in at the right."""
    gone = next(number for number, one in enumerate(lanes) if one.right is not None and one.right < SPEED // 2)
    after = [one.left for one in lanes[gone:] if one.left is not None and one.left > WIDTH // 2]
    assert after, lanes[gone:]
    assert after[0] >= WIDTH - SPEED
    assert not any(one.left is not None and one.right is not None and one.right - one.left > WIDTH for one in lanes)


def _is_whole(data: str) -> None:
    """The letters have room above and below in their lane, and stand out from it."""
    lane = _lane_of(Image.open(BytesIO(base64.b64decode(data))).convert("RGB"))
    ink = lane.convert("L").point(lambda value: 255 * (value < 90)).getbbox()
    assert ink is not None
    assert ink[1] >= 2, ink
    assert ink[3] <= lane.height - 2, (ink, lane.height)
    assert ink[3] - ink[1] >= LEAST_CAPITALS * 1.4  # marks above and below are there
    levels = lane.convert("L").getextrema()
    assert (levels[1] / 255 + 0.05) / (levels[0] / 255 + 0.05) >= 4.5  # type: ignore[operator]  # grey: numbers


def _lane(at_ms: float, data: str) -> Lane:
    picture = Image.open(BytesIO(base64.b64decode(data))).convert("RGB")
    try:
        lane = _lane_of(picture).convert("L")
    except ValueError:
        return Lane(at_ms, None, None)
    box = lane.point(lambda value: 255 * (value < 90)).getbbox()
    return Lane(at_ms, box[0] if box else None, box[2] if box else None)


def _lane_of(picture: Image.Image) -> Image.Image:
    """The yellow lane along the foot. Raises: ValueError where there is none."""
    rows = [y for y in range(HEIGHT // 2, HEIGHT) if _is_yellow(picture, y)]
    if not rows:
        raise ValueError("no lane")
    return picture.crop((0, rows[0] + 1, WIDTH, rows[-1]))


def _is_yellow(picture: Image.Image, y: int) -> bool:
    """Whether the row is of the lane: yellow somewhere at its ends or in its middle, where no letter may stand."""
    for x in (1, WIDTH // 3, WIDTH // 2, WIDTH - 2):
        found = picture.getpixel((x, y))
        if isinstance(found, tuple) and found[0] > 220 and found[1] > 180 and found[2] < 130:
            return True
    return False


def _runs(lanes: Sequence[Lane]) -> list[list[Lane]]:
    """The stretches between two changes: the words start anew at the right."""
    found: list[list[Lane]] = []
    before: int | None = None
    for one in lanes:
        if one.left is None:
            before = None
            continue
        if before is None or one.left > before + SPEED:
            found.append([])
        found[-1].append(one)
        before = one.left
    return [run for run in found if run[-1].at_ms - run[0].at_ms > TURN_MS / 2]


def _line(points: Sequence[tuple[float, int]]) -> tuple[float, float]:
    """Slope and start of the straight line nearest to the points."""
    count = len(points)
    mean_at, mean_x = sum(at for at, _ in points) / count, sum(x for _, x in points) / count
    over = sum((at - mean_at) * (x - mean_x) for at, x in points)
    slope = over / sum((at - mean_at) ** 2 for at, _ in points)
    return slope, mean_x - slope * mean_at


def _end_of(strip: str) -> str:
    return f"{strip}.getAnimations()[0].effect.getComputedTiming().duration"


async def _asked(page: DevTools, expression: str) -> Mapping[str, object]:
    answer = await page.call("Runtime.evaluate", expression=expression, returnByValue=True)
    result = answer["result"]
    assert isinstance(result, dict)
    assert "exceptionDetails" not in answer, answer
    value = result.get("value")
    return value if isinstance(value, dict) else {}


async def _act(folder: Path, look: Callable[[Post], Awaitable[None]]) -> None:
    """A post that shows the three in turn."""
    hub = HubSimulator(clock=time.time)
    post = Post(folder / "player", hub, browser=str(browser.find("auto")))
    await hub.start()
    try:
        await post.start()
        await until(lambda: post.is_enrolled, within_s=60)
        cast = [(_item(name), None) for name in FIELDS]
        hub.publish(programme(clips=cast, filler=[], windows=[window(-3, 900, now=time.time())]))
        await look(post)
    finally:
        await post.stop()
        await hub.stop()


def _item(name: str) -> Item:
    template, fields = FIELDS[name]
    rendition = Rendition("", TURN_MS, WIDTH, HEIGHT, f"{WIDTH}x{HEIGHT}")
    content = Content(name, "text", "vi", name, (rendition,), "dai-ptth", TextNotice(template, dict(fields)))
    return Item(name, "ordinary", content, content_digest(content))


def _shows(post: Post, name: str) -> bool:
    status = post.status()
    return status is not None and status.showing == name

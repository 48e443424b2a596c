"""Every template on every shape of face, and a face that hangs turned and is dimmed at night."""

import asyncio
import time
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import web
from PIL import Image
from playwright.async_api import async_playwright

from bangtin.bundle.content import Content, Rendition, content_digest
from bangtin.bundle.manifest import Face, Item, Level
from bangtin.bundle.notices import FOLDER, TEMPLATES
from bangtin.player.screens import browser
from bangtin.player.screens.devtools import DevTools
from bangtin.player.testing.hub_simulator import HubSimulator, describe
from bangtin.player.tests.post import Post, programme, until, window

CHROMIUM = str(browser.find("auto"))
WORDS = {
    "notice": {"head": "Cửa khẩu", "title": "Mở cửa", "fact": "7 giờ", "detail": "Từ 23/11"},
    "bilingual": {"title": "Chợ phiên", "translation": "重庆县集市", "language": "zh"},
    "urgent": {"head": "KHẨN", "title": "Dừng xe", "fact": "Đi quốc lộ 3", "detail": "23/11"},
    "event": {"title": "Đêm hội", "fact": "28/11, Đàm Thủy"},
    "table": {"head": "Giờ mở", "rows": "Tà Lùng | 07–19\nTrà Lĩnh | 07–17"},
    "ticker": {"head": "Phòng rét", "facts": "Che chắn chuồng trại\nKhông thả gia súc"},
}
FACES = ((1024, 512), (1920, 640), (2304, 384), (1920, 256), (320, 160), (640, 640), (512, 1024), (384, 1536))
PAGE = """<!doctype html><link rel="stylesheet" href="/notices/notice.css"><body style="margin:0"><div id="f"></div>"""
DRAW = """async ([text, width, height]) => {
  const root = document.getElementById("f");
  root.style.cssText = `position:relative;width:${width}px;height:${height}px;overflow:hidden`;
  const { render } = await import("/notices/notice.js");
  const made = await render(root, text, { width, height });
  const room = root.getBoundingClientRect();
  const lines = [...root.querySelectorAll("[data-line]")].filter((one) => one.textContent && one.clientHeight);
  const out = lines.filter((one) => one.dataset.line !== "facts").filter((one) => {
    const box = one.getBoundingClientRect();
    return box.bottom > room.bottom + 1 || box.right > room.right + 1 || box.top < room.top - 1;
  });
  return { fits: made.fits, out: out.map((one) => one.textContent) };
}"""


@pytest.mark.browser
def test_every_template_fits_every_shape_of_face_and_cuts_nothing_off() -> None:
    async def act() -> None:
        app = web.Application()
        app.router.add_static("/notices", FOLDER)
        app.router.add_get("/", _page)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        wrong = []
        async with async_playwright() as playwright:
            launched = await playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            page = await launched.new_page(viewport={"width": 2304, "height": 1536})
            await page.goto(f"http://127.0.0.1:{runner.addresses[0][1]}/")
            for face in FACES:
                for template in TEMPLATES:
                    text = {"template": template, "fields": WORDS[template]}
                    found = await page.evaluate(DRAW, [text, *face])
                    wrong += [(face, template, found)] if found["out"] or not found["fits"] else []
            await launched.close()
        await runner.cleanup()
        assert wrong == []

    asyncio.run(act())


async def _page(_request: web.Request) -> web.StreamResponse:
    return web.Response(text=PAGE, content_type="text/html")


HANGS = {  # the face, and where in the window the upper left corner of its picture lies
    "upright, of odd numbers": (Face(641, 203, 0), (10, 10)),
    "a quarter": (Face(320, 160, 90), (150, 10)),
    "half": (Face(320, 160, 180), (310, 150)),
    "three quarters": (Face(320, 160, 270), (10, 310)),
    "a quarter, long and of odd numbers": (Face(1153, 193, 90), (183, 10)),
    "three quarters, long and of odd numbers": (Face(1153, 193, 270), (10, 1143)),
}


@pytest.mark.browser
@pytest.mark.parametrize(("face", "yellow"), HANGS.values(), ids=HANGS)
def test_a_face_that_hangs_turned_shows_its_picture_turned_and_at_night_darker(
    face: Face, yellow: tuple[int, int], tmp_path: Path
) -> None:
    async def act() -> None:
        path = tmp_path / "corner.png"
        made = Image.new("RGB", (face.width, face.height), "#2040c0")
        made.paste((240, 200, 40), (0, 0, 80, 40))  # the upper left corner
        made.save(path)
        hub = HubSimulator(clock=time.time, face=face)
        now_ms = round(time.time() * 1000)
        hub.brightness = (Level(now_ms - 3_600_000, now_ms + 3_600_000, 1_000),)
        await hub.start()
        post = Post(tmp_path / "player", hub, browser=CHROMIUM)
        await post.start()
        await until(lambda: post.is_enrolled)
        rendition = Rendition(describe(path).sha256, 60_000, face.width, face.height, face.geometry)
        content = Content("corner", "picture", "vi", "corner", (rendition,), "dai-ptth")
        item = Item("corner", "ordinary", content, content_digest(content))
        hub.publish(programme(clips=[(item, path)], filler=[], windows=[window(-3, 600, now=time.time())]))
        size = (face.height, face.width) if face.rotation % 180 else (face.width, face.height)
        picture = Image.new("RGB", (1, 1))
        async with asyncio.timeout(60):
            while picture.size != size or not _is_yellow(picture.getpixel(yellow)):
                picture = await _picture(post)
        await post.stop()
        await hub.stop()
        # 1,000 of 4,500 nit is 51 % of the levels an LED controller is fed with
        assert _near(picture.getpixel(yellow), (121, 101, 20))
        corners = [(x, y) for x in (10, size[0] - 11) for y in (10, size[1] - 11)]
        others = [one for one in corners if abs(one[0] - yellow[0]) + abs(one[1] - yellow[1]) > 20]
        assert len(others) == 3 and all(_near(picture.getpixel(one), (16, 32, 97)) for one in others)

    asyncio.run(act())


async def _picture(post: Post) -> Image.Image:
    """What the browser composes now; one pixel while it is being started anew."""
    try:
        async with DevTools(post.folder / "browser") as page:
            return Image.open(BytesIO(await page.picture(quality=100))).convert("RGB")
    except (RuntimeError, OSError):
        await asyncio.sleep(0.1)
        return Image.new("RGB", (1, 1))


def _is_yellow(found: object) -> bool:
    return isinstance(found, tuple) and found[0] > 80 and found[2] < 60


def _near(found: object, wanted: tuple[int, int, int]) -> bool:
    return isinstance(found, tuple) and all(abs(a - b) <= 8 for a, b in zip(found, wanted, strict=True))

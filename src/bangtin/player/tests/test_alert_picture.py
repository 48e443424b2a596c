"""The picture of an emergency notice on every shape of face: nothing cut off, letters at their least, who says what."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from playwright.async_api import Page, async_playwright

from bangtin.bundle.alerts import AlertNotice, AlertText
from bangtin.bundle.notices import FOLDER
from bangtin.bundle.tests.alert_world import notice
from bangtin.player.screens import browser

CHROMIUM = str(browser.find("auto"))
FACES = ((1024, 512), (1920, 640), (320, 160), (512, 1024))
LONG = AlertText(
    "Bão số 9 đổ bộ, mưa rất to",
    "Từ 19 giờ ngày 23/11 đến sáng 24/11, các xã Phục Hòa, Hạnh Phúc, Quảng Uyên, Đông Khê, Trùng Khánh, Trà Lĩnh có "
    "mưa từ 200 đến 350 mm, nguy cơ lũ quét trên sông Bằng Giang và sạt lở tại quốc lộ 3, quốc lộ 4A, tỉnh lộ 206.",
    "Không ra đường sau 19 giờ. Người dân ở ven suối đến nhà văn hóa xã. Gọi 112 khi cần cứu nạn.",
)
ENGLISH = AlertText("Flash flood", "Phuc Hoa commune", "Leave stream banks now. Call 112.")
PAGE = """<!doctype html><link rel="stylesheet" href="/notices/notice.css"><body style="margin:0"><div id="f"></div>"""
DRAW = """async ([alert, width, height]) => {
  const root = document.getElementById("f");
  root.style.cssText = `position:relative;width:${width}px;height:${height}px;overflow:hidden`;
  const { renderAlert } = await import("/notices/alert.js");
  window.at = 0;
  const made = await renderAlert(root, alert, { width, height }, () => window.at);
  const { pages, capitals } = await made.ready;
  made.stop();
  const said = (name) => [...root.querySelectorAll(`[data-line=${name}]`)].map((one) => one.textContent).join("|");
  const room = root.getBoundingClientRect();
  const out = [...root.querySelectorAll("[data-line]")].filter((one) => one.textContent).filter((one) => {
    const box = one.getBoundingClientRect();
    return box.bottom > room.bottom + 1 || box.right > room.right + 1 || box.top < room.top - 1;
  });
  const animations = document.getAnimations().length;
  return { pages, capitals, least: made.least, level: said("level"), issuer: said("issuer"), issued: said("issued"),
    title: said("title"), instruction: said("instruction"), drill: said("drill"), animations,
    bars: root.querySelectorAll(".bt-alert-full").length, out: out.map((one) => one.textContent) };
}"""


AT_ONCE = """async ([alert, width, height]) => {
  const root = document.getElementById("f");
  root.style.cssText = `position:relative;width:${width}px;height:${height}px;overflow:hidden`;
  const { renderAlert } = await import("/notices/alert.js");
  const stands = () => {
    const sheets = root.querySelectorAll(":scope > .bt-alert");
    const said = (name) => sheets[0].querySelector(`[data-line=${name}]`)?.textContent ?? "";
    const foot = root.getBoundingClientRect().bottom;
    const title = sheets[0].querySelector("[data-line=title]").getBoundingClientRect();
    return { sheets: sheets.length, level: said("level"), title: said("title"), instruction: said("instruction"),
      fit: Number(sheets[0].style.getPropertyValue("--fit")), isCut: title.bottom > foot + 1 };
  };
  const made = await renderAlert(root, alert, { width, height }, () => 0, true);
  const first = stands();
  const { pages, capitals } = await made.ready;
  made.stop();
  const bench = root.querySelectorAll(".bt-alert-bench").length;
  return { first, then: stands(), pages, capitals, least: made.least, bench };
}"""


async def draw(page: Page, made: AlertNotice, face: tuple[int, int]) -> dict[str, object]:
    """What stands on the face first, and how."""
    found = await page.evaluate(DRAW, [made.content(), *face])
    assert isinstance(found, dict)
    return found


async def check(page: Page) -> None:
    """Every shape of face, one after the other."""
    for face in FACES:
        plain = await draw(page, notice(), face)
        assert (plain["level"], plain["bars"], plain["drill"]) == (
            "CẢNH BÁO · RỦI RO THIÊN TAI CẤP 4" if face == (1920, 640) else "RỦI RO THIÊN TAI CẤP 4",
            4,
            "",
        )
        assert "08:00 23/11" in str(plain["issued"])
        assert "18:00" in str(plain["issued"])
        assert plain["title"] == "LŨ QUÉT, SẠT LỞ ĐẤT"
        assert "Gọi 112" in str(plain["instruction"])  # the act is on the first page of every face
        long = await draw(page, notice(texts={"vi": LONG, "en": ENGLISH}, level=None), face)
        assert long["level"] == "CẢNH BÁO KHẨN CẤP"
        assert "Không ra đường" in str(long["instruction"])
        drill = await draw(page, notice(is_drill=True), face)
        assert drill["drill"] == "DIỄN TẬP"
        for one in (plain, long, drill):
            assert (one["out"], one["animations"]) == ([], 0)
            assert int(str(one["capitals"])) >= int(str(one["least"])) or face == (512, 1024)
    wide = await draw(page, notice(), (1920, 640))
    small = await draw(page, notice(), (320, 160))
    assert (wide["issuer"], small["issuer"]) == ("BCH Phòng thủ dân sự tỉnh", "")


async def check_at_once(page: Page) -> None:
    """The words stand in the least letters, then in the largest that fit; long ones say first what happens."""
    for face in FACES:
        for made in (notice(), notice(texts={"vi": LONG, "en": ENGLISH}), notice(is_drill=True)):
            found = await page.evaluate(AT_ONCE, [made.content(), *face])
            first, then = found["first"], found["then"]
            assert (first["sheets"], then["sheets"], found["bench"]) == (1, 1, 0)
            assert (first["level"], first["title"], first["isCut"]) == (then["level"], then["title"], False), face
            assert first["fit"] <= then["fit"] or found["capitals"] < found["least"]
            assert found["pages"] >= 1
    plain = await page.evaluate(AT_ONCE, [notice().content(), 1024, 512])
    assert plain["first"]["fit"] < plain["then"]["fit"]  # nothing was looked for before the first words stood
    assert "Gọi 112" in plain["first"]["instruction"]


@pytest.mark.browser
def test_every_face_shows_level_act_and_hours_and_cuts_nothing_off() -> None:
    asyncio.run(on_page(check))


@pytest.mark.browser
def test_the_first_words_stand_before_the_largest_letters_are_looked_for() -> None:
    asyncio.run(on_page(check_at_once))


async def on_page(look: Callable[[Page], Awaitable[None]]) -> None:
    """`look` at a page of its own that draws notices."""
    app = web.Application()
    app.router.add_static("/notices", FOLDER)
    app.router.add_get("/", _page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = await launched.new_page(viewport={"width": 1920, "height": 1024})
        await page.goto(f"http://127.0.0.1:{runner.addresses[0][1]}/")
        await look(page)
        await launched.close()
    await runner.cleanup()


async def _page(_request: web.Request) -> web.StreamResponse:
    return web.Response(text=PAGE, content_type="text/html")

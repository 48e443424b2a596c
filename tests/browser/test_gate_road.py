"""The road of the gate code: asked for on the operator's phone, scanned off the face, and known to everyone after."""

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from bangtin.bundle import gate_codes
from bangtin.player.screens.devtools import DevTools
from tests.browser import qr
from tests.browser.officers import FACE, Officer
from tests.browser.processes import CHROMIUM, MORNING, Hub, Screen, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
OPERATOR = "Cán bộ vận hành Trùng Khánh"
PAGE = f"/man-hinh/{FACE}/tai-cho/"


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


def test_the_operator_s_phone_scans_the_code_off_the_face_and_the_hub_says_who_saw_it_and_when(
    browser: Browser, hub: Hub, screens: Callable[..., Screen], films: dict[str, Path]
) -> None:
    screen = _on_air(hub, screens, films["picture"])
    phone = Officer(browser, hub, "van-hanh-tk", is_on_phone=True)
    phone.open(PAGE)
    assert OPERATOR not in phone.page.inner_text("main")
    with phone.page.expect_navigation():  # the answer may come after the code stands on the face
        phone.page.locator("button[name=deed][value=ma]").tap()
    address = until(lambda: _scanned(screen), what="the face shows a code that can be read")
    assert address.startswith(f"{hub.address}/tai-cho/")
    seen_at = datetime.now(UTC) + timedelta(seconds=hub.offset_s)

    phone.page.goto(address)
    code = gate_codes.read(address.removeprefix(f"{hub.address}/tai-cho/").rstrip("/"))
    assert code.letters in phone.page.inner_text("main")
    _fits(phone)
    phone.page.locator("form.bt-gate-do button").tap()
    phone.page.wait_for_url(f"**{PAGE}")
    _says_who_and_when(phone, seen_at)
    _fits(phone)

    others = Officer(browser, hub, "xep-lich-tk")
    others.open(PAGE)
    _says_who_and_when(others, seen_at)
    others.open(address.removeprefix(hub.address))  # one code counts once
    assert others.page.locator("form.bt-gate-do").count() == 0
    (found,) = hub.rows(
        "SELECT c.face_id, u.username FROM devices_gatecheck c JOIN accounts_user u ON u.id = c.seen_by_id"
    )
    assert found == (FACE, "van-hanh-tk")
    plays = len(hub.plays())
    until(lambda: len(hub.plays()) > plays, what="the plan goes on")
    assert [*phone.complaints, *others.complaints] == []


def _on_air(hub: Hub, screens: Callable[..., Screen], picture: Path) -> Screen:
    """A screen that plays a picture; its kit names the hub by the address that phones reach."""
    receipts = hub.seed("approve", "2000", str(picture))
    assert isinstance(receipts, list)
    hub.seed("employ", "van-hanh-tk", OPERATOR, "ubnd-trung-khanh", "operator")
    hub.kit.write_text(json.dumps({**json.loads(hub.kit.read_text()), "hub": hub.address}))
    hub.start()
    screen = screens(hub)
    screen.start()
    hub.seed("enrol", until(screen.code, what="the screen shows a code"))
    hub.seed("plan", "60", *receipts)
    until(hub.plays, within_s=60, what="a play reaches the hub")
    return screen


def _scanned(screen: Screen) -> str:
    """The address in the code on the face; empty while none stands there."""
    with ThreadPoolExecutor(1) as thread:  # the officers' browser has a loop of its own in this one
        picture = thread.submit(asyncio.run, _picture(screen)).result()
    try:
        return qr.read(Image.open(BytesIO(picture)))
    except ValueError:
        return ""


async def _picture(screen: Screen) -> bytes:
    """What the screen's own Chromium composed."""
    async with DevTools(screen.folder / "browser") as page:
        return await page.picture()


def _says_who_and_when(officer: Officer, at: datetime) -> None:
    said = officer.page.inner_text("main")
    assert OPERATOR in said, said
    local = at.astimezone(MORNING.tzinfo)
    minutes = {f"{local + timedelta(minutes=late):%H:%M}" for late in (0, 1)}
    line = next(one for one in said.splitlines() if OPERATOR in one)
    assert any(minute in line for minute in minutes), (line, minutes)


def _fits(officer: Officer) -> None:
    """Nothing hangs out of the phone's width."""
    assert int(officer.page.evaluate("document.documentElement.scrollWidth")) <= 390, officer.page.url

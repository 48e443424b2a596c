"""One changed byte anywhere between hub and glass: refused, named in the records, and nothing of it is shown.

The same for each part alone: `bangtin.bundle.tests.test_verify`, `bangtin.player.tests.test_survive`,
`bangtin.hub.playlog.tests.test_ingest`.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.meddler import Meddler
from tests.browser.processes import CHROMIUM, Hub, Notes, Screen, rows, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BLUE, GREEN = (30, 136, 229), (67, 160, 71)
Color = tuple[int, int, int]


def test_a_flipped_byte_of_a_media_file_on_the_disk_is_named_and_never_shown(
    playing: tuple[Hub, Screen],
) -> None:
    """T40."""
    hub, screen = playing
    with glass(screen) as page:
        until(lambda: _color(page) == BLUE, what="the film is on the glass")
        hub.kill()
        _flip(_film(screen))
        until(lambda: _own_refusals(screen) & {"media_changed"}, what="the screen names it")
        seen = [_color(page) for _ in _for_s(8)]
        assert GREEN in seen  # filler in its place
        assert BLUE not in seen
        hub.start()
        until(lambda: _color(page) == BLUE, what="the film is fetched again and shown")
    until(lambda: "media_changed" in hub.refusals(), what="the hub is told")


def test_a_flipped_byte_of_a_bundle_on_its_way_is_named_and_the_old_bundle_plays_on(
    stocked: tuple[Hub, dict[str, str]], screens: Callable[..., Screen]
) -> None:
    hub, receipts = stocked
    hub.start()
    with Meddler(hub.port) as line:
        _enrolled(hub, screens, line)
        hub.seed("plan", "60", receipts["film"])
        until(lambda: _bundles(hub) == {1}, within_s=60, what="the first bundle plays")
        line.armed, line.left = b"GET /api/v1/targets/c/trung-khanh/", 10**6
        hub.seed("plan", "60", f"+{receipts['picture']}")
        until(lambda: hub.refusals() & {"manifest_digest", "approvals_digest"}, what="the hub is told")
        played = len(hub.plays())
        until(lambda: len(hub.plays()) >= played + 2, what="the screen plays on")
        assert _bundles(hub) == {1}
        line.armed = b""
        until(lambda: _bundles(hub) == {1, 2}, what="the unchanged bundle is taken")


def test_a_flipped_byte_of_a_record_on_its_way_is_named_and_the_record_comes_once(
    stocked: tuple[Hub, dict[str, str]], screens: Callable[..., Screen]
) -> None:
    hub, receipts = stocked
    hub.start()
    with Meddler(hub.port) as line:
        screen = _enrolled(hub, screens, line)
        notes = Notes(screen)
        notes.start()
        hub.seed("plan", "60", receipts["film"])
        until(hub.plays, within_s=60, what="a first play")
        line.armed, line.is_request, line.left = b"POST /api/v1/device/records", True, 2
        until(lambda: len(line.answers) == 2, what="two changed batches")
        assert all(b" 400 " in answer and b"request_body" in answer for answer in line.answers), line.answers
        until(lambda: len(hub.plays()) >= 4, what="plays come in again")
        screen.stop()
        notes.stop()
    held = hub.lines()
    assert sorted(held) == [(1, n) for n in range(1, len(held) + 1)]
    assert all(notes.lines[key] == wording for key, wording in held.items() if key in notes.lines)


@contextmanager
def glass(screen: Screen) -> Iterator[Page]:
    """A page of another browser that shows what the screen's page shows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1024, "height": 512})
        page.goto(screen.page)
        yield page
        browser.close()


def _color(page: Page) -> Color | None:
    """The nearest of the colours that these tests know, at the middle of the glass."""
    found = Image.open(BytesIO(page.screenshot())).convert("RGB").getpixel((512, 256))
    assert isinstance(found, tuple)
    near = [one for one in (BLUE, GREEN) if all(abs(a - b) <= 12 for a, b in zip(found, one, strict=True))]
    return near[0] if near else None


def _enrolled(hub: Hub, screens: Callable[..., Screen], line: Meddler) -> Screen:
    screen = screens(hub, address=f"http://127.0.0.1:{line.port}")
    screen.start()
    hub.seed("enrol", until(screen.code, what="the screen shows a code"))
    return screen


def _bundles(hub: Hub) -> set[int]:
    return {int(str(number)) for (number,) in hub.rows("SELECT bundle FROM playlog_playrecord WHERE kind = 'play'")}


def _own_refusals(screen: Screen) -> set[str]:
    """The codes in the screen's own records."""
    lines = b"".join(bytes(line) for (line,) in rows(screen.database, "SELECT line FROM lines"))  # type: ignore[call-overload]  # a BLOB
    return {"media_changed"} if b'"x_code":"media_changed"' in lines else set()


def _film(screen: Screen) -> Path:
    """The film among the stored media."""
    return next(path for path in (screen.folder / "media").iterdir() if b"ftyp" in path.read_bytes()[:16])


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _for_s(seconds: float) -> Iterator[None]:
    """Turns until the time is over."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        yield

"""A file from a real browser over a line that drops, through a hub that dies: whole, sent once, its digest shown."""

import hashlib
import random
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.browser.line import Line
from tests.browser.officers import Officer
from tests.browser.processes import CHROMIUM, Hub, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIZE_BYTES = 50_000_000
DRAGGED = """() => {
  const dragged = new DataTransfer();
  for (const name of ["một.txt", "hai.txt"]) dragged.items.add(new File([name.repeat(9000)], name));
  return dragged;
}"""
RATE = re.compile(r"\d\s[kMG]?B/s, .*\d")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def film(films: dict[str, Path], tmp_path: Path) -> Path:
    """A playable clip of SIZE_BYTES: padded by a box that players pass over, no two parts of it alike."""
    clip = films["clip"].read_bytes()
    padding = SIZE_BYTES - len(clip)
    path = tmp_path / "thác Bản Giốc.mp4"
    path.write_bytes(clip + struct.pack(">I4s", padding, b"free") + random.Random(1).randbytes(padding - 8))
    return path


def test_a_file_survives_a_cut_line_a_dead_hub_a_pause_and_a_closed_page(
    browser: Browser, hub: Hub, film: Path, films: dict[str, Path]
) -> None:
    hub.start()
    with Line(hub.port) as line:
        author = Officer(browser, Hub(hub.folder, hub.environment, line.port), "dai")
        page = author.page
        page.goto(f"http://127.0.0.1:{line.port}/chuong-trinh/gui/")
        page.set_input_files("#id_file", [str(film), str(films["picture"])])
        row = _row(page, film.name)
        _until_percent(row, 15)
        # bytes a second, and how long it will take at that rate
        rate = row.locator("[data-row-rate]")
        until(lambda: RATE.search(rate.inner_text()), what="rate and time left are told")
        line.die()
        _says(row, "lost")
        line.is_dead = False
        _until_percent(row, 40)
        hub.kill()
        hub.start()
        _until_percent(row, 60)
        row.locator("[data-row-pause]").click()
        before = until(lambda: _stored(hub, film.name), what="the file lies in the hub")
        row.locator("[data-row-resume]").click()
        _until_percent(row, 70)
        page.reload()
        row = _row(page, film.name)
        _says(row, "unfinished")
        page.set_input_files("#id_file", str(film))
        row = _row(page, film.name)
        _whole(row)
        assert row.locator("[data-row-sha256]").inner_text() == _sha256(film)
        assert 0 < before < SIZE_BYTES
        assert line.passed < 1.7 * SIZE_BYTES  # five pieces of 16 MiB at most were sent again in part
    code = author.submit_uploaded(row.locator("[data-row-choice]"), "Lễ hội Thác Bản Giốc")
    ((sha256, name, size),) = hub.rows(
        "SELECT source_sha256, source_name, source_size_bytes FROM programmes_programmeversion WHERE receipt = ?",
        f"{code}/1",
    )
    assert (sha256, name, size) == (_sha256(film), film.name, SIZE_BYTES)
    assert (hub.folder / "files" / str(sha256)[:2] / str(sha256)).read_bytes() == film.read_bytes()
    assert [status for (status,) in hub.rows("SELECT state FROM programmes_upload ORDER BY state")] == [
        "complete",  # the picture, for the next programme
        "used",
    ]


def test_without_scripts_the_file_goes_with_the_form(browser: Browser, hub: Hub, films: dict[str, Path]) -> None:
    hub.start()
    author = Officer(browser, hub, "dai")
    author.page.route("**/upload.js", lambda route: route.abort())
    code = author.submit_clip(films["clip"], "Không có kịch bản")
    assert hub.rows("SELECT count(*) FROM programmes_upload") == [(0,)]
    assert author.sees_it_checked(code)


def test_the_same_file_again_is_recognised_and_may_go_on(browser: Browser, hub: Hub, films: dict[str, Path]) -> None:
    hub.start()
    author = Officer(browser, hub, "dai")
    code = author.submit_clip(films["picture"], "Ảnh lần một")
    author.open("/chuong-trinh/gui/")
    author.page.set_input_files("#id_file", str(films["picture"]))
    row = _row(author.page, films["picture"].name)
    _whole(row)
    assert f"{code}/1" in row.locator("[data-row-duplicate]").inner_text()
    row.locator("[data-row-cancel]").click()
    until(lambda: hub.rows("SELECT count(*) FROM programmes_upload WHERE state = 'expired'") == [(1,)])
    assert author.complaints == []


def test_files_are_dropped_several_at_once_and_filmed_with_a_phone(
    browser: Browser, hub: Hub, films: dict[str, Path]
) -> None:
    hub.start()
    phone = Officer(browser, hub, "dai", is_on_phone=True)
    phone.open("/chuong-trinh/gui/")
    camera = phone.page.locator("[data-upload-camera]")
    assert phone.page.locator("[data-upload-film]").is_visible()
    assert (camera.get_attribute("capture"), camera.get_attribute("accept")) == ("environment", "video/*,image/*")
    camera.set_input_files(str(films["clip"]))
    _whole(_row(phone.page, films["clip"].name))

    desk = Officer(browser, hub, "dai")
    desk.open("/chuong-trinh/gui/")
    area = desk.page.locator("[data-upload]")
    desk.page.dispatch_event("[data-upload]", "dragover", {"dataTransfer": desk.page.evaluate_handle(DRAGGED)})
    assert "bt-drop-on" in (area.get_attribute("class") or "")
    desk.page.dispatch_event("[data-upload]", "drop", {"dataTransfer": desk.page.evaluate_handle(DRAGGED)})
    for name in ("một.txt", "hai.txt"):
        _whole(_row(desk.page, name))
    _whole(_row(desk.page, films["clip"].name))  # what the phone sent waits here, for the same account
    assert "bt-drop-on" not in (area.get_attribute("class") or "")
    assert desk.complaints == phone.complaints == []


def _row(page: Page, name: str) -> Locator:
    return page.locator("[data-upload-list] > li", has=page.locator(f"b:text-is('{name}')"))


def _until_percent(row: Locator, percent: int) -> None:
    bar = row.locator("[data-row-bar]")
    until(lambda: float(bar.evaluate("bar => bar.value")) >= percent, within_s=60, what=f"{percent} % are up")


def _says(row: Locator, key: str) -> None:
    """Wait until the row says the words that its template keeps under `key`."""
    words = row.get_attribute(f"data-{key}") or "?"
    state = row.locator("[data-row-state]")
    until(lambda: words in state.inner_text(), what=f"the row says: {words}")


def _whole(row: Locator) -> None:
    row.locator("[data-row-digest]").wait_for(timeout=60_000)


def _stored(hub: Hub, name: str) -> int:
    """How much of a file the hub holds."""
    ((upload_id,),) = hub.rows("SELECT id FROM programmes_upload WHERE name = ? AND state = 'open'", name)
    path = hub.folder / "uploads" / str(upload_id)
    return path.stat().st_size if path.exists() else 0


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

"""A week made by clicking and dragging: lawful in under three minutes; what is unlawful refused with its article."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.browser.officers import CLUSTER, Officer
from tests.browser.processes import CHROMIUM, Hub, clock_environment, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LONGEST_S = 180  # issue 5: a lawful week from an empty calendar
NEXT_WEEK, THIS_WEEK = "2026-w49", "2026-w48"
WAIT_MS = 90_000
BLOCK = ".ec-event[data-block^='s']"
REFUSED = ".bt-popx"


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def border(tmp_path: Path) -> Iterator[tuple[Hub, str]]:
    """Lai Châu's hub, serving, and the name of its border cluster."""
    folder = tmp_path / "lai-chau"
    folder.mkdir()
    hub = Hub(folder, {**clock_environment(), "BANGTIN_PROVINCE": "lai-chau"})
    cluster = str(hub.seed("lai_chau", str(hub.kit)))
    hub.start()
    yield hub, cluster
    hub.kill()


def test_a_lawful_week_of_lai_chau_is_made_in_under_three_minutes_from_an_empty_calendar(
    browser: Browser, border: tuple[Hub, str]
) -> None:
    hub, cluster = border
    officer = Officer(browser, hub, "xep-lich")
    page = officer.page
    page.set_default_timeout(WAIT_MS)
    officer.open(f"/lich/{cluster}/{NEXT_WEEK}/")
    expect(page.locator(".bt-wk-empty")).to_be_visible(timeout=WAIT_MS)
    assert page.locator(".ec-event.bt-sl-list").count() == 0

    began = time.monotonic()
    page.click(f".bt-wk-empty a[href='/lich/{cluster}/mau/{NEXT_WEEK}/']")
    page.click("button[data-shortcut=record]")
    expect(page.locator(".ec-event.bt-sl-list")).to_have_count(14, timeout=WAIT_MS)  # a morning and an afternoon a day
    assert page.locator("[data-finding=error]").count() == 0
    page.click(f"a[href='/lich/{cluster}/trinh-duyet/{NEXT_WEEK}/']")
    page.click("button[data-shortcut=record]")
    page.wait_for_url(f"**/lich/{cluster}/duyet/*/", timeout=WAIT_MS)
    took_s = time.monotonic() - began

    assert took_s < LONGEST_S
    assert hub.rows("SELECT state FROM schedules_planrelease") == [("asked",)]
    print(f"a lawful week of Lai Châu took {took_s:.1f} s to click")

    leader = Officer(browser, hub, "lanh-dao-so")
    leader.page.set_default_timeout(WAIT_MS)
    leader.page.goto(page.url)
    leader.page.click("button[name=outcome][value=approve]")
    leader.page.wait_for_load_state()
    assert hub.rows("SELECT state FROM schedules_planrelease") == [("approved",)]
    assert officer.complaints == leader.complaints == []


def test_an_unlawful_placement_is_refused_with_the_article_by_dragging_and_by_form(browser: Browser, hub: Hub) -> None:
    receipts = hub.seed("approve", "2000", "text")
    assert isinstance(receipts, list)
    hub.start()
    officer = Officer(browser, hub, "xep-lich-tk")
    page = officer.page
    page.set_default_timeout(WAIT_MS)
    code = str(receipts[0]).partition("/")[0]
    assert "8.1.a" in _placed(officer, code, "2026-11-25", "18:00", "19:00")
    assert _slots(hub) == []
    assert _placed(officer, code, "2026-11-25", "09:00", "10:00") == ""
    before = _slots(hub)

    officer.open(f"/lich/{CLUSTER}/{THIS_WEEK}/")
    block = page.locator(BLOCK).first
    block.wait_for(timeout=WAIT_MS)
    _drag(page, block, hours=9)
    refusal = page.locator(REFUSED)
    refusal.wait_for(timeout=WAIT_MS)
    assert "18:00" in refusal.inner_text()
    assert (refusal.locator("a.bt-ct").get_attribute("href") or "").endswith("/8.1.a")
    assert page.locator(".ec-event.bt-sl-refused").count() == 1
    assert _slots(hub) == before  # it stays where it was

    refusal.locator("form button").first.click()  # the nearest span that would go
    until(lambda: _slots(hub) != before, what="the slot is moved where it may stand")
    expect(page.locator(REFUSED)).to_have_count(0, timeout=WAIT_MS)
    expect(page.locator(BLOCK).first).to_have_attribute("title", re.compile("17:00"), timeout=WAIT_MS)
    page.keyboard.press("Control+z")
    expect(page.locator(BLOCK).first).to_have_attribute("title", re.compile("09:00"), timeout=WAIT_MS)
    assert _slots(hub) == before

    page.locator(BLOCK).first.focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(BLOCK).first).to_have_attribute("title", re.compile("09:30"), timeout=WAIT_MS)
    page.locator(BLOCK).first.focus()
    page.keyboard.press("Delete")
    expect(page.locator(BLOCK)).to_have_count(0, timeout=WAIT_MS)
    assert officer.complaints == []


def _drag(page: Page, block: Locator, *, hours: float) -> None:
    """Drag a block along its row."""
    block.scroll_into_view_if_needed()
    box = block.bounding_box()
    assert box is not None
    hour = 2 * float(page.evaluate("window.btWeek.width"))
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + hours * hour / 2, y, steps=6)
    page.mouse.move(x + hours * hour, y, steps=6)
    page.mouse.up()


def _placed(officer: Officer, code: str, on: str, starts: str, ends: str) -> str:
    """Place by the form; gives the refusal's words, empty if it was placed."""
    officer.open(f"/lich/{CLUSTER}/{THIS_WEEK}/")
    form = officer.page.locator("#xep form")
    options = form.locator("#id_version option").all_inner_texts()
    form.locator("#id_version").select_option(label=next(text for text in options if f"({code}/1)" in text))
    for name, value in (("on", on), ("starts", starts), ("ends", ends)):
        form.locator(f"#id_{name}").fill(value)
    with officer.page.expect_navigation():
        form.locator("button[data-shortcut=record]").click()
    refusals = officer.page.locator(f"{REFUSED}, .bt-refusal")
    return refusals.first.inner_text() if refusals.count() else ""


def _slots(hub: Hub) -> list[tuple[object, ...]]:
    return hub.rows("SELECT starts_at, ends_at FROM schedules_slot WHERE state = 'placed' ORDER BY id")

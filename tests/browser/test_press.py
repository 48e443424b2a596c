"""A press on a button counts although the page moves under it; a press that is drawn away does not."""

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.processes import CHROMIUM, PASSWORD, Hub

pytestmark = [pytest.mark.browser]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# as a picture that arrives between the press and its release
SHIFT = """
() => document.addEventListener("pointerdown", () => {
  const late = document.createElement("div");
  late.style.height = "300px";
  document.querySelector("main").prepend(late);
}, { once: true })
"""


def test_a_press_counts_although_the_page_moves_and_one_drawn_away_does_not(hub: Hub) -> None:
    hub.start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.goto(f"{hub.address}/")
        page.fill("#id_username", "dai")
        page.fill("#id_password", PASSWORD)
        button = page.locator("main button.btn-primary")
        box = button.bounding_box()
        assert box
        page.mouse.move(box["x"] + 9, box["y"] + 9)
        page.mouse.down()
        page.mouse.move(box["x"] + 9, box["y"] - 60)
        page.mouse.up()
        assert page.locator("#id_username").input_value() == "dai"  # still the form, nothing was sent
        page.evaluate(SHIFT)
        page.mouse.move(box["x"] + 9, box["y"] + 9)
        page.mouse.down()
        page.mouse.up()
        page.wait_for_selector("#id_username", state="detached")
        browser.close()

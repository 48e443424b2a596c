"""From the press of the button to the notice on the glass: at once while the worker transcodes; within one poll where
the push line is blocked. `python -m tests.browser.alarm` measures forty tries."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import alarm
from tests.browser.processes import CHROMIUM, Hub, Screen, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TRIES, DEAF_TRIES = 8, 3
POLL_MS, HAND_MS = 1000.0, 1000.0  # the hub's period in these tests; fetching and drawing


def test_an_order_and_its_end_reach_the_glass_within_a_second_while_the_worker_transcodes(
    hub: Hub, screens: Callable[..., Screen], tmp_path: Path
) -> None:
    screen = screens(hub)
    alarm.ready(hub, screen)
    hub.seed("queue", "4", str(alarm.long_film(tmp_path / "long.mp4")))
    until(lambda: alarm.is_transcoding(hub), what="the worker transcodes")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=alarm.FLAGS)
        busy = lambda: alarm.is_transcoding(hub)  # noqa: E731 - one question, asked in the loop
        found = alarm.measure(browser, hub, screen, tries=TRIES, is_busy=busy)
    made = alarm.figures(found).figures
    assert found.busy >= TRIES // 2, found
    assert all(made[name] <= bound for name, bound in alarm.BOUNDS.items()), (made, found)


def test_with_the_push_line_blocked_the_poll_brings_it_within_one_period(
    hub: Hub, screens: Callable[..., Screen]
) -> None:
    with alarm.DeafLine(hub.port) as line, sync_playwright() as playwright:
        screen = screens(hub, address=f"http://127.0.0.1:{line.port}")
        alarm.ready(hub, screen)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=alarm.FLAGS)
        found = alarm.measure(browser, hub, screen, tries=DEAF_TRIES, is_busy=lambda: False)
    assert max(*found.issued, *found.ended) <= POLL_MS + HAND_MS, found

"""A real hub grades what a real screen shows. One record of each grade is made in
`bangtin.hub.playlog.tests.test_ingest::test_one_record_of_each_grade`; here a frozen renderer turns one into another.
"""

import signal
import time

import pytest

from tests.browser.processes import Hub, Screen, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FROZEN_S = 5


def test_freezing_the_renderer_turns_corroborated_into_claimed(playing: tuple[Hub, Screen]) -> None:
    hub, screen = playing
    until(lambda: _grades(hub).count(("corroborated", "agrees")) >= 3, what="corroborated plays")
    before = len(hub.plays())
    screen.browser_group(signal.SIGSTOP)
    time.sleep(FROZEN_S)  # the deed itself: for so long no frame reaches the glass
    screen.browser_group(signal.SIGCONT)
    until(lambda: ("claimed", "shown_short") in _grades(hub)[before:], what="a claimed play")
    after = len(hub.plays())
    until(lambda: _grades(hub)[after:].count(("corroborated", "agrees")) >= 3, what="corroborated plays again")
    assert {grade for grade, _reason in _grades(hub)[1:]} == {"corroborated", "claimed"}, hub.plays()


def _grades(hub: Hub) -> list[tuple[str, str]]:
    return [(str(grade), str(reason)) for _n, grade, reason, _end, _shown in hub.plays()]

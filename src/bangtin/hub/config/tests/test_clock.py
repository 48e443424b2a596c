"""The demo's clock gives the same working morning at any hour, on a Sunday and in Tết."""

from datetime import timedelta

import pytest

from bangtin.hub.config.demo import clock as demo_clock
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.kit.testing import local
from bangtin.rulebook import calendars, loading

CALENDAR = calendars.load(loading.default_root())


@pytest.mark.parametrize(
    ("real", "opening"),
    [
        ("2026-11-18 23:40", "2026-11-19 07:30"),  # a working night
        ("2026-11-22 10:00", "2026-11-23 07:30"),  # a Sunday
        ("2026-02-17 09:00", "2026-02-23 07:30"),  # the first day of Tết
        ("2026-11-23 06:00", "2026-11-23 07:30"),  # before opening
        ("2026-11-23 07:30", "2026-11-25 07:30"),  # at opening: the next one, past the holiday of 24/11
    ],
)
def test_it_opens_at_half_past_seven_of_the_next_working_day(real: str, opening: str) -> None:
    found = demo_clock.next_start(CALENDAR, real_now=local(real), last=None)
    assert found == local(opening)
    assert calendars.is_working(CALENDAR, found.astimezone(LOCAL).date())


def test_a_second_start_never_goes_back() -> None:
    first = demo_clock.next_start(CALENDAR, real_now=local("2026-11-18 10:00"), last=None)
    last = first + timedelta(hours=1)
    second = demo_clock.next_start(CALENDAR, real_now=local("2026-11-18 10:30"), last=last)
    assert (first, second) == (local("2026-11-19 07:30"), local("2026-11-20 07:30"))


def test_the_offset_moves_the_real_clock_to_the_opening() -> None:
    real = local("2026-11-22 10:00:05")
    offset = demo_clock.offset_s(starts_at=local("2026-11-23 07:30"), real_now=real)
    assert real + timedelta(seconds=offset) == local("2026-11-23 07:30")

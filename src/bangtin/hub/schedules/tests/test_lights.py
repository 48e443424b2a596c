"""A bundle's brightness by the hour."""

from itertools import pairwise

import pytest

from bangtin.hub.kit.clock import to_ms
from bangtin.hub.kit.testing import local
from bangtin.hub.schedules.queries.lights import brightness

pytestmark = pytest.mark.once


def test_every_instant_of_a_bundle_has_one_level_and_night_is_darker_than_day() -> None:
    starts_at, ends_at = local("2026-11-23 06:10"), local("2026-11-25 21:00")
    levels = brightness(starts_at, ends_at)
    assert (levels[0].from_ms, levels[-1].until_ms) == (to_ms(starts_at), to_ms(ends_at))
    assert all(one.until_ms == two.from_ms for one, two in pairwise(levels))
    at = {level.value: level for level in levels}
    assert set(at) == {600, 1_200, 2_500, 4_500}
    noon, midnight = to_ms(local("2026-11-24 12:00")), to_ms(local("2026-11-25 00:30"))
    found = [level.value for ms in (noon, midnight) for level in levels if level.from_ms <= ms < level.until_ms]
    assert found == [4_500, 600]

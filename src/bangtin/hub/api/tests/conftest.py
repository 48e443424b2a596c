"""Each test has keys, files and a clock of its own, set to the schedule tests' Sunday."""

from pathlib import Path
from typing import Any

import pytest

from bangtin.hub.api.tests.factories import Screen, offset_s
from bangtin.hub.devices.tests.factories import enrolled
from bangtin.hub.schedules.tests.factories import NOW, Desk


@pytest.fixture
def desk(db: None, settings: Any, tmp_path: Path) -> Desk:
    """The schedule desk of Tà Lùng."""
    settings.DATA_DIR = tmp_path
    settings.ROOT_URLCONF = "bangtin.hub.api.tests.roots"
    settings.CLOCK_OFFSET_S = 0.0
    settings.CLOCK_OFFSET_S = offset_s(NOW)
    return Desk()


@pytest.fixture
def screen(desk: Desk) -> Screen:
    """An enrolled screen on the first face of Tà Lùng."""
    return Screen.of(enrolled(desk))

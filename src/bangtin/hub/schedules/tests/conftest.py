"""Each test has a file store of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bangtin.hub.schedules.tests.factories import Desk
from bangtin.hub.schedules.tests.provinces import Province


@pytest.fixture
def desk(db: None, settings: Any, tmp_path: Path) -> Desk:
    """The schedule desk of Tà Lùng."""
    settings.DATA_DIR = tmp_path
    return Desk()


@pytest.fixture
def province(db: None, settings: Any, tmp_path: Path) -> Callable[[str], Province]:
    """The schedule desk of a province by name: `province("lai-chau")`."""
    settings.DATA_DIR = tmp_path
    return Province

"""Each test has a file store of its own."""

from pathlib import Path
from typing import Any

import pytest

from bangtin.hub.schedules.tests.factories import Desk


@pytest.fixture
def desk(db: None, settings: Any, tmp_path: Path) -> Desk:
    """The schedule desk of Tà Lùng."""
    settings.DATA_DIR = tmp_path
    return Desk()

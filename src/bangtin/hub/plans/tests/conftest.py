"""Each test has a file store of its own."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> None:
    """An empty store."""
    settings.DATA_DIR = tmp_path

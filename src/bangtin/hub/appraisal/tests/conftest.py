from pathlib import Path

import pytest

from bangtin.hub.regulations.tests.factories import World, cao_bang


@pytest.fixture(autouse=True)
def data_dir(settings: object, tmp_path: Path) -> None:
    """Each test keeps its files in a folder of its own."""
    settings.DATA_DIR = tmp_path / "data"  # type: ignore[attr-defined]  # pytest-django's wrapper has every setting


@pytest.fixture
def world(db: None) -> World:
    return cao_bang()

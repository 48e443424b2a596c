from collections.abc import Iterator
from pathlib import Path

import pytest

from bangtin.hub.programmes.tests.clips import Clips
from bangtin.hub.regulations.tests.factories import World, cao_bang


@pytest.fixture(autouse=True)
def data_dir(settings: object, tmp_path: Path) -> Iterator[Path]:
    """Each test keeps its files in a folder of its own."""
    settings.DATA_DIR = tmp_path / "data"  # type: ignore[attr-defined]  # pytest-django's wrapper has every setting
    yield tmp_path / "data"


@pytest.fixture
def world(db: None) -> World:
    return cao_bang()


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    """The folder of good and bad files, made once with the real ffmpeg and Pillow."""
    return Clips(tmp_path_factory.mktemp("clips"))

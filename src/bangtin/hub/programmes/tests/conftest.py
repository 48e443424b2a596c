import pytest

from bangtin.hub.programmes.tests.clips import Clips
from bangtin.hub.regulations.tests.factories import World, cao_bang


@pytest.fixture
def world(db: None) -> World:
    return cao_bang()


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    """The folder of good and bad files, made once with the real ffmpeg and Pillow."""
    return Clips(tmp_path_factory.mktemp("clips"))

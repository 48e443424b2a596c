import pytest

from bangtin.hub.regulations.tests.factories import World, cao_bang


@pytest.fixture
def world(db: None) -> World:
    return cao_bang()

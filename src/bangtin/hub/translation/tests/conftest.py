import pytest

from bangtin.hub.regulations.tests.factories import World
from bangtin.hub.translation.tests.factories import lai_chau


@pytest.fixture
def world(db: None) -> World:
    return lai_chau()

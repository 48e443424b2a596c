"""Each test has keys and a file store of its own."""

from bangtin.hub.schedules.tests.conftest import desk, province

__all__ = ["desk", "province"]

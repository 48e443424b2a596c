"""Each test has keys and a file store of its own."""

from bangtin.hub.schedules.tests.conftest import desk

__all__ = ["desk"]

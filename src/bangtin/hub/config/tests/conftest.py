"""The schedule desk, for commands that read what it published."""

from bangtin.hub.schedules.tests.conftest import desk

__all__ = ["desk"]

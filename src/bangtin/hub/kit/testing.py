"""Small things that tests of all desks use."""

from datetime import datetime

from bangtin.hub.kit.clock import LOCAL


def local(text: str) -> datetime:
    """An aware instant from Vietnamese wall-clock time: `local("2026-11-23 07:30")`."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)

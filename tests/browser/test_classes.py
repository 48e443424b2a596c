"""An emergency takes the face at once: from the daemon's decision to the frame that shows it."""

import asyncio
from pathlib import Path

import pytest

from tests.browser import classes

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_each_change_of_class_is_seen_and_no_frame_of_it_is_wrong(tmp_path: Path) -> None:
    """How soon is for `python -m tests.browser.classes --json` to say, on a machine that does nothing else."""
    found = asyncio.run(classes.run(tries=6, folder=tmp_path))
    made = classes.figures(found).figures
    assert (made["wrong"], made["missed"], made["tries"]) == (0.0, 0.0, 6.0), found
    assert all(made[f"{way}_median_ms"] >= 0 for way in classes.BOUNDED), found

"""`bangtin bench media`: a shorter clip is measured the same way and never holds."""

import json
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "bangtin.hub.config.main", "bench", "media", "--scale", "0.05", "--json"]


@pytest.mark.media
def test_a_shorter_clip_is_measured_and_does_not_hold() -> None:
    done = subprocess.run(COMMAND, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    assert (found["name"], found["holds"]) == ("media", False)
    assert found["figures"]["ours_s"] > 0 and found["baseline"]["bare_s"] > 0
    assert found["bounds"] == {"throughput_lost_percent": 5.0}
    assert abs(found["ratios"]["ours_to_bare"] - found["baseline"]["bare_s"] / found["figures"]["ours_s"]) < 0.05

"""`bangtin bench upload`: a smaller file is measured the same way and never holds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "bangtin.hub.config.main", "bench", "upload"]


@pytest.mark.slow
def test_a_smaller_file_goes_through_cuts_and_restarts_and_never_holds(tmp_path: Path) -> None:
    environment = {**os.environ, "BANGTIN_DATA_DIR": str(tmp_path / "var")}
    command = [*COMMAND, "--size", "30000000", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["holds"]) == (1, False), done.stderr
    assert {name: answer["figures"][name] for name in ("digest_differs", "bytes_lost_at_cuts", "cuts_missing")} == {
        "digest_differs": 0.0,
        "bytes_lost_at_cuts": 0.0,
        "cuts_missing": 0.0,
    }
    assert answer["figures"]["hub_rss_growth_mb"] <= answer["bounds"]["hub_rss_growth_mb"]
    assert answer["baseline"]["copy_and_digest_mb_per_s"] > 0


def test_a_size_that_makes_no_sense_is_bad_input(tmp_path: Path) -> None:
    environment = {**os.environ, "BANGTIN_DATA_DIR": str(tmp_path / "var")}
    for size in ("0", "2147483649"):
        done = subprocess.run([*COMMAND, "--size", size], env=environment, capture_output=True, timeout=60, check=False)
        assert done.returncode == 2

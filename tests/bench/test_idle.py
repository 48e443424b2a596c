"""`bangtin bench idle`: its shape, and that a shortened run never holds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bangtin.hub.config.benches.shape import Result

SHAPE = ["name", "figures", "baseline", "ratios", "bounds", "holds", "machine"]


def result(figure: float, *, is_full_size: bool = True) -> Result:
    return Result("idle", {"hub_rss_mb": figure}, {}, {}, {"hub_rss_mb": 200.0}, is_full_size)


def test_it_holds_up_to_the_bound_and_at_full_size_only() -> None:
    assert result(200.0).holds
    assert not result(200.1).holds
    assert not result(100.0, is_full_size=False).holds


def test_a_bounded_figure_that_was_not_measured_does_not_hold() -> None:
    assert not Result("idle", {}, {}, {}, {"hub_rss_mb": 200.0}).holds


def test_the_answer_has_the_one_shape_of_every_benchmark() -> None:
    assert list(result(1.0).to_object()) == SHAPE


@pytest.mark.slow
def test_a_shortened_run_measures_real_processes_within_bounds(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bangtin.hub.config.main", "bench", "idle", "--wait", "0.5", "--json"]
    environment = {**os.environ, "BANGTIN_DATA_DIR": str(tmp_path / "var")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)
    answer = json.loads(done.stdout)
    assert list(answer) == SHAPE, done.stderr
    assert done.returncode == 1
    assert answer["holds"] is False
    assert all(0 < answer["figures"][name] <= bound for name, bound in answer["bounds"].items())

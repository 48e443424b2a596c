"""A tenth of thirty days that a screen without a line hands in at once; the whole: `python -m tests.bench.backlog`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_a_tenth_of_a_month_at_once_is_all_in_repaired_and_claimed_and_others_are_answered() -> None:
    """T71: a dead clock all the time, its signed time last."""
    command = [sys.executable, "-m", "tests.bench.backlog", "--scale", "0.1", "--json"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BANGTIN_")}
    done = subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, timeout=300, check=False)
    assert done.stdout, done.stderr[-3_000:]
    answer = json.loads(done.stdout.strip().splitlines()[-1])
    figures, nothing = answer["figures"], [name for name, bound in answer["bounds"].items() if bound == 0]
    assert {name: figures[name] for name in nothing} == dict.fromkeys(nothing, 0.0)
    assert "rows_unclaimed" in nothing and "rows_missing" in nothing
    assert (figures["lines"], figures["claimed"]) == (25_920, 25_920)
    assert figures["others_asked"] >= figures["others"] >= 2
    assert (done.returncode, answer["holds"]) == (1, False)  # a shortened run never holds

"""Thirty kills of the soak: no started segment lost or doubled, no face dark beyond a restart."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_thirty_kills_lose_and_double_no_started_segment() -> None:
    """T72."""
    command = [sys.executable, "-m", "tests.bench.soak", "--kills", "30", "--daemons", "3", "--chromium", "2", "--json"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BANGTIN_")}
    done = subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, timeout=240, check=False)
    assert done.stdout, done.stderr[-3000:]
    found = json.loads(done.stdout.strip().splitlines()[-1])
    nothing = {"lost": 0, "doubled": 0, "chain_gaps": 0, "refused": 0, "blanks": 0}
    counted = {name: found[name] for name in (*nothing, "kills", "chromium_kills")}
    assert counted == {**nothing, "kills": 30, "chromium_kills": 2}, found["troubles"]
    assert found["segments"] >= 30
    assert found["simulated_days"] >= 29

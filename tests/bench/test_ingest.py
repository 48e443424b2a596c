"""`bangtin bench ingest`: fewer screens are measured the same way, lose nothing and never hold."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "bangtin.hub.config.main", "bench", "ingest"]
NONE = ("batches_refused", "rows_missing", "rows_ungraded", "chains_broken", "ledger_difference_ms")


@pytest.mark.slow
def test_a_few_screens_lose_no_row_and_never_hold(tmp_path: Path) -> None:
    environment = {**os.environ, "BANGTIN_DATA_DIR": str(tmp_path / "var")}
    command = [*COMMAND, "--scale", "0.04", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["holds"]) == (1, False), done.stderr
    assert {name: answer["figures"][name] for name in NONE} == dict.fromkeys(NONE, 0.0)
    assert answer["figures"]["corroborated_permille"] == 1000
    assert answer["baseline"]["plain_row_us"] > 0

"""`bangtin bench rulebook`: a smaller province is measured, its ledgers equal its raw rows, and it never holds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = [sys.executable, "-m", "bangtin.hub.config.main", "bench", "rulebook", "--json"]


def run(tmp_path: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "BANGTIN_DATA_DIR": str(tmp_path / "var")}
    return subprocess.run(
        [*BENCH, *arguments], env=environment, capture_output=True, text=True, timeout=600, check=False
    )


@pytest.mark.walk
def test_a_smaller_province_is_judged_from_ledgers_that_equal_their_raw_rows(tmp_path: Path) -> None:
    done = run(tmp_path, "--scale", "0.006")
    answer = json.loads(done.stdout)
    assert done.returncode == 1
    assert answer["holds"] is False
    figures = answer["figures"]
    assert figures["plays"] == 120 * figures["days"] * 229
    assert figures["ledger_difference_ms"] == 0
    # one day in ten is short of its hours
    assert figures["days_met"] == 120 * figures["days"] * 9 // 10
    assert {"province_year_s", "with_evidence_s"} <= set(figures)


def test_a_size_that_is_none_is_bad_input(tmp_path: Path) -> None:
    done = run(tmp_path, "--scale", "0")
    assert (done.returncode, done.stdout) == (2, "")

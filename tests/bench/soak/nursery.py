"""Starts daemons quickly, so that they can be killed often: one process that has everything loaded, and forks.

Each child runs `main.run`, the very loop of `bangtin-player run`, on a folder of its own; its machine's clock is off by
what the file `skew` in that folder says, at any instant. Orders come as lines of JSON on stdin, pids go to stdout.
"""

import asyncio
import json
import logging
import mmap
import os
import signal
import struct
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from bangtin.player import main
from bangtin.player.config import Settings, read_kit

SKEW = "skew"


def write_skew(folder: Path, seconds: float) -> None:
    """From now on the machine's clock of the daemon on `folder` is off by so many seconds."""
    path = folder / SKEW
    if not path.exists():
        path.write_bytes(struct.pack("d", 0.0))
    with path.open("r+b") as stream:
        stream.write(struct.pack("d", seconds))


def skewed(folder: Path) -> Callable[[], float]:
    """The machine's clock as `write_skew` bends it."""
    with (folder / SKEW).open("rb") as stream:
        shared = mmap.mmap(stream.fileno(), 8, access=mmap.ACCESS_READ)
    return lambda: time.time() + float(struct.unpack("d", shared[:8])[0])


def live(order: Mapping[str, object]) -> None:
    """One life of a daemon, until it is killed."""
    folder = Path(str(order["folder"]))
    log = os.open(folder / "log.txt", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    settings = Settings(
        data_dir=folder,
        hub=None,
        port=int(str(order["port"])),
        browser="none",
        is_headless=True,
        is_demo=True,
        clock_offset_s=float(str(order["offset_s"])),
        poll_s=0.5,
        batch_s=0.3,
    )
    asyncio.run(main.run(settings, read_kit(folder / "kit.json"), wall=skewed(folder)))


def serve() -> None:
    """Fork a life for each line on stdin; ends with it, and ends its children."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    children = []
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            status = 1
            with suppress(KeyboardInterrupt):
                live(order)
                status = 0
            os._exit(status)
        children.append(pid)
        print(json.dumps({"key": order["key"], "pid": pid}), flush=True)
    for pid in children:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    serve()

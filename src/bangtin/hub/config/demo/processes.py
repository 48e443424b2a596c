"""The demo's real processes: the hub and one virtual screen, each with its log, ended together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

STOP_S = 10
T = TypeVar("T")


class NotInTime(RuntimeError):
    """Something that should have happened by now has not; the message says what, and where to look."""


def wait_for(look: Callable[[], T], *, within_s: float, what: str, every_s: float = 0.1) -> T:
    """The first true answer of `look`.

    Raises: NotInTime.
    """
    limit = time.monotonic() + within_s
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > limit:
            raise NotInTime(f"{what} ({within_s:.0f} s)")
        time.sleep(every_s)


def free_port(wanted: int) -> int:
    """The wanted port if nobody listens on it, else any free one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise NotInTime("no free port on 127.0.0.1")


def listens(port: int) -> bool:
    """Whether somebody answers on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Crew:
    """The processes of one demo; `environment` is theirs, logs go to `folder`."""

    folder: Path
    environment: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, module: str, *arguments: str) -> None:
        """Start `python -m module arguments` in a group of its own, so that Ctrl-C reaches it through us alone."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_whole(self) -> bool:
        """True while every process runs.

        Raises: NotInTime if one has ended by itself.
        """
        for name, process in self.running.items():
            if process.poll() is not None:
                raise NotInTime(f"{name} ended with code {process.returncode}; see {self.folder / name}.log")
        return True

    def stop(self) -> None:
        """End all, the youngest first; what does not end in STOP_S is killed with its group."""
        for process in reversed(self.running.values()):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        limit = time.monotonic() + STOP_S
        for process in reversed(self.running.values()):
            try:
                process.wait(max(0.1, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.running.clear()

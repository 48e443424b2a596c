"""A hub and a screen as real processes on data folders of their own, and what a test may read of both."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bangtin.hub.kit.testing import local
from bangtin.player import health
from bangtin.player.screens import browser, own_page

CHROMIUM = browser.find("auto")
MORNING = local("2026-11-23 08:00")  # a Monday inside the hours of article 8.1.a
PASSWORD = "mat-khau-thu-nghiem"
Row = tuple[object, ...]
T = TypeVar("T")


def until(holds: Callable[[], T], *, within_s: float = 30.0, what: str = "") -> T:
    """Wait for something to hold; gives it. Raises: TimeoutError."""
    limit = time.monotonic() + within_s
    while not (found := holds()):
        if time.monotonic() > limit:
            raise TimeoutError(f"not within {within_s} s: {what or holds}")
        time.sleep(0.05)
    return found


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clock_environment() -> dict[str, str]:
    """The demo's clock, shared by hub and screen: it is MORNING now."""
    offset = (MORNING - datetime.now(UTC)).total_seconds()
    return {"BANGTIN_DEMO": "1", "BANGTIN_CLOCK_OFFSET_S": str(offset)}


def rows(database: Path, sql: str, *values: object) -> list[Row]:
    """The rows of a query on a database that another process writes."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


@dataclass
class Hub:
    """`bangtin serve` on `folder`."""

    folder: Path
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def kit(self) -> Path:
        return self.folder / "kit.json"

    @property
    def offset_s(self) -> float:
        """How far the demo's clock is ahead of the machine's."""
        return float(self.environment["BANGTIN_CLOCK_OFFSET_S"])

    def seed(self, *words: str) -> object:
        """Do a deed of `seed.py` in this installation; gives what it answers."""
        command = [sys.executable, "-m", "tests.browser.seed", *words]
        done = subprocess.run(command, env=self._env(), stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout)

    def start(self) -> None:
        """Start serving; returns when it answers."""
        command = [sys.executable, "-m", "bangtin.hub.config.main", "serve", "--port", str(self.port)]
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(command, env=self._env(), stdout=log, stderr=log)
        until(lambda: _listens(self.port), what=f"the hub answers; see {self.folder}/log.txt")

    def kill(self) -> None:
        """SIGKILL, as a power cut for the process."""
        _end(self.process, signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM and wait."""
        _end(self.process, signal.SIGTERM)

    def rows(self, sql: str, *values: object) -> list[Row]:
        """The rows of a query on the hub's database."""
        return rows(self.folder / "bangtin.sqlite3", sql, *values)

    def plays(self) -> list[Row]:
        """`(n, grade, reason, end, shown_ms)` of every play it has, in order."""
        return self.rows(
            "SELECT n, grade, reason, \"end\", shown_ms FROM playlog_playrecord WHERE kind = 'play' ORDER BY epoch, n"
        )

    def shown_names(self) -> list[str]:
        """The segments of every play, gap and blank that it has, as the screen named them."""
        found = self.rows("SELECT line FROM playlog_playrecord WHERE kind IN ('play', 'gap', 'blank')")
        return [str(json.loads(bytes(line)).get("x_segment")) for (line,) in found]  # type: ignore[call-overload]  # a BLOB

    def lines(self) -> dict[tuple[int, int], bytes]:
        """Every line it has by (epoch, n); two under one number fail the test."""
        found = self.rows("SELECT epoch, n, line FROM playlog_playrecord")
        made = {(int(str(epoch)), int(str(n))): bytes(line) for epoch, n, line in found}  # type: ignore[call-overload]  # a BLOB
        assert len(made) == len(found)
        return made

    def refusals(self) -> set[str]:
        """The codes that screens recorded."""
        found = self.rows("SELECT line FROM playlog_playrecord WHERE kind = 'refusal'")
        return {str(json.loads(bytes(line)).get("x_code")) for (line,) in found}  # type: ignore[call-overload]  # a BLOB

    def _env(self) -> dict[str, str]:
        own = {
            "BANGTIN_DATA_DIR": str(self.folder),
            "BANGTIN_DATABASE_URL": f"sqlite:///{self.folder / 'bangtin.sqlite3'}",
            "BANGTIN_PUBLIC_URL": self.address,
            "BANGTIN_POLL_S": "1",
            "BANGTIN_LANGUAGE": "en",
        }
        return {**os.environ, **self.environment, **own}


@dataclass
class Screen:
    """`bangtin-player run` on `folder`, with a real Chromium; `hub` is the address it speaks to."""

    folder: Path
    hub: str
    kit: Path
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def page(self) -> str:
        """The address of the page on the loopback."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def secret(self) -> str:
        """What makes a page the one whose reports count."""
        return (self.folder / own_page.FILE).read_text()

    @property
    def database(self) -> Path:
        return self.folder / "player.sqlite3"

    def start(self, *, browser: str = str(CHROMIUM)) -> None:
        """Start the daemon; returns when its page is served. With `browser="none"` it shows nothing and sends all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "bangtin.player.main", "run", "--data-dir", str(self.folder), "--headless"]
        command += ["--port", str(self.port), "--kit", str(self.kit), "--hub", self.hub, "--browser", browser]
        environment = {**os.environ, **self.environment, "BANGTIN_PLAYER_BATCH_S": "1"}
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        until(lambda: _listens(self.port), what="the screen's page is served")

    def kill(self) -> None:
        """SIGKILL of the daemon; its browser is left behind, as after a crash."""
        _end(self.process, signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM and wait; the browser ends with it."""
        _end(self.process, signal.SIGTERM)
        self.browser_group(signal.SIGKILL)

    def browser_group(self, number: signal.Signals) -> None:
        """Send a signal to the browser and all its processes."""
        with suppress(OSError, ValueError):
            pid = int((self.folder / "browser.pid").read_text())
            if str(self.folder).encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.killpg(pid, number)

    def status(self) -> health.Status | None:
        """What the daemon says of itself."""
        return health.read(self.folder)

    def code(self) -> str:
        """The enrolment code that it shows, from its log."""
        words = [line.split()[-1] for line in (self.folder / "log.txt").read_text().splitlines() if "code " in line]
        return words[-1] if words else ""

    def is_caught_up(self) -> bool:
        """Whether every closed record is acknowledged by the hub."""
        found = dict(rows(self.database, "SELECT key, value FROM meta"))
        ((newest,),) = rows(self.database, "SELECT coalesce(max(n), 0) FROM lines")
        return int(str(found.get("acked_to.1", 0))) == newest


class Notes(threading.Thread):
    """Reads a screen's own database ten times a second: every closed line and every started segment it ever held.

    The daemon drops what the hub has acknowledged, so the end alone would prove nothing.
    """

    def __init__(self, screen: Screen) -> None:
        super().__init__(daemon=True)
        self._screen = screen
        self._ended = threading.Event()
        self.lines: dict[tuple[int, int], bytes] = {}
        self.started: set[str] = set()

    def run(self) -> None:
        """Until `stop`."""
        while not self._ended.wait(0.1):
            self.look()

    def look(self) -> None:
        """Take in what is there now; a line that changes once it is written fails the test."""
        with suppress(sqlite3.OperationalError):  # the file is being made, or the daemon recovers it at its start
            found = rows(self._screen.database, "SELECT epoch, n, line FROM lines")
            opened = rows(self._screen.database, "SELECT id FROM opened")
            for epoch, n, line in found:
                held = self.lines.setdefault((int(str(epoch)), int(str(n))), bytes(line))  # type: ignore[call-overload]  # a BLOB
                assert held == line
            self.started |= {str(name) for (name,) in opened}

    def stop(self) -> None:
        """A last look, and the end."""
        self._ended.set()
        self.join()
        self.look()


def copy_of(hub: Hub, folder: Path) -> Hub:
    """The same installation on a folder and a port of its own."""
    shutil.copytree(hub.folder, folder)
    return Hub(folder, hub.environment)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _end(process: subprocess.Popen[bytes] | None, number: signal.Signals) -> None:
    if process is None or process.poll() is not None:
        return
    process.send_signal(number)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

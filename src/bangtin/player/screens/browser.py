"""Starts Chromium on the player's own page, watches both, and starts it again when it ends or its page says nothing."""

import asyncio
import logging
import os
import shutil
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from bangtin.player.screens.devtools import make_pipes

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_AGAIN_S = (0.5, 1, 2, 5, 10)
_HEALTHY_S = 60
_LOOK_S = 0.5
_STOP_S = 3
# A page speaks four times a second: one that said nothing at so many looks has crashed or hangs; a new one may take its
# time. Looks are counted and not seconds, for a daemon that stood still itself has heard nothing either.
_SILENT = 40
_SILENT_AT_FIRST = 180
# Chromium reads 3 and writes 4. Opened both ways, neither ends when the daemon does.
_PIPED = 'exec 3<>"$1" 4<>"$2"; shift 2; exec "$@"'
log = logging.getLogger("bangtin.player.browser")


def find(wanted: str) -> Path | None:
    """The browser to start: a path, or with `auto` the first Chromium on this machine. None if there is none."""
    if wanted != "auto":
        path = Path(wanted)
        return path.resolve() if os.access(path, os.X_OK) and path.is_file() else None
    found = [shutil.which(name) for name in _NAMES]
    return next((Path(name) for name in found if name), _of_playwright())


def arguments(
    *, profile: Path, url: str, size: tuple[int, int], is_headless: bool, at: tuple[int, int] = (0, 0)
) -> list[str]:
    """Chromium's arguments: one full window, its own profile, sound without a click, nothing fetched unasked.

    `at` is where the window's corner lies on the desktop: a machine with three outputs has three players.
    """
    flags = [
        f"--user-data-dir={profile}",
        f"--window-size={size[0]},{size[1]}",
        f"--window-position={at[0]},{at[1]}",
        "--autoplay-policy=no-user-gesture-required",
        "--no-first-run",
        "--no-default-browser-check",
        "--noerrdialogs",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-default-apps",
        "--disable-extensions",
        "--disable-translate",
        "--disable-features=Translate,MediaRouter,OptimizationHints,CalculateNativeWinOcclusion",
        "--disable-session-crashed-bubble",
        "--hide-crash-restore-bubble",
        "--disable-background-timer-throttling",
        "--disable-backgrounding-occluded-windows",
        "--disable-renderer-backgrounding",
        "--disable-breakpad",
        "--password-store=basic",
        "--remote-debugging-pipe",  # pictures of the face (`devtools`), over pipes: a port is open to every account
        "--lang=vi",
    ]
    if is_headless:
        flags += [
            "--headless=new",
            f"--screen-info={{{size[0]}x{size[1]}}}",
            "--disable-gpu",
            "--hide-scrollbars",
            "--mute-audio",
        ]
    if os.geteuid() == 0:  # Chromium refuses root with its sandbox; a post runs the player as its own user
        flags.append("--no-sandbox")
    return [*flags, "--kiosk", f"--app={url}"]


class Browser:
    """One Chromium process, kept alive until `run` is cancelled.

    A daemon that was killed leaves its browser behind, still showing the page; the next one takes it over by the file
    that holds its pid, beside `profile`.
    """

    def __init__(self, path: Path, flags: Sequence[str], *, profile: Path, words: Callable[[], int]) -> None:
        """`words`: how often the page has spoken so far."""
        self.path = path
        self._words = words
        self._flags = list(flags)
        self._profile = profile
        self._pid_file = profile.with_name(f"{profile.name}.pid")
        self.pid: int | None = None
        self.starts = 0
        self.is_left_running = False  # for the next life of the daemon, which takes it over

    def replace(self, flags: Sequence[str]) -> None:
        """Start anew with other arguments: the face has another size."""
        if list(flags) != self._flags:
            self._flags = list(flags)
            if self.pid is not None:
                _signal(self.pid, signal.SIGTERM)
                asyncio.get_running_loop().call_later(_STOP_S, self._kill, self.pid)

    async def run(self) -> None:
        """Keep the browser running until cancelled; wait longer each time it ends at once."""
        failures = 0
        loop = asyncio.get_running_loop()
        try:
            self.pid = self._left_over()
            while True:
                began = loop.time()
                if self.pid is None:
                    await self._start()
                await self._ended()
                failures = 0 if loop.time() - began > _HEALTHY_S else failures + 1
                log.warning("the browser ended; it is started again")
                await asyncio.sleep(_AGAIN_S[min(failures, len(_AGAIN_S)) - 1])
        finally:
            await self._stop()

    async def _start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            "/bin/sh",
            "-c",
            _PIPED,
            "sh",
            *(str(each) for each in make_pipes(self._profile)),
            str(self.path),
            *self._flags,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        self.pid = self._process.pid
        self._pid_file.write_text(str(self.pid))
        self.starts += 1

    def _kill(self, pid: int) -> None:
        """The browser of that process, if it has not ended when it was asked to."""
        if self.pid == pid:
            _signal(pid, signal.SIGKILL)

    async def _ended(self) -> None:
        heard, silent, most = self._words(), 0, _SILENT_AT_FIRST
        while self.pid is not None:
            if not _is_running(self.pid):
                self.pid = None
                return
            await asyncio.sleep(_LOOK_S)
            if (now := self._words()) != heard:
                heard, silent, most = now, 0, _SILENT
                continue
            silent += 1
            if silent >= most:
                log.warning("the page says nothing any more: its browser is ended")
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.pid, signal.SIGKILL)  # its helpers too: one that hangs hears no other signal
                _signal(self.pid, signal.SIGKILL)
                silent = 0

    def _left_over(self) -> int | None:
        try:
            pid = int(self._pid_file.read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        mine = all(flag.encode() in command.split(b"\0") for flag in self._flags)
        if not mine and self._flags[0].encode() in command:
            _signal(pid, signal.SIGTERM)  # ours, but for another size or address
        return pid if mine else None

    async def _stop(self) -> None:
        if self.pid is None or self.is_left_running:
            return
        _signal(self.pid, signal.SIGTERM)
        try:
            async with asyncio.timeout(_STOP_S):
                await self._ended()
        except TimeoutError:
            _signal(self.pid, signal.SIGKILL)


def _signal(pid: int, what: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, what)


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state != "Z"


def _of_playwright() -> Path | None:
    roots = [os.environ.get("PLAYWRIGHT_BROWSERS_PATH"), Path.home() / ".cache/ms-playwright"]
    for root in [one for one in roots if one]:
        for path in sorted(Path(root).glob("chromium-*/chrome-linux*/chrome"), reverse=True):
            return path
    return None

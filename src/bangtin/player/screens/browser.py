"""Starts Chromium on the player's own page, watches it, and starts it again when it ends."""

import asyncio
import logging
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_AGAIN_S = (0.5, 1, 2, 5, 10)
_HEALTHY_S = 60
log = logging.getLogger("bangtin.player.browser")


def find(wanted: str) -> Path | None:
    """The browser to start: a path, or with `auto` the first Chromium on this machine. None if there is none."""
    if wanted != "auto":
        path = Path(wanted)
        return path.resolve() if os.access(path, os.X_OK) and path.is_file() else None
    found = [shutil.which(name) for name in _NAMES]
    return next((Path(name) for name in found if name), _of_playwright())


def arguments(*, profile: Path, url: str, size: tuple[int, int], is_headless: bool, is_root: bool) -> list[str]:
    """Chromium's arguments: one full window of its own profile, sound without a click, nothing fetched behind our back."""
    flags = [
        f"--user-data-dir={profile}",
        f"--window-size={size[0]},{size[1]}",
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
        "--lang=vi",
    ]
    if is_headless:
        flags += ["--headless=new", f"--screen-info={{{size[0]}x{size[1]}}}", "--disable-gpu", "--hide-scrollbars", "--mute-audio"]
    if is_root:  # Chromium refuses root with its sandbox; a post runs the player as its own user
        flags.append("--no-sandbox")
    return [*flags, "--kiosk", f"--app={url}"]


class Browser:
    """One Chromium process, kept alive until `stop`."""

    def __init__(self, path: Path, flags: Sequence[str]) -> None:
        self._command = [str(path), *flags]
        self._process: asyncio.subprocess.Process | None = None
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """The running browser's process id."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def run(self) -> None:
        """Keep the browser running until cancelled; wait longer each time it ends at once."""
        failures = 0
        loop = asyncio.get_running_loop()
        try:
            while True:
                began = loop.time()
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                    start_new_session=True,
                )
                self.starts += 1
                code = await self._process.wait()
                failures = 0 if loop.time() - began > _HEALTHY_S else failures + 1
                log.warning("the browser ended with code %s; it is started again", code)
                await asyncio.sleep(_AGAIN_S[min(failures, len(_AGAIN_S)) - 1])
        finally:
            await self._end()

    async def _end(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(3):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def _of_playwright() -> Path | None:
    roots = [os.environ.get("PLAYWRIGHT_BROWSERS_PATH"), Path.home() / ".cache/ms-playwright"]
    for root in filter(None, roots):
        for path in sorted(Path(root).glob("chromium-*/chrome-linux*/chrome"), reverse=True):
            return path
    return None

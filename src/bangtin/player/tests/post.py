"""A post as the tests see it: simulator, player process, and pages; plus the small cast of programmes."""

import asyncio
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import aiohttp

from bangtin.bundle.content import Content, Rendition, TextNotice, content_digest
from bangtin.bundle.manifest import Item, LoopEntry, Window
from bangtin.player import health
from bangtin.player.config import write_kit
from bangtin.player.screens import own_page
from bangtin.player.testing.hub_simulator import HubSimulator, Programme, describe

GEOMETRY = "1024x512"
NOTICE = TextNotice(
    "notice", {"head": "Cửa khẩu Tà Lùng", "title": "Làm thủ tục xuất, nhập cảnh", "fact": "7 giờ – 19 giờ"}
)


@dataclass(frozen=True)
class Clips:
    """Paths of the made media."""

    film: Path
    large: Path
    picture: Path
    tall: Path


def item(name: str, kind: str, path: Path | None = None, *, dur_ms: int = 2000) -> Item:
    """An item of `kind`; without a path a text notice."""
    file = describe(path).sha256 if path else ""
    content = Content(
        version=name,
        kind=kind,
        language="vi",
        title=name,
        renditions=(Rendition(file, dur_ms, 1024, 512, GEOMETRY),),
        author="dai-ptth",
        text=NOTICE if kind == "text" else None,
    )
    return Item(name, "ordinary", content, content_digest(content))


def programme(
    *, clips: Sequence[tuple[Item, Path | None]], filler: Sequence[tuple[Item, Path | None]], windows: list[Window]
) -> Programme:
    """One loop `l` of `clips` in slot s1, `filler`, and `windows`."""
    paths = {path: None for _, path in [*clips, *filler] if path is not None}
    entries = [LoopEntry(one.id, "s1", one.content.renditions[0].duration_ms) for one, _ in clips]
    return Programme(
        items=[one for one, _ in [*clips, *filler]],
        loops={"l": entries} if entries else {},
        windows=windows,
        filler=[one.id for one, _ in filler],
        files=list(paths),
    )


def window(start_s: float, end_s: float, *, class_: str = "ordinary", now: float) -> Window:
    """A window from `start_s` to `end_s` seconds after `now`."""
    loop = "" if class_ == "rest" else "l"
    start, end = round((now + start_s) * 1000), round((now + end_s) * 1000)
    return Window(f"w-{class_}-{round(start_s)}", start, end, class_, "test", loop=loop)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until(holds: Callable[[], object], *, within_s: float = 20.0) -> None:
    """Wait for something to hold. Raises: TimeoutError."""
    async with asyncio.timeout(within_s):
        while not holds():
            await asyncio.sleep(0.02)


@dataclass
class Post:
    """A player process on its own folder, and what it is told."""

    folder: Path
    hub: HubSimulator
    browser: str = "none"
    output: str = "screen"
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None

    @property
    def page(self) -> str:
        """The address of the page."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def secret(self) -> str:
        """What makes a page the one whose reports count."""
        return (self.folder / own_page.FILE).read_text()

    @property
    def is_enrolled(self) -> bool:
        """Whether the device record is on the disk."""
        return (self.folder / "enrolment" / "current").exists()

    async def start(self) -> None:
        """Start the daemon; returns when its page is served."""
        self.folder.mkdir(exist_ok=True)
        write_kit(self.hub.kit(), self.folder / "kit-in.json")
        command = ["-m", "bangtin.player.main", "run", "--data-dir", str(self.folder), "--port", str(self.port)]
        command += ["--kit", str(self.folder / "kit-in.json"), "--browser", self.browser, "--headless"]
        command += ["--output", self.output]
        environment = {**os.environ, "BANGTIN_PLAYER_BATCH_S": "0.3", "BANGTIN_DEMO": "1", **self.environment}
        log = (self.folder / "log.txt").open("ab")
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, *command, env=environment, stdout=log, stderr=log
        )
        await until(self._is_listening)

    def _is_listening(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    async def kill(self) -> None:
        """SIGKILL, as a power cut for the process."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def stop(self) -> None:
        """SIGTERM and wait."""
        if self.process is None or self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            async with asyncio.timeout(10):
                await self.process.wait()
        except TimeoutError:
            await self.kill()

    def status(self) -> health.Status | None:
        """What the daemon says of itself."""
        return health.read(self.folder)

    def browser_group(self, number: signal.Signals) -> None:
        """Send a signal to the browser and all its processes."""
        with suppress(OSError, ValueError):
            os.killpg(int((self.folder / "browser.pid").read_text()), number)


class Paged(Protocol):
    """A running player."""

    @property
    def page(self) -> str:
        """The address of its page."""

    @property
    def secret(self) -> str:
        """What its own page says of itself."""


class LightPage:
    """A page without a browser: obeys at once, reports time as presented, and notes what it was told to show."""

    def __init__(self, post: Paged) -> None:
        self._post = post
        self.told: list[str] = []
        self.segments: list[dict[str, object]] = []
        self._current: tuple[str, float] | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "LightPage":
        self._task = asyncio.create_task(self._live())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def more(self, count: int) -> None:
        """Wait until it was told to show `count` more segments."""
        wanted = len(self.told) + count
        await until(lambda: len(self.told) >= wanted)

    async def _live(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                with suppress(aiohttp.ClientError, OSError):
                    page_address = self._post.page.rstrip("/")
                    address = f"{page_address}/screen?role=screen&token={self._post.secret}"
                    async with session.ws_connect(address, headers={"Origin": page_address}) as page:
                        await self._obey(page)
                await asyncio.sleep(0.05)

    async def _obey(self, page: aiohttp.ClientWebSocketResponse) -> None:
        reporter = asyncio.create_task(self._report(page))
        try:
            async for received in page:
                message = json.loads(received.data)
                if message["t"] == "prepare":
                    await page.send_json({"t": "ready", "id": message["segment"]["id"]})
                if message["t"] == "show":
                    await self._show(page, message["segment"])
        finally:
            reporter.cancel()

    async def _show(self, page: aiohttp.ClientWebSocketResponse, segment: dict[str, object]) -> None:
        self.told.append(str(segment["id"]))
        self.segments.append(segment)
        began = {"t": "began", "id": segment["id"], "ago_ms": 0, "ended": None, "ended_shown_ms": 0}
        if self._current is not None:
            began |= {"ended": self._current[0], "ended_shown_ms": self._shown_ms()}
        self._current = (str(segment["id"]), time.monotonic())
        await page.send_json(began)

    async def _report(self, page: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            await asyncio.sleep(0.1)
            if self._current is not None:
                await page.send_json({"t": "shown", "id": self._current[0], "shown_ms": self._shown_ms()})

    def _shown_ms(self) -> int:
        return round((time.monotonic() - self._current[1]) * 1000) if self._current else 0

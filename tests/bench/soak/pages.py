"""A renderer without a browser for the soak: obeys at once, reports frames as presented, and knows when it had none."""

import asyncio
import json
import time
from contextlib import suppress
from pathlib import Path

import aiohttp

from bangtin.player.screens import own_page

REPORT_S = 0.05
AGAIN_S = 0.02
STALL_S = 0.1


class SoakPage:
    """The page of one daemon. Times are seconds of the monotonic clock.

    told     segments it was told to show, each once, in order
    shows    (instant, kind) of every change
    blanks   (from, until) of every stretch in which what it showed had ended and nothing followed
    stalls   (from, until) of every stretch in which this very process had no turn on the machine
    """

    def __init__(self, port: int, folder: Path) -> None:
        self._address = f"http://127.0.0.1:{port}"
        self._secret = folder / own_page.FILE
        self.told: list[str] = []
        self.shows: list[tuple[float, str]] = []
        self.blanks: list[tuple[float, float]] = []
        self.stalls: list[tuple[float, float]] = []
        self._known: set[str] = set()
        self._current: tuple[str, float] | None = None
        self._until_s: float | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "SoakPage":
        self._task = asyncio.create_task(self._live())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _watch(self) -> None:
        while True:
            before_s = time.monotonic()
            await asyncio.sleep(STALL_S / 2)
            if time.monotonic() - before_s > STALL_S:
                self.stalls.append((before_s, time.monotonic()))

    async def _live(self) -> None:
        watch = asyncio.create_task(self._watch())
        try:
            await self._attach()
        finally:
            watch.cancel()

    async def _attach(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                with suppress(aiohttp.ClientError, OSError):
                    address = f"{self._address}/screen?role=screen&token={self._secret.read_text()}"
                    async with session.ws_connect(address, headers={"Origin": self._address}) as page:
                        await self._obey(page)
                await asyncio.sleep(AGAIN_S)

    async def _obey(self, page: aiohttp.ClientWebSocketResponse) -> None:
        reporter = asyncio.create_task(self._report(page))
        try:
            async for received in page:
                message = json.loads(received.data)
                if message["t"] == "prepare":
                    await page.send_json({"t": "ready", "id": message["segment"]["id"]})
                elif message["t"] == "show":
                    await self._show(page, message)
        finally:
            reporter.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await reporter

    async def _show(self, page: aiohttp.ClientWebSocketResponse, message: dict[str, object]) -> None:
        segment, now_s = message["segment"], time.monotonic()
        if not isinstance(segment, dict):
            return
        name = str(segment["id"])
        if name not in self._known and segment["kind"] != "code":  # before enrolment nothing is recorded
            self._known.add(name)
            self.told.append(name)
        self.shows.append((now_s, str(segment["kind"])))
        if self._until_s is not None and now_s > self._until_s:
            self.blanks.append((self._until_s, now_s))
        self._until_s = now_s + float(str(message["for_ms"])) / 1000
        began = {"t": "began", "id": name, "ago_ms": 0, "ended": None, "ended_shown_ms": 0}
        if self._current is not None:
            began |= {"ended": self._current[0], "ended_shown_ms": self._shown_ms()}
        self._current = (name, now_s)
        await page.send_json(began)

    async def _report(self, page: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            await asyncio.sleep(REPORT_S)
            if self._current is not None:
                await page.send_json({"t": "shown", "id": self._current[0], "shown_ms": self._shown_ms()})

    def _shown_ms(self) -> int:
        return round((time.monotonic() - self._current[1]) * 1000) if self._current else 0

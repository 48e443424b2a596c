"""Chromium's own protocol for its developer tools, as far as this player speaks it: a picture of what it composed.

The browser listens on a port of the loopback that it chose itself and wrote into its profile, which only the player's
account can read. It refuses requests that come from a page (they carry an Origin).
"""

import asyncio
import base64
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import aiohttp

PORT_FILE = "DevToolsActivePort"
ANSWER_S = 10.0
LONGEST_MESSAGE = 32 * 2**20
Event = Callable[[Mapping[str, object]], None]


class NoBrowser(RuntimeError):
    """The browser cannot be spoken to; the message says why."""


class DevTools:
    """A connection to the one page of a browser that was started on `profile`; use it in `async with`."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._session: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._count = 0
        self._waiting: dict[int, asyncio.Future[Mapping[str, object]]] = {}
        self.on: dict[str, Event] = {}

    async def __aenter__(self) -> "DevTools":
        """Connect. Raises: NoBrowser."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_S))
        try:
            self._socket = await self._session.ws_connect(
                await self._address(self._session), max_msg_size=LONGEST_MESSAGE
            )
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, KeyError) as error:
            await self._session.close()
            raise NoBrowser(f"the browser does not answer: {error}") from error
        self._reader = asyncio.create_task(self._read(self._socket))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._reader is not None:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader
        if self._session is not None:
            await self._session.close()

    async def call(self, method: str, **parameters: object) -> Mapping[str, object]:
        """What the browser answers to `method`. Raises: NoBrowser when it refuses, is gone or takes too long."""
        if self._socket is None:
            raise NoBrowser("not connected")
        self._count += 1
        number = self._count
        answer: asyncio.Future[Mapping[str, object]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._socket.send_json({"id": number, "method": method, "params": parameters})
                found = await answer
        except (TimeoutError, ConnectionError) as error:
            raise NoBrowser(f"{method}: no answer") from error
        finally:
            del self._waiting[number]
        return found

    async def picture(self, *, quality: int = 80) -> bytes:
        """What the page shows now, as JPEG. Raises: NoBrowser."""
        answer = await self.call("Page.captureScreenshot", format="jpeg", quality=quality)
        return base64.b64decode(str(answer["data"]))

    async def _address(self, session: aiohttp.ClientSession) -> str:
        port = int((self._profile / PORT_FILE).read_text().split()[0])
        async with session.get(f"http://127.0.0.1:{port}/json/list") as response:
            pages = await response.json()
        found = [str(one["webSocketDebuggerUrl"]) for one in pages if one["type"] == "page"]
        if not found:
            raise ValueError("it has no page")
        return found[0]

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for received in socket:
            message = json.loads(received.data)
            waiting = self._waiting.get(message.get("id", 0))
            if waiting is not None and not waiting.done():
                if "error" in message:
                    waiting.set_exception(NoBrowser(str(message["error"].get("message", ""))))
                else:
                    waiting.set_result(message["result"])
            elif message.get("method") in self.on:
                self.on[message["method"]](message["params"])

"""Chromium's own protocol for its developer tools, as far as this player speaks it: a picture of what it composed.

Every account of a machine can speak to a port of its loopback, so none is opened. The browser reads and writes two
named pipes beside its profile, which only the player's account can open. It holds both ends of each itself: it lives
on when a daemon dies, and the next daemon speaks to it over the same pipes.
"""

import asyncio
import base64
import fcntl
import json
import os
import secrets
import select
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

ANSWER_S = 10.0
LONGEST_MESSAGE = 32 * 2**20
BLOCK_BYTES = 2**18
Event = Callable[[Mapping[str, object]], None]


class NoBrowser(RuntimeError):
    """The browser cannot be spoken to; the message says why."""


def pipes(profile: Path) -> tuple[Path, Path]:
    """Where the browser that was started on `profile` listens, and where it speaks."""
    return profile.with_name(f"{profile.name}.in"), profile.with_name(f"{profile.name}.out")


def make_pipes(profile: Path) -> tuple[Path, Path]:
    """`pipes`, made where they are missing, open to this account alone. Raises: OSError."""
    made = pipes(profile)
    for path in made:
        if not path.is_fifo():
            path.unlink(missing_ok=True)
            os.mkfifo(path, stat.S_IRUSR | stat.S_IWUSR)
    return made


class DevTools:
    """A connection to the one page of a browser that was started on `profile`; use it in `async with`.

    One at a time: whoever comes second would take the first one's answers.
    """

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._heard: int | None = None
        self._said: int | None = None
        self._rest = bytearray()
        # answers to a daemon that was killed may still be on their way: no number of ours is one of its
        self._count = secrets.randbelow(2**30)
        self._session = ""
        self._waiting: dict[int, asyncio.Future[Mapping[str, object]]] = {}
        self.on: dict[str, Event] = {}

    async def __aenter__(self) -> "DevTools":
        """Connect. Raises: NoBrowser."""
        try:
            self._open()
            self._session = await self._attached()
        except BaseException:
            self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        with suppress(NoBrowser):  # its answer is nobody's
            self._write({"id": 0, "method": "Target.detachFromTarget", "params": {"sessionId": self._session}})
        self._close()

    async def call(self, method: str, **parameters: object) -> Mapping[str, object]:
        """What the browser answers to `method`. Raises: NoBrowser when it refuses, is gone or takes too long."""
        self._count += 1
        number = self._count
        answer: asyncio.Future[Mapping[str, object]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        told: dict[str, object] = {"id": number, "method": method, "params": parameters}
        try:
            self._write({**told, "sessionId": self._session} if self._session else told)
            async with asyncio.timeout(ANSWER_S):
                return await answer
        except TimeoutError as error:
            raise NoBrowser(f"{method}: no answer") from error
        finally:
            del self._waiting[number]

    async def picture(self, *, quality: int = 80) -> bytes:
        """What the page shows now, as JPEG. Raises: NoBrowser."""
        answer = await self.call("Page.captureScreenshot", format="jpeg", quality=quality)
        return base64.b64decode(str(answer["data"]))

    def _open(self) -> None:
        listens, speaks = pipes(self._profile)
        try:
            self._heard = os.open(speaks, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            fcntl.flock(self._heard, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._said = os.open(listens, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # ENXIO: no browser holds it
        except BlockingIOError as error:
            raise NoBrowser("somebody else speaks to the browser") from error
        except OSError as error:
            raise NoBrowser(f"the browser does not answer: {error}") from error
        asyncio.get_running_loop().add_reader(self._heard, self._read, self._heard)

    def _close(self) -> None:
        if self._heard is not None:
            asyncio.get_running_loop().remove_reader(self._heard)
        for each in (self._heard, self._said):
            if each is not None:
                os.close(each)
        self._heard = self._said = None

    async def _attached(self) -> str:
        """The session of the browser's page."""
        found = (await self.call("Target.getTargets"))["targetInfos"]
        pages = [str(one["targetId"]) for one in found if one["type"] == "page"] if isinstance(found, list) else []
        if not pages:
            raise NoBrowser("the browser has no page")
        return str((await self.call("Target.attachToTarget", targetId=pages[0], flatten=True))["sessionId"])

    def _write(self, message: Mapping[str, object]) -> None:
        data = json.dumps(message).encode() + b"\0"
        if len(data) > select.PIPE_BUF:  # what is longer might go out in pieces
            raise ValueError(f"expected at most {select.PIPE_BUF} bytes, got {len(data)}")
        if self._said is None:
            raise NoBrowser("not connected")
        try:
            os.write(self._said, data)
        except OSError as error:
            raise NoBrowser(f"the browser does not listen: {error}") from error

    def _read(self, heard: int) -> None:
        try:
            block = os.read(heard, BLOCK_BYTES)
        except BlockingIOError:
            return
        if not block:
            asyncio.get_running_loop().remove_reader(heard)
            self._fail("the browser is gone")
            return
        self._rest += block
        if b"\0" in block:
            *whole, self._rest = self._rest.split(b"\0")
            for each in whole:
                self._take(bytes(each))
        if len(self._rest) > LONGEST_MESSAGE:
            self._rest.clear()

    def _take(self, data: bytes) -> None:
        try:
            message = json.loads(data)
        except ValueError:  # the end of what was meant for a daemon that was killed
            return
        if message.get("sessionId", self._session) != self._session:
            return
        waiting = self._waiting.get(message.get("id", 0))
        if waiting is not None and not waiting.done():
            if "error" in message:
                waiting.set_exception(NoBrowser(str(message["error"].get("message", ""))))
            else:
                waiting.set_result(message["result"])
        elif message.get("method") in self.on:
            self.on[message["method"]](message["params"])

    def _fail(self, why: str) -> None:
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(NoBrowser(why))

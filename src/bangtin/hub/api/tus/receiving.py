"""From the line into the file: at most a few megabytes in memory, everything that came before a cut kept.

One task always waits for the line, so that a cut never overtakes bytes that came before it; another writes in a thread.
When the disk is slower, the queue between them fills, the server stops reading, and the sender slows down.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from bangtin.hub.kit.spool import Tail

IDLE_S = 20.0  # a line that is silent for so long is taken for lost
YIELD_S = 3.0  # a line that is silent for so long makes way for the same client's next try
QUEUE_LENGTH = 16
BATCH_BYTES = 4 << 20

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class End(Enum):
    """How a body ended."""

    WHOLE = "whole"
    CUT = "cut"  # the client is gone
    STALLED = "stalled"  # silent for too long, or made way
    TOO_MUCH = "too much"  # longer than it may be; the excess was not written


class Hash(Protocol):
    """What hashlib makes."""

    def update(self, data: bytes, /) -> None:
        """Take in more."""

    def digest(self) -> bytes:
        """The digest of all."""


@dataclass
class Receiving:
    """One request's body on its way into a file; `open_now` knows it by the upload's id while it lasts."""

    receive: Receive
    tail: Tail
    most: int
    hash: Hash | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    _queue: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(QUEUE_LENGTH))
    _end: End = End.CUT
    _heard_at: float = 0.0
    _is_waiting: bool = False
    _reader: asyncio.Task[None] | None = None
    is_over: bool = False  # nothing more comes from the line; what came may still be on its way to the disk

    async def run(self) -> End:
        """Take the body in; the tail stays open.

        Raises: OSError from the disk.
        """
        self._heard()
        self._reader = asyncio.create_task(self._read())
        watch = asyncio.create_task(self._watch())
        try:
            await self._write()
        except asyncio.CancelledError:  # the hub stops: no more awaiting, but nothing that came is lost
            self._write_rest()
            raise
        finally:
            watch.cancel()
            self._reader.cancel()
        return self._end

    def idle_s(self) -> float:
        """How long the line has been silent; 0 while it is the disk that is waited for."""
        return asyncio.get_running_loop().time() - self._heard_at if self._is_waiting else 0.0

    def make_way(self) -> None:
        """End as stalled; `ended` tells when the file is free."""
        if self._reader and self._is_waiting:
            self.is_over = True
            self._reader.cancel()

    async def _read(self) -> None:
        try:
            while True:
                self._is_waiting = True
                message = await self.receive()
                self._is_waiting = False
                self._heard()
                if message["type"] == "http.disconnect":
                    break
                if message.get("body"):
                    await self._queue.put(message["body"])
                if not message.get("more_body"):
                    self._end = End.WHOLE
                    break
        except asyncio.CancelledError:
            self._end = End.STALLED
        self._is_waiting, self.is_over = False, True
        await self._queue.put(None)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(IDLE_S / 4)
            if self.idle_s() > IDLE_S:
                self.make_way()

    async def _write(self) -> None:
        start, is_over = self.tail.length, False
        while not is_over:
            pieces = [await self._queue.get()]
            size = len(pieces[0] or b"")
            while pieces[-1] is not None and size < BATCH_BYTES and not self._queue.empty():
                pieces.append(self._queue.get_nowait())
                size += len(pieces[-1] or b"")
            is_over = pieces[-1] is None
            data = b"".join(piece for piece in pieces if piece)
            if self.tail.length - start + len(data) > self.most:
                self._end = End.TOO_MUCH
                return
            if data:
                await asyncio.to_thread(self._put, data)

    def _write_rest(self) -> None:
        while not self._queue.empty():
            piece = self._queue.get_nowait()
            if piece:
                self.tail.write(piece)

    def _put(self, data: bytes) -> None:
        self.tail.write(data)
        if self.hash is not None:
            self.hash.update(data)

    def _heard(self) -> None:
        self._heard_at = asyncio.get_running_loop().time()


open_now: dict[str, Receiving] = {}


def hash_of(algorithm: str) -> Hash:
    """A running digest."""
    return hashlib.new(algorithm, usedforsecurity=False)

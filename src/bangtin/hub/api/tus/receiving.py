"""From the line into the file: at most a few megabytes in memory, everything that came before a cut kept.

One task waits for the line from the first moment, so that a cut never overtakes bytes that came before it, not even
while it is asked who sends them; what comes is written only after that, by another task in a thread.
When the disk is slower, the queue between them fills, the server stops reading, and the sender slows down.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
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


class Receiving:
    """One request's body on its way into a file. Reading begins at once, writing with `into`."""

    def __init__(self, receive: Receive) -> None:
        self.ended = asyncio.Event()
        self.is_over = False  # nothing more comes from the line; what came may still be on its way to the disk
        self.tail: Tail | None = None
        self.hash: Hash | None = None
        self._receive = receive
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue(QUEUE_LENGTH)
        self._end = End.CUT
        self._is_waiting = False
        self._heard()
        self._reader = asyncio.create_task(self._read())

    async def into(self, tail: Tail, *, most: int, algorithm: str | None = None) -> End:
        """Write the body of at most `most` bytes, digesting it if an algorithm is given; the tail stays open.

        Raises: OSError from the disk.
        """
        self.tail, self.hash = tail, hashlib.new(algorithm, usedforsecurity=False) if algorithm else None
        watch = asyncio.create_task(self._watch())
        try:
            await self._write(tail, most)
        except asyncio.CancelledError:  # the hub stops: no more awaiting, but nothing that came is lost
            self._write_rest(tail, most)
            raise
        finally:
            watch.cancel()
        return self._end

    def close(self) -> None:
        """The request is over, whether its body was wanted or not."""
        self._reader.cancel()
        self.ended.set()

    def idle_s(self) -> float:
        """How long the line has been silent; 0 while it is the disk that is waited for."""
        return asyncio.get_running_loop().time() - self._heard_at if self._is_waiting else 0.0

    def make_way(self) -> None:
        """End as stalled; `ended` tells when the file is free."""
        if self._is_waiting:
            self.is_over = True
            self._reader.cancel()

    async def _read(self) -> None:
        try:
            while True:
                self._is_waiting = True
                message = await self._receive()
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

    async def _write(self, tail: Tail, most: int) -> None:
        start, is_over = tail.length, False
        while not is_over:
            pieces = [await self._queue.get()]
            size = len(pieces[0] or b"")
            while pieces[-1] is not None and size < BATCH_BYTES and not self._queue.empty():
                pieces.append(self._queue.get_nowait())
                size += len(pieces[-1] or b"")
            is_over = pieces[-1] is None
            data = b"".join(piece for piece in pieces if piece)
            if tail.length - start + len(data) > most:
                self._end = End.TOO_MUCH
                return
            if data:
                await asyncio.to_thread(self._put, tail, data)

    def _write_rest(self, tail: Tail, most: int) -> None:
        while not self._queue.empty():
            piece = self._queue.get_nowait()
            if piece:
                tail.write(piece)

    def _put(self, tail: Tail, data: bytes) -> None:
        tail.write(data)
        if self.hash is not None:
            self.hash.update(data)

    def _heard(self) -> None:
        self._heard_at = asyncio.get_running_loop().time()


open_now: dict[str, list[Receiving]] = {}


@contextmanager
def opened(upload_id: str, receive: Receive) -> Iterator[Receiving]:
    """A request's body from its first byte; others find it in `open_now` until it is over."""
    one = Receiving(receive)
    open_now.setdefault(upload_id, []).append(one)
    try:
        yield one
    finally:
        one.close()
        open_now[upload_id].remove(one)
        if not open_now[upload_id]:
            del open_now[upload_id]


def holder(upload_id: str) -> Receiving | None:
    """The request that writes into the file now."""
    return next((one for one in open_now.get(upload_id, []) if one.tail is not None), None)

"""Requests that come one by one, answered together by one thread: the loop never waits for the database."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from django.db import InterfaceError, OperationalError, connections

log = logging.getLogger(__name__)
Asked = TypeVar("Asked")
Told = TypeVar("Told")
MOST = 400
FEW = 4


class Gatherer(Generic[Asked, Told]):
    """Calls `deed` with what came within `pause_s` (or while the last call ran), at most `most` at a time.

    While more than `FEW` come within a pause the next is `busy_pause_s`: what a call costs is shared by more of them.
    """

    def __init__(
        self,
        deed: Callable[[Sequence[Asked]], Sequence[Told]],
        *,
        name: str,
        pause_s: float,
        busy_pause_s: float | None = None,
        most: int = MOST,
    ) -> None:
        self._deed = deed
        self._name = name
        self._pause_s = self._next_pause_s = pause_s
        self._busy_pause_s = pause_s if busy_pause_s is None else busy_pause_s
        self._most = most
        self._queue: queue.SimpleQueue[list[tuple[Asked, asyncio.Future[Told]]]] = queue.SimpleQueue()
        self._waiting: dict[asyncio.AbstractEventLoop, list[tuple[Asked, asyncio.Future[Told]]]] = {}
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    async def ask(self, asked: Asked) -> Told:
        """What the deed gives for this one. Raises: what the deed raised for it, or the database for all at once."""
        return await self.put(asked)

    def put(self, asked: Asked) -> "asyncio.Future[Told]":
        """As `ask`, from a callback of the loop."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Told] = loop.create_future()
        waiting = self._waiting.get(loop)
        if waiting is None:
            self._waiting[loop] = [(asked, future)]
            loop.call_later(self._next_pause_s, self._flush, loop)
        else:
            waiting.append((asked, future))
        return future

    def _flush(self, loop: asyncio.AbstractEventLoop) -> None:
        asked = self._waiting.pop(loop)
        self._next_pause_s = self._busy_pause_s if len(asked) > FEW else self._pause_s
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
        self._queue.put(asked)

    def stop(self) -> None:
        """Let the thread and its connection end, and wait for them; the next question starts them anew."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put([])
            thread.join()

    def _run(self) -> None:
        """Work until told to stop; the connection is kept: opening one costs as much as a poll."""
        try:
            while asked := self._queue.get():
                while len(asked) < self._most and not self._queue.empty():
                    more = self._queue.get()
                    asked = [*asked, *more]
                    if not more:
                        self._queue.put(more)
                        break
                for start in range(0, len(asked), self._most):
                    self._do(asked[start : start + self._most])
        finally:
            connections.close_all()

    def _do(self, asked: "list[tuple[Asked, asyncio.Future[Told]]]") -> None:
        try:
            told = list(self._deed([one for one, _future in asked]))
            done = [(future, answer, None) for (_one, future), answer in zip(asked, told, strict=True)]
        except Exception as error:
            if len(asked) > 1 and not isinstance(error, OperationalError | InterfaceError):
                # something in one of them: asking again changes nothing twice, though what was signed once may be
                # refused as a replay; so a deed keeps one message's harm from the others where it can
                log.warning("%s failed with one of %d: each is asked alone", self._name, len(asked))
                for one in asked:
                    self._do([one])
                return
            log.exception("%s failed", self._name)
            connections.close_all()  # a database that went away is asked for anew
            _in_loops([(future, None, error) for _one, future in asked])
            return
        _in_loops(done)


def _in_loops(done: "Sequence[tuple[asyncio.Future[Told], Told | None, Exception | None]]") -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Told], Told | None, Exception | None]]] = {}
    for one in done:
        by_loop.setdefault(one[0].get_loop(), []).append(one)
    for loop, some in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, some)


def _settle(done: "Sequence[tuple[asyncio.Future[Told], Told | None, Exception | None]]") -> None:
    for future, answer, error in done:
        if future.done():  # whoever asked is gone
            continue
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(answer)  # type: ignore[arg-type]  # there is an answer where there is no error

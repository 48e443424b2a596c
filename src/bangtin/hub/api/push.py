"""Server-sent events on the bare connection: a hint to poll now, an emergency, a command (architecture 8).

A stream costs a socket and one small object: no task, no request, no buffer of its own. An event is one write to each;
a client that stops reading fills its own connection's buffer and is let go, and holds up nobody meanwhile.
"""

import asyncio
import logging
import socket
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from weakref import WeakKeyDictionary

from bangtin.hub.api import policies
from bangtin.hub.api.errors import ApiRefusal
from bangtin.hub.api.gathering import Gatherer
from bangtin.hub.api.policies import Message
from bangtin.hub.devices.hints import broadcaster
from bangtin.hub.devices.models import Device
from bangtin.hub.kit import clock

log = logging.getLogger(__name__)
PATH = "/api/v1/device/events"
PING_S = 45  # below the idle limits of proxies (60 s) and of the player (120 s)
STALL_S = 5.0
SILENT_MS = 60_000  # a line that does not confirm what was sent is dead
QUEUE_LENGTH = 16
HIGH_WATER_BYTES = 16_384
HELLO = b"retry: 3000\n\n"
PING = b": \n\n"
HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-store\r\n"
    b"x-accel-buffering: no\r\nconnection: close\r\n\r\n"
)


def _admit_all(messages: Sequence[Message]) -> list[Device | ApiRefusal]:
    return policies.authenticate_all(messages, at=clock.now(), needs_head=False)


# Streams are signed like every request; thousands that return at once are let in together.
admissions: Gatherer[Message, Device | ApiRefusal] = Gatherer(_admit_all, name="bangtin-streams", pause_s=0.02)


class OpenStream(asyncio.Protocol):
    """A connection that asked for events; lives in the loop that made it. `connections` is the server's list of its
    own, which it closes when it stops."""

    __slots__ = (
        "_connections",
        "_is_open",
        "_stalled",
        "_turn",
        "_waiting",
        "cluster_id",
        "device_id",
        "epoch",
        "is_drill",
        "loop",
        "transport",
    )

    def __init__(self, transport: asyncio.Transport, connections: set[Any]) -> None:
        self.device_id = self.cluster_id = ""
        self.epoch = 0
        self.is_drill = self._is_open = False
        self.loop = asyncio.get_running_loop()
        self.transport = transport
        self._connections = connections
        self._turn: set[OpenStream] | None = None
        self._waiting: deque[bytes] | None = None
        self._stalled: asyncio.TimerHandle | None = None

    def ask(self, message: Message) -> None:
        """Have the request checked; whoever is revoked meanwhile is not let in."""
        self._connections.add(self)
        self.device_id = policies.claimed(message)
        broadcaster.expect(self)
        admissions.put(message).add_done_callback(self._answered)

    def offer(self, event: bytes | None) -> None:
        """Write now if the client reads, else keep a few; None ends the stream."""
        if event is None:
            self.end()
        elif self._stalled is not None:
            if self._waiting is None:
                self._waiting = deque(maxlen=QUEUE_LENGTH)  # a full one drops the oldest: the poll has them all
            self._waiting.append(event)
        elif self._is_open:
            self.transport.write(event)

    def end(self) -> None:
        """Close; what is written already still goes."""
        self._forget()
        self.transport.close()

    def shutdown(self) -> None:
        """The server stops."""
        self.end()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        del exc
        self._connections.discard(self)
        self._forget()

    def pause_writing(self) -> None:
        """The client reads slower than it is told things; give it a moment."""
        if self._stalled is None:
            self._stalled = self.loop.call_later(STALL_S, self._give_up)

    def resume_writing(self) -> None:
        """It reads again: what waited goes."""
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        waiting, self._waiting = self._waiting, None
        for event in waiting or ():
            self.offer(event)

    def _give_up(self) -> None:
        self._forget()
        self.transport.abort()

    def _forget(self) -> None:
        self._is_open = False
        broadcaster.close(self)
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        if self._turn is not None:
            self._turn.discard(self)
            self._turn = None

    def _answered(self, future: "asyncio.Future[Device | ApiRefusal]") -> None:
        if self.transport.is_closing():
            return
        error = future.exception()
        found = ApiRefusal("hub_trouble", "try again", status=503) if error else future.result()
        if isinstance(found, ApiRefusal):
            self.transport.write(_refusal(found))
            self.end()
            return
        self.device_id, self.cluster_id = found.pk, found.face.cluster_id
        self.epoch, self.is_drill, self._is_open = found.epoch, found.is_drill, True
        self.transport.set_write_buffer_limits(high=HIGH_WATER_BYTES)
        _drop_when_silent(self.transport)
        self.transport.write(HEAD + HELLO)
        broadcaster.open(self)
        self._turn = _pinger(self.loop).add(self)


class _Pinger:
    """A comment now and then keeps proxies from closing a stream; the streams take turns, a share each second."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._turns: list[set[OpenStream]] = [set() for _second in range(PING_S)]
        self._next = 0
        self._loop = loop
        self._timer: asyncio.TimerHandle | None = None

    def add(self, stream: OpenStream) -> set[OpenStream]:
        """The turn that the stream was given: the emptiest."""
        turn = min(self._turns, key=len)
        turn.add(stream)
        if self._timer is None:
            self._timer = self._loop.call_later(1.0, self._tick)
        return turn

    def _tick(self) -> None:
        self._next = (self._next + 1) % PING_S
        for stream in tuple(self._turns[self._next]):
            stream.offer(PING)
        self._timer = self._loop.call_later(1.0, self._tick) if any(self._turns) else None


_pingers: "WeakKeyDictionary[asyncio.AbstractEventLoop, _Pinger]" = WeakKeyDictionary()


def _pinger(loop: asyncio.AbstractEventLoop) -> _Pinger:
    if loop not in _pingers:
        _pingers[loop] = _Pinger(loop)
    return _pingers[loop]


def _drop_when_silent(transport: asyncio.Transport) -> None:
    """Have the kernel close a connection whose other side is not there any more."""
    line = transport.get_extra_info("socket")
    if line is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
        with suppress(OSError):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_MS)


def _refusal(refusal: ApiRefusal) -> bytes:
    body = refusal.to_bytes()
    status = HTTPStatus(refusal.status)
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/json\r\n"
    return f"{head}content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body

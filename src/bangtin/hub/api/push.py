"""Server-sent events beside Django: a hint to poll now (architecture 8; stack 4 has the measurements).

A stream costs one coroutine. A client that stops reading must not hold up the others: each send is stepped once, and
only if it suspends is it finished in a task, with a deadline; what comes meanwhile waits in a short queue.
"""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator, MutableMapping
from typing import Any

from django.db import connections

from bangtin.hub.api.errors import ApiRefusal
from bangtin.hub.api.policies import Message, authenticate
from bangtin.hub.devices.hints import broadcaster
from bangtin.hub.devices.models import Device
from bangtin.hub.kit import clock

PATH = "/api/v1/device/events"
PING_S = 25.0  # below the idle limits of proxies (60 s) and of the player (120 s)
STALL_S = 5.0
QUEUE_LENGTH = 16
HELLO = b"retry: 3000\n\n"
PING = b": \n\n"
HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]

Event = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Coroutine[Any, Any, None]]


async def application(scope: Scope, receive: Receive, send: Any) -> None:
    """One stream, signed like every request; it ends when the client goes, stalls, or its device is revoked."""
    try:
        device = await asyncio.to_thread(_admitted, _message(scope))
    except ApiRefusal as refusal:
        await _refuse(send, refusal)
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    stream = OpenStream(device.pk, device.face.cluster_id, send, epoch=device.epoch, is_drill=device.is_drill)
    broadcaster.open(stream)
    try:
        stream.offer(HELLO)
        await _until_over(stream, receive)
    finally:
        broadcaster.close(stream)
        stream.end()
    if not stream.is_stalled:
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class OpenStream:
    """A stream to one screen; lives in the loop that made it."""

    def __init__(self, device_id: str, cluster_id: str, send: Send, *, epoch: int = 1, is_drill: bool = False) -> None:
        self.device_id = device_id
        self.cluster_id = cluster_id
        self.epoch = epoch
        self.is_drill = is_drill
        self.loop = asyncio.get_running_loop()
        self.over: asyncio.Future[None] = self.loop.create_future()
        self.is_stalled = False
        self._send = send
        self._waiting: deque[bytes] = deque(maxlen=QUEUE_LENGTH)  # bounded: a full one drops the oldest hint
        self._slow: asyncio.Task[None] | None = None

    def offer(self, event: bytes | None) -> None:
        """Send now if the client reads, else keep it; None ends the stream."""
        if event is None:
            self.end()
        elif self.over.done():
            return
        elif self._slow is not None:
            self._waiting.append(event)
        else:
            self._step(event)

    def end(self) -> None:
        """Let the stream end."""
        if not self.over.done():
            self.over.set_result(None)
        if self._slow is not None:
            self._slow.cancel()

    def _step(self, event: bytes) -> None:
        sending = self._send({"type": "http.response.body", "body": event, "more_body": True})
        try:
            waits_for = sending.send(None)
        except StopIteration:
            return
        except OSError:  # the client is gone
            self.end()
            return
        self._slow = self.loop.create_task(self._finish(sending, waits_for))

    async def _finish(self, sending: Coroutine[Any, Any, None], waits_for: object) -> None:
        try:
            async with asyncio.timeout(STALL_S):
                await _Rest(sending, waits_for)
                while self._waiting:
                    event = self._waiting.popleft()
                    await self._send({"type": "http.response.body", "body": event, "more_body": True})
        except (TimeoutError, OSError):
            self.is_stalled = True
            self._slow = None
            self.end()
        finally:
            self._slow = None


class _Rest:
    """The rest of a coroutine that was stepped once by hand and waits for `waits_for`."""

    def __init__(self, coroutine: Coroutine[Any, Any, None], waits_for: object) -> None:
        self._coroutine = coroutine
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        waits_for = self._waits_for
        while True:
            thrown: BaseException | None = None
            value = None
            try:
                value = yield waits_for
            except BaseException as error:  # noqa: BLE001 - a cancellation must reach the coroutine, whatever it is
                thrown = error
            try:
                waits_for = self._coroutine.throw(thrown) if thrown else self._coroutine.send(value)
            except StopIteration:
                return


async def _until_over(stream: OpenStream, receive: Receive) -> None:
    """Wait for the client to go or the stream to be ended; a comment now and then keeps proxies from closing it."""
    gone = asyncio.ensure_future(_disconnected(receive))
    try:
        while not (stream.over.done() or gone.done()):
            await asyncio.wait({gone, stream.over}, timeout=PING_S, return_when=asyncio.FIRST_COMPLETED)
            if not (stream.over.done() or gone.done()):
                stream.offer(PING)
    finally:
        gone.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _admitted(message: Message) -> Device:
    """The device, checked in a thread of its own: the loop must not wait for the database."""
    try:
        if message.method != "GET":
            raise ApiRefusal("method_unknown", "expected GET", status=405)
        return authenticate(message, at=clock.now())
    finally:
        connections.close_all()


def _message(scope: Scope) -> Message:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("ascii"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    query = scope["query_string"].decode("ascii", "replace")
    target = scope["path"] + (f"?{query}" if query else "")
    return Message(scope["method"], f"{scope['scheme']}://{headers.get('host', '')}{target}", headers)


async def _refuse(send: Any, refusal: ApiRefusal) -> None:
    body = json.dumps(refusal.to_object()).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})

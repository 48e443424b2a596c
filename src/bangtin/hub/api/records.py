"""Play records beside Django: batches that came meanwhile are authenticated in two queries and stored together."""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from datetime import datetime
from json import dumps
from typing import Any
from zlib import crc32

from django.db import connection

from bangtin.bundle import acks, bounds
from bangtin.bundle.errors import BundleRefusal
from bangtin.hub.api import policies
from bangtin.hub.api.errors import ApiRefusal
from bangtin.hub.api.gathering import Gatherer
from bangtin.hub.api.policies import Message
from bangtin.hub.api.polls import Answer, refused
from bangtin.hub.devices import actions as devices
from bangtin.hub.devices.models import Device
from bangtin.hub.kit import clock
from bangtin.hub.playlog import actions as playlog
from bangtin.hub.playlog.actions import Sent
from bangtin.hub.playlog.queries import Ack

PATH = "/api/v1/device/records"
# 1 MiB unpacked (trust C.6); what does not compress may grow by a little.
MOST_BYTES = bounds.BATCH_BYTES + 65_536
# stored in one transaction: a page that writes waits for no more than these
TOGETHER = 16

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


def take_all(messages: Sequence[Message], *, at: datetime) -> list[Answer]:
    """To each batch how far its chain is stored now, or why it is refused (trust 7, 8)."""
    found = policies.authenticate_all(messages, at=at, needs_head=False, is_tolerant=True)
    sent = [
        Sent(device, message.body or b"")
        for message, device in zip(messages, found, strict=True)
        if not isinstance(device, ApiRefusal)
    ]
    taken = iter(playlog.ingest_all(sent=sent, at=at))
    return [refused(one) if isinstance(one, ApiRefusal) else _answer(one, next(taken)) for one in found]


def _answer(device: Device, taken: Ack | BundleRefusal | None) -> Answer:
    if taken is None:
        return refused(ApiRefusal("hub_trouble", "try again", status=503))
    if isinstance(taken, BundleRefusal):
        return refused(ApiRefusal(taken.code, taken.detail, status=422))
    body = dumps({"ack": acknowledgement(device, taken)}, separators=(",", ":"))
    return Answer(200, body.encode(), {"Content-Type": "application/json"})


def acknowledgement(device: Device, taken: Ack) -> dict[str, object]:
    """trust 8.9: how far the chain is stored, signed: a player deletes nothing on anybody else's word."""
    return devices.acknowledgement(acks.Ack(device.pk, taken.epoch, taken.to, taken.head))


def _take_all(messages: Sequence[Message]) -> list[Answer]:
    return take_all(messages, at=clock.now())


# While PostgreSQL stores one group the other is opened and judged; SQLite lets one write at a time.
LANES: tuple[Gatherer[Message, Answer], ...] = tuple(
    Gatherer(_take_all, name=f"bangtin-records-{lane}", pause_s=0.005, most=TOGETHER) for lane in (1, 2)
)


def lane(message: Message) -> Gatherer[Message, Answer]:
    """Where a batch is gathered: those of one device always together, so that each finds the one before it stored."""
    if connection.vendor != "postgresql":
        return LANES[0]
    return LANES[crc32(policies.claimed(message).encode()) % len(LANES)]


def takes(scope: Scope) -> bool:
    """Whether the request brings records."""
    return (scope["type"], scope.get("path"), scope.get("method")) == ("http", PATH, "POST")


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Take in one batch."""
    headers = _headers(scope["headers"])
    body = await _body(headers, receive)
    if body is None:
        answer = refused(ApiRefusal("request_too_large", f"the body may have {MOST_BYTES} bytes", status=413))
    else:
        query = scope["query_string"].decode("ascii", "replace")
        target = scope["path"] + (f"?{query}" if query else "")
        url = f"{scope['scheme']}://{headers.get('host', '')}{target}"
        message = Message(scope["method"], url, headers, body)
        answer = await lane(message).ask(message)
    told: Headers = [(name.lower().encode(), text.encode()) for name, text in answer.headers.items()]
    told.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": told})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})


def _headers(raw: Headers) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("ascii", "replace"), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


async def _body(headers: dict[str, str], receive: Receive) -> bytes | None:
    """The whole body; None as soon as it is larger than any batch may be (trust 7.1)."""
    said = headers.get("content-length", "0")
    if not said.isdigit() or int(said) > MOST_BYTES:
        return None
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)

"""Play records beside Django: batches that came meanwhile are authenticated in two queries and stored together."""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from datetime import datetime
from json import dumps
from typing import Any

from bangtin.bundle import bounds
from bangtin.bundle.errors import BundleRefusal
from bangtin.hub.api import policies
from bangtin.hub.api.errors import ApiRefusal
from bangtin.hub.api.gathering import Gatherer
from bangtin.hub.api.policies import Message
from bangtin.hub.api.polls import Answer, refused
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
    return [one for start in range(0, len(messages), TOGETHER) for one in _take(messages[start : start + TOGETHER], at)]


def _take(messages: Sequence[Message], at: datetime) -> list[Answer]:
    found = policies.authenticate_all(messages, at=at, needs_head=False, is_tolerant=True)
    sent = [
        Sent(device, message.body or b"")
        for message, device in zip(messages, found, strict=True)
        if not isinstance(device, ApiRefusal)
    ]
    taken = iter(playlog.ingest_all(sent=sent, at=at))
    return [refused(one) if isinstance(one, ApiRefusal) else _answer(next(taken)) for one in found]


def _answer(taken: Ack | BundleRefusal) -> Answer:
    if isinstance(taken, BundleRefusal):
        return refused(ApiRefusal(taken.code, taken.detail, status=422))
    return Answer(200, dumps({"ack": taken.to_object()}).encode(), {"Content-Type": "application/json"})


def _take_all(messages: Sequence[Message]) -> list[Answer]:
    return take_all(messages, at=clock.now())


gathered: Gatherer[Message, Answer] = Gatherer(_take_all, name="bangtin-records", pause_s=0.005)


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
        answer = await gathered.ask(Message(scope["method"], url, headers, body))
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

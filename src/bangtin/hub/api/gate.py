"""Polls beside Django: gathered for a moment, answered together, so that ten thousand screens are a third of a core."""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from bangtin.hub.api import polls
from bangtin.hub.api.gathering import Gatherer
from bangtin.hub.api.policies import Message
from bangtin.hub.kit import clock

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def _answer_all(messages: Sequence[Message]) -> list[polls.Answer]:
    return polls.answer_all(messages, at=clock.now())


gathered: Gatherer[Message, polls.Answer] = Gatherer(_answer_all, name="bangtin-polls", pause_s=0.05, busy_pause_s=0.25)


def takes(scope: Scope) -> bool:
    """Whether the request is a poll."""
    return (scope["type"], scope.get("path"), scope.get("method")) == ("http", polls.PATH, "GET")


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one poll."""
    del receive
    answer = await gathered.ask(_message(scope))
    headers = [(name.lower().encode(), text.encode()) for name, text in answer.headers.items()]
    if answer.status != 304:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})


def _message(scope: Scope) -> Message:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("ascii", "replace"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    query = scope["query_string"].decode("ascii", "replace")
    target = scope["path"] + (f"?{query}" if query else "")
    return Message(scope["method"], f"{scope['scheme']}://{headers.get('host', '')}{target}", headers)

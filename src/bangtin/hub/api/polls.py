"""Polls, answered together: what ten thousand screens ask within a minute costs a handful of queries a moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bangtin.hub.api import policies, queries
from bangtin.hub.api.errors import ApiRefusal
from bangtin.hub.api.policies import Message
from bangtin.hub.devices import actions as devices
from bangtin.hub.devices.models import Device
from bangtin.hub.playlog import actions as playlog

PATH = "/api/v1/device/state"


@dataclass(frozen=True)
class Answer:
    """What goes over the wire: status, headers, whole body."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def answer_all(messages: Sequence[Message], *, at: datetime) -> list[Answer]:
    """To each poll what its screen should have; nearly always 304. Refusals are answers, too.

    `Bangtin-Head` is a screen's commitment to its records (trust F.3); `Bangtin-Bundle` the bundle it goes by now.
    """
    found: list[Device | ApiRefusal] = policies.authenticate_all(messages, at=at, needs_head=True)
    said = []
    for place, (message, device) in enumerate(zip(messages, found, strict=True)):
        if isinstance(device, ApiRefusal):
            continue
        head = devices.Head.parse(message.header("bangtin-head"))
        if head is None:
            found[place] = ApiRefusal("head_malformed", "Bangtin-Head is not number.head", status=400)
        else:
            said.append(devices.Said(device, head, _number(message)))
    if committed := devices.record_polls(said, at=at):
        playlog.regrade_all(devices=committed, at=at)  # these heads may be what earlier rows waited for
    told = [one for one in found if isinstance(one, Device)]
    states = iter(queries.states(told, at=at))
    return [
        refused(one) if isinstance(one, ApiRefusal) else _answer(message, next(states))
        for message, one in zip(messages, found, strict=True)
    ]


def refused(refusal: ApiRefusal) -> Answer:
    """A refusal as an answer."""
    return Answer(refusal.status, refusal.to_bytes(), {"Content-Type": "application/json"})


def _answer(message: Message, state: queries.State) -> Answer:
    headers = {"ETag": state.etag, "Cache-Control": "no-store"}
    if message.header("if-none-match") == state.etag:
        return Answer(304, b"", headers)
    return Answer(200, state.body, {**headers, "Content-Type": "application/json"})


def _number(message: Message) -> int | None:
    """The bundle that the screen goes by now, if it says so."""
    text = message.header("bangtin-bundle")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

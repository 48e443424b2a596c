"""Hints to screens with an open stream that something changed; the poll stays the truth (architecture 8).

One broadcaster per process. Its deeds may be called from any thread; streams live in the server's loop. On PostgreSQL
every hint goes to the other processes as well, by NOTIFY (`bus`); on SQLite there is one process that holds streams.
"""

import asyncio
import json
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

CHANGED = b"event: changed\ndata: {}\n\n"
# A hint to a whole province makes every screen poll at once: it is spread, 1,000 screens a second. Orders are not.
SLICE = 100
SLICE_S = 0.1
TURN = 256
# of one device in one process: a line that broke leaves one behind, a copied disk has two that both may listen
MOST_STREAMS = 4


class Stream(Protocol):
    """One open stream of a device; `offer` is called in its own loop and never waits. None closes it."""

    device_id: str
    cluster_id: str
    epoch: int
    is_drill: bool
    loop: asyncio.AbstractEventLoop

    def offer(self, event: bytes | None) -> None:
        """Send the event, or keep it while the client does not read."""
        ...


@dataclass(frozen=True)
class Hint:
    """What is said to which streams: to `device` alone, else to the screens of `clusters` (None: to all).

    `kind` is changed, alert, command or end; `data` the envelope of an alert or command, one line of canonical JSON.
    """

    kind: str
    clusters: tuple[str, ...] | None = None
    device: str = ""
    is_drill: bool = False
    data: bytes = b""

    def encode(self) -> str:
        """The hint as text: a line of JSON, then the envelope as it is."""
        head = [self.kind, self.clusters, self.device, self.is_drill]
        return f"{json.dumps(head, separators=(',', ':'))}\n{self.data.decode()}"

    @classmethod
    def decode(cls, text: str) -> "Hint":
        """The hint in a text. Raises: ValueError."""
        head, _line, data = text.partition("\n")
        kind, clusters, device, is_drill = json.loads(head)
        return cls(kind, None if clusters is None else tuple(clusters), device, is_drill, data.encode())

    @property
    def event(self) -> bytes | None:
        """The event as it goes over the wire; None ends a stream."""
        if self.kind == "end":
            return None
        return b"event: %b\ndata: %b\n\n" % (self.kind.encode(), self.data) if self.data else CHANGED


class Broadcaster:
    """The open streams of this process; `carry` takes each hint to the other processes, where there are any."""

    def __init__(self, carry: Callable[[Hint], None] | None = None) -> None:
        self._by_device: dict[str, dict[Stream, None]] = {}  # in the order in which they came
        self._by_cluster: dict[str, set[Stream]] = {}
        self._lock = threading.Lock()
        self._carry = carry

    def expect(self, stream: Stream) -> None:
        """Add a stream that says it is of `device_id` and is not let in yet: it hears only that it shall end."""
        with self._lock:
            self._by_device.setdefault(stream.device_id, {})[stream] = None

    def open(self, stream: Stream) -> None:
        """Add a stream that was let in; of more than MOST_STREAMS of its device the oldest ends."""
        with self._lock:
            some = self._by_device.setdefault(stream.device_id, {})
            some.pop(stream, None)
            some[stream] = None
            self._by_cluster.setdefault(stream.cluster_id, set()).add(stream)
            let_in = [one for one in some if one in self._by_cluster.get(one.cluster_id, ())]
        for one in let_in[:-MOST_STREAMS]:
            one.loop.call_soon_threadsafe(one.offer, None)

    def close(self, stream: Stream) -> None:
        """Forget a stream."""
        with self._lock:
            some = self._by_device.get(stream.device_id, {})
            some.pop(stream, None)
            if not some:
                self._by_device.pop(stream.device_id, None)
            near = self._by_cluster.get(stream.cluster_id, set())
            near.discard(stream)
            if not near:
                self._by_cluster.pop(stream.cluster_id, None)

    def announce(self, *, clusters: Iterable[str] | None = None) -> None:
        """Hint `changed` to the screens of these clusters, or to all."""
        self._say(Hint("changed", None if clusters is None else tuple(clusters)))

    def alert(self, envelope: bytes, *, clusters: Iterable[str], is_drill: bool) -> None:
        """Push an emergency envelope to the screens of these clusters; an exercise to those enrolled for exercises.

        The bytes are canonical JSON, so they are one line (trust E: the same bytes in the push and in every poll).
        """
        self._say(Hint("alert", tuple(clusters), is_drill=is_drill, data=envelope))

    def send_command(self, device_id: str, envelope: bytes) -> None:
        """Push a signed command to one screen (trust E); until it is acknowledged every poll carries it too."""
        self._say(Hint("command", device=device_id, data=envelope))

    def hang_up(self, device_id: str) -> None:
        """Close the streams of a device (it was revoked, or another key took its place)."""
        self._say(Hint("end", device=device_id))

    def deliver(self, hint: Hint) -> None:
        """Say a hint to the streams of this process alone."""
        by_loop: dict[asyncio.AbstractEventLoop, list[Stream]] = {}
        for stream in self._meant(hint):
            by_loop.setdefault(stream.loop, []).append(stream)
        is_spread = hint.clusters is None and not hint.device
        for loop, found in by_loop.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(_offer_spread if is_spread else _offer_all, found, hint.event)

    def streams(self) -> list[Stream]:
        """The streams open now."""
        with self._lock:
            return [stream for some in self._by_device.values() for stream in some]

    def _say(self, hint: Hint) -> None:
        self.deliver(hint)
        if self._carry is not None:
            self._carry(hint)

    def _meant(self, hint: Hint) -> list[Stream]:
        with self._lock:
            if hint.device:
                return list(self._by_device.get(hint.device, ()))
            where = self._by_cluster if hint.clusters is None else hint.clusters
            found = [stream for one in where for stream in self._by_cluster.get(one, ())]
        return [stream for stream in found if stream.is_drill] if hint.is_drill else found


def send_command(device_id: str, envelope: bytes) -> None:
    """Push a signed command to one screen's open stream, after the commit that stored it."""
    broadcaster.send_command(device_id, envelope)


def _offer_all(streams: Sequence[Stream], event: bytes | None) -> None:
    """To all, a few hundred a turn of the loop: the first hear it while the last are written to, and pages go on."""
    for stream in streams[:TURN]:
        stream.offer(event)
    if rest := streams[TURN:]:
        rest[0].loop.call_soon(_offer_all, rest, event)


def _offer_spread(streams: Sequence[Stream], event: bytes | None) -> None:
    _offer_all(streams[:SLICE], event)
    if rest := streams[SLICE:]:
        rest[0].loop.call_later(SLICE_S, _offer_spread, rest, event)


def _notify(hint: Hint) -> None:
    from bangtin.hub.devices import bus

    bus.send(hint)


broadcaster = Broadcaster(_notify)

"""Hints to screens with an open stream that something changed; the poll stays the truth (architecture 8).

One broadcaster per process. `announce` and `hang_up` may be called from any thread; streams live in the server's loop.
"""

import asyncio
import threading
from collections.abc import Iterable
from typing import Protocol

CHANGED = b"event: changed\ndata: {}\n\n"


class Stream(Protocol):
    """One open stream of a device; `offer` is called in its own loop and never waits. None closes it."""

    device_id: str
    cluster_id: str
    is_drill: bool
    loop: asyncio.AbstractEventLoop

    def offer(self, event: bytes | None) -> None:
        """Send the event, or keep it while the client does not read."""
        ...


class Broadcaster:
    """The open streams of this process."""

    def __init__(self) -> None:
        self._streams: set[Stream] = set()
        self._lock = threading.Lock()

    def open(self, stream: Stream) -> None:
        """Add a stream."""
        with self._lock:
            self._streams.add(stream)

    def close(self, stream: Stream) -> None:
        """Forget a stream."""
        with self._lock:
            self._streams.discard(stream)

    def announce(self, *, clusters: Iterable[str] | None = None) -> None:
        """Hint `changed` to the screens of these clusters, or to all."""
        wanted = None if clusters is None else set(clusters)
        self._offer(CHANGED, [one for one in self.streams() if wanted is None or one.cluster_id in wanted])

    def alert(self, envelope: bytes, *, clusters: Iterable[str], is_drill: bool) -> None:
        """Push an emergency envelope to the screens of these clusters; an exercise to those enrolled for exercises.

        The bytes are canonical JSON, so they are one line (trust E: the same bytes in the push and in every poll).
        """
        wanted = set(clusters)
        event = b"event: alert\ndata: %b\n\n" % envelope
        found = [one for one in self.streams() if one.cluster_id in wanted and (one.is_drill or not is_drill)]
        self._offer(event, found)

    def hang_up(self, device_id: str) -> None:
        """Close the streams of a device (it was revoked, or another key took its place)."""
        self._offer(None, [one for one in self.streams() if one.device_id == device_id])

    def streams(self) -> list[Stream]:
        """The streams open now."""
        with self._lock:
            return list(self._streams)

    def _offer(self, event: bytes | None, streams: list[Stream]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[Stream]] = {}
        for stream in streams:
            by_loop.setdefault(stream.loop, []).append(stream)
        for loop, found in by_loop.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(_offer_all, found, event)


def _offer_all(streams: list[Stream], event: bytes | None) -> None:
    for stream in streams:
        stream.offer(event)


broadcaster = Broadcaster()

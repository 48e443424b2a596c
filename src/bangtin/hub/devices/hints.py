"""Hints to screens with an open stream that something changed; the poll stays the truth (architecture 8).

One broadcaster per process. `announce` may be called from any thread, streams live in the server's event loop.
"""

import asyncio
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

QUEUE_LENGTH = 16  # a client that does not read loses hints, never memory (stack 4 d)


@dataclass(eq=False)
class Stream:
    """One open stream of a device; `None` in the queue closes it."""

    device_id: str
    cluster_id: str
    loop: asyncio.AbstractEventLoop
    queue: "asyncio.Queue[bytes | None]" = field(default_factory=lambda: asyncio.Queue(QUEUE_LENGTH))

    def offer(self, event: bytes | None) -> None:
        """Put an event in the queue, in the loop's own thread; a full queue drops the oldest."""
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(event)


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
        self._offer(
            b"event: changed\ndata: {}\n\n", [s for s in self._open() if wanted is None or s.cluster_id in wanted]
        )

    def hang_up(self, device_id: str) -> None:
        """Close the streams of a device (it was revoked)."""
        self._offer(None, [stream for stream in self._open() if stream.device_id == device_id])

    def count(self) -> int:
        """How many streams are open."""
        return len(self._open())

    def _open(self) -> list[Stream]:
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

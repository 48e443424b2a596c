"""Screens that poll, as many as one process holds: each on a connection it keeps, at its own instant of the minute.

`ask PORT FIRST COUNT PERIOD_S ROUNDS` polls so many rounds after a first one that is not counted; says `warm` when that
one is over, then a line of JSON: answers by status, and delays in milliseconds.
"""

import asyncio
import json
import re
import sys
import time
from typing import Any

import uvloop

from bangtin.hub.config.benches.caller import Caller

_STATUS = re.compile(rb"HTTP/1\.1 ([0-9]{3})")
_ETAG = re.compile(rb"\r\netag: (\"[^\r]+\")", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\ncontent-length: ([0-9]+)", re.IGNORECASE)
PATIENCE_S = 10.0


class Poller(asyncio.Protocol):
    """One screen's connection."""

    __slots__ = ("_asked", "_buffer", "_caller", "_count", "_transport")

    def __init__(self, caller: Caller, count: "Count") -> None:
        self._caller, self._count = caller, count
        self._buffer = b""
        self._asked = 0.0
        self._transport: Any = None

    async def ask(self, port: int) -> None:
        """Send a poll, over a new connection if the last one is gone."""
        if self._transport is None:
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda: self, "127.0.0.1", port)
            self._count.connections += 1
        self._buffer = b""
        self._asked = time.monotonic()
        self._transport.write(self._caller.poll())

    def connection_made(self, transport: Any) -> None:
        """Keep it."""
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """The next poll opens another."""
        del exc
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Part of an answer."""
        self._buffer += data
        head, end, body = self._buffer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not end or (length and len(body) < int(length[1])):
            return
        status = _STATUS.match(head)
        if etag := _ETAG.search(head):
            self._caller.etag = etag[1].decode()
        self._count.add(int(status[1]) if status else 0, (time.monotonic() - self._asked) * 1000)
        self._buffer = b""


class Count:
    """What was answered since the last `reset`."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin to count."""
        self.statuses: dict[int, int] = {}
        self.delays: list[float] = []
        self.connections = 0
        self.asked = 0

    def add(self, status: int, delay_ms: float) -> None:
        """One answer."""
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.delays.append(delay_ms)


async def ask(port: int, first: int, count: int, period_s: float, rounds: int) -> Count:
    """Poll `rounds` times after the first; each screen at its own place in the period."""
    loop = asyncio.get_running_loop()
    counted = Count()
    pollers = [Poller(Caller.of(number, f"127.0.0.1:{port}"), counted) for number in range(first, first + count)]
    waiting: set[asyncio.Task[None]] = set()
    began = loop.time()
    for turn in range(rounds + 1):
        for place, poller in enumerate(pollers):
            due = began + (turn + place / count) * period_s
            if (pause := due - loop.time()) > 0.002:
                await asyncio.sleep(pause)
            task = loop.create_task(poller.ask(port))
            waiting.add(task)
            task.add_done_callback(waiting.discard)
            counted.asked += 1
        if turn == 0:
            await asyncio.sleep(1)
            counted.reset()
            _say("warm")
    until = loop.time() + PATIENCE_S
    while len(counted.delays) < counted.asked and loop.time() < until:
        await asyncio.sleep(0.05)
    return counted


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    """Obey until the input ends."""
    for line in sys.stdin:
        _word, port, first, count, period_s, rounds = line.split()
        found = uvloop.run(ask(int(port), int(first), int(count), float(period_s), int(rounds)))
        delays = sorted(found.delays) or [0.0]
        said = {
            "asked": found.asked,
            "statuses": found.statuses,
            "connections": found.connections,
            "p50_ms": delays[len(delays) // 2],
            "p99_ms": delays[len(delays) * 99 // 100],
            "worst_ms": delays[-1],
        }
        _say(json.dumps(said))


if __name__ == "__main__":
    main()

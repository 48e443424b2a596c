"""Screens that listen, as many as one process holds: for the benches of pushes. Reads words, answers in lines of JSON.

`open NAME PORT FIRST COUNT` opens streams (`raw` to the baseline); `hear NAME COUNT` waits until so many have heard one
event and gives the instants; `deaf NUMBER` lets one stop reading; `heard NAME` says how many events each group had.
"""

import asyncio
import json
import sys
import time
from typing import Any

import uvloop

from bangtin.hub.config.benches.caller import Caller

AT_ONCE = 100
LEAST = 100  # bytes: pings and greetings are shorter than any event
WAIT_S = 30.0


class Group:
    """The streams to one server, and when each heard the event of this round."""

    def __init__(self) -> None:
        self.lines: dict[int, _Line] = {}
        self.times: list[int] = []
        self.bystanders = 0
        self.wanted = 0
        self.is_heard = asyncio.Event()

    def hear(self, now: int, is_bystander: bool) -> None:
        """One stream has the whole event."""
        if is_bystander:
            self.bystanders += 1
            return
        self.times.append(now)
        if len(self.times) >= self.wanted > 0:
            self.is_heard.set()


class _Line(asyncio.Protocol):
    __slots__ = ("_got", "_group", "_is_bystander", "_request", "greeted", "transport")

    def __init__(self, group: Group, request: bytes, greeted: "asyncio.Future[bool]", is_bystander: bool) -> None:
        self._group, self._request, self.greeted = group, request, greeted
        self._is_bystander = is_bystander
        self._got = 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if not self.greeted.done():
            if data.endswith(b"\n\n"):
                self.greeted.set_result(data.startswith((b"HTTP/1.1 200", b"\n\n")))
            return
        self._got += len(data)
        if data.endswith(b"\n\n"):
            if self._got > LEAST:
                self._group.hear(time.monotonic_ns(), self._is_bystander)
            self._got = 0

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if not self.greeted.done():
            self.greeted.set_result(False)


async def _open(group: Group, port: int, first: int, count: int, *, is_raw: bool) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    gate = asyncio.Semaphore(AT_ONCE)
    host = f"127.0.0.1:{port}"

    async def one(number: int) -> bool:
        async with gate:
            request = b"GET /\r\n\r\n" if is_raw else Caller.of(number, host).events()
            is_bystander = not is_raw and number % 100 == 99
            greeted: asyncio.Future[bool] = loop.create_future()
            line = _Line(group, request, greeted, is_bystander)
            await loop.create_connection(lambda: line, "127.0.0.1", port)
            group.lines[number] = line
            return await greeted

    began = time.monotonic()
    found = await asyncio.gather(*(one(number) for number in range(first, first + count)))
    return {"open": sum(found), "seconds": time.monotonic() - began}


async def _hear(group: Group, count: int) -> dict[str, Any]:
    group.wanted = count
    if len(group.times) < count:
        group.is_heard.clear()
        try:
            async with asyncio.timeout(WAIT_S):
                await group.is_heard.wait()
        except TimeoutError:
            pass
    found, group.times, group.wanted = group.times, [], 0
    return {"times": found, "bystanders": group.bystanders}


async def main() -> None:
    """Obey until the input ends."""
    loop = asyncio.get_running_loop()
    words = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(words), sys.stdin)
    groups: dict[str, Group] = {}
    while line := (await words.readline()).decode().split():
        group = groups.setdefault(line[1], Group())
        said: dict[str, Any] = {}
        if line[0] == "open":
            port, first, count = (int(word) for word in line[2:5])
            said = await _open(group, port, first, count, is_raw=line[1] == "raw")
        elif line[0] == "hear":
            said = await _hear(group, int(line[2]))
        elif line[0] == "deaf":
            group.lines[int(line[2])].transport.pause_reading()
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(main())

"""The baseline of the bench of pushes: a bare broadcaster over TCP, asyncio's own loop and nothing else."""

import asyncio
import json
import sys
import threading
import time

_open: list[asyncio.Transport] = []


class _Line(asyncio.Protocol):
    __slots__ = ("_transport",)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep it, and greet once it has asked."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """The client asks."""
        del data
        self._transport.write(b"\n\n")
        _open.append(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client went."""
        del exc
        if self._transport in _open:
            _open.remove(self._transport)


def _write_all(event: bytes) -> None:
    for transport in _open:
        transport.write(event)


async def _serve(port: int, event: bytes) -> None:
    loop = asyncio.get_running_loop()
    over = asyncio.Event()

    def obey() -> None:
        for line in sys.stdin:
            began = time.monotonic_ns()
            if line.strip() == "alert":
                loop.call_soon_threadsafe(_write_all, event)
            sys.stdout.write(json.dumps({"began_ns": began, "streams": len(_open)}) + "\n")
            sys.stdout.flush()
        loop.call_soon_threadsafe(over.set)

    await loop.create_server(_Line, "127.0.0.1", port, backlog=4096)
    threading.Thread(target=obey, daemon=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await over.wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), b"e" * int(sys.argv[2]) + b"\n\n"))

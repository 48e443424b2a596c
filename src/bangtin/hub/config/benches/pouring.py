"""Screens that hand in their records at an even rate; for the bench of everything at once.

Arguments: the file of batches, port of the hub, batches a second. Says `ready` when every request is signed; a line on
standard input begins; then a line of JSON: answers by status, seconds, delays.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bangtin.hub.config.benches.caller import Caller

LANES = 24


async def _pour(requests: Sequence[tuple[int, bytes]], port: int, rate: float) -> dict[str, object]:
    """Each screen's in order, on a connection of its lane."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    statuses: Counter[int] = Counter()
    delays: list[float] = []

    async def lane(some: Sequence[tuple[int, bytes]]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for place, request in some:
            due = began + place / rate
            await asyncio.sleep(max(0.0, due - loop.time()))
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            size = next(
                int(one.split(b":")[1]) for one in head.lower().split(b"\r\n") if one.startswith(b"content-len")
            )
            await reader.readexactly(size)
            statuses[int(head.split()[1])] += 1
            delays.append((loop.time() - due) * 1000)
        writer.close()

    lanes: dict[int, list[tuple[int, bytes]]] = {}
    for place, (screen, request) in enumerate(requests):
        lanes.setdefault(screen % LANES, []).append((place, request))
    await asyncio.gather(*(lane(some) for some in lanes.values()))
    delays.sort()
    return {
        "statuses": statuses,
        "seconds": loop.time() - began,
        "p50_ms": delays[len(delays) // 2],
        "p99_ms": delays[len(delays) * 99 // 100],
    }


def main() -> None:
    """Sign, wait for the word, pour, tell."""
    path, port, rate = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    callers: dict[str, tuple[int, Caller]] = {}
    requests = []
    for line in path.read_text().splitlines():
        device, seed, body = line.split()
        if device not in callers:
            callers[device] = len(callers), Caller(device, bytes.fromhex(seed), f"127.0.0.1:{port}")
        screen, caller = callers[device]
        requests.append((screen, caller.records(bytes.fromhex(body))))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(json.dumps(asyncio.run(_pour(requests, port, rate))) + "\n")


if __name__ == "__main__":
    main()

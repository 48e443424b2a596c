"""`python -m tests.bench.backlog --json`: thirty days at ten seconds an item, 259,200 lines, handed in at once.

One screen whose clock was dead sends them as a player does, a batch of 100 after the other, each acknowledged before
the next, through HTTP to a hub of its own. The other screens of the province poll meanwhile. A smaller `--scale` never
holds.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle.requests import Seq, sign_request
from bangtin.hub.config.benches import idle
from bangtin.hub.config.benches.idle import DidNotStart
from bangtin.hub.config.benches.ingest import PATH, _hub
from bangtin.hub.config.benches.shape import Result

LINES = 259_200
STATE = "/api/v1/device/state"
EVERY_S = 0.2
LIMIT_S = 1_800
_CHILD = "import django; django.setup(); from tests.bench.backlog import laying; laying.main()"


@dataclass
class Line:
    """One screen's kept connection to the hub."""

    port: int
    device: str
    key: Ed25519PrivateKey
    asked: int = 0
    refused: int = 0
    took_ms: list[float] = field(default_factory=list)

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, method: str, path: str, *, body: bytes = b"", head: str = "") -> bytes:
        """Sign, send, and give the answer's body; times it."""
        self.asked += 1
        headers = sign_request(
            method=method,
            url=f"http://127.0.0.1:{self.port}{path}",
            keyid=self.device,
            key=self.key,
            seq=Seq(1, "0123456789abcdef", self.asked),
            at=datetime.now(UTC),
            body=body,
            head=head,
        )
        packed = {"Content-Encoding": "gzip", "Content-Length": str(len(body))} if body else {}
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        lines += [f"{name}: {value}" for name, value in {**headers, **packed}.items()]
        began = time.perf_counter()
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        size = [int(one.split(b":")[1]) for one in answer.split(b"\r\n") if one.startswith(b"content-length")]
        found = await self._reader.readexactly(size[0] if size else 0)
        self.took_ms.append((time.perf_counter() - began) * 1000)
        self.refused += answer.split()[1] not in (b"200", b"304")
        return found

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


def run(*, scale: float) -> Result:
    """Lay down, send, wait until the signed time that came last has put the month right, and judge."""
    lines = max(round(LINES * scale), 1_000)
    with tempfile.TemporaryDirectory(prefix="bangtin-backlog-") as name:
        folder, port = Path(name), idle.free_port()
        settings = idle.environment(folder, port)
        idle.bangtin(settings, "migrate", "--verbosity", "0")
        batches = _child(settings, "seed", folder, str(lines))["batches"]
        with _hub(settings, folder, port) as _process:
            began = time.perf_counter()
            sender, others, behind = asyncio.run(_send(folder, port))
            sent_s = time.perf_counter() - began
            while _child(settings, "waiting", folder)["waiting"]:
                if time.perf_counter() - began > LIMIT_S:
                    break
                time.sleep(0.5)
            mended_s = time.perf_counter() - began
        found = _child(settings, "judge", folder)
    took_ms = sorted(one for other in others for one in other.took_ms)
    figures = {
        "lines": float(lines),
        "batches": float(batches),
        "sent_s": round(sent_s, 1),
        "rows_per_s": round(lines / sent_s),
        "mended_s": round(mended_s, 1),
        "batches_refused": float(sender.refused + behind),
        "rows_missing": float(lines - found["stored"]),
        "rows_ungraded": float(found["stored"] - found["graded"]),
        "claimed": float(found["claimed"]),
        "rows_unclaimed": float(lines - found["claimed"]),
        "rows_unbooked": float(lines - found["booked"]),
        "rows_misplaced": float(found["misplaced"]),
        "chains_broken": float(found["broken"]),
        "others": float(len(others)),
        "others_asked": float(len(took_ms)),
        "others_refused": float(sum(one.refused for one in others)),
        "others_p95_ms": round(took_ms[len(took_ms) * 95 // 100], 1),
        "others_worst_ms": round(took_ms[-1], 1),
    }
    none = [name for name in figures if name.startswith(("rows_un", "rows_m", "chains"))]
    bounds = {**dict.fromkeys([*none, "batches_refused", "others_refused"], 0.0), "others_p95_ms": 1_000.0}
    return Result("backlog", figures, {}, {}, bounds, is_full_size=scale >= 1.0)


async def _send(folder: Path, port: int) -> tuple[Line, list[Line], int]:
    """The backlog over one connection, polls over others; gives them, and how many batches the hub was behind."""
    told = json.loads((folder / "screens").read_text())
    sender = _line(port, told["device"], told["key"])
    others = [_line(port, device, key) for device, key in told["others"].items()]
    for one in (sender, *others):
        await one.open()
    polls = [asyncio.create_task(_poll(one)) for one in others]
    reached, behind = 0, 0
    for packed in (folder / "bodies").read_text().splitlines():
        ack = json.loads(await sender.ask("POST", PATH, body=bytes.fromhex(packed))).get("ack") or {"to": 0}
        behind += ack["to"] <= reached
        reached = ack["to"]
    for task in polls:
        task.cancel()
    await asyncio.gather(*polls, return_exceptions=True)
    for one in (sender, *others):
        one.close()
    return sender, others, behind


async def _poll(line: Line) -> None:
    while True:
        await line.ask("GET", STATE, head="0." + "0" * 64)
        await asyncio.sleep(EVERY_S)


def _line(port: int, device: str, key: str) -> Line:
    return Line(port, device, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key)))


def _child(settings: Mapping[str, str], *words: object) -> dict[str, int]:
    environment = {**settings, "DJANGO_SETTINGS_MODULE": "bangtin.hub.config.settings"}
    command = [sys.executable, "-c", _CHILD, *map(str, words)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode:
        raise DidNotStart(f"backlog {words[0]}: {done.stderr.strip()[-1_500:]}")
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    made = run(scale=asked.scale)
    print(json.dumps(made.to_object()) if asked.json else made.figures)
    sys.exit(0 if made.holds else 1)

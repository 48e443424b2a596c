"""A large file over a line that drops, through a hub that is restarted: is it whole, does memory stay flat?"""

import hashlib
import os
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from signal import SIGKILL, SIGTERM
from subprocess import DEVNULL, Popen
from sys import executable
from typing import BinaryIO

from bangtin.hub.config import machine
from bangtin.hub.config.benches import idle
from bangtin.hub.config.benches.sender import Sender
from bangtin.hub.config.benches.shape import Result

SIZE_BYTES = 2 << 30
CUTS = 10
SEED = 20261123
BOUNDS = {"hub_rss_growth_mb": 50.0, "digest_differs": 0.0, "bytes_lost_at_cuts": 0.0, "cuts_missing": 0.0}
BLOCK_BYTES = 1 << 20
SAMPLE_S = 0.05
WAIT_S = 120.0
ACCOUNT = "gui-tep"


@dataclass
class Hub:
    """`bangtin serve` on a folder, with the most its memory grew in any of its lives."""

    environment: Mapping[str, str]
    folder: Path
    port: int
    growth_mb: float = 0.0
    restart_s: float = 0.0
    _process: "Popen[bytes] | None" = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _watch: threading.Thread | None = None

    def start(self) -> None:
        """Returns when it answers; its memory at this moment is what growth is counted from.

        Raises: DidNotStart.
        """
        command = [executable, "-m", "bangtin.hub.config.main", "serve", "--port", str(self.port)]
        log = self.folder / "hub.log"
        with log.open("ab") as out:
            self._process = Popen(command, env=dict(self.environment), stdin=DEVNULL, stdout=out, stderr=out)
        address = f"http://127.0.0.1:{self.port}/dang-nhap/"
        idle.await_answer(self._process, log, address)
        self._stop = threading.Event()
        self._watch = threading.Thread(target=self._sample, args=(self._process.pid, self._stop), daemon=True)
        self._watch.start()

    def add_account(self, username: str, *, agency: str, role: str) -> str:
        """A new account with one post; gives its password."""
        words = ["account", "add", username, "--name", username, "--agency", agency, "--role", role, "--keep"]
        return idle.bangtin(self.environment, *words).split()[-1]

    def end(self, number: int) -> None:
        """Send it a signal and wait."""
        self._stop.set()
        if self._watch:
            self._watch.join()
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(30)

    def restart(self, number: int) -> None:
        """End it and start it again; the time that takes is not the upload's."""
        began = time.monotonic()
        self.end(number)
        self.start()
        self.restart_s += time.monotonic() - began

    def _sample(self, pid: int, stop: threading.Event) -> None:
        first = machine.rss_mb(pid)
        while not stop.wait(SAMPLE_S):
            try:
                self.growth_mb = max(self.growth_mb, machine.rss_mb(pid) - first)
            except OSError:
                return


@dataclass
class Trip:
    """What happened to the file on its way."""

    cuts: int = 0
    lost_bytes: int = 0
    sha256: str = ""
    took_s: float = 0.0


def run(*, size_bytes: int = SIZE_BYTES, cuts: int = CUTS) -> Result:
    """Send a file of `size_bytes` with `cuts` cuts in the middle of a piece and two restarts, the first a SIGKILL.

    Sizes in MB (10^6 bytes). `bytes_lost_at_cuts` counts bytes handed to the line before it was cut, with the hub
    alive, that the hub did not keep. Anything smaller than SIZE_BYTES never holds.
    Raises: DidNotStart.
    """
    with tempfile.TemporaryDirectory(prefix="bangtin-bench-") as name:
        folder = Path(name)
        source = folder / "source.bin"
        sha256 = _make(source, size_bytes)
        plain_s = _plain(source, folder / "plain.bin")
        with running_hub(folder / "hub") as (hub, password):
            sender = Sender(hub.port)
            sender.sign_in(ACCOUNT, password)
            with source.open("rb") as file:
                trip = _send(hub, sender, file, size_bytes, cuts)
            growth_mb = hub.growth_mb
    figures = {
        "hub_rss_growth_mb": round(growth_mb, 1),
        "digest_differs": float(trip.sha256 != sha256),
        "bytes_lost_at_cuts": float(trip.lost_bytes),
        "cuts_missing": float(CUTS - trip.cuts),
        "size_mb": round(size_bytes / 1e6, 1),
        "upload_mb_per_s": round(size_bytes / 1e6 / trip.took_s, 1),
    }
    baseline = {"copy_and_digest_mb_per_s": round(size_bytes / 1e6 / plain_s, 1)}
    ratios = {"upload_to_copy_and_digest": round(plain_s / trip.took_s, 2)}
    is_full = size_bytes >= SIZE_BYTES and cuts >= CUTS
    return Result("upload", figures, baseline, ratios, BOUNDS, is_full_size=is_full)


def _send(hub: Hub, sender: Sender, file: BinaryIO, size: int, cuts: int) -> Trip:
    """The whole way: cut at random places, a restart in the middle of two of the pieces."""
    chance, trip, began = random.Random(SEED), Trip(), time.monotonic()  # noqa: S311 - where to cut is no secret
    places = sorted(chance.sample(range(size // (cuts + 1), size), cuts)) if cuts else []
    restarts = {places[len(places) // 3]: SIGKILL, places[2 * len(places) // 3]: SIGTERM} if cuts > 2 else {}
    address = sender.begin(size, name="phim 2 GB.mp4")
    for place in places:
        offset = sender.offset(address)
        if place <= offset:
            continue
        trip.cuts += 1
        if place in restarts:
            again = partial(hub.restart, restarts[place])
            sender.stream(address, file, offset=offset, until=size, cut_at=place, before_cut=again)
        else:
            sender.stream(address, file, offset=offset, until=size, cut_at=place)
            trip.lost_bytes += place - sender.offset(address)
    sender.stream(address, file, offset=sender.offset(address), until=size)
    trip.sha256 = _digest(sender, address)
    trip.took_s = time.monotonic() - began - hub.restart_s
    return trip


def _digest(sender: Sender, address: str) -> str:
    limit = time.monotonic() + WAIT_S
    while (found := sender.status(address))["state"] == "open" and time.monotonic() < limit:
        time.sleep(SAMPLE_S)
    return str(found["sha256"])


@contextmanager
def running_hub(folder: Path, **settings: str) -> Iterator[tuple[Hub, str]]:
    """A running hub with one contributor; gives it and the contributor's password.

    Raises: DidNotStart.
    """
    folder.mkdir(mode=0o700)
    port = idle.free_port()
    environment = {**idle.environment(folder, port), "BANGTIN_LANGUAGE": "en", **settings}
    idle.bangtin(environment, "migrate", "--verbosity", "0")
    idle.bangtin(environment, "regulation", "install", "cao-bang/31-2020-qd-ubnd")
    hub = Hub(environment, folder, port)
    password = hub.add_account(ACCOUNT, agency="cao-bang/dai-ptth", role="contributor")
    try:
        hub.start()
        yield hub, password
    finally:
        hub.end(SIGTERM)


def _make(path: Path, size: int) -> str:
    """A file that no two pieces of are alike; gives its SHA-256."""
    chance, found = random.Random(SEED), hashlib.sha256()  # noqa: S311 - bytes to move
    noise = chance.randbytes(BLOCK_BYTES)
    with path.open("wb") as file:
        for start in range(0, size, BLOCK_BYTES):
            block = (start.to_bytes(8, "big") + noise)[: min(BLOCK_BYTES, size - start)]
            found.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return found.hexdigest()


def _plain(source: Path, target: Path) -> float:
    """Seconds for a plain copy of the file and the digest of the copy."""
    began, found = time.monotonic(), hashlib.sha256()
    shutil.copyfile(source, target)
    with target.open("rb") as file:
        os.fsync(file.fileno())
        while block := file.read(BLOCK_BYTES):
            found.update(block)
    took = time.monotonic() - began
    target.unlink()
    return took

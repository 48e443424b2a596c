"""What this machine has: programs, fonts, memory of processes. Nothing here writes."""

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bangtin.hub.programmes.media.ffmpeg import NoFfmpeg, executable

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def chromium() -> Path | None:
    """The Chromium that draws the screens; None if there is none."""
    found = [shutil.which(name) for name in BROWSERS]
    by_name = next((Path(name) for name in found if name), None)
    return by_name or next(_of_playwright(), None)


def _of_playwright() -> Iterator[Path]:
    for root in (os.environ.get("PLAYWRIGHT_BROWSERS_PATH"), Path.home() / ".cache/ms-playwright"):
        if root:
            yield from sorted(Path(root).glob("chromium-*/chrome-linux*/chrome"), reverse=True)


def ffmpeg() -> Path | None:
    """The ffmpeg that makes renditions; None if there is none."""
    try:
        return Path(executable())
    except NoFfmpeg:
        return None


def version_line(program: Path, *arguments: str) -> str:
    """The first line a program prints about its version, empty if it does not run."""
    try:
        done = subprocess.run(
            [program, *(arguments or ("--version",))], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return (done.stdout.strip().splitlines() or [""])[0].strip()


def description() -> dict[str, object]:
    """The machine a figure was measured on: processors, memory in MB, system and Python."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6
    return {
        "cpus": os.cpu_count(),
        "memory_mb": round(memory_mb),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def rss_mb(pid: int) -> float:
    """Resident memory of one process, in MB (10^6 bytes).

    Raises: OSError if the process is gone.
    """
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def command_line(pid: int) -> list[str]:
    """The command line of a process; empty if it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except OSError:
        return []


def descendants(pid: int) -> Iterator[int]:
    """The processes that `pid` started, and theirs."""
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield int(child)
            yield from descendants(int(child))


def tree_rss_mb(pid: int) -> float:
    """Resident memory of a process and what it started, any browser apart, in MB."""
    return rss_mb(pid) + sum(rss_mb(each) for each in descendants(pid) if not _is_browser(each))


def _is_browser(pid: int) -> bool:
    words = command_line(pid)
    return bool(words) and any(name in words[0] for name in ("chrom", "chrome"))


def fonts_with_vietnamese() -> int | None:
    """How many installed font files have Vietnamese letters; None if fontconfig is not here to ask."""
    if not shutil.which("fc-list"):
        return None
    done = subprocess.run(["fc-list", ":lang=vi", "file"], capture_output=True, text=True, timeout=20, check=False)
    return len(done.stdout.splitlines())

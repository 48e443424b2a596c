"""How the player is: a small file that the daemon keeps fresh, and a look at the machine."""

import json
import os
import shutil
import sqlite3
from dataclasses import asdict, dataclass
from pathlib import Path

from bangtin.player.screens import browser

FILE = "status.json"
FRESH_S = 15
LEAST_FREE_BYTES = 2**30


@dataclass(frozen=True)
class Status:
    """What the daemon last said of itself; instants in milliseconds since 1970, unknown = None."""

    pid: int
    port: int
    state: str
    device: str | None
    cluster: str | None
    bundle: int | None
    showing: str | None
    clock: str
    now_ms: int
    heard_ms: int | None
    first_frame_ms: int | None
    trouble: str
    unsent: int
    is_screen_attached: bool
    browser: str | None
    browser_pid: int | None
    rss_bytes: int | None
    alerts: tuple[str, ...] = ()
    refused_pushes: int = 0
    refused_commands: int = 0
    is_blanked: bool = False
    is_revoked: bool = False
    until: str | None = None


@dataclass(frozen=True)
class Finding:
    """One thing that doctor looked at; `mend` is the command or step that mends it, empty when it is well."""

    name: str
    is_well: bool
    detail: str
    mend: str = ""


def write(status: Status, data_dir: Path) -> None:
    """Replace the status file in one step."""
    temporary = data_dir / f".{FILE}"
    temporary.write_text(json.dumps(asdict(status)), encoding="utf-8")
    temporary.replace(data_dir / FILE)


def read(data_dir: Path) -> Status | None:
    """The last status, or None when no daemon has run here or the one that wrote it is gone."""
    try:
        status = Status(**json.loads((data_dir / FILE).read_text(encoding="utf-8")))
        os.kill(status.pid, 0)
    except (OSError, ValueError, TypeError):
        return None
    return status


def resident_bytes() -> int | None:
    """Memory of this process that is resident; None where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def examine(data_dir: Path, *, wanted_browser: str) -> list[Finding]:
    """What is missing or wrong on this machine; needs no daemon and no hub."""
    findings = [_folder(data_dir), _space(data_dir), _browser(wanted_browser), _voice()]
    return [*findings, _key(data_dir), _database(data_dir)]


def _folder(data_dir: Path) -> Finding:
    is_well = os.access(data_dir if data_dir.exists() else data_dir.parent, os.W_OK)
    return Finding("data folder", is_well, str(data_dir), "" if is_well else f"mkdir -p {data_dir}")


def _space(data_dir: Path) -> Finding:
    place = data_dir if data_dir.exists() else data_dir.parent
    free = shutil.disk_usage(place).free if place.exists() else 0
    is_well = free >= LEAST_FREE_BYTES
    return Finding("disk", is_well, f"{free // 2**20} MiB free", "" if is_well else "free 1 GiB on this disk")


def _browser(wanted: str) -> Finding:
    if wanted == "none":
        return Finding("browser", True, "none is started; open the page yourself")
    path = browser.find(wanted)
    if path is None:
        return Finding("browser", False, "no Chromium found", "apt-get install chromium, or --browser PATH")
    return Finding("browser", True, str(path))


def _voice() -> Finding:
    path = shutil.which("espeak-ng")
    return Finding("voice", True, path or "none: emergency notices sound by lead-in and recordings alone (espeak-ng)")


def _key(data_dir: Path) -> Finding:
    path = data_dir / "device.key"
    if not path.exists():
        return Finding("key", True, "none yet: this player has not asked to be enrolled")
    is_well = path.stat().st_mode & 0o077 == 0
    return Finding("key", is_well, str(path), "" if is_well else f"chmod 600 {path}")


def _database(data_dir: Path) -> Finding:
    path = data_dir / "player.sqlite3"
    if not path.exists():
        return Finding("records", True, "none yet")
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            (answer,) = connection.execute("PRAGMA quick_check").fetchone()
            (waiting,) = connection.execute("SELECT count(*) FROM lines").fetchone()
    except sqlite3.Error as error:
        return Finding("records", False, str(error), "keep the file and tell the province's operator")
    return Finding("records", answer == "ok", f"{answer}; {waiting} lines kept")

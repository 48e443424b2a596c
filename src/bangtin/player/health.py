"""How the player is: a small file that the daemon keeps fresh."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "status.json"


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
    clock_offset_ms: int | None = None
    set_expires: str | None = None


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

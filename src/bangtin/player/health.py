"""How the player is: a small file that the daemon keeps fresh."""

import json
import math
import os
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

FILE = "status.json"
WRITE_S = 2.0
FRESH_S = 10 * WRITE_S  # a slow disk or a busy machine may delay some
HUNG = "hung"
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Status:
    """What the daemon last said of itself; instants in milliseconds since 1970, unknown = None.

    `born` tells its process from others that had or get its pid; `written_s` is by the machine's monotonic clock, for
    the other one may be wrong. Both are put in by `write`.
    """

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
    born: str = ""
    written_s: float = 0.0


def write(status: Status, data_dir: Path) -> None:
    """Replace the status file in one step."""
    temporary = data_dir / f".{FILE}"
    # cut, not rounded: whoever reads at once must not find it written later than now
    written = replace(status, born=_born(status.pid), written_s=math.floor(time.monotonic() * 1000) / 1000)
    temporary.write_text(json.dumps(asdict(written)), encoding="utf-8")
    temporary.replace(data_dir / FILE)


def read(data_dir: Path) -> Status | None:
    """The last status, or None when no daemon has run here or the one that wrote it is gone.

    Its `state` is HUNG where the daemon is there and has not written for FRESH_S.
    """
    try:
        status = Status(**json.loads((data_dir / FILE).read_text(encoding="utf-8")))
        if not status.born or status.born != _born(status.pid):
            return None
        is_fresh = 0 <= time.monotonic() - status.written_s <= FRESH_S
    except (OSError, ValueError, TypeError):
        return None
    return status if is_fresh else replace(status, state=HUNG)


def _born(pid: int) -> str:
    """When that process began: the machine's boot and the ticks since (proc(5), field 22). Raises: OSError."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return f"{BOOT_ID.read_text().strip()} {fields[19]}"


def resident_bytes() -> int | None:
    """Memory of this process that is resident; None where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")

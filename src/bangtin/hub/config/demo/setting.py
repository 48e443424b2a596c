"""Where a demo runs: its folder, its clock, the environment its processes share."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bangtin.hub.config import machine
from bangtin.hub.kit.clock import LOCAL

MARK = "demo.json"


@dataclass(frozen=True)
class Setting:
    """One start of a demo: `folder` is its data folder, `offset_s` what its clock adds to the real one."""

    folder: Path
    offset_s: float
    port: int
    player_port: int

    @property
    def address(self) -> str:
        """The hub's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def screen_address(self) -> str:
        """The virtual screen's address; where it has no Chromium of its own, with what makes a page its screen."""
        secret = self.folder / "player" / "page.token"
        is_own = machine.chromium() is None and secret.is_file()
        return f"http://127.0.0.1:{self.player_port}/" + (f"?role=screen&token={secret.read_text()}" if is_own else "")

    def environment(self) -> dict[str, str]:
        """What hub, worker and screen are started with."""
        return {
            "BANGTIN_DATA_DIR": str(self.folder),
            "BANGTIN_DATABASE_URL": f"sqlite:///{self.folder / 'bangtin.sqlite3'}",
            "BANGTIN_DEMO": "1",
            "BANGTIN_CLOCK_OFFSET_S": repr(self.offset_s),
            "BANGTIN_PUBLIC_URL": self.address,
            "BANGTIN_ALLOWED_HOSTS": "127.0.0.1,localhost",
            "BANGTIN_POLL_S": "1",
            "BANGTIN_PLAYER_BATCH_S": "1",
            "BANGTIN_DEBUG": "0",
        }


def last_start(folder: Path) -> datetime | None:
    """The instant at which the demo's clock stood when it was last seen, by the mark in its folder."""
    try:
        return datetime.fromisoformat(json.loads((folder / MARK).read_text())["seen_at"])
    except (OSError, ValueError, KeyError):
        return None


def note_seen(folder: Path, at: datetime) -> None:
    """Write the mark: this folder is a demo's, and its clock stood at `at`."""
    temporary = folder / f".{MARK}"
    temporary.write_text(json.dumps({"seen_at": at.astimezone(LOCAL).isoformat()}))
    temporary.replace(folder / MARK)


def is_someone_elses(folder: Path) -> bool:
    """Whether the folder holds a real installation: a database without the demo's mark."""
    return (folder / "bangtin.sqlite3").exists() and not (folder / MARK).exists()


def next_folder(parent: Path) -> Path:
    """A new numbered folder under `parent`, for one walk of the road."""
    parent.mkdir(parents=True, exist_ok=True)
    number = 1 + max((int(path.name) for path in parent.iterdir() if path.name.isdigit()), default=0)
    while True:
        try:
            (parent / str(number)).mkdir(mode=0o700)
        except FileExistsError:
            number += 1
        else:
            return parent / str(number)


def has_display() -> bool:
    """Whether a visible window could be opened."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))

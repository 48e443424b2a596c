"""A store that a power cut or a failing disk has spoilt: it is set aside whole, and the player is to be enrolled anew.

What it held cannot be made up: the floors against older sets, the boot counter, the chain of records (trust C.9, D.5,
F.4). With none of them the enrolment would go on from nothing, so it ends here; another key joins through an officer.
"""

import json
import logging
import os
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from bangtin.player.clock import Floors
from bangtin.player.store.database import CLOCK_FLOORS, Database
from bangtin.player.store.generations import Generations
from bangtin.player.store.media import sync
from bangtin.player.sync.enrolment import forget

FILE = "player.sqlite3"
ASIDE = f"{FILE}.set-aside-"
BESIDE = ("-wal", "-shm", "")  # the file itself last: until it is gone the next start does this again
CARD = "Màn hình cần ghi danh lại"
# what says that the file is spoilt; a full disk, a wrong owner, another process say nothing of what it holds
_SPOILT = frozenset(
    {
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_IOERR_READ,
        sqlite3.SQLITE_IOERR_SHORT_READ,
        sqlite3.SQLITE_IOERR_CORRUPTFS,
        sqlite3.SQLITE_IOERR_DATA,
    }
)
log = logging.getLogger("bangtin.player.database")


def open_database(data_dir: Path, enrolments: Generations, *, now_s: float) -> Database:
    """The player's database; a spoilt one is set aside under a name dated `now_s`, and the enrolment it served ends.

    Raises: sqlite3.Error where it cannot be opened though nothing says that it is spoilt; OSError.
    """
    path = data_dir / FILE
    is_enrolled = bool(enrolments.names())
    fault = _fault(path, is_enrolled=is_enrolled)
    if fault:
        log.critical("%s is spoilt (%s): it is set aside, and this player is to be enrolled anew", path, fault)
        if is_enrolled:  # first: cut short here, the next start finds a stranger, never an enrolment without its floors
            forget(data_dir, enrolments)
        _set_aside(path, now_s=now_s)
    return Database(path)


def aside(data_dir: Path) -> list[Path]:
    """What was set aside and still lies in the folder, oldest first; one path for each."""
    return sorted(path for path in data_dir.glob(f"{ASIDE}*") if not path.name.endswith(BESIDE[:2]))


def _fault(path: Path, *, is_enrolled: bool) -> str:
    """Why the file cannot be what this player goes on with; "" where it can. It is only read, its log beside it too."""
    if not path.exists():
        return "it is gone" if is_enrolled else ""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if answer != "ok":
                return str(answer)
            return _gaps(dict(connection.execute("SELECT key, value FROM meta").fetchall())) if is_enrolled else ""
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0)
        is_empty = is_enrolled and "no such table" in str(error)
        is_spoilt = is_empty or code in _SPOILT or code & 0xFF == sqlite3.SQLITE_CORRUPT
        return str(error) if is_spoilt else ""  # what else is wrong, opening it says


def _gaps(kept: dict[str, str]) -> str:
    try:
        int(kept["boot"])
        json.loads(kept.get("floors", "{}"))
        Floors.parse(kept.get(CLOCK_FLOORS))
    except (KeyError, TypeError, ValueError) as error:
        return f"its values cannot be read: {error!r}"
    return ""


def _set_aside(path: Path, *, now_s: float) -> None:
    stamp = datetime.fromtimestamp(now_s, tz=UTC).strftime("%Y%m%d-%H%M%S")
    name, count = f"{ASIDE}{stamp}", 1
    while any(os.path.lexists(path.with_name(name + end)) for end in BESIDE):
        count += 1
        name = f"{ASIDE}{stamp}-{count}"
    for end in BESIDE:
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(path.with_name(name + end))
    sync(path.parent)

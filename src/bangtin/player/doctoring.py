"""What is wrong at this post and what to do about it, for whoever stands before the machine: in Vietnamese or English.

It looks at the machine, at the folder and at what the running daemon last said of itself; it needs no hub, and asks it
only whether it is there.
"""

import os
import shutil
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bangtin.bundle import addresses, instants
from bangtin.player import health, salvage, troubles
from bangtin.player.command_answers import day, grade, showing, state
from bangtin.player.config import KIT, Kit, read_certificate
from bangtin.player.doctor_words import WORDS
from bangtin.player.reporting import temperature_c
from bangtin.player.screens import browser
from bangtin.player.store.database import RESERVE, RESERVE_BYTES
from bangtin.player.sync import tls

LEAST_FREE_BYTES = 2**30
HOTTEST_C = 80
WORST_OFFSET_MS = 60_000
OLD_BACKLOG = 10_000
RENEW_DAYS = 90  # asked for at 100: ten days of tries have failed
SILENT_MS = 3_600_000
NONCE = "0" * 32
ANSWER_S = 5.0


@dataclass(frozen=True)
class Machine:
    """Where and when to look: `now_s` since 1970 by this machine, `language` "vi" or "en", `hub` in the kit's place.

    `kit_fault`: why there is a kit that cannot be used. `output` is one of `config.OUTPUTS`.
    """

    data_dir: Path
    kit: Kit | None
    hub: str | None
    browser: str
    now_s: float
    language: str
    kit_fault: str = ""
    output: str = "screen"


@dataclass(frozen=True)
class Finding:
    """One thing: `name` for programs, the rest for people; `mend` is what to do, empty unless there is a fault.

    `is_looked_at` False: there was nothing to look at yet, or no right to; `detail` says which. That is no fault.
    """

    name: str
    is_well: bool
    title: str
    detail: str
    mend: str = ""
    is_looked_at: bool = True


Look = Callable[[Machine, health.Status | None], Finding]


def own_language(environ: Mapping[str, str]) -> str:
    """ "vi" or "en": `BANGTIN_LANGUAGE`, else English where the machine's language is English, else Vietnamese."""
    asked = environ.get("BANGTIN_LANGUAGE") or environ.get("LC_ALL") or environ.get("LANG") or ""
    return "en" if asked.startswith("en") else "vi"


def examine(machine: Machine) -> list[Finding]:
    """Everything there is to say of this post, in the order in which one would mend it."""
    status = health.read(machine.data_dir)
    if status is not None and status.state == health.HUNG:  # what it said before it hung is not so any more
        return [_look(look, machine, status if look is _daemon else None) for look in NAMES]
    return [_look(look, machine, status) for look in NAMES]


def _look(look: Look, machine: Machine, status: health.Status | None) -> Finding:
    try:
        return look(machine, status)
    except PermissionError as error:  # the next things are looked at all the same
        return _unseen(machine, NAMES[look], "closed", path=error.filename or machine.data_dir)


def _unseen(machine: Machine, name: str, why: str, /, **values: object) -> Finding:
    """The thing `name`, which was not looked at, and `why` not: one of the words `unseen.‹why›`."""
    words = WORDS[machine.language]
    return Finding(name, True, words[name][0], words[f"unseen.{why}"][0].format(**values), is_looked_at=False)


def _say(machine: Machine, name: str, fault: str = "", /, **values: object) -> Finding:
    """The finding `name`: well without a `fault`, else with the words for that fault and what mends it."""
    words = WORDS[machine.language]
    detail, mend = words[f"{name}.{fault or 'well'}"]
    return Finding(name, not fault, words[name][0], detail.format(**values), mend.format(**values))


def _folder(machine: Machine, _status: health.Status | None) -> Finding:
    folder = machine.data_dir
    if os.path.lexists(folder):
        is_open = folder.is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK)
        return _say(machine, "folder", "" if is_open else "closed", path=folder)
    parent = _nearest(folder)
    if not os.access(parent, os.W_OK | os.X_OK):
        return _say(machine, "folder", "closed", path=folder)
    return _unseen(machine, "folder", "no_folder", path=folder)


def _disk(machine: Machine, _status: health.Status | None) -> Finding:
    free = shutil.disk_usage(_nearest(machine.data_dir)).free  # where the folder will lie, if there is none yet
    return _say(machine, "disk", "" if free >= LEAST_FREE_BYTES else "full", free=free // 2**20)


def _reserve(machine: Machine, _status: health.Status | None) -> Finding:
    path = machine.data_dir / RESERVE
    if not _has_run(machine):
        return _unseen(machine, "reserve", "not_run")
    is_well = path.exists() and path.stat().st_size == RESERVE_BYTES
    return _say(machine, "reserve", "" if is_well else "used", size=RESERVE_BYTES // 2**20)


def _kit(machine: Machine, _status: health.Status | None) -> Finding:
    if machine.kit is None:
        (machine.data_dir / KIT).exists()  # without the right to know, it is neither missing nor spoilt
        return _say(machine, "kit", "broken" if machine.kit_fault else "missing", why=machine.kit_fault)
    is_open = addresses.is_open(machine.hub or machine.kit.hub)
    return _say(machine, "kit", "open" if is_open else "", province=machine.kit.province, hub=machine.kit.hub)


def _key(machine: Machine, _status: health.Status | None) -> Finding:
    path = machine.data_dir / "device.key"
    if not path.exists():
        return _say(machine, "key", "none") if _is_enrolled(machine) else _unseen(machine, "key", "not_enrolled")
    return _say(machine, "key", "" if path.stat().st_mode & 0o077 == 0 else "open", path=path)


def _records(machine: Machine, _status: health.Status | None) -> Finding:
    path = machine.data_dir / salvage.FILE
    if not _has_run(machine):
        return _unseen(machine, "records", "not_run")
    if not os.access(path, os.R_OK):
        return _unseen(machine, "records", "closed", path=path)
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            (answer,) = connection.execute("PRAGMA quick_check").fetchone()
            (count,) = connection.execute("SELECT count(*) FROM lines").fetchone()
    except sqlite3.Error as error:
        return _say(machine, "records", "broken", path=path, why=error)
    return _say(machine, "records", "" if answer == "ok" else "broken", path=path, why=answer, count=count)


def spoilt_store(machine: Machine, _status: health.Status | None = None) -> Finding:
    """Whether a spoilt store was set aside, where it lies and what to do; `status` says it too."""
    if not os.access(machine.data_dir, os.R_OK | os.X_OK):
        is_there = machine.data_dir.exists()
        return _unseen(machine, "aside", "closed" if is_there else "no_folder", path=machine.data_dir)
    found = salvage.aside(machine.data_dir)
    return _say(machine, "aside", "kept" if found else "", path=", ".join(str(path) for path in found))


def _browser(machine: Machine, _status: health.Status | None) -> Finding:
    if machine.browser == "none":
        return _unseen(machine, "browser", "no_browser")
    path = browser.find(machine.browser)
    return _say(machine, "browser", path=path) if path else _say(machine, "browser", "missing")


def _voice(machine: Machine, _status: health.Status | None) -> Finding:
    path = shutil.which("espeak-ng")
    return _say(machine, "voice", path=path) if path else _unseen(machine, "voice", "no_voice")


def _sound(machine: Machine, _status: health.Status | None) -> Finding:
    if machine.output != "sound":
        return _unseen(machine, "sound", "screen")
    path = shutil.which("mpv") or shutil.which("ffplay")
    return _say(machine, "sound", path=path) if path else _say(machine, "sound", "missing")


def _heat(machine: Machine, _status: health.Status | None) -> Finding:
    hottest = temperature_c()
    if hottest is None:
        return _unseen(machine, "heat", "no_sensor")
    return _say(machine, "heat", "hot" if hottest > HOTTEST_C else "", degrees=hottest)


def _daemon(machine: Machine, status: health.Status | None) -> Finding:
    if status is None:
        return _say(machine, "daemon", "gone")
    if status.state == health.HUNG:
        return _say(machine, "daemon", "hung", pid=status.pid)
    return _say(machine, "daemon", pid=status.pid, state=state(status.state, machine.language))


def _record(machine: Machine, status: health.Status | None) -> Finding:
    if status is not None and status.is_revoked:
        return _say(machine, "record", "revoked")
    if not _is_enrolled(machine):
        return _say(machine, "record", "none")
    if status is None or status.until is None:
        return _unseen(machine, "record", "no_daemon")
    left = (instants.from_text(status.until) - datetime.fromtimestamp(machine.now_s, tz=UTC)).days
    fault = "over" if left < 0 else "old" if left < RENEW_DAYS else ""
    return _say(machine, "record", fault, until=day(status.until), left=left)


def _line(machine: Machine, status: health.Status | None) -> Finding:
    address = (machine.hub or (machine.kit.hub if machine.kit else "")).rstrip("/")
    if not address:
        return _say(machine, "line", "unknown")
    try:
        # an address from the command line or the province's kit, both http or https
        secured = tls.context(machine.kit.ca if machine.kit else "", read_certificate(os.environ))
        asked = f"{address}/api/v1/time?nonce={NONCE}"
        with urllib.request.urlopen(asked, timeout=ANSWER_S, context=secured) as answer:  # noqa: S310 - the hub of its kit
            is_there = answer.status == 200
    except (OSError, ValueError, urllib.error.URLError) as error:
        return _say(machine, "line", "down", hub=address, why=getattr(error, "reason", error))
    if is_there and status is not None and status.trouble:
        return _say(machine, "line", "trouble", hub=address, why=troubles.told(status.trouble, machine.language))
    return _say(machine, "line", "" if is_there else "down", hub=address, why="")


def _clock(machine: Machine, status: health.Status | None) -> Finding:
    if status is None:
        return _unseen(machine, "clock", "no_daemon")
    if status.clock == "floor":
        return _say(machine, "clock", "dead")
    offset_ms = status.clock_offset_ms or 0
    if abs(offset_ms) > WORST_OFFSET_MS:
        return _say(machine, "clock", "off", seconds=round(offset_ms / 1000))
    return _say(machine, "clock", grade=grade(status.clock, machine.language))


def _freshness(machine: Machine, status: health.Status | None) -> Finding:
    if status is None or status.set_expires is None:
        return _unseen(machine, "freshness", "no_daemon" if status is None else "no_bundle")
    is_over = instants.to_ms(instants.from_text(status.set_expires)) < status.now_ms
    heard = status.heard_ms is None or status.now_ms - status.heard_ms > SILENT_MS
    fault = "stale" if is_over else "silent" if heard else ""
    return _say(machine, "freshness", fault, number=status.bundle, until=day(status.set_expires))


def _screen(machine: Machine, status: health.Status | None) -> Finding:
    if status is None:
        return _unseen(machine, "screen", "no_daemon")
    if status.is_blanked:
        return _say(machine, "screen", "blanked")
    if not status.is_screen_attached and machine.browser != "none":
        return _say(machine, "screen", "detached")
    return _say(machine, "screen", showing=showing(status.showing, machine.language))


def _backlog(machine: Machine, status: health.Status | None) -> Finding:
    if status is None:
        return _unseen(machine, "backlog", "no_daemon")
    return _say(machine, "backlog", "long" if status.unsent > OLD_BACKLOG else "", count=status.unsent)


def _is_enrolled(machine: Machine) -> bool:
    return (machine.data_dir / "enrolment" / "current").exists()


def _has_run(machine: Machine) -> bool:
    return (machine.data_dir / salvage.FILE).exists()


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next(path for path in (folder, *folder.parents) if os.path.lexists(path))


NAMES: Mapping[Look, str] = {
    _folder: "folder",
    _disk: "disk",
    _reserve: "reserve",
    _kit: "kit",
    _key: "key",
    _records: "records",
    spoilt_store: "aside",
    _browser: "browser",
    _voice: "voice",
    _sound: "sound",
    _heat: "heat",
    _daemon: "daemon",
    _record: "record",
    _line: "line",
    _clock: "clock",
    _freshness: "freshness",
    _screen: "screen",
    _backlog: "backlog",
}

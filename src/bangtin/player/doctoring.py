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
from bangtin.player import health, salvage
from bangtin.player.config import Kit, read_certificate
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

    `kit_fault`: why there is a kit that cannot be used.
    """

    data_dir: Path
    kit: Kit | None
    hub: str | None
    browser: str
    now_s: float
    language: str
    kit_fault: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `name` for programs, the rest for people; `mend` is what to do, empty when it is well."""

    name: str
    is_well: bool
    title: str
    detail: str
    mend: str = ""


def own_language(environ: Mapping[str, str]) -> str:
    """ "vi" or "en": `BANGTIN_LANGUAGE`, else English where the machine's language is English, else Vietnamese."""
    asked = environ.get("BANGTIN_LANGUAGE") or environ.get("LC_ALL") or environ.get("LANG") or ""
    return "en" if asked.startswith("en") else "vi"


def examine(machine: Machine) -> list[Finding]:
    """Everything there is to say of this post, in the order in which one would mend it."""
    status = health.read(machine.data_dir)
    looks: list[Callable[[Machine, health.Status | None], Finding]] = [
        _folder,
        _disk,
        _reserve,
        _kit,
        _key,
        _records,
        spoilt_store,
        _browser,
        _voice,
        _heat,
        _daemon,
        _record,
        _line,
        _clock,
        _freshness,
        _screen,
        _backlog,
    ]
    if status is not None and status.state == health.HUNG:  # what it said before it hung is not so any more
        return [look(machine, status if look is _daemon else None) for look in looks]
    return [look(machine, status) for look in looks]


def _say(machine: Machine, name: str, fault: str = "", /, **values: object) -> Finding:
    """The finding `name`: well without a `fault`, else with the words for that fault and what mends it."""
    words = WORDS[machine.language]
    detail, mend = words[f"{name}.{fault or 'well'}"]
    return Finding(name, not fault, words[name][0], detail.format(**values), mend.format(**values))


def _folder(machine: Machine, _status: health.Status | None) -> Finding:
    folder = machine.data_dir
    is_well = os.access(folder if folder.exists() else folder.parent, os.W_OK)
    return _say(machine, "folder", "" if is_well else "closed", path=folder)


def _disk(machine: Machine, _status: health.Status | None) -> Finding:
    place = machine.data_dir if machine.data_dir.exists() else machine.data_dir.parent
    free = shutil.disk_usage(place).free if place.exists() else 0
    return _say(machine, "disk", "" if free >= LEAST_FREE_BYTES else "full", free=free // 2**20)


def _reserve(machine: Machine, _status: health.Status | None) -> Finding:
    path = machine.data_dir / RESERVE
    has_run = (machine.data_dir / "player.sqlite3").exists()
    is_well = not has_run or (path.exists() and path.stat().st_size == RESERVE_BYTES)
    return _say(machine, "reserve", "" if is_well else "used", size=RESERVE_BYTES // 2**20)


def _kit(machine: Machine, _status: health.Status | None) -> Finding:
    if machine.kit is None:
        return _say(machine, "kit", "broken" if machine.kit_fault else "missing", why=machine.kit_fault)
    is_open = addresses.is_open(machine.hub or machine.kit.hub)
    return _say(machine, "kit", "open" if is_open else "", province=machine.kit.province, hub=machine.kit.hub)


def _key(machine: Machine, _status: health.Status | None) -> Finding:
    path = machine.data_dir / "device.key"
    if not path.exists():
        return _say(machine, "key", "none") if _is_enrolled(machine) else _say(machine, "key")
    return _say(machine, "key", "" if path.stat().st_mode & 0o077 == 0 else "open", path=path)


def _records(machine: Machine, _status: health.Status | None) -> Finding:
    path = machine.data_dir / "player.sqlite3"
    if not path.exists():
        return _say(machine, "records", count=0)
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            (answer,) = connection.execute("PRAGMA quick_check").fetchone()
            (count,) = connection.execute("SELECT count(*) FROM lines").fetchone()
    except sqlite3.Error as error:
        return _say(machine, "records", "broken", path=path, why=error)
    return _say(machine, "records", "" if answer == "ok" else "broken", path=path, why=answer, count=count)


def spoilt_store(machine: Machine, _status: health.Status | None = None) -> Finding:
    """Whether a spoilt store was set aside, where it lies and what to do; `status` says it too."""
    found = salvage.aside(machine.data_dir)
    return _say(machine, "aside", "kept" if found else "", path=", ".join(str(path) for path in found))


def _browser(machine: Machine, _status: health.Status | None) -> Finding:
    if machine.browser == "none":
        return _say(machine, "browser", path="–")
    path = browser.find(machine.browser)
    return _say(machine, "browser", path=path) if path else _say(machine, "browser", "missing")


def _voice(machine: Machine, _status: health.Status | None) -> Finding:
    return _say(machine, "voice", path=shutil.which("espeak-ng") or "–")  # without it lead-ins and recordings sound


def _heat(machine: Machine, _status: health.Status | None) -> Finding:
    hottest = temperature_c()
    is_hot = hottest is not None and hottest > HOTTEST_C
    return _say(machine, "heat", "hot" if is_hot else "", degrees="–" if hottest is None else hottest)


def _daemon(machine: Machine, status: health.Status | None) -> Finding:
    if status is None:
        return _say(machine, "daemon", "gone")
    if status.state == health.HUNG:
        return _say(machine, "daemon", "hung", pid=status.pid)
    return _say(machine, "daemon", pid=status.pid, state=status.state)


def _record(machine: Machine, status: health.Status | None) -> Finding:
    if status is not None and status.is_revoked:
        return _say(machine, "record", "revoked")
    if not _is_enrolled(machine):
        return _say(machine, "record", "none")
    if status is None or status.until is None:
        return _say(machine, "record", until="–")
    left = (instants.from_text(status.until) - datetime.fromtimestamp(machine.now_s, tz=UTC)).days
    fault = "over" if left < 0 else "old" if left < RENEW_DAYS else ""
    return _say(machine, "record", fault, until=status.until[:10], left=left)


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
        return _say(machine, "line", "trouble", hub=address, why=status.trouble)
    return _say(machine, "line", "" if is_there else "down", hub=address, why="")


def _clock(machine: Machine, status: health.Status | None) -> Finding:
    if status is None:
        return _say(machine, "clock", grade="–")
    if status.clock == "floor":
        return _say(machine, "clock", "dead")
    offset_ms = status.clock_offset_ms or 0
    if abs(offset_ms) > WORST_OFFSET_MS:
        return _say(machine, "clock", "off", seconds=round(offset_ms / 1000))
    return _say(machine, "clock", grade=status.clock)


def _freshness(machine: Machine, status: health.Status | None) -> Finding:
    if status is None or status.set_expires is None:
        return _say(machine, "freshness", number="–", until="–")
    is_over = instants.to_ms(instants.from_text(status.set_expires)) < status.now_ms
    heard = status.heard_ms is None or status.now_ms - status.heard_ms > SILENT_MS
    fault = "stale" if is_over else "silent" if heard else ""
    return _say(machine, "freshness", fault, number=status.bundle, until=status.set_expires[:10])


def _screen(machine: Machine, status: health.Status | None) -> Finding:
    if status is None:
        return _say(machine, "screen", showing="–")
    if status.is_blanked:
        return _say(machine, "screen", "blanked")
    if not status.is_screen_attached and machine.browser != "none":
        return _say(machine, "screen", "detached")
    return _say(machine, "screen", showing=status.showing or "–")


def _backlog(machine: Machine, status: health.Status | None) -> Finding:
    count = status.unsent if status is not None else 0
    return _say(machine, "backlog", "long" if count > OLD_BACKLOG else "", count=count)


def _is_enrolled(machine: Machine) -> bool:
    return (machine.data_dir / "enrolment" / "current").exists()

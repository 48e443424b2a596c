"""What `bangtin doctor` looks at: each finding says what is there or missing, and the command that mends it."""

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from bangtin.hub.config import key_checkup, machine, soundness, updating
from bangtin.hub.config.findings import Finding, State
from bangtin.hub.kit import clock

__all__ = ["Finding", "State", "findings"]

LEAST_FREE_BYTES = 2_000_000_000
LEAST_PYTHON = (3, 11)
# The program's own age bounds the clock from below: an earlier "now" is a dead clock battery.
EARLIEST_YEAR = 2026


def findings() -> Iterator[Finding]:
    """Everything looked at, in the order a newcomer would mend it."""
    yield _python()
    yield from _programs()
    yield _fonts()
    yield from _extras()
    yield from _data_dir()
    yield from _secrets()
    database = _database()
    yield database
    if database.state == State.GOOD:
        yield from key_checkup.findings(clock.now())
    yield _clock()
    for weakness in soundness.weaknesses(settings.ENV, os.environ):
        if weakness.setting != "BANGTIN_DATA_DIR":
            yield Finding(weakness.setting, State.WRONG, weakness.message, weakness.cure)


def _python() -> Finding:
    found = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info >= LEAST_PYTHON:
        return Finding("python", State.GOOD, f"Python {found}")
    return Finding(
        "python", State.WRONG, _("Python %(found)s is too old.") % {"found": found}, "apt-get install python3.11"
    )


def _programs() -> Iterator[Finding]:
    browser = machine.chromium()
    said = machine.version_line(browser) if browser else ""
    if browser and said:
        yield Finding("chromium", State.GOOD, f"{said} ({browser})")
    else:
        yield Finding(
            "chromium",
            State.WRONG,
            _("Chromium, which draws the screens, is missing or does not start."),
            "apt-get install chromium",
        )
    ffmpeg = machine.ffmpeg()
    said = machine.version_line(ffmpeg, "-version") if ffmpeg else ""
    if ffmpeg and said:
        yield Finding("ffmpeg", State.GOOD, f"{said.split(' Copyright')[0]} ({ffmpeg})")
    else:
        yield Finding(
            "ffmpeg",
            State.WRONG,
            _("ffmpeg, which makes clips ready for the screens, is missing."),
            "apt-get install ffmpeg   /   pip install 'bangtin[ffmpeg]'",
        )
    office = shutil.which("libreoffice") or shutil.which("soffice")
    if office:
        yield Finding("libreoffice", State.GOOD, office)
    else:
        yield Finding(
            "libreoffice",
            State.OPTIONAL,
            _("LibreOffice is not here: Word and PowerPoint files are refused, their senders asked for a PDF."),
            "apt-get install libreoffice-writer-nogui libreoffice-impress-nogui",
        )


def _fonts() -> Finding:
    count = machine.fonts_with_vietnamese()
    own = settings.HUB.parent / "bundle" / "notices" / "fonts"
    if not list(own.glob("*vietnamese*.woff2")):
        return Finding(
            "fonts", State.WRONG, _("The fonts of the text notices are missing from the program."), "make setup"
        )
    if count:
        return Finding("fonts", State.GOOD, _("%(count)s system fonts have Vietnamese letters") % {"count": count})
    return Finding(
        "fonts",
        State.OPTIONAL,
        _("No system font with Vietnamese letters; pages and screens bring their own, papers as PDF need one."),
        "apt-get install fonts-liberation fonts-noto-core",
    )


def _extras() -> Iterator[Finding]:
    if find_spec("aiohttp") is None:
        yield Finding("player", State.WRONG, _("The player's library is missing."), "pip install 'bangtin[player]'")
    else:
        yield Finding("player", State.GOOD, _("The player can be started"))
    if connection.vendor == "postgresql" and find_spec("psycopg") is None:
        yield Finding("postgres", State.WRONG, _("PostgreSQL's library is missing."), "pip install 'bangtin[postgres]'")


def _data_dir() -> Iterator[Finding]:
    folder: Path = settings.DATA_DIR
    if not folder.exists():
        words = _("The data folder %(folder)s is not there yet.") % {"folder": folder}
        yield Finding("data_dir", State.WRONG, words, _("bangtin migrate   (or check BANGTIN_DATA_DIR)"))
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        words = _("The data folder %(folder)s cannot be written.") % {"folder": folder}
        yield Finding("data_dir", State.WRONG, words, f"chown -R $USER {folder}")
        return
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & stat.S_IRWXO:
        words = _("The data folder %(folder)s is open to every account (mode %(mode)s).")
        yield Finding("data_dir", State.WRONG, words % {"folder": folder, "mode": f"{mode:04o}"}, f"chmod 700 {folder}")
    else:
        yield Finding("data_dir", State.GOOD, str(folder))
    free = shutil.disk_usage(folder).free
    words = _("%(free)s GB free on the disk of the data folder") % {"free": f"{free / 1e9:.1f}"}
    if free >= LEAST_FREE_BYTES:
        yield Finding("disk", State.GOOD, words)
    else:
        yield Finding("disk", State.WRONG, words, _("Make room, or move BANGTIN_DATA_DIR to a larger disk."))


def _secrets() -> Iterator[Finding]:
    open_files = [
        path
        for name in ("secrets", "keys")
        for path in sorted((settings.DATA_DIR / name).rglob("*"))
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    for path in open_files:
        words = _("The secret %(path)s can be read by other accounts.") % {"path": path}
        yield Finding("secrets", State.WRONG, words, f"chmod 600 {path}")
    if not open_files:
        yield Finding("secrets", State.GOOD, _("Secrets and keys are readable by their owner alone"))


def _database() -> Finding:
    said = updating.why_not_ready()
    if said is None:
        return Finding("database", State.GOOD, _("%(vendor)s, up to date") % {"vendor": connection.vendor})
    return Finding("database", State.WRONG, *said)


def _clock() -> Finding:
    at = clock.now()
    if at.year < EARLIEST_YEAR:
        words = _("The clock of this machine says %(at)s.") % {"at": f"{at:%Y-%m-%d %H:%M}Z"}
        return Finding("clock", State.WRONG, words, "timedatectl set-ntp true")
    return Finding("clock", State.GOOD, f"{at.astimezone(clock.LOCAL):%d/%m/%Y %H:%M:%S} (UTC+7)")

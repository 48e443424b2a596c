"""`bangtin-player`: enrol, run, status, doctor. `daemon.Player` wires the parts; the clocks are read here.

Exit codes: 0 it held, 1 it did not, 2 bad input. With `--json` one line of JSON on stdout; logs go to stderr.
It speaks the language of the machine (`doctoring.own_language`); the log is English.
"""

import argparse
import asyncio
import contextlib
import fcntl
import json
import logging
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TypeVar

from bangtin.bundle.errors import BundleRefusal
from bangtin.player import carry, command_answers, command_line, doctoring, health, troubles
from bangtin.player.command_words import WORDS
from bangtin.player.config import (
    KIT,
    BadInput,
    Kit,
    Settings,
    kept_kit,
    read_certificate,
    read_downloads,
    read_environment,
    read_kit,
    read_place,
    require_tls,
    write_kit,
)
from bangtin.player.daemon import Player, Restart
from bangtin.player.parting import leave
from bangtin.player.sync import tls
from bangtin.player.sync.enrolment import Identity
from bangtin.player.sync.polling import TROUBLE
from bangtin.player.sync.renewal import WISH

PRIORITY = -10
E = TypeVar("E", bound=Exception)
log = logging.getLogger("bangtin.player")


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; gives the exit code."""
    language = _language()
    parser = command_line.parser(language)
    options = parser.parse_args(argv)
    if options.command is None:
        parser.print_help(sys.stderr)
        return 2
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        return _COMMANDS[options.command](options)
    except BadInput as error:
        print(f"bangtin-player: {error.say(language)}", file=sys.stderr)
        return 2
    except (BundleRefusal, sqlite3.Error, *TROUBLE) as error:
        by_stick, minutes = options.command == "import", round(carry.LONGEST_S / 60)
        said = troubles.explain(error, language, by_stick=by_stick, minutes=minutes)
        print(f"bangtin-player: {said}", file=sys.stderr)
        return 1


async def run(settings: Settings, kit: Kit, *, wall: Callable[[], float] = time.time) -> None:
    """The daemon, until SIGTERM or SIGINT; `wall` is the machine's clock, in seconds since 1970.

    Raises: Restart, in a group, when it is to be started anew.
    """
    player = Player(settings, kit, wall=wall, mono=time.monotonic)
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        if task is not None:
            loop.add_signal_handler(name, task.cancel)
    try:
        await player.run()
    except asyncio.CancelledError:
        log.info("stopping")
    finally:
        player.close()


def _go_first() -> None:
    """Let the daemon, its browser and its sound go before other work of a busy machine, where that is allowed."""
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)


def _run(options: argparse.Namespace) -> int:
    settings, kit = _prepare(options)
    _go_first()
    with _OnlyOne(settings.data_dir):
        try:
            asyncio.run(run(settings, kit))
        except* BadInput as group:
            first = _first(group)
            raise BadInput(first.key, **first.values) from group
        except* sqlite3.Error as group:
            raise sqlite3.OperationalError(str(_first(group))) from group
        except* Restart:
            log.info("starting anew")
            # a new process, as after a power cut: the same start, and nothing left over in memory
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - our own command line
    return 0


def _first(group: ExceptionGroup[E]) -> E:
    found = group.exceptions[0]
    return _first(found) if isinstance(found, ExceptionGroup) else found


def _rotate(options: argparse.Namespace) -> int:
    """Wish for another key; the running daemon, or the next one, has it accepted by the hub."""
    data_dir = _data_dir(options)
    if not (data_dir / "enrolment" / "current").exists():
        raise BadInput("rotate_stranger", folder=data_dir)
    (data_dir / WISH).touch()
    print(json.dumps({"asked": True}) if options.json else WORDS[_language()]["rotating"])
    return 0


def _enrol(options: argparse.Namespace) -> int:
    settings, kit = _prepare(options)
    words = WORDS[_language()]

    def show(code: str) -> None:
        print(f"{code}\n{words['code']}", file=sys.stderr, flush=True)

    async def ask() -> Identity:
        player = Player(settings, kit, wall=time.time, mono=time.monotonic)
        if options.again:
            leave(player)
        try:
            return await player.enrol_only(show)
        finally:
            player.database.close()

    with _OnlyOne(settings.data_dir):
        record = asyncio.run(ask()).record
    answer = {"device": record.device, "cluster": record.cluster, "faces": list(record.faces), "epoch": record.epoch}
    said = words["enrolled"].format(device=record.device, cluster=record.cluster)
    print(json.dumps(answer) if options.json else said)
    return 0


def _status(options: argparse.Namespace) -> int:
    status, language = health.read(_data_dir(options)), _language()
    if options.json:
        print(json.dumps(asdict(status) if status else {"state": "stopped"}))
    elif status is None:
        words = WORDS[language]
        print(words["status.gone"].format(folder=_data_dir(options)) + troubles.NEXT + words["status.gone.do"])
    else:
        print("\n".join(command_answers.status_lines(status, language)))
    machine = _machine(options, None)
    spoilt = doctoring.spoilt_store(machine)
    if not spoilt.is_well:
        print(f"{spoilt.title}: {spoilt.detail}\n    → {spoilt.mend}", file=sys.stderr if options.json else sys.stdout)
    return 0 if status and status.state != health.HUNG else 1


def _machine(options: argparse.Namespace, kit: Kit | None) -> doctoring.Machine:
    browser = "none" if options.output == "sound" else options.browser
    return doctoring.Machine(
        _data_dir(options), kit, options.hub, browser, time.time(), _language(), output=options.output
    )


def _doctor(options: argparse.Namespace) -> int:
    kit, fault = None, ""
    try:
        kit = read_kit(options.kit) if options.kit is not None else kept_kit(_data_dir(options))
    except (BadInput, OSError) as error:  # said with the rest: what else is wrong is to be seen all the same
        fault = error.say(_language()) if isinstance(error, BadInput) else troubles.reason(error, _language())
    findings = doctoring.examine(replace(_machine(options, kit), kit_fault=fault))
    holds = all(finding.is_well for finding in findings)
    if options.json:
        print(json.dumps({"holds": holds, "findings": [asdict(finding) for finding in findings]}, ensure_ascii=False))
    else:
        words = WORDS[_language()]
        for finding in findings:
            mark = "–" if not finding.is_looked_at else words["mark.well" if finding.is_well else "mark.bad"]
            print(f"{mark:3} {finding.title}: {finding.detail}")
            if finding.mend:
                print(f"    → {finding.mend}")
    return 0 if holds else 1


def _import(options: argparse.Namespace) -> int:
    """Take a stick: by the running daemon if there is one, else here."""
    settings, kit = _prepare(options)

    async def take() -> carry.Outcome:
        player = Player(settings, kit, wall=time.time, mono=time.monotonic)
        try:
            return await player.import_only(options.folder)
        finally:
            player.close()

    try:
        with _OnlyOne(settings.data_dir):
            outcome = asyncio.run(take())
    except Occupied:
        outcome = asyncio.run(carry.ask(options.folder, settings.data_dir))
    if options.json:
        print(json.dumps(asdict(outcome)))
    else:
        print("\n".join(command_answers.import_lines(outcome, options.folder, _language())))
    return 1 if outcome.refusals else 0


_COMMANDS = {"run": _run, "enrol": _enrol, "rotate": _rotate, "import": _import, "status": _status, "doctor": _doctor}


def _language() -> str:
    return doctoring.own_language(os.environ)


def _data_dir(options: argparse.Namespace) -> Path:
    return Path(options.data_dir or os.environ.get("BANGTIN_PLAYER_DIR", "var/player")).resolve()


def _prepare(options: argparse.Namespace) -> tuple[Settings, Kit]:
    is_demo, offset_s, batch_s = read_environment(os.environ)
    data_dir = _data_dir(options)
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    kit = read_kit(options.kit) if options.kit is not None else kept_kit(data_dir)
    if kit is None:
        raise BadInput("kit_missing", folder=data_dir)
    # who plays already goes on: no screen is darkened for its line, `doctor` says so
    if options.again or not (data_dir / "enrolment" / "current").exists():
        require_tls(options.hub or kit.hub, is_demo=is_demo)
    if options.kit is not None:
        write_kit(kit, data_dir / KIT)
    if not 1 <= options.port <= 65_535:
        raise BadInput("port", got=options.port, usual=command_line.DEFAULT_PORT)
    settings = Settings(
        data_dir=data_dir,
        hub=options.hub.rstrip("/") if options.hub else None,
        port=options.port,
        browser=options.browser,
        is_headless=options.headless,
        output=options.output,
        is_demo=is_demo,
        clock_offset_s=offset_s,
        poll_s=2.0 if is_demo else 15.0,
        batch_s=batch_s,
        downloads=read_downloads(os.environ),
        certificate=read_certificate(os.environ),
        at=read_place(os.environ),
    )
    tls.context(kit.ca, settings.certificate)  # what is wrong with it is said now, not at the first request
    return settings, kit


class Occupied(BadInput):
    """A daemon runs on this folder."""


class _OnlyOne:
    """A lock on the data folder: two daemons on one chain of records would fork it."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "lock"

    def __enter__(self) -> None:
        self._file = self._path.open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Occupied("occupied", folder=self._path.parent) from error

    def __exit__(self, *_: object) -> None:
        self._file.close()


if __name__ == "__main__":
    sys.exit(main())

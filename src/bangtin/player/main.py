"""`bangtin-player`: enrol, run, status, doctor. One function, `run`, wires the daemon by hand.

Exit codes: 0 it held, 1 it did not, 2 bad input. With `--json` one line of JSON on stdout; logs go to stderr.
"""

import argparse
import asyncio
import fcntl
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict
from pathlib import Path

from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.signers import ed25519_signer
from bangtin.player import health
from bangtin.player.clock import Clock
from bangtin.player.config import BadInput, Kit, Settings, read_environment, read_kit, write_kit
from bangtin.player.playlog import Playlog, Started
from bangtin.player.playout import Face, Playout
from bangtin.player.screens import browser
from bangtin.player.screens.server import ScreenServer
from bangtin.player.store.accepting import Place, Store
from bangtin.player.store.database import Database
from bangtin.player.store.generations import Generations
from bangtin.player.store.media import MediaStore
from bangtin.player.sync.enrolment import Identity, enrol, load_identity, own_key
from bangtin.player.sync.polling import TROUBLE, Parts, Sync
from bangtin.player.sync.requests import Hub

DEFAULT_PORT = 8377
DEFAULT_SIZE = (1024, 512)
STATUS_S = 2.0
log = logging.getLogger("bangtin.player")


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; gives the exit code."""
    options = _parser().parse_args(argv)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        return _COMMANDS[options.command](options)
    except BadInput as error:
        print(f"bangtin-player: {error}", file=sys.stderr)
        return 2
    except (BundleRefusal, *TROUBLE) as error:
        print(f"bangtin-player: {error}", file=sys.stderr)
        return 1


class Player:
    """The running daemon: every part, wired once."""

    def __init__(self, settings: Settings, kit: Kit) -> None:
        self.settings = settings
        self.kit = kit
        self.key = own_key(settings.data_dir)
        self.database = Database(settings.data_dir / "player.sqlite3")
        self.boot = self.database.next_boot()
        floor_ms = int(self.database.get("clock_floor_ms") or 0)
        self.clock = Clock(wall=time.time, mono=time.monotonic, offset_s=settings.clock_offset_s, floor_ms=floor_ms)
        self.enrolments = Generations(settings.data_dir / "enrolment")
        self.store = Store(
            database=self.database,
            generations=Generations(settings.data_dir / "generations"),
            media=MediaStore(settings.data_dir / "media"),
            clock=self.clock,
        )
        face = Face("", *DEFAULT_SIZE, name="")
        self.playout = Playout(face=face, plan=self.store, playlog=None, clock=self.clock, boot=self.boot)
        self.server = ScreenServer(port=settings.port, media=self.store.media, listener=self.playout)
        self.playout.connect(self.server)
        self.identity: Identity | None = None
        self.playlog: Playlog | None = None
        self.sync: Sync | None = None
        self.browser: browser.Browser | None = None
        self._wake = asyncio.Event()
        self.playout.wake = self._wake.set

    async def run(self) -> None:
        """Until cancelled: serve the page, play, keep in step with the hub."""
        identity = load_identity(self.enrolments, kit=self.kit, key=self.key)
        playlog = self._take_up(identity) if identity is not None else None
        async with AsyncExitStack() as stack:
            await self.server.start()
            stack.push_async_callback(self.server.stop)
            log.info("the screen's page is at http://127.0.0.1:%d/", self.settings.port)
            group = await stack.enter_async_context(asyncio.TaskGroup())
            group.create_task(self._play())
            group.create_task(self._report())
            self._start_browser(group)
            hub = await stack.enter_async_context(self._hub())
            if identity is None or playlog is None:
                identity = await self._enrol(hub)
                playlog = self._take_up(identity)
            hub.keyid = identity.record.device
            place = Place(identity.record, self.kit.root)
            self.sync = Sync(
                Parts(hub, self.store, playlog, self.clock, place, self.settings, changed=self._plan_changed)
            )
            await self.sync.run()

    def close(self) -> None:
        """Close what is open, so that the next start finds whole segments; then the database."""
        self.playout.detached()
        if self.playlog is not None:
            self.playlog.seal(made_ms=self.clock.now_ms(), mono_ms=self.clock.mono_ms())
        self.database.close()

    def _hub(self) -> Hub:
        address = self.settings.hub or self.kit.hub
        return Hub(address, key=self.key, keyid="new", clock=self.clock, boot=self.boot)

    def _take_up(self, identity: Identity) -> Playlog:
        record = identity.record
        self.identity = identity
        signer = ed25519_signer(self.key, keyid=record.device)
        playlog = Playlog(self.database, device=record.device, epoch=record.epoch, boot=self.boot, signer=signer)
        self.playlog = playlog
        cut = playlog.close_left_over()
        if cut:
            log.warning("%d segments of an earlier life were cut off", cut)
        refusals = self.store.open(Place(record, self.kit.root))
        self._note(playlog, "boot", {"x_cut": cut})
        for refusal in refusals:
            self._note(playlog, "refusal", {"x_code": refusal.code, "x_about": refusal.detail[:200]})
        self.playout.enter(self._face(), playlog)
        return playlog

    def _note(self, playlog: Playlog, kind: str, extra: dict[str, object]) -> None:
        manifest = self.store.manifest
        now_ms, mono_ms, grade = self.clock.now_ms(), self.clock.mono_ms(), self.clock.grade()
        number = manifest.number if manifest else 0
        playlog.note(Started(kind, number, self._face().id, now_ms, mono_ms, grade, extra=extra))

    def _face(self, code: str = "") -> Face:
        if self.identity is None:
            return Face("", *DEFAULT_SIZE, name="", code=code)
        name = self.identity.record.faces[0]
        manifest = self.store.manifest
        known = manifest.faces.get(name) if manifest else None
        size = (known.width, known.height) if known else DEFAULT_SIZE
        return Face(name, *size, name=self.identity.name)

    def _plan_changed(self) -> None:
        face = self._face()
        if face != self.playout.face and self.playlog is not None:
            self.playout.enter(face, self.playlog)
            if self.browser is not None:
                self.browser.replace(self._flags(self.browser.path))
        self.playout.change()
        if self.sync is not None and self.store.wanted():
            self.sync.need_media()

    async def _enrol(self, hub: Hub) -> Identity:
        def show(code: str) -> None:
            log.info("enrolment code %s", code)
            self.playout.show_code(self._face(code))

        while True:
            try:
                return await enrol(hub, kit=self.kit, key=self.key, clock=self.clock, show=show, folder=self.enrolments)
            except TROUBLE as error:
                log.warning("enrolment: %s", error)
                await asyncio.sleep(2)

    async def _play(self) -> None:
        while True:
            wait_ms = self.playout.tick()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_ms / 1000):
                    await self._wake.wait()
            self._wake.clear()
            if self.playout.needs_media and self.sync is not None:
                self.playout.needs_media = False
                self.sync.need_media()

    async def _report(self) -> None:
        while True:
            health.write(self.status(), self.settings.data_dir)
            await asyncio.sleep(STATUS_S)

    def status(self) -> health.Status:
        """How the daemon is now."""
        manifest, sync, launched = self.store.manifest, self.sync, self.browser
        return health.Status(
            pid=os.getpid(),
            port=self.settings.port,
            state="enrolling" if self.identity is None else "playing",
            device=self.identity.record.device if self.identity else None,
            cluster=self.identity.record.cluster if self.identity else None,
            bundle=manifest.number if manifest else None,
            showing=self.playout.showing_name,
            clock=self.clock.grade(),
            now_ms=self.clock.now_ms(),
            heard_ms=sync.heard_ms if sync else None,
            first_frame_ms=self.playout.first_frame_ms,
            trouble=sync.trouble if sync else "",
            unsent=self.playlog.unacknowledged() if self.playlog else 0,
            is_screen_attached=self.server.has_screen,
            browser=str(launched.path) if launched else None,
            browser_pid=launched.pid if launched else None,
            rss_bytes=health.resident_bytes(),
        )

    def _start_browser(self, group: asyncio.TaskGroup) -> None:
        if self.settings.browser == "none":
            return
        path = browser.find(self.settings.browser)
        if path is None:
            raise BadInput("no Chromium was found: install it, name one with --browser PATH, or use --browser none")
        self.browser = browser.Browser(path, self._flags(path), pid_file=self.settings.data_dir / "browser.pid")
        group.create_task(self.browser.run())

    def _flags(self, path: Path) -> list[str]:
        del path
        face = self._face()
        return browser.arguments(
            profile=self.settings.data_dir / "browser",
            url=f"http://127.0.0.1:{self.settings.port}/?role=screen",
            size=(face.width, face.height),
            is_headless=self.settings.is_headless,
            is_root=os.geteuid() == 0,
        )


async def run(settings: Settings, kit: Kit) -> None:
    """The daemon, until SIGTERM or SIGINT."""
    player = Player(settings, kit)
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


def _run(options: argparse.Namespace) -> int:
    settings, kit = _prepare(options)
    with _only_one(settings.data_dir):
        try:
            asyncio.run(run(settings, kit))
        except* BadInput as group:
            raise BadInput(str(group.exceptions[0])) from group
    return 0


def _enrol(options: argparse.Namespace) -> int:
    settings, kit = _prepare(options)

    async def ask() -> Identity:
        player = Player(settings, kit)
        try:
            known = load_identity(player.enrolments, kit=kit, key=player.key)
            if known is not None:
                return known
            async with player._hub() as hub:
                show = lambda code: print(code, file=sys.stderr, flush=True)  # noqa: E731
                return await enrol(
                    hub, kit=kit, key=player.key, clock=player.clock, show=show, folder=player.enrolments
                )
        finally:
            player.database.close()

    with _only_one(settings.data_dir):
        record = asyncio.run(ask()).record
    answer = {"device": record.device, "cluster": record.cluster, "faces": list(record.faces), "epoch": record.epoch}
    print(json.dumps(answer) if options.json else f"enrolled as {record.device} on {record.cluster}")
    return 0


def _status(options: argparse.Namespace) -> int:
    status = health.read(_data_dir(options))
    if options.json:
        print(json.dumps(asdict(status) if status else {"state": "stopped"}))
    elif status is None:
        print("no player runs here")
    else:
        print("\n".join(f"{key:20} {value}" for key, value in asdict(status).items()))
    return 0 if status else 1


def _doctor(options: argparse.Namespace) -> int:
    findings = health.examine(_data_dir(options), wanted_browser=options.browser)
    holds = all(finding.is_well for finding in findings)
    if options.json:
        print(json.dumps({"holds": holds, "findings": [asdict(finding) for finding in findings]}))
    else:
        for finding in findings:
            print(f"{'ok  ' if finding.is_well else 'BAD '} {finding.name}: {finding.detail}")
            if finding.mend:
                print(f"     {finding.mend}")
    return 0 if holds else 1


_COMMANDS = {"run": _run, "enrol": _enrol, "status": _status, "doctor": _doctor}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bangtin-player", description="The screen's daemon of Bangtin.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in (
        ("enrol", "show a code, wait for the officer, keep the device record"),
        ("run", "play (enrols first if need be)"),
        ("status", "what the running daemon says of itself"),
        ("doctor", "what is missing or wrong on this machine"),
    ):
        command = commands.add_parser(name, help=what, description=what)
        command.add_argument("--data-dir", type=Path, help="where all state lies (default ./var/player)")
        command.add_argument("--kit", type=Path, help="the installer kit of the province, needed once")
        command.add_argument("--hub", help="address of the hub, if not the kit's")
        command.add_argument("--port", type=int, default=DEFAULT_PORT, help="port of the page on 127.0.0.1")
        command.add_argument("--browser", default="auto", help="auto, none, or the path of a Chromium")
        command.add_argument("--headless", action="store_true", help="no visible window")
        command.add_argument("--json", action="store_true", help="one line of JSON on stdout")
    return parser


def _data_dir(options: argparse.Namespace) -> Path:
    return Path(options.data_dir or os.environ.get("BANGTIN_PLAYER_DIR", "var/player")).resolve()


def _prepare(options: argparse.Namespace) -> tuple[Settings, Kit]:
    is_demo, offset_s, batch_s = read_environment(os.environ)
    data_dir = _data_dir(options)
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = data_dir / "kit.json"
    if options.kit is not None:
        kit = read_kit(options.kit)
        write_kit(kit, kept)
    elif kept.exists():
        kit = read_kit(kept)
    else:
        raise BadInput("--kit FILE is needed at the first start: the hub writes it")
    if not 1 <= options.port <= 65_535:
        raise BadInput(f"--port must lie between 1 and 65535, got {options.port}")
    settings = Settings(
        data_dir=data_dir,
        hub=options.hub.rstrip("/") if options.hub else None,
        port=options.port,
        browser=options.browser,
        is_headless=options.headless,
        is_demo=is_demo,
        clock_offset_s=offset_s,
        poll_s=2.0 if is_demo else 15.0,
        batch_s=batch_s,
    )
    return settings, kit


class _only_one:
    """A lock on the data folder: two daemons on one chain of records would fork it."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "lock"

    def __enter__(self) -> None:
        self._file = self._path.open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BadInput(f"another player runs on {self._path.parent}") from error

    def __exit__(self, *_: object) -> None:
        self._file.close()


if __name__ == "__main__":
    sys.exit(main())

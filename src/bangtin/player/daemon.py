"""The running daemon: every part, wired once and by hand."""

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress

from bangtin.bundle.signers import ed25519_signer
from bangtin.player import health
from bangtin.player.alerting import Alerting
from bangtin.player.announcing import Announcer
from bangtin.player.clock import Clock
from bangtin.player.config import BadInput, Kit, Settings
from bangtin.player.levels import Levels, read_limits
from bangtin.player.playlog import Playlog, Started
from bangtin.player.playout import Playout
from bangtin.player.proving import Prover
from bangtin.player.recording import Recorder
from bangtin.player.screens import browser
from bangtin.player.screens.server import Message, ScreenServer
from bangtin.player.segments import Face
from bangtin.player.store.accepting import Place, Store
from bangtin.player.store.database import Database
from bangtin.player.store.generations import Generations
from bangtin.player.store.media import MediaStore
from bangtin.player.sync.enrolment import Identity, enrol, load_identity, own_key
from bangtin.player.sync.polling import TROUBLE, Parts, Sync
from bangtin.player.sync.requests import Hub

DEFAULT_SIZE = (1024, 512)
STATUS_S = 2.0
log = logging.getLogger("bangtin.player")


class Player:
    """The running daemon: every part, wired once."""

    def __init__(self, settings: Settings, kit: Kit, *, wall: Callable[[], float], mono: Callable[[], float]) -> None:
        self.settings = settings
        self.kit = kit
        self.key = own_key(settings.data_dir)
        self.database = Database(settings.data_dir / "player.sqlite3")
        self.boot = self.database.next_boot()
        floor_ms = int(self.database.get("clock_floor_ms") or 0)
        self.clock = Clock(wall=wall, mono=mono, offset_s=settings.clock_offset_s, floor_ms=floor_ms)
        self.enrolments = Generations(settings.data_dir / "enrolment")
        self.store = Store(
            database=self.database,
            generations=Generations(settings.data_dir / "generations"),
            media=MediaStore(settings.data_dir / "media"),
            clock=self.clock,
        )
        face = Face("", *DEFAULT_SIZE, name="")
        recorder = Recorder(face=face, plan=self.store, playlog=None, clock=self.clock)
        self.playout = Playout(face=face, plan=self.store, recorder=recorder, clock=self.clock, boot=self.boot)
        self.alerting = Alerting(sets=self.store, database=self.database, clock=self.clock, recorder=recorder)
        self.announcer = Announcer(settings.data_dir / "speech", has_recording=self.store.media.has)
        self.levels = Levels(manifest=lambda: self.store.manifest, ordered=lambda: None, limits=read_limits(os.environ))
        self.prover: Prover | None = None
        self.server = ScreenServer(
            port=settings.port, media=self.store.media, listener=self.playout, speech=self.announcer.folder
        )
        self.identity: Identity | None = None
        self.playlog: Playlog | None = None
        self.sync: Sync | None = None
        self.browser: browser.Browser | None = None
        self._wake = asyncio.Event()
        self.playout.wake = self._wake.set
        self._connect()

    def _connect(self) -> None:
        self.playout.connect(self.server)
        self.playout.alerts = lambda: self.alerting.notices
        self.playout.standing = self._standing
        self.alerting.changed = self.playout.alerts_changed
        self.announcer.changed = self.playout.wake

    def _standing(self) -> tuple[Message, Message]:
        """What is heard and how loud and bright the face is: the pages are told when it changes."""
        sound = self.announcer.message(self.alerting.heard())
        return sound, self.levels.message(self.clock.now_ms())

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
                Parts(
                    hub,
                    self.store,
                    playlog,
                    self.clock,
                    place,
                    self.settings,
                    self.alerting,
                    changed=self._plan_changed,
                )
            )
            self.alerting.ask = self.sync.poll_now
            await self.sync.run()

    async def enrol_only(self, show: Callable[[str], None]) -> Identity:
        """Who this player is; asks the hub and shows the code if it is not enrolled yet."""
        known = load_identity(self.enrolments, kit=self.kit, key=self.key)
        if known is not None:
            return known
        async with self._hub() as hub:
            return await enrol(hub, kit=self.kit, key=self.key, clock=self.clock, show=show, folder=self.enrolments)

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
        self.prover = Prover(device=record, key=self.key, hub=self.kit.hub, clock=self.clock)
        self.prover.changed = self.playout.alerts_changed
        self.playout.gate = self.prover
        self.playout.enter(self._face(), playlog)
        self.alerting.open(record)
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
        return Face(name, *size, name=self.identity.name, rotation=known.rotation if known else 0)

    def _plan_changed(self) -> None:
        face = self._face()
        if face != self.playout.face and self.playlog is not None:
            self.playout.enter(face, self.playlog)
            if self.browser is not None:
                self.browser.replace(self._flags())
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
            alerts=tuple(one.id for one in self.alerting.on_air()),
            refused_pushes=self.alerting.refused,
        )

    def _start_browser(self, group: asyncio.TaskGroup) -> None:
        if self.settings.browser == "none":
            return
        path = browser.find(self.settings.browser)
        if path is None:
            raise BadInput("no Chromium was found: install it, name one with --browser PATH, or use --browser none")
        self.browser = browser.Browser(path, self._flags(), pid_file=self.settings.data_dir / "browser.pid")
        group.create_task(self.browser.run())

    def _flags(self) -> list[str]:
        face = self._face()
        return browser.arguments(
            profile=self.settings.data_dir / "browser",
            url=f"http://127.0.0.1:{self.settings.port}/?role=screen",
            size=face.window,
            is_headless=self.settings.is_headless,
            is_root=os.geteuid() == 0,
        )

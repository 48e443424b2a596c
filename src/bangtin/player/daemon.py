"""The running daemon: every part, wired once and by hand."""

import asyncio
import logging
import os
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from bangtin.bundle.devices import DeviceRecord
from bangtin.player import carry, health, joining, salvage
from bangtin.player.alerting import Alerting
from bangtin.player.announcing import Announcer
from bangtin.player.clock import Clock, Floors
from bangtin.player.commanding import Commanding
from bangtin.player.config import BadInput, Kit, Settings
from bangtin.player.evidence import Evidence, read_interval
from bangtin.player.levels import Levels, read_limits
from bangtin.player.parting import open_playlog
from bangtin.player.playlog import Playlog, Started
from bangtin.player.playout import Playout
from bangtin.player.proving import Prover
from bangtin.player.recording import Recorder
from bangtin.player.reporting import Reporter, Source
from bangtin.player.screens import browser, opening, own_page
from bangtin.player.screens.server import Message, ScreenServer
from bangtin.player.segments import Face
from bangtin.player.status import status_of
from bangtin.player.store.accepting import Place, Store
from bangtin.player.store.database import CLOCK_FLOORS
from bangtin.player.store.generations import Generations
from bangtin.player.store.media import MediaStore
from bangtin.player.sync import tls
from bangtin.player.sync.enrolment import Identity, enrol, load_identity, settle_keys
from bangtin.player.sync.polling import Parts, Sync
from bangtin.player.sync.renewal import wishes_new_key
from bangtin.player.sync.requests import Hub, HubRefused
from bangtin.player.upkeep import Household, Upkeep

DEFAULT_SIZE = (1024, 512)
RESTART_S = 1.0
log = logging.getLogger("bangtin.player")


class Restart(Exception):
    """The daemon is to be started anew, as a new process on the same folder."""


class Player:
    """The running daemon: every part, wired once."""

    def __init__(self, settings: Settings, kit: Kit, *, wall: Callable[[], float], mono: Callable[[], float]) -> None:
        self.settings = settings
        self.kit = kit
        self.enrolments = Generations(settings.data_dir / "enrolment")
        self.database = salvage.open_database(settings.data_dir, self.enrolments, now_s=wall())
        self.key = settle_keys(settings.data_dir, self.enrolments)
        self.database.set_aside()
        self.boot = self.database.next_boot()
        floors = Floors.parse(self.database.get(CLOCK_FLOORS))
        self.clock = Clock(wall=wall, mono=mono, offset_s=settings.clock_offset_s, floors=floors)
        self.store = Store(
            database=self.database,
            generations=Generations(settings.data_dir / "generations"),
            media=MediaStore(settings.data_dir / "media", quota_bytes=settings.downloads.quota_bytes),
            clock=self.clock,
        )
        self.database.free_space = self.store.free_space
        self.identity: Identity | None = None
        face = self.face()
        recorder = Recorder(face=face, plan=self.store, playlog=None, clock=self.clock)
        self.playout = Playout(face=face, plan=self.store, recorder=recorder, clock=self.clock, boot=self.boot)
        self.alerting = Alerting(sets=self.store, database=self.database, clock=self.clock, recorder=recorder)
        self.announcer = Announcer(settings.data_dir / "speech", has_recording=self.store.media.has)
        self.levels = Levels(
            manifest=lambda: self.store.manifest,
            ordered=lambda: self.commanding.volume_percent,
            limits=read_limits(os.environ),
        )
        self.reporter = Reporter(self.clock)
        self.commanding = Commanding(sets=self.store, database=self.database, clock=self.clock, deeds=self)
        self.prover: Prover | None = None
        token, speech = own_page.token(settings.data_dir), self.announcer.folder
        self.server = ScreenServer(
            port=settings.port, media=self.store.media, listener=self.playout, speech=speech, token=token
        )
        self.playlog: Playlog | None = None
        self.sync: Sync | None = None
        self.browser: browser.Browser | None = None
        self._hub: Hub | None = None
        self._over: asyncio.Future[bool] | None = None
        self.is_revoked = False
        self.shoot: Callable[[], Awaitable[object]] | None = None
        self._wake = asyncio.Event()
        self.playout.wake = self._wake.set
        self._connect()

    def _connect(self) -> None:
        self.playout.connect(self.server)
        self.playout.alerts = lambda: self.alerting.notices
        self.playout.standing = self._standing
        self.alerting.changed = self.playout.alerts_changed
        self.announcer.changed = self.playout.wake
        self.playout.is_blanked = lambda: self.commanding.is_blanked
        self.alerting.doubted = self.server.doubted = self.reporter.event
        self.commanding.note = self._note_command
        self.commanding.tell = lambda: self.sync.report_now() if self.sync is not None else None

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
            self._over = asyncio.get_running_loop().create_future()
            self.browser = opening.start(self, group)  # first: without a browser nothing is begun
            group.create_task(self._end())
            group.create_task(self._guarded(self._play()))
            group.create_task(self._guarded(self._report()))
            hub = self._hub = await stack.enter_async_context(self._new_hub())
            if identity is None or playlog is None:
                identity = await joining.join(self, hub)
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
                    identity.keys,
                    self.settings,
                    self.alerting,
                    self.commanding,
                    changed=self._plan_changed,
                    report=self._send_report,
                    event=self.reporter.event,
                    refused=self._refused,
                )
            )
            self.alerting.ask = self.sync.poll_now
            group.create_task(self._guarded(self._upkeep(hub, playlog, identity.record).run()))
            group.create_task(self._guarded(carry.watch(self._carrying(playlog, place))))
            if self.browser is not None:
                group.create_task(self._evidence(hub).run(every_s=read_interval(os.environ)))
            await self.sync.run()

    def _evidence(self, hub: Hub) -> Evidence:
        evidence = Evidence(
            seen=self.playout,
            data_dir=self.settings.data_dir,
            clock=self.clock,
            path_of=self.store.media.path,
            dim=self.levels.dim_permille,
        )
        evidence.report_to(hub, event=self.reporter.event)
        self.shoot = evidence.shoot
        return evidence

    async def enrol_only(self, show: Callable[[str], None]) -> Identity:
        """Who this player is; asks the hub and shows the code if it is not enrolled yet."""
        known = load_identity(self.enrolments, kit=self.kit, key=self.key)
        if known is not None:
            return known
        async with self._new_hub() as hub:
            return await enrol(hub, kit=self.kit, key=self.key, clock=self.clock, show=show, folder=self.enrolments)

    async def import_only(self, stick: Path) -> carry.Outcome:
        """Take a stick while no daemon runs. Raises: BadInput if this player was never enrolled."""
        identity = load_identity(self.enrolments, kit=self.kit, key=self.key)
        if identity is None:
            raise BadInput("import_stranger")
        playlog = self._take_up(identity)
        return await carry.exchange(stick, self._carrying(playlog, Place(identity.record, self.kit.root)))

    def _carrying(self, playlog: Playlog, place: Place) -> carry.Host:
        parts = (self.store, playlog, self.database, self.clock, self.alerting, self.settings.data_dir)
        report = partial(self.reporter.carried, self._source(), place.device, self.key)
        return carry.Host(place, *parts, self._plan_changed, report, partial(self._note, playlog))

    def close(self) -> None:
        """Close what is open, so that the next start finds whole segments; then the database."""
        for step in (self.playout.detached, self.seal, self.alerting.close, self.database.close):
            try:
                step()
            except sqlite3.Error as error:  # what it could not keep, the next start cuts at its last beat
                log.error("the store took no more: %s", error)

    # What the hub may order (`commanding.Deeds`)

    def look_anew(self) -> None:
        """The face was blanked or restored, or its volume changed."""
        self.playout.alerts_changed()

    async def screenshot(self) -> None:
        """Send a picture of the face now. Raises: OSError, RuntimeError, ValueError, TimeoutError."""
        if self.shoot is None:
            raise RuntimeError("this player takes no pictures of its face")
        await self.shoot()

    async def prove(self, nonce: str) -> None:
        """Show the gate code with this nonce. Raises: as `screenshot`."""
        if self.prover is None:
            raise RuntimeError("this player is not enrolled")
        await self.prover.prove(nonce)

    def restart(self) -> None:
        """Start the player anew, its browser too, once the hub has been told."""
        self.reporter.event("restart", "ordered by the hub")
        asyncio.get_running_loop().call_later(RESTART_S, lambda: self._finish(keeps_browser=False))

    def revoked(self) -> None:
        """trust B.7: the content goes, the records stay, the built-in card shows."""
        if self.identity is None or self.is_revoked:
            return
        log.warning("this enrolment is over: the content is dropped")
        self.is_revoked = True
        self.database.put(f"revoked.{self.identity.record.epoch}", "1")
        self.store.drop()
        self.playout.change()

    def _new_hub(self) -> Hub:
        address = self.settings.hub or self.kit.hub
        secured = tls.context(self.kit.ca, self.settings.certificate)
        return Hub(address, key=self.key, keyid="new", clock=self.clock, boot=self.boot, tls=secured)

    def _take_up(self, identity: Identity) -> Playlog:
        record = identity.record
        owner = self.database.get("device") or record.device
        if owner != record.device:
            raise BadInput("other_records", folder=self.settings.data_dir, owner=owner)
        self.database.put("device", record.device)
        self.identity = identity
        self.is_revoked = self.database.get(f"revoked.{record.epoch}") is not None
        playlog = self.playlog = open_playlog(self, record)
        before = playlog.former_head()
        cut = playlog.close_left_over()
        if cut:
            log.warning("%d segments of an earlier life were cut off", cut)
        refusals = self.store.open(Place(record, self.kit.root))
        self._note(playlog, "boot", {"x_cut": cut, **({"x_before": before} if before else {})})
        self.reporter.event("boot", f"boot {self.boot}, {cut} segments cut off")
        for refusal in refusals:
            self._note(playlog, "refusal", {"x_code": refusal.code, "x_about": refusal.detail[:200]})
        self.prover = Prover(device=record, key=self.key, hub=self.kit.hub, clock=self.clock)
        self.prover.changed = self.playout.alerts_changed
        self.playout.gate = self.prover
        self.playout.enter(self.face(), playlog)
        self.alerting.open(record)
        self.commanding.open(record)
        return playlog

    def _note_command(self, what: str, details: dict[str, object]) -> None:
        """`command`: done, kept among the records as an event of this boot; `refusal`: not done, and why."""
        if self.playlog is not None:
            kind = "refusal" if what == "refusal" else "boot"
            self._note(self.playlog, kind, details if what == "refusal" else {"x_event": what, **details})
        if what == "refusal":
            self.reporter.event("command_refused", str(details.get("x_code")))

    def _note(self, playlog: Playlog, kind: str, extra: dict[str, object]) -> None:
        manifest = self.store.manifest
        now_ms, mono_ms, grade = self.clock.now_ms(), self.clock.mono_ms(), self.clock.grade()
        number = manifest.number if manifest else 0
        playlog.note(Started(kind, number, self.face().id, now_ms, mono_ms, grade, extra=extra))

    def face(self, code: str = "") -> Face:
        """The face as it is known now; before the enrolment with its `code`, if there is one yet."""
        if self.identity is None:
            is_anew = bool(salvage.aside(self.settings.data_dir))
            return Face("", *DEFAULT_SIZE, name=salvage.CARD if is_anew else "", code=code)
        (name,) = self.identity.record.faces  # one, or the record was refused (7.7)
        manifest = self.store.manifest
        known = manifest.faces.get(name) if manifest else None
        size = (known.width, known.height) if known else DEFAULT_SIZE
        return Face(name, *size, name=self.identity.name, rotation=known.rotation if known else 0)

    def _plan_changed(self) -> None:
        face = self.face()
        if face != self.playout.face and self.playlog is not None:
            self.playout.enter(face, self.playlog)
            if self.browser is not None:
                self.browser.replace(opening.flags(self))
        self.playout.change()
        if self.sync is not None and self.store.wanted():
            self.sync.need_media()

    async def _play(self) -> None:
        while True:
            if self.clock.moved_ms():
                self.playout.clock_moved()
            wait_ms = self.playout.tick()
            await asyncio.sleep(0)  # what the page is told goes out before anything else is done
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_ms / 1000):
                    await self._wake.wait()
            self._wake.clear()
            if self.playout.needs_media and self.sync is not None:
                self.playout.needs_media = False
                self.sync.need_media()

    async def _report(self) -> None:
        while True:
            try:
                health.write(status_of(self), self.settings.data_dir)
            except OSError as error:  # a full disk: what is played goes on
                log.warning("the status file was not written: %s", error)
            await asyncio.sleep(health.WRITE_S)

    async def _send_report(self) -> None:
        if self._hub is not None:
            await self.reporter.send(self._hub, self._source(), self.commanding)

    def _source(self) -> Source:
        return Source(self.settings.data_dir, self.clock, self._hub, self._showing, self._browser_restarts)

    def _showing(self) -> dict[str, object]:
        """What the face shows, for the report; `state` is a kind of `timeline.Showing`, or `no_page`."""
        return {"face": self.playout.face.id, **self.playout.told_now()}

    def _browser_restarts(self) -> int:
        return max(0, self.browser.starts - 1) if self.browser is not None else 0

    async def _refused(self, error: HubRefused) -> None:
        """The hub does not trust our key any more. While keys are exchanged the old one is refused as it should be."""
        if not wishes_new_key(self.settings.data_dir):
            self.commanding.take_revocation(error.command)

    def _upkeep(self, hub: Hub, playlog: Playlog, record: DeviceRecord) -> Upkeep:
        household = Household(
            data_dir=self.settings.data_dir,
            kit=self.kit,
            key=self.key,
            clock=self.clock,
            database=self.database,
            playlog=playlog,
            enrolments=self.enrolments,
            hub=hub,
            renewed=self._renewed,
            key_changed=lambda: self._finish(keeps_browser=True),
            event=self.reporter.event,
        )
        return Upkeep(household, record)

    def _renewed(self, record: DeviceRecord) -> None:
        if self.identity is not None:
            self.identity = replace(self.identity, record=record)

    def seal(self) -> None:
        """Sign a checkpoint over every record that has none."""
        if self.playlog is not None:
            while self.playlog.seal(made_ms=self.clock.now_ms(), mono_ms=self.clock.mono_ms()):
                pass

    async def _guarded(self, work: Coroutine[object, object, None]) -> None:
        """Do `work`; where the store fails under it, start anew on the store, the browser keeping its picture."""
        try:
            await work
        except sqlite3.Error as error:
            log.critical("the store failed: %s; the player starts anew and looks at it", error)
            await asyncio.sleep(RESTART_S)  # a disk that fails for good is not asked a thousand times a second
            self._finish(keeps_browser=True)

    def _finish(self, *, keeps_browser: bool) -> None:
        if self._over is not None and not self._over.done():
            self._over.set_result(keeps_browser)

    async def _end(self) -> None:
        if self._over is not None:
            keeps_browser = await self._over
            if keeps_browser and self.browser is not None:
                self.browser.is_left_running = True
            raise Restart

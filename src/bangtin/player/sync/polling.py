"""Keeps in step with the hub: state, sets, media, records, time. Poll is the truth, push is a hint.

Each of the five loops ends only when cancelled; a hub that is gone changes nothing on the screen.
"""

import asyncio
import errno
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from bangtin.bundle import acks, dsse, instants
from bangtin.bundle.approvals import RoleKeys
from bangtin.bundle.devices import read_time_answer
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.verify import Accepted
from bangtin.player.alerting import Alerting
from bangtin.player.clock import Anchor, Clock
from bangtin.player.commanding import Commanding
from bangtin.player.config import Settings
from bangtin.player.playlog import Playlog, Sealed, Started
from bangtin.player.reporting import DEMO_EVERY_S, EVERY_S
from bangtin.player.store.accepting import Place, Store
from bangtin.player.sync.download import Pace, download
from bangtin.player.sync.metadata import API, fetch_set
from bangtin.player.sync.requests import LATEST_MS, Answer, Hub, HubRefused

TROUBLE = (HubRefused, BundleRefusal, aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError)
REVOKED = "device_revoked"
LONGEST_WAIT_S = 300.0
DEMO_WAIT_S = 4.0
ANCHOR_AGE_MS = 600_000
ANCHOR_STEP_MS = 250
EVENTS_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=5, sock_read=120)
log = logging.getLogger("bangtin.player.sync")


@dataclass(frozen=True)
class Parts:
    """What the loops work on. `keys` came with the enrolment: they count until a set is there.

    `changed` is called when another plan or another file is there, `report` sends one report, `event` keeps
    something for the next one, `refused` is told when the hub does not trust our key any more.
    """

    hub: Hub
    store: Store
    playlog: Playlog
    clock: Clock
    place: Place
    keys: RoleKeys
    settings: Settings
    alerting: Alerting
    commanding: Commanding
    changed: Callable[[], None]
    report: Callable[[], Awaitable[None]]
    event: Callable[[str, str], None]
    refused: Callable[[HubRefused], Awaitable[None]]


class Sync:
    """The five loops of one enrolled player."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._poll_s = parts.settings.poll_s
        self._etag = ""
        self._poll_now = asyncio.Event()
        self._fetch_now = asyncio.Event()
        self._send_now = asyncio.Event()
        self._report_now = asyncio.Event()
        self._anchor_mono_ms: int | None = None
        self._refused: dict[str, str] = {}  # the last code of each kind of refusal
        self._unvouched_ms: int | None = None  # what the hub's clock showed when `mono_ms` was 0
        self._said: set[tuple[str, str]] = set()
        self._pace = Pace(parts.settings.downloads.bytes_s, time.monotonic)
        self.heard_ms: int | None = None
        self.trouble = ""

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._forever(self.poll, self._poll_now, lambda: self._poll_s))
            group.create_task(self._forever(self.fetch, self._fetch_now, lambda: 60.0))
            group.create_task(self._forever(self.send_records, self._send_now, self._records_s))
            group.create_task(self._forever(self.listen, asyncio.Event(), lambda: self._poll_s))
            group.create_task(self._forever(self._parts.report, self._report_now, self._reports_s))

    def need_media(self) -> None:
        """A file was found changed: fetch it again now."""
        self._fetch_now.set()

    async def poll(self) -> None:
        """Ask once, and take what has changed."""
        if self._anchor_mono_ms is None:
            # A request signed by a wrong clock is refused (trust 7.3), so time comes first. An expired set cannot vouch
            # for the time that would replace it (7.8): then the poll below brings a fresh one.
            with suppress(BundleRefusal):
                await self._ask_time()
        n, head = self._parts.playlog.head()
        headers = {"Bangtin-Head": f"{n}.{head}", "Bangtin-Formats": "1"}
        if (manifest := self._parts.store.manifest) is not None:
            headers["Bangtin-Bundle"] = str(manifest.number)
        if self._etag:
            headers["If-None-Match"] = self._etag
        answer = await self._parts.hub.get(f"{API}/device/state", headers=headers)
        self.heard_ms = self._parts.clock.now_ms()
        if self.trouble:  # the hub is back: nothing waits for its own turn
            self.trouble = ""
            self._fetch_now.set()
            self._send_now.set()
        if answer.status != 304:
            await self._take_state(answer.fields())
            self._etag = answer.headers.get("ETag", "")
        await self._ask_time()
        self._parts.alerting.review()

    def report_now(self) -> None:
        """There is a result of a command that the hub waits for."""
        self._report_now.set()

    def poll_now(self) -> None:
        """Ask at once: something came that cannot be judged without newer keys."""
        self._poll_now.set()

    async def fetch(self) -> None:
        """Bring every missing file, the soonest needed first; a slow or bad one does not hold up the others."""
        parts = self._parts
        trouble: BaseException | None = None
        sounds = parts.alerting.sounds()
        parts.store.media.allow_sounds(sounds)
        may_all = parts.settings.downloads.are_open(parts.clock.now_ms())
        wanted = parts.store.wanted(within_ms=None if may_all else 0)
        for file in (*(one for one in sounds if not parts.store.media.has(one)), *wanted):
            if not parts.store.make_room(file):
                trouble = OSError(errno.ENOSPC, f"no room for {file.sha256[:12]}")
                self._name_once("disk_full", f"{file.sha256[:12]}: {file.size} bytes")
                continue
            try:
                await download(parts.hub, file, parts.store.media, self._pace)
            except TROUBLE as error:
                log.warning("%s is not here yet: %s", file.sha256[:12], error)
                trouble = error
                continue
            self._settle()
            parts.changed()
        self._settle()
        if trouble is not None:
            raise trouble

    async def send_records(self) -> None:
        """Seal what is due and send every batch that is not acknowledged, oldest first."""
        playlog, clock = self._parts.playlog, self._parts.clock
        oldest_ms = playlog.oldest_unsealed_ms()
        # a line of a clock that was ahead then is not young: it would wait for a hundred others
        waits_ms = self._parts.settings.batch_s * 1000
        is_old = oldest_ms is not None and not 0 <= clock.now_ms() - oldest_ms < waits_ms
        if is_old or playlog.unsealed() >= self._parts.settings.batch_lines:
            playlog.seal(made_ms=clock.now_ms(), mono_ms=clock.mono_ms())
        while (batch := playlog.next_batch()) is not None:
            headers = {"Content-Encoding": "gzip", "Content-Type": "application/jsonl"}
            answer = await self._parts.hub.post(f"{API}/device/records", batch.body, headers=headers)
            try:
                self._acknowledge(answer, batch)
            except BundleRefusal as refusal:
                self._note_refusal(refusal, "records_kept")
                raise
            self._refused.pop("records_kept", None)

    async def listen(self) -> None:
        """Hear the hub's hints until the stream ends."""
        path = f"{API}/device/events"
        headers = self._parts.hub.signed("GET", path, {"Accept": "text/event-stream"})
        session, address = self._parts.hub.session, self._parts.hub.address
        async with session.get(
            address + path, headers=headers, timeout=EVENTS_TIMEOUT, allow_redirects=False
        ) as stream:
            if stream.status != 200:
                raise HubRefused(stream.status, "no_events", "the hub pushes nothing; polling goes on")
            self._poll_now.set()  # what was pushed while there was no line
            async for name, data in _events(stream.content):
                if name == "alert":
                    self._parts.alerting.pushed(data)
                    self._fetch_now.set()
                elif name == "command":
                    self._parts.commanding.take(data)
                elif name == "changed":
                    self._poll_now.set()

    async def _forever(
        self, step: Callable[[], Awaitable[None]], now: asyncio.Event, pause_s: Callable[[], float]
    ) -> None:
        failures = 0
        while True:
            try:
                await step()
                failures = 0
            except TROUBLE as error:
                failures += 1
                if failures == 1:
                    log.warning("%s: %s", step.__name__, error)
                self.trouble = f"{type(error).__name__}: {error}"[:200]
                if isinstance(error, HubRefused) and error.code == REVOKED:
                    await self._parts.refused(error)
            except Exception as error:  # a defect of ours or an answer nobody thought of: the face must not go dark
                failures += 1
                log.exception("%s", step.__name__)
                self.trouble = type(error).__name__
            # Jitter, so that a province of screens does not return all at once after a hub's pause.
            longest_s = DEMO_WAIT_S if self._parts.settings.is_demo else LONGEST_WAIT_S
            wait_s = min(self._poll_s * 2 ** min(failures, 8), longest_s) if failures else pause_s()
            wait_s *= 0.85 + 0.3 * secrets.randbelow(1000) / 1000
            try:
                async with asyncio.timeout(wait_s):
                    await now.wait()
            except TimeoutError:
                pass
            now.clear()

    async def _take_state(self, state: dict[str, object]) -> None:
        poll_s = state.get("poll_s")
        if isinstance(poll_s, int | float) and 0.5 <= poll_s <= 3600:
            self._poll_s = float(poll_s)
        bodies = state.get("alerts")
        if isinstance(bodies, list):
            self._parts.alerting.polled(one.encode() for one in bodies if isinstance(one, str))
            self._fetch_now.set()
        ordered = state.get("commands")
        if isinstance(ordered, list):
            self._parts.commanding.polled(one.encode() for one in ordered if isinstance(one, str))
        newest = self._parts.store.newest
        if state.get("bundle") is None:
            return
        if newest is None or newest.versions["timestamp"] != state.get("timestamp"):
            await self._take_set()

    async def _take_set(self) -> None:
        parts = self._parts
        newest = parts.store.newest
        files = await fetch_set(
            parts.hub,
            anchor=parts.place.anchor,
            known=newest.files if newest else {},
            cluster=parts.place.device.cluster,
        )
        try:
            accepted = self._offer(files)
        except BundleRefusal as refusal:
            self._note_refusal(refusal, "bundle_refused")
            raise
        self._refused.pop("bundle_refused", None)  # after a good set the same refusal is news again
        log.info("accepted bundle %d (%s)", accepted.manifest.number, accepted.digest8)
        self._parts.alerting.review()
        self._settle()
        self._fetch_now.set()

    def _offer(self, files: dict[str, bytes]) -> Accepted:
        """By this player's clock; where that makes the set look expired, by the time the hub signed (trust D.6).

        After a week without line the stored set vouches for no time of today (7.8), and a machine's clock may be weeks
        ahead: the hub's time then only opens the set, which itself vouches for that time, or does not.
        """
        store, clock = self._parts.store, self._parts.clock
        try:
            return store.offer(files, self._at())
        except BundleRefusal as refusal:
            said_ms = self._unvouched_ms
            if said_ms is None or refusal.code not in ("timestamp_expired", "manifest_over"):
                raise
        return store.offer(files, instants.from_ms(said_ms + clock.mono_ms()).replace(microsecond=0))

    def _settle(self) -> None:
        parts = self._parts
        if parts.store.settle() and parts.store.manifest is not None:
            parts.playlog.note(self._started("boot", parts.store.manifest.number, {"x_event": "accepted"}))
            parts.changed()

    def _name_once(self, kind: str, detail: str) -> None:
        if (kind, detail) not in self._said:
            self._said.add((kind, detail))
            self._parts.event(kind, detail)

    def _note_refusal(self, refusal: BundleRefusal, kind: str) -> None:
        if self._refused.get(kind) == refusal.code:  # once, not at every poll
            return
        self._refused[kind] = refusal.code
        self._parts.event(kind, str(refusal))
        manifest = self._parts.store.manifest
        extra: dict[str, object] = {"x_code": refusal.code, "x_step": refusal.step, "x_about": refusal.subject[:80]}
        self._parts.playlog.note(self._started("refusal", manifest.number if manifest else 0, extra))

    def _started(self, kind: str, bundle: int, extra: dict[str, object]) -> Started:
        clock = self._parts.clock
        face = self._parts.place.device.faces[0]
        return Started(kind, bundle, face, clock.now_ms(), clock.mono_ms(), clock.grade(), extra=extra)

    def _acknowledge(self, answer: Answer, batch: Sealed) -> None:
        """trust 8.9: records go only on the hub's own word, and only up to a head that is ours.

        Whoever sits on the line could else have them deleted. Raises: BundleRefusal ack_unsigned, ack_other.
        """
        parts = self._parts
        newest, device = parts.store.newest, parts.place.device.device
        ack = acks.read_answer(
            answer.fields().get("ack"),
            keys=newest.keys if newest is not None else parts.keys,
            device=device,
        )
        is_ours = ack.epoch == batch.epoch and ack.to >= batch.last
        if not is_ours or not parts.playlog.acknowledge(epoch=ack.epoch, to_n=ack.to, head=ack.head):
            detail = f"acknowledges {ack.epoch}.{ack.to}, {batch.epoch}.{batch.last} was sent"
            raise BundleRefusal("ack_other", step="8.9", subject=device, detail=detail)

    async def _ask_time(self) -> None:
        """Signed time: at first, then every ten minutes (trust D.6, 7.8)."""
        parts, clock = self._parts, self._parts.clock
        newest = parts.store.newest
        fresh = self._anchor_mono_ms is not None and clock.mono_ms() - self._anchor_mono_ms < ANCHOR_AGE_MS
        # a clock that lost its signed time, as when the keys of the role hub changed, asks at once
        if newest is None or (fresh and clock.grade() == "hub"):
            return
        nonce, sent = secrets.token_hex(16), clock.mono_ms()
        answer = await parts.hub.get_plain(f"{API}/time?nonce={nonce}")
        rtt_ms = clock.mono_ms() - sent
        try:
            said = read_time_answer(
                answer.body,
                keys=newest.keys,
                nonce=nonce,
                rtt_ms=rtt_ms,
                floor_ms=clock.floor_ms(),
                newest_ms=instants.to_ms(newest.timestamp_expires),
            )
        except BundleRefusal as refusal:
            self._keep_unvouched(refusal, answer.body)
            raise
        self._unvouched_ms = None
        anchor = Anchor(said.now_ms, sent + rtt_ms // 2, rtt_ms)
        # A clock that already goes by signed time is not moved for a difference that the line explains.
        if clock.grade() != "hub" or clock.differs_by_ms(anchor) > ANCHOR_STEP_MS:
            clock.set(anchor)
        self._anchor_mono_ms = clock.mono_ms()
        extra: dict[str, object] = {"x_rtt_ms": rtt_ms}
        parts.playlog.note(Started("clock", 0, "", anchor.now_ms, anchor.mono_ms, "hub", extra=extra))

    def _keep_unvouched(self, refusal: BundleRefusal, answer: bytes) -> None:
        """Signed by the hub, our nonce, but later than the stored set vouches for."""
        now_ms = dsse.open(answer, "time").payload.get("now_ms") if refusal.code == "time_range" else None
        clock = self._parts.clock
        is_later = isinstance(now_ms, int) and clock.floor_ms() <= now_ms < LATEST_MS
        self._unvouched_ms = now_ms - clock.mono_ms() if isinstance(now_ms, int) and is_later else None

    def _at(self) -> datetime:
        return instants.from_ms(self._parts.clock.now_ms()).replace(microsecond=0)

    def _reports_s(self) -> float:
        return DEMO_EVERY_S if self._parts.settings.is_demo else EVERY_S

    def _records_s(self) -> float:
        return min(1.0, self._parts.settings.batch_s)


async def _events(content: aiohttp.StreamReader) -> AsyncIterator[tuple[str, bytes]]:
    """`(name, data)` of each server-sent event; comments and what has no name are skipped."""
    name, data = "", b""
    async for raw in content:
        line = raw.rstrip(b"\r\n")
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"event":
            name = value.decode("ascii", "replace")
        elif field == b"data":
            data = value
        elif not line:
            if name:
                yield name, data
            name, data = "", b""

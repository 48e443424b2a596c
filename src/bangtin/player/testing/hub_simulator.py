"""A small real hub in this process: enrolment, a signed repository, media by range, records with chain check, time.

It checks every signature as the hub does and keeps what it ingested in plain lists for the tests to read. State
outlives `stop`, so a test may kill the hub and start it again.
"""

import asyncio
import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from http_message_signatures import HTTPMessageVerifier, InvalidSignature
from http_message_signatures.algorithms import ED25519

from bangtin.bundle import acks, alerts, approvals, canonical, commands, dsse, instants, media, publishing
from bangtin.bundle.alerts import AlertNotice
from bangtin.bundle.approvals import Officers, Policy, Statement
from bangtin.bundle.devices import DeviceRecord, enrolment_code, time_payload
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import Device, Face, File, Item, Level, LoopEntry, Manifest, Window
from bangtin.bundle.playlog import Line, first_head
from bangtin.bundle.policies import Officer
from bangtin.player.config import Kit
from bangtin.player.sync.requests import COVERED, TAG
from bangtin.player.testing.desk import Desk
from bangtin.player.testing.signatures import Keys, Message, unpadded

PROVINCE, CLUSTER, FACE = "cao-bang", "cao-bang/trung-khanh", "trung-khanh-1"
SIZE = (1024, 512)
STEPS = ("appraisal.decide", "appraisal.confirm")
ORDERS = (alerts.STEP_ORDER, alerts.STEP_CANCEL, commands.STEP_BLANK, commands.STEP_RESTORE)
OFFICERS = ("nguyen-a", "tran-b")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Programme:
    """What a bundle is made of: items, loops of (item, slot, dur_ms), windows, filler, media files."""

    items: Sequence[Item]
    loops: Mapping[str, Sequence[LoopEntry]]
    windows: Sequence[Window]
    filler: Sequence[str] = ()
    files: Sequence[Path] = ()


class HubSimulator:
    """One hub with one cluster of one face; `clock` gives seconds since 1970."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        poll_s: float = 0.5,
        confirms: bool = True,
        is_drill: bool = False,
        face: Face | None = None,
    ) -> None:
        self.face = face or Face(*SIZE)
        self.listed: tuple[str, ...] = (FACE,)  # what the next device record lists
        self.brightness: tuple[Level, ...] = ()
        self.is_drill, self.has_push, self.record_days, self.signs_acks = is_drill, True, 400, "hub"
        self.alerts: list[bytes] = []
        # attacks change what officers say or what stands in the manifest
        self.say: Callable[[Statement], Statement] = lambda said: said
        self.write: Callable[[Manifest], Manifest] = lambda written: written
        self._streams: list[asyncio.Queue[bytes]] = []
        self._clock, self.poll_s, self.confirms = clock, poll_s, confirms
        self.keys = publishing.Keys.generate([CLUSTER])
        self.repository: Mapping[str, bytes] = publishing.new_repository(
            self.keys,
            clusters=[CLUSTER],
            policy=Policy.default().encode(),
            officers=self._officers(),
            at=self._at() - timedelta(days=1),
        )
        self.anchor = self.repository["metadata/1.root.json"]
        self.media: dict[str, Path] = {}
        self.records: dict[str, DeviceRecord] = {}
        self.pending: dict[str, tuple[bytes, bytes]] = {}
        self.lines: list[Line] = []
        self.ack: dict[str, Any] | None = None
        self.lies: dict[str, bytes] = {}  # by path: what stands in the place of every answer to it
        self.heads: list[str] = []
        self.refused: list[str] = []
        self.states = self.batches = self.number = self.port = 0
        self._runner: web.AppRunner | None = None
        self.desk = Desk(self)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def kit(self) -> Kit:
        """The installer kit of this province."""
        return Kit(self.address, PROVINCE, self.anchor)

    async def start(self) -> None:
        """Listen; on the same port as before after a `stop`."""
        app = web.Application(middlewares=[self._signed], client_max_size=4 * 2**20)
        route = app.router
        route.add_get("/api/v1/time", self._time)
        route.add_post("/api/v1/enrolments", self._enrol)
        route.add_get("/api/v1/enrolments/{id}", self._enrolment)
        route.add_get("/api/v1/device/state", self._state)
        route.add_get("/api/v1/device/events", self._events)
        route.add_post("/api/v1/device/records", self._records)
        self.desk.add_routes(route)
        route.add_get("/api/v1/tuf/{name}", self._metadata)
        route.add_get("/api/v1/targets/{path:.+}", self._target)
        route.add_get("/api/v1/m/{name}", self._media)
        self._runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Be gone; nothing is forgotten."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def publish(self, programme: Programme) -> Manifest:
        """Approve the items by two officers and publish the next bundle."""
        at = self._at()
        files = [media.describe(path, mime=_mime(path)) for path in programme.files]
        self.media.update({file.sha256: path for file, path in zip(files, programme.files, strict=True)})
        statements = [
            self.say(self._statement(item, step, who, at)) for item in programme.items for step, who in _both()
        ]
        envelopes = [dsse.sign("approval", one.payload(), self.keys.of("approvals")) for one in statements]
        self.number += 1
        now_ms = instants.to_ms(at)
        manifest = Manifest(
            province=PROVINCE,
            cluster=CLUSTER,
            number=self.number,
            made_ms=now_ms,
            starts_ms=now_ms - 86_400_000,
            ends_ms=now_ms + 30 * 86_400_000,
            filler_from_ms=0,
            devices={one.device: Device(one.epoch, one.faces) for one in self.records.values()},
            faces={FACE: self.face},
            brightness=self.brightness,
            files=tuple(files),
            items=tuple(programme.items),
            loops={name: tuple(entries) for name, entries in programme.loops.items()},
            windows=tuple(programme.windows),
            filler=tuple(programme.filler),
            approvals=len(envelopes),
        )
        manifest = self.write(manifest)
        self.repository = publishing.publish(
            self.repository,
            keys=self.keys,
            cluster=CLUSTER,
            manifest=manifest.encode(),
            approvals=approvals.join_lines(envelopes),
            at=at,
        )
        for stream in self._streams:
            stream.put_nowait(b"event: changed\ndata: {}\n\n")
        return manifest

    def order(self, notice: AlertNotice) -> AlertNotice:
        """`notice` with the next number, what is active after it, and the leader's order in it."""
        told = [alerts.read(one) for one in self.alerts]
        before = told[-1].active if told else ()
        gone = {*notice.references, notice.id, *(one.id for one in told if one.ends <= self._at())}
        added = () if notice.kind == "cancel" else (notice.id,)
        active = (*(one for one in before if one not in gone), *added)
        full = replace(notice, n=len(told) + 1, active=active)
        statement = alerts.order(
            full,
            statement_id=f"o-{full.n}",
            officer=OFFICERS[0],
            post="officer",
            agency="so-vhttdl",
            at=full.at,
            instrument="18/2021/QĐ-TTg",
            clause="15",
            grounds=hashlib.sha256(b"").hexdigest(),
        )
        return replace(full, orders=(dsse.sign("approval", statement.payload(), self.keys.of("approvals")),))

    def issue(self, notice: AlertNotice) -> bytes:
        """Order, sign and keep `notice`; push it where `has_push` says so. Gives the envelope."""
        full = self.order(notice)
        envelope = alerts.encode(full, self.keys.of(full.role))
        self.alerts.append(envelope)
        if self.has_push:
            self.push(envelope)
        return envelope

    def push(self, data: bytes, event: bytes = b"alert") -> None:
        """Put `data` on every push line as an alert, or another event, whatever it is."""
        for stream in self._streams:
            stream.put_nowait(b"event: " + event + b"\ndata: " + data + b"\n\n")

    def confirm(self, code: str) -> DeviceRecord:
        """The officer types `code`. Raises: KeyError if no pending enrolment has it."""
        for number, (key, nonce) in self.pending.items():
            if enrolment_code(key=key, nonce=nonce, root=self.anchor) == code:
                record = DeviceRecord(
                    device=f"d-{number}",
                    key=key.hex(),
                    province=PROVINCE,
                    cluster=CLUSTER,
                    faces=self.listed,
                    is_drill=self.is_drill,
                    epoch=1,
                    enrolled_at=self._at(),
                    officer=OFFICERS[0],
                    until_at=self._at() + timedelta(days=self.record_days),
                )
                self.records[number] = record
                return record
        raise KeyError(code)

    def now(self) -> datetime:
        """The hub's instant, in whole seconds."""
        return self._at()

    # Handlers

    @web.middleware
    async def _signed(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        lie = self.lies.get(request.path)
        if lie is not None or request.path == "/api/v1/time":
            return web.Response(body=lie) if lie is not None else await handler(request)
        body = await request.read() if request.can_read_body else None
        covered = [*COVERED, *(["bangtin-head"] if request.path.endswith("/device/state") else [])]
        if body is not None:
            covered.append("content-digest")
        keys = {record.device: bytes.fromhex(record.key) for record in self.records.values()}
        if (refusal := self.desk.refuses(request)) is not None:
            return refusal
        if self.pending:
            keys["new"] = list(self.pending.values())[-1][0]
        resolver = Keys(keys, body)
        verifier = HTTPMessageVerifier(signature_algorithm=ED25519, key_resolver=resolver)
        verifier.max_clock_skew = timedelta(seconds=300)
        try:
            verifier.verify(Message(request), expect_tag=TAG, require_components=covered, body=body)
        except InvalidSignature as error:
            self.refused.append(f"{request.path}: {error}")
            is_clock = "created" in str(error) or "age" in str(error)
            code = "request_clock" if is_clock else "request_unsigned"
            return web.json_response({"code": code, "message": str(error)}, status=401)
        return await handler(request)

    async def _time(self, request: web.Request) -> web.StreamResponse:
        payload = time_payload(nonce=request.query["nonce"], now_ms=round(self._clock() * 1000))
        return web.Response(body=dsse.sign("time", payload, self.keys.of("hub")))

    async def _enrol(self, request: web.Request) -> web.StreamResponse:
        fields = json.loads(await request.read())
        nonce = secrets.token_bytes(16)
        number = str(len(self.pending) + 1)
        key = unpadded(fields["key"])
        self.pending[number] = (key, nonce)
        if self.confirms:
            self.confirm(enrolment_code(key=key, nonce=nonce, root=self.anchor))
        expires = instants.to_text(self._at() + timedelta(minutes=10))
        return web.json_response({"id": number, "nonce": nonce.hex(), "expires_at": expires}, status=201)

    async def _enrolment(self, request: web.Request) -> web.StreamResponse:
        record = self.records.get(request.match_info["id"])
        if record is None:
            return web.json_response({"state": "pending"}, status=202)
        payload = {**record.payload(), "x_name": "Cụm Trùng Khánh"}
        envelope = dsse.sign("device", payload, self.keys.of("hub"))
        return web.json_response({"state": "done", "record": json.loads(envelope)})

    async def _state(self, request: web.Request) -> web.StreamResponse:
        self.states += 1
        self.heads.append(request.headers["Bangtin-Head"])
        timestamp = json.loads(self.repository["metadata/timestamp.json"])["signed"]["version"]
        state = {
            "timestamp": timestamp,
            "root_version": 1,
            "bundle": self.number or None,
            "alerts": [one.decode() for one in alerts.carried(self.alerts)],
            "commands": self.desk.waiting(),
            "poll_s": self.poll_s,
        }
        etag = f'"{hashlib.sha256(canonical.encode({**state, "poll_s": 0})).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.json_response(state, headers={"ETag": etag})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        stream: asyncio.Queue[bytes] = asyncio.Queue()
        self._streams.append(stream)
        try:
            with suppress(ConnectionError):
                await response.prepare(request)
                while True:
                    await response.write(await stream.get())
        finally:
            self._streams.remove(stream)
        return response

    async def _records(self, request: web.Request) -> web.StreamResponse:
        try:
            record, batch = self.desk.open(await request.read())
        except BundleRefusal as refusal:
            self.refused.append(str(refusal))
            return web.json_response({"code": refusal.code, "message": str(refusal)}, status=422)
        if self.ack is not None and self.ack["epoch"] != record.epoch:
            self.desk.turn_to(record.epoch)
        have = sum(1 for _ in self.lines) - self.desk.lines_before
        head = str(self.ack["head"]) if self.ack else first_head(record.device, record.epoch)
        if batch.checkpoint.from_n == have + 1:
            if batch.checkpoint.before != head:
                self.refused.append("batch_fork")
                return web.json_response({"code": "batch_fork", "message": ""}, status=409)
            self.lines += [row.line for row in batch.rows if row.line is not None]
            self.batches += 1
            self.ack = {"epoch": record.epoch, "to": batch.checkpoint.to_n, "head": batch.checkpoint.head}
        return web.json_response({"ack": self.acknowledgement(record)})

    def acknowledgement(self, record: DeviceRecord) -> dict[str, object] | None:
        """What the answer to a batch says, signed by the role `signs_acks`."""
        if self.ack is None:
            return None
        ack = acks.Ack(record.device, *(self.ack[name] for name in ("epoch", "to", "head")))
        return acks.encode_answer(ack, self.keys.of(self.signs_acks))

    async def _metadata(self, request: web.Request) -> web.StreamResponse:
        return self._file(f"metadata/{request.match_info['name']}")

    async def _target(self, request: web.Request) -> web.StreamResponse:
        return self._file(f"targets/{request.match_info['path']}")

    def _file(self, name: str) -> web.StreamResponse:
        data = self.repository.get(name)
        return web.Response(body=data) if data is not None else web.json_response({"code": "unknown"}, status=404)

    async def _media(self, request: web.Request) -> web.StreamResponse:
        digest, _, kind = request.match_info["name"].partition(".")
        if (path := self.media.get(digest)) is None:
            return web.json_response({"code": "unknown"}, status=404)
        return web.Response(body=media.chunks(path)) if kind else web.FileResponse(path)

    # What officers do

    def _at(self) -> datetime:
        return datetime.fromtimestamp(int(self._clock()), tz=UTC)

    def _officers(self) -> bytes:
        at = self._at()
        officers = {
            name: Officer("so-vhttdl", "officer", (*STEPS, *ORDERS), at - timedelta(days=30), at + timedelta(days=300))
            for name in OFFICERS
        }
        return Officers(officers).encode()

    def _statement(self, item: Item, step: str, officer: str, at: datetime) -> Statement:
        return Statement(
            id=f"{item.id}-{step}",
            content=item.digest,
            language=item.content.language,
            class_=item.class_,
            step=step,
            decision="approved",
            officer=officer,
            post="officer",
            agency="so-vhttdl",
            at=at,
            instrument="31/2020/QĐ-UBND",
            clause="9.2",
            clusters=(CLUSTER,),
            until_at=at + timedelta(days=60),
            grounds=hashlib.sha256(b"").hexdigest(),
        )


def describe(path: Path) -> File:
    """A media file as a manifest names it."""
    return media.describe(path, mime=_mime(path))


def _both() -> list[tuple[str, str]]:
    return list(zip(STEPS, OFFICERS, strict=True))


def _mime(path: Path) -> str:
    return {".mp4": "video/mp4", ".png": "image/png", ".jpg": "image/jpeg", ".mp3": "audio/mpeg"}[path.suffix]

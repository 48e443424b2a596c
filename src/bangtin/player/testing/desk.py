"""The simulated hub's side of commands, reports, device records and former keys."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from aiohttp import web

from bangtin.bundle import commands, dsse
from bangtin.bundle.commands import Command
from bangtin.bundle.devices import DeviceRecord
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.playlog import Batch, open_batch
from bangtin.player.testing.signatures import unpadded

if TYPE_CHECKING:
    from bangtin.player.testing.hub_simulator import HubSimulator

_KEYID = re.compile(r'keyid="([^"]+)"')


class Desk:
    """What officers order of the one screen, and what it says of itself, in plain lists for the tests to read."""

    def __init__(self, hub: "HubSimulator") -> None:
        self._hub = hub
        self.reports: list[Mapping[str, object]] = []
        self.results: dict[int, Mapping[str, object]] = {}
        self.orders: dict[int, bytes] = {}
        self.shots: list[tuple[str, bytes]] = []
        self.former: list[DeviceRecord] = []
        self.is_revoked = False
        self.loses_answers = 0
        self.lines_before = 0
        self.number = 0
        self.renewed = 0

    def add_routes(self, route: web.UrlDispatcher) -> None:
        """The desk's own addresses."""
        route.add_post("/api/v1/device/reports", self._report)
        route.add_post("/api/v1/device/record", self._record)
        route.add_post("/api/v1/device/screenshots", self._shot)

    def waiting(self) -> list[str]:
        """The commands of the poll: those without a result."""
        return [body.decode() for n, body in sorted(self.orders.items()) if n not in self.results]

    def order(self, kind: str, args: Mapping[str, object] | None = None, *, officer: str | None = None) -> bytes:
        """A command to the screen, in the next poll; blank and restore with the order of an officer."""
        self.number += 1
        command = self.command(kind, args)
        if command.step and officer != "":
            at = command.at
            statement = commands.order(
                command,
                cluster=self.record.cluster,
                statement_id=f"c-{command.n}",
                officer=officer or "nguyen-a",
                post="officer",
                agency="so-vhttdl",
                at=at,
                instrument="31/2020/QĐ-UBND",
                clause="9.2",
                grounds=hashlib.sha256(b"").hexdigest(),
            )
            signed = dsse.sign("approval", statement.payload(), self._hub.keys.of("approvals"))
            command = replace(command, orders=(signed,))
        body = self.orders[command.n] = commands.encode(command, self._hub.keys.of("hub"))
        return body

    def command(self, kind: str, args: Mapping[str, object] | None = None) -> Command:
        """A command without orders."""
        at = self._hub.now()
        record = self.record
        return Command(record.device, record.epoch, self.number, kind, at, at + timedelta(minutes=10), dict(args or {}))

    @property
    def record(self) -> DeviceRecord:
        """The one device."""
        (record,) = self._hub.records.values()
        return record

    def revoke(self) -> None:
        """Trust the device's key no more."""
        self.is_revoked = True

    def refuses(self, request: web.Request) -> web.Response | None:
        """403 with the signed command, to a revoked device and to a former key."""
        named = _KEYID.search(request.headers.get("Signature-Input", ""))
        if not self.is_revoked or named is None or not self._hub.records or named[1] != self.record.device:
            return None
        command = replace(self.command("revoke"), n=max(1, self.number))
        envelope = json.loads(commands.encode(command, self._hub.keys.of("hub")))
        return web.json_response({"code": "device_revoked", "message": "", "command": envelope}, status=403)

    def open(self, body: bytes) -> tuple[DeviceRecord, Batch]:
        """The batch in `body`, by the key of its epoch. Raises: BundleRefusal."""
        refusal: BundleRefusal | None = None
        for record in (self.record, *reversed(self.former)):
            try:
                key = bytes.fromhex(record.key)
                return record, open_batch(body, device=record.device, epoch=record.epoch, key=key)
            except BundleRefusal as error:
                refusal = refusal or error
        raise refusal or AssertionError("one record at least")

    def turn_to(self, epoch: int) -> None:
        """The next batch begins the chain of another epoch."""
        del epoch
        self.lines_before = len(self._hub.lines)
        self._hub.ack = None

    async def _report(self, request: web.Request) -> web.StreamResponse:
        report = json.loads(await request.read())
        self.reports.append(report)
        self.results.update({one["n"]: one for one in report["commands"]})
        return web.Response(status=204)

    async def _shot(self, request: web.Request) -> web.StreamResponse:
        self.shots.append((request.headers["Bangtin-Shot"], await request.read()))
        return web.Response(status=204)

    async def _record(self, request: web.Request) -> web.StreamResponse:
        fields = json.loads(await request.read())
        key, old = unpadded(fields["key"]).hex(), self.record
        until_at = self._hub.now() + timedelta(days=400)
        found = replace(old, until_at=until_at)
        if key != old.key:
            self.former.append(old)
            found = replace(found, key=key, epoch=old.epoch + 1)
        (number,) = self._hub.records
        self._hub.records[number] = found
        if self.loses_answers:
            self.loses_answers -= 1
            return web.Response(status=502)
        self.renewed += 1
        payload = {**found.payload(), "x_name": "Cụm Trùng Khánh"}
        return web.json_response({"record": json.loads(dsse.sign("device", payload, self._hub.keys.of("hub")))})

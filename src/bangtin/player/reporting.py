"""What the player tells the hub of itself: health, what shows, what became of commands, events (every 15 min)."""

import json
import logging
import os
import shutil
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle import reports
from bangtin.bundle.devices import DeviceRecord
from bangtin.bundle.signers import ed25519_signer
from bangtin.player.clock import Clock
from bangtin.player.commanding import Commanding, Done
from bangtin.player.health import resident_bytes
from bangtin.player.sync.metadata import API
from bangtin.player.sync.requests import Hub, HubRefused

TYPE = "bangtin.report.v1"
EVERY_S, DEMO_EVERY_S = 900.0, 20.0
LONGEST_BYTES = 16_384
MOST_EVENTS, LONGEST_DETAIL = 40, 200
MOST_RESULTS = 32
THERMAL = Path("/sys/class/thermal")
log = logging.getLogger("bangtin.player.reports")


@dataclass(frozen=True)
class Event:
    """Something that happened here at `at_ms`; `kind` is one word, `detail` for people."""

    at_ms: int
    kind: str
    detail: str

    def to_object(self) -> dict[str, object]:
        """As the report tells it."""
        return {"at_ms": self.at_ms, "kind": self.kind, "detail": self.detail}


@dataclass(frozen=True)
class Source:
    """Where a report's values come from; without a line there is no `hub`."""

    data_dir: Path
    clock: Clock
    hub: Hub | None
    showing: Callable[[], Mapping[str, object]]
    browser_restarts: Callable[[], int]


class Reporter:
    """Keeps the events of this life until the hub has heard them, and sends reports."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._events: deque[Event] = deque(maxlen=MOST_EVENTS)

    def carried(self, source: Source, record: DeviceRecord, key: Ed25519PrivateKey) -> bytes:
        """The report signed for a stick. Its events are told again on a line, where the hub notes each once."""
        body, signer = self._body(source, list(self._events), []), ed25519_signer(key, keyid=record.device)
        return reports.sign(body, device=record.device, epoch=record.epoch, signer=signer)

    def event(self, kind: str, detail: str) -> None:
        """Something happened; the next report tells it. The oldest of more than 40 are dropped."""
        self._events.append(Event(self._clock.now_ms(), kind[:40], detail[:LONGEST_DETAIL]))

    async def send(self, hub: Hub, source: Source, commanding: Commanding) -> None:
        """Send one report; what it told is forgotten once the hub has taken it.

        Raises: HubRefused and what the client raises. A hub that knows no reports is left alone.
        """
        events, results = list(self._events), commanding.untold()[:MOST_RESULTS]
        data = _encoded(self._body(source, events, results))
        try:
            await hub.post(f"{API}/device/reports", data, headers={"Content-Type": "application/json"})
        except HubRefused as refused:
            if refused.status not in (404, 405):
                raise
            log.info("this hub takes no reports")
            return
        commanding.told(results)
        for one in events:
            if self._events and self._events[0] is one:
                self._events.popleft()

    def _body(self, source: Source, events: Sequence[Event], results: Sequence[Done]) -> dict[str, object]:
        body = {
            "type": TYPE,
            "at_ms": self._clock.now_ms(),
            "health": health(source),
            "showing": dict(source.showing()),
            "commands": [one.to_object() for one in results],
            "events": [one.to_object() for one in events],
        }
        return _bounded(body)


def health(source: Source) -> dict[str, object]:
    """Disk, temperature, clock, memory, line, as the report names them; None where the machine does not tell."""
    usage = shutil.disk_usage(source.data_dir)
    return {
        "disk_free_bytes": usage.free,
        "disk_total_bytes": usage.total,
        "temperature_c": temperature_c(),
        "clock_offset_ms": source.clock.offset_ms(),
        "rss_bytes": resident_bytes() or 0,
        "received_bytes": source.hub.received_bytes if source.hub else 0,
        "sent_bytes": source.hub.sent_bytes if source.hub else 0,
        "browser_restarts": source.browser_restarts(),
        "uptime_s": source.clock.mono_ms() // 1000,
        "version": own_version(),
    }


def temperature_c(folder: Path = THERMAL) -> int | None:
    """The hottest sensor of the machine, in whole degrees; None where there is none."""
    found = []
    for path in sorted(folder.glob("thermal_zone*/temp")):
        try:
            found.append(int(path.read_text()) // 1000)
        except (OSError, ValueError):
            continue
    return max(found, default=None)


def own_version() -> str:
    """The version of this package."""
    try:
        return version("bangtin")
    except PackageNotFoundError:
        return os.environ.get("BANGTIN_VERSION", "0")


def _bounded(body: dict[str, object]) -> dict[str, object]:
    """The report within 16 kB: the oldest events go first."""
    while True:
        events = body["events"]
        if len(_encoded(body)) <= LONGEST_BYTES or not isinstance(events, list) or not events:
            return body
        body = {**body, "events": events[1:]}


def _encoded(body: dict[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

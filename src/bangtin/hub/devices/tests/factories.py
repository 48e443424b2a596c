"""A small cast for the device desk: a plan at Tà Lùng, players with real keys, the repository as a screen reads it."""

import base64
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle import canonical
from bangtin.bundle.devices import DeviceRecord, read_device_record
from bangtin.bundle.trusted import load
from bangtin.hub.devices import actions, queries
from bangtin.hub.devices.models import Bundle, Device, Enrolment
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.schedules import actions as schedules
from bangtin.hub.schedules.models import Slot
from bangtin.hub.schedules.tests.factories import NOW, Desk, released


@dataclass
class Player:
    """A player with its own key; `device` once it is enrolled."""

    key: Ed25519PrivateKey
    device: Device | None = None

    @classmethod
    def new(cls) -> "Player":
        return cls(Ed25519PrivateKey.generate())

    @property
    def public_key(self) -> str:
        return base64.urlsafe_b64encode(self.key.public_key().public_bytes_raw()).rstrip(b"=").decode()

    def body(self, *, at: datetime = NOW) -> bytes:
        """What it sends to be enrolled."""
        return canonical.encode({"type": "bangtin.enrol.v1", "key": self.public_key, "sent_ms": to_ms(at)})

    def begin(self, *, at: datetime = NOW, address: str = "10.0.0.7") -> Enrolment:
        return actions.begin_enrolment(body=self.body(at=at), address=address, at=at)


def enrolled(desk: Desk, *, face: str = "ta-lung-1", at: datetime = NOW) -> Player:
    """A player on a face."""
    player = Player.new()
    code = player.begin(at=at, address=f"10.0.0.{face[-1]}").code
    player.device = actions.confirm_enrolment(
        code=code, face=desk.world.faces[face], actor=desk.world.users["an-toan"], at=at
    )
    return player


def planned(desk: Desk) -> Slot:
    """A slot on Monday morning and one filler."""
    schedules.add_filler(
        cluster=desk.cluster, version=desk.version(title="Cảnh đẹp Cao Bằng"), actor=desk.scheduler, at=NOW
    )
    return desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 11:00")


def published(desk: Desk, *, at: datetime = NOW, reason: str = "") -> Bundle:
    """The plan of Tà Lùng, approved by a second person, as a bundle."""
    released(desk.cluster, at=at)
    return actions.publish_bundle(cluster=desk.cluster, actor=desk.scheduler, at=at, reason=reason)


def record_of(player: Player, *, at: datetime = NOW) -> DeviceRecord:
    """The device record as the player verifies it."""
    assert player.device is not None
    keys = load(queries.current_files(), anchor=queries.anchor(), at=at)
    raw = player.key.public_key().public_bytes_raw()
    return read_device_record(bytes(player.device.record), keys=keys, key=raw, province="cao-bang")

"""Short answers that the role `hub` signs: the time, how far records have come, and the command to a revoked screen.

trust D.6, 8.9, B.7.
"""

from datetime import datetime, timedelta

from bangtin.bundle import acks, dsse, instants
from bangtin.bundle.acks import Ack
from bangtin.bundle.devices import time_payload
from bangtin.hub.devices.actions import keys
from bangtin.hub.devices.models import Device
from bangtin.hub.kit.clock import to_ms

COMMAND_LIFE = timedelta(minutes=10)


def time_answer(*, nonce: str, at: datetime) -> bytes:
    """The envelope of kind `time` that answers `nonce`."""
    return dsse.sign("time", time_payload(nonce=nonce, now_ms=to_ms(at)), keys.load().of("hub"))


def acknowledgement(ack: Ack) -> dict[str, object]:
    """The object `ack` of the answer to a batch: without the signature a player deletes nothing."""
    return acks.encode_answer(ack, keys.load().of("hub"))


def revoke_command(*, device: Device, at: datetime) -> bytes:
    """The envelope of kind `command` that orders a revoked device to drop its content; its last command."""
    payload = {
        "type": "bangtin.command.v1",
        "device": device.id,
        "epoch": device.epoch,
        "n": 1,
        "kind": "revoke",
        "args": {},
        "at": instants.to_text(at),
        "ends": instants.to_text(at + COMMAND_LIFE),
        "orders": [],
    }
    return dsse.sign("command", payload, keys.load().of("hub"))

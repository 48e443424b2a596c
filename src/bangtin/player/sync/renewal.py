"""A device record that grows old, and a key that is to be replaced (trust D.3).

One question serves both: `POST device/record` names the key the device wants, proved by a signature of that key, in a
request signed by the key it has. The same key: the record runs for another 400 days. Another key: the next epoch, and
the old key is revoked at that instant. Asked by a key that is the present one already, the hub says the record again:
so an answer that was lost on the way is asked for once more, and a power cut loses no screen.
"""

import base64
import logging
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle import canonical, instants
from bangtin.bundle.devices import DeviceRecord
from bangtin.player.clock import Clock
from bangtin.player.config import Kit
from bangtin.player.store.generations import Generations
from bangtin.player.sync import enrolment
from bangtin.player.sync.enrolment import Identity
from bangtin.player.sync.metadata import API
from bangtin.player.sync.requests import Hub

TYPE = "bangtin.renew.v1"
RENEW_MS = 100 * 86_400_000
WISH = "rotate-key"
log = logging.getLogger("bangtin.player.renewal")


def is_due(record: DeviceRecord, *, now_ms: int) -> bool:
    """Whether fewer than 100 days of the record are left."""
    return instants.to_ms(record.until_at) - now_ms < RENEW_MS


def wishes_new_key(data_dir: Path) -> bool:
    """Whether somebody asked on this machine for another key, or an exchange of keys was interrupted."""
    return (data_dir / WISH).exists() or (data_dir / enrolment.NEXT_KEY).exists()


async def renew(
    hub: Hub, *, kit: Kit, key: Ed25519PrivateKey, record: DeviceRecord, clock: Clock, folder: Generations
) -> Identity:
    """The record anew for `key`; kept on the disk when this returns. `hub` signs with the key the device has.

    Raises: HubRefused, BundleRefusal (7.7), and what the client raises.
    """
    text = base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()
    proof = key.sign(proof_message(record.device, text))
    request: Mapping[str, object] = {
        "type": TYPE,
        "key": text,
        "proof": base64.urlsafe_b64encode(proof).rstrip(b"=").decode(),
        "sent_ms": clock.now_ms(),
    }
    headers = {"Content-Type": "application/json"}
    answer = await hub.post(f"{API}/device/record", canonical.encode(request), headers=headers)
    envelope = canonical.encode(answer.fields()["record"])
    hub.use_key(key)
    identity = await enrolment.take(hub, envelope, kit=kit, key=key, clock=clock, folder=folder)
    log.info("the device record runs until %s, epoch %d", identity.record.until_at, identity.record.epoch)
    return identity


def proof_message(device: str, key: str) -> bytes:
    """What the new key signs: it is for this device, and whoever asks for it has it."""
    return f"{TYPE}\n{device}\n{key}".encode()

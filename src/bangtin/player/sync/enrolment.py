"""Makes a stranger one of the province's screens: key, code, device record (trust D.2, D.3)."""

import asyncio
import base64
import logging
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from bangtin.bundle import canonical, dsse, instants, trusted
from bangtin.bundle.approvals import RoleKeys
from bangtin.bundle.devices import DeviceRecord, enrolment_code, read_device_record
from bangtin.bundle.errors import BundleRefusal
from bangtin.player.clock import Clock
from bangtin.player.config import BadInput, Kit
from bangtin.player.store.generations import Generations
from bangtin.player.store.media import sync
from bangtin.player.sync.metadata import API, fetch_set
from bangtin.player.sync.requests import Hub, HubRefused

ASK_S = 1.0
TRIES = 4
# the way to the hub, and not its answer
LINE = (aiohttp.ClientError, TimeoutError, OSError)
log = logging.getLogger("bangtin.player.enrolment")
KEY, NEXT_KEY, FORMER_KEY = "device.key", "device.key.next", "device.key.former"
RECORD = "device.json"
ACCEPTED = "accepted-at"


@dataclass(frozen=True)
class Identity:
    """Who this player is: its verified record, the cluster's name for people, and the keys it was verified by."""

    record: DeviceRecord
    name: str
    keys: RoleKeys


def own_key(data_dir: Path, name: str = KEY) -> Ed25519PrivateKey:
    """The device's key, made at first use; only the player's own user may read it."""
    path = data_dir / name
    if not path.exists():
        staging = data_dir / f".{name}.new"
        staging.unlink(missing_ok=True)
        descriptor = os.open(staging, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            made = Ed25519PrivateKey.generate()
            stream.write(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            stream.flush()
            os.fsync(stream.fileno())
        staging.rename(path)  # a power cut leaves a whole key or none
        sync(data_dir)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInput("device_key", path=path)
    return key


def former_key(data_dir: Path) -> Ed25519PrivateKey | None:
    """The key of the enrolment before, which signs the records of that time; None if there was none."""
    return own_key(data_dir, FORMER_KEY) if (data_dir / FORMER_KEY).exists() else None


def settle_keys(data_dir: Path, folder: Generations) -> Ed25519PrivateKey:
    """The key of the stored record. A new key that the hub has accepted takes the old one's place (trust D.3)."""
    following = data_dir / NEXT_KEY
    if following.exists() and own_key(data_dir, NEXT_KEY).public_key().public_bytes_raw().hex() == _named(folder):
        if (data_dir / KEY).exists():
            (data_dir / KEY).rename(data_dir / FORMER_KEY)
        following.rename(data_dir / KEY)
        sync(data_dir)
    return own_key(data_dir)


def forget(data_dir: Path, folder: Generations) -> None:
    """Be a stranger again: another key at the next enrolment. Records and their old key stay until they are sent."""
    (data_dir / NEXT_KEY).unlink(missing_ok=True)
    for name in folder.names():
        folder.discard(name)
    if (data_dir / KEY).exists():
        (data_dir / KEY).rename(data_dir / FORMER_KEY)
    sync(data_dir)


def load_identity(folder: Generations, *, kit: Kit, key: Ed25519PrivateKey) -> Identity | None:
    """The stored device record, verified again with the metadata kept beside it; None before enrolment.

    Raises: BundleRefusal if what is stored does not verify (trust 7.7).
    """
    for name in folder.names()[:1]:
        files = folder.read(name)
        at = instants.from_text(files.get(ACCEPTED, b"").decode("ascii", "replace"))
        return _identity(files, files.get(RECORD, b""), kit=kit, key=key, at=at)
    return None


def _named(folder: Generations) -> str:
    """The key that the stored record names, in hex; it is verified when the record is taken up."""
    for name in folder.names()[:1]:
        with suppress(dsse.BadEnvelope):
            return str(dsse.open(folder.read(name).get(RECORD, b""), "device").payload.get("key"))
    return ""


async def enrol(
    hub: Hub, *, kit: Kit, key: Ed25519PrivateKey, clock: Clock, show: Callable[[str], None], folder: Generations
) -> Identity:
    """Ask to be enrolled, `show` the code, wait for the officer, keep the verified record.

    A code that ran out is replaced by a new one. Raises: BundleRefusal, HubRefused, and what the client raises.
    """
    while True:
        hub.keyid = "new"
        request = {"type": "bangtin.enrol.v1", "key": _raw64(key), "sent_ms": clock.now_ms()}
        headers = {"Content-Type": "application/json"}
        answer = await hub.post(f"{API}/enrolments", canonical.encode(request), headers=headers)
        fields = answer.fields()
        nonce = _bytes_of(str(fields["nonce"]))
        show(enrolment_code(key=_raw(key), nonce=nonce, root=kit.root))
        envelope = await _wait(hub, str(fields["id"]))
        if envelope is not None:
            return await take(hub, envelope, kit=kit, key=key, clock=clock, folder=folder)
        await asyncio.sleep(ASK_S)


async def _wait(hub: Hub, number: str) -> bytes | None:
    """The record, once an officer has typed the code; None if it ran out. A line that comes and goes is waited for."""
    while True:
        try:
            answer = await hub.get(f"{API}/enrolments/{number}")
        except LINE as error:
            log.info("waiting for the line: %s", error)
        except HubRefused as refused:
            if refused.status == HTTPStatus.GONE:
                return None
            if refused.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            log.info("waiting for the hub: %s", refused)
        else:
            if answer.status == HTTPStatus.OK:
                record = answer.fields()["record"]
                return record.encode() if isinstance(record, str) else canonical.encode(record)
        await asyncio.sleep(ASK_S)


async def take(
    hub: Hub, envelope: bytes, *, kit: Kit, key: Ed25519PrivateKey, clock: Clock, folder: Generations
) -> Identity:
    """The verified record in `envelope`, kept with the metadata that verify it. Raises: as `enrol`."""
    # Not trusted yet, but the requests that fetch what verifies it must bear this name.
    try:
        claimed = dsse.open(envelope, "device").payload
    except dsse.BadEnvelope as error:
        raise BundleRefusal("device_record_unsigned", step="7.7", subject="device record", detail=str(error)) from error
    hub.keyid = str(claimed.get("device"))
    files = await _fetch_keys(hub, kit)
    at = instants.from_ms(clock.now_ms()).replace(microsecond=0)
    identity = _identity(files, envelope, kit=kit, key=key, at=at)
    kept = {**files, RECORD: envelope, ACCEPTED: instants.to_text(at).encode()}
    until_ms = instants.to_ms(identity.record.until_at)
    folder.write(f"gen-{identity.record.epoch}-{identity.record.key[:8]}-{until_ms}", kept)
    return identity


async def _fetch_keys(hub: Hub, kit: Kit) -> Mapping[str, bytes]:
    for _ in range(TRIES):
        try:
            return await fetch_set(hub, anchor=kit.root, known={}, cluster=None)
        except HubRefused as refused:
            if refused.status != 404:  # the hub published while we fetched: the set has other names now
                raise
            await asyncio.sleep(ASK_S)
    return await fetch_set(hub, anchor=kit.root, known={}, cluster=None)


def _identity(
    files: Mapping[str, bytes], envelope: bytes, *, kit: Kit, key: Ed25519PrivateKey, at: datetime
) -> Identity:
    keys = trusted.load({k: v for k, v in files.items() if "/" in k}, anchor=kit.root, at=at)
    record = read_device_record(envelope, keys=keys, key=_raw(key), province=kit.province)
    if len(record.faces) != 1:  # the others would stay dark, or be claimed without being shown
        detail = f"lists {len(record.faces)} faces: this player drives one, so enrol one player for each"
        raise BundleRefusal("device_record_faces", step="7.7", subject="device record", detail=detail)
    name = dsse.open(envelope, "device").payload.get("x_name")
    return Identity(record, name if isinstance(name, str) else record.cluster, keys)


def _raw(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def _raw64(key: Ed25519PrivateKey) -> str:
    return base64.urlsafe_b64encode(_raw(key)).rstrip(b"=").decode()


def _bytes_of(text: str) -> bytes:
    """The nonce: hex of 16 bytes, or base64url of them."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

"""What the hub's role `hub` signs for one screen: its device record, and the time (trust D, 7.6–7.8)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from bangtin.bundle import dsse, instants, names
from bangtin.bundle.approvals import RoleKeys
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.fields import Fields, WrongShape

RECORD_TYPE = "bangtin.device.v1"
TIME_TYPE = "bangtin.time.v1"
TIME_ANSWER_MS = 10_000
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class DeviceRecord:
    """Who a screen's player is. Cluster and faces come from here, never from a bundle.

    `key` is the raw Ed25519 public key in hex; `epoch` counts the enrolments of this device id.
    """

    device: str
    key: str
    province: str
    cluster: str
    faces: tuple[str, ...]
    is_drill: bool
    epoch: int
    enrolled_at: datetime
    officer: str
    until_at: datetime

    def payload(self) -> dict[str, object]:
        """The payload of the envelope of kind `device`."""
        return {
            "type": RECORD_TYPE,
            "device": self.device,
            "key": self.key,
            "province": self.province,
            "cluster": self.cluster,
            "faces": list(self.faces),
            "drill": self.is_drill,
            "epoch": self.epoch,
            "enrolled_at": instants.to_text(self.enrolled_at),
            "officer": self.officer,
            "until": instants.to_text(self.until_at),
        }


@dataclass(frozen=True)
class TimeAnswer:
    """Signed time: `now_ms` by the hub's clock, heard `rtt_ms` after it was asked."""

    now_ms: int
    rtt_ms: int


def read_device_record(envelope: bytes, *, keys: RoleKeys, key: bytes, province: str) -> DeviceRecord:
    """The device record in `envelope`, for the player with the raw public `key` in `province`.

    Raises: BundleRefusal device_record_unsigned, device_record_elsewhere (step 7.7).
    """
    opened, record = _opened(envelope)
    if not keys.is_signed("hub", opened):
        raise _refusal("device_record_unsigned", "7.7", "the role hub did not sign it")
    if record.key != key.hex() or record.province != province:
        raise _refusal("device_record_elsewhere", "7.7", "is for another key or province")
    return record


def issued_record(envelope: bytes) -> DeviceRecord:
    """The device record in `envelope` as its issuer keeps it: the key that signed it may be another now.

    Raises: BundleRefusal device_record_unsigned if it is no device record.
    """
    return _opened(envelope)[1]


def _opened(envelope: bytes) -> tuple[dsse.Envelope, DeviceRecord]:
    try:
        opened = dsse.open(envelope, "device")
        return opened, _read_record(Fields(dict(opened.payload), where="device record"))
    except (dsse.BadEnvelope, WrongShape) as error:
        raise _refusal("device_record_unsigned", "7.7", str(error)) from error


def time_payload(*, nonce: str, now_ms: int) -> dict[str, object]:
    """The payload of the envelope of kind `time` that answers `nonce` (32 hex digits)."""
    return {"type": TIME_TYPE, "nonce": nonce, "now_ms": now_ms}


def read_time_answer(
    envelope: bytes, *, keys: RoleKeys, nonce: str, rtt_ms: int, floor_ms: int, newest_ms: int
) -> TimeAnswer:
    """The signed time in `envelope`, which came `rtt_ms` after `nonce` was sent.

    `floor_ms` is the clock's floor, `newest_ms` the expiry of the newest verified timestamp: no
    signed time may lie outside them, so a stolen hub key cannot throw a screen into 2099.
    Raises: BundleRefusal time_unsigned, time_nonce, time_slow, time_range (step 7.8).
    """
    try:
        opened = dsse.open(envelope, "time")
        fields = Fields(dict(opened.payload), where="time answer")
        fields.choice("type", (TIME_TYPE,))
        said_nonce, now_ms = fields.text("nonce"), fields.integer("now_ms")
        fields.done()
    except (dsse.BadEnvelope, WrongShape) as error:
        raise _refusal("time_unsigned", "7.8", str(error)) from error
    if not keys.is_signed("hub", opened):
        raise _refusal("time_unsigned", "7.8", "the role hub did not sign it")
    if said_nonce != nonce:
        raise _refusal("time_nonce", "7.8", "answers another question")
    if rtt_ms > TIME_ANSWER_MS:
        raise _refusal("time_slow", "7.8", f"took {rtt_ms} ms")
    if not floor_ms <= now_ms <= newest_ms:
        raise _refusal("time_range", "7.8", "before the floor, or after the newest timestamp's expiry")
    return TimeAnswer(now_ms, rtt_ms)


def enrolment_code(*, key: bytes, nonce: bytes, root: bytes) -> str:
    """The code both sides show, such as `7K3QM-X2B9T`: another key, nonce or root gives another.

    First 50 bits, Crockford base32, of SHA-256(raw public key ‖ nonce ‖ SHA-256(root.json)).
    """
    digest = hashlib.sha256(key + nonce + hashlib.sha256(root).digest()).digest()
    bits = int.from_bytes(digest[:7], "big") >> 6
    letters = "".join(_CROCKFORD[bits >> shift & 31] for shift in range(45, -1, -5))
    return f"{letters[:5]}-{letters[5:]}"


def _read_record(fields: Fields) -> DeviceRecord:
    fields.choice("type", (RECORD_TYPE,))
    record = DeviceRecord(
        device=fields.text("device"),
        key=fields.text("key"),
        province=fields.text("province"),
        cluster=fields.text("cluster"),
        faces=fields.texts("faces", most=64),
        is_drill=fields.flag("drill"),
        epoch=fields.integer("epoch", least=1),
        enrolled_at=fields.instant("enrolled_at"),
        officer=fields.text("officer"),
        until_at=fields.instant("until"),
    )
    fields.done()
    if not record.faces:  # a player takes the first one as its own
        raise WrongShape("the device record names no face")
    if not all(names.is_name(name) for name in (record.device, record.province, *record.faces)):
        raise WrongShape("a name of the device record is unsafe")
    if not names.is_cluster(record.cluster) or not names.is_sha256(record.key):
        raise WrongShape("cluster or key of the device record is malformed")
    return record


def _refusal(code: str, step: str, detail: str) -> BundleRefusal:
    return BundleRefusal(code, step=step, subject="device record" if step == "7.7" else "time answer", detail=detail)

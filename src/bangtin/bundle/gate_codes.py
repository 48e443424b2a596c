"""The code a screen shows to prove that it stands where it should: signed by the device, read off the LED by a phone.

A player only knows what it sent to the LED, not what the LED shows. A person at the gate who scans the code has seen
it; the hub checks that this device made it. Text of a code: `‹device›.‹epoch›.‹at_ms›.‹nonce›.‹sig›`, where `sig` is
base64url (no padding) of the device key's Ed25519 signature over
`bangtin.gate.v1 LF device LF epoch LF at_ms LF nonce`. It is the last part of an address of the hub.
"""

import base64
import binascii
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bangtin.bundle import names
from bangtin.bundle.canonical import MAX_INTEGER
from bangtin.bundle.errors import BundleRefusal

DOMAIN = "bangtin.gate.v1"
PATH = "/tai-cho/"
LONGEST = 300
SHOWN_MS = 5_000
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
_NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_SIGNATURE = re.compile(r"[A-Za-z0-9_-]{86}", re.ASCII)


@dataclass(frozen=True)
class GateCode:
    """What a code says: `device` in its enrolment `epoch` showed it at `at_ms`; `nonce` tells two codes apart."""

    device: str
    epoch: int
    at_ms: int
    nonce: str
    signature: bytes

    @property
    def token(self) -> str:
        """The text of the code."""
        return ".".join((self.device, str(self.epoch), str(self.at_ms), self.nonce, _unpadded(self.signature)))

    @property
    def letters(self) -> str:
        """Eight letters of the signature, such as `9F3A-07C1`: shown beside the code, for a person to compare."""
        text = self.signature[:4].hex().upper()
        return f"{text[:4]}-{text[4:]}"


def make(*, device: str, epoch: int, at_ms: int, nonce: str, key: Ed25519PrivateKey) -> str:
    """The code that `device` shows at `at_ms`. `nonce`: 8–64 of `A–Z a–z 0–9 _ -`, not used before.

    Raises: ValueError if a part has another shape.
    """
    message = _message(device, epoch, at_ms, nonce)
    made = GateCode(device, epoch, at_ms, nonce, key.sign(message))
    try:
        read(made.token)
    except BundleRefusal as refusal:
        raise ValueError(refusal.detail) from refusal
    return made.token


def address(hub: str, token: str) -> str:
    """The address that a phone opens: `hub` as in the installer kit, `https://…`."""
    return f"{hub.rstrip('/')}{PATH}{token}/"


def read(token: str) -> GateCode:
    """The parts of `token`; nobody has checked its signature yet.

    Raises: BundleRefusal gate_code_malformed.
    """
    parts = token.rsplit(".", 4) if len(token) <= LONGEST else []
    if len(parts) != 5:
        raise _malformed("is not five parts between dots")
    device, epoch, at_ms, nonce, signature = parts
    if not names.is_name(device) or _NONCE.fullmatch(nonce) is None:
        raise _malformed("device or nonce has another shape")
    if any(_NUMBER.fullmatch(each) is None or int(each) > MAX_INTEGER for each in (epoch, at_ms)) or epoch == "0":
        raise _malformed("epoch or instant is no number")
    return GateCode(device, int(epoch), int(at_ms), nonce, _signature_of(signature))


def check(token: str, public_key: bytes) -> GateCode:
    """The parts of `token`, which the device with the raw Ed25519 `public_key` signed.

    Raises: BundleRefusal gate_code_malformed, gate_code_unsigned.
    """
    code = read(token)
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(
            code.signature, _message(code.device, code.epoch, code.at_ms, code.nonce)
        )
    except InvalidSignature as error:
        raise BundleRefusal(
            "gate_code_unsigned", step="8.8", subject="gate code", detail="the device's key did not sign it"
        ) from error
    return code


def _message(device: str, epoch: int, at_ms: int, nonce: str) -> bytes:
    return "\n".join((DOMAIN, device, str(epoch), str(at_ms), nonce)).encode()


def _signature_of(text: str) -> bytes:
    if _SIGNATURE.fullmatch(text) is None:
        raise _malformed("the signature has another length")
    try:
        found = base64.urlsafe_b64decode(text + "==")
    except binascii.Error as error:
        raise _malformed("the signature is not base64url") from error
    if _unpadded(found) != text:  # spare bits at the end would make two texts of one code
        raise _malformed("the signature has spare bits")
    return found


def _unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _malformed(detail: str) -> BundleRefusal:
    return BundleRefusal("gate_code_malformed", step="8.8", subject="gate code", detail=detail)

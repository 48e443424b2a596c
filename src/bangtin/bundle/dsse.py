"""Signed bytes outside TUF: DSSE envelopes over canonical JSON (trust B.2)."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bangtin.bundle import canonical
from bangtin.bundle.fields import Fields, WrongShape
from bangtin.bundle.signers import Signer

KINDS = ("approval", "alert", "command", "device", "time", "playlog", "ack", "file", "report")


class BadEnvelope(ValueError):
    """Not an envelope of the wanted kind in canonical form; each caller gives it its own code."""


@dataclass(frozen=True)
class Proof:
    """One signature of an envelope: who says so, the raw bytes, and what a passkey adds."""

    keyid: str
    sig: bytes
    extension: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Envelope:
    """An opened envelope. Nothing in it is trusted until a proof has been checked over `pae`."""

    kind: str
    payload: Mapping[str, object]
    payload_bytes: bytes
    proofs: tuple[Proof, ...]

    @property
    def pae(self) -> bytes:
        """The bytes that every signature of this envelope covers."""
        return pae(self.kind, self.payload_bytes)


def payload_type(kind: str) -> str:
    """The DSSE payload type of `kind`; it separates the domains of signatures."""
    if kind not in KINDS:
        raise ValueError(f"expected one of {KINDS}, got {kind!r}")
    return f"application/vnd.bangtin.{kind}.v1+json"


def pae(kind: str, payload_bytes: bytes) -> bytes:
    """DSSE pre-authentication encoding: what is signed for a payload of `kind`."""
    name = payload_type(kind).encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload_bytes), payload_bytes)


def sign(kind: str, payload: Mapping[str, object], signers: Sequence[Signer]) -> bytes:
    """The canonical envelope of `payload`, signed by each of `signers` in order."""
    payload_bytes = canonical.encode(payload)
    return canonical.encode(
        {
            "payload": base64.b64encode(payload_bytes).decode(),
            "payloadType": payload_type(kind),
            "signatures": _signatures(kind, payload_bytes, signers),
        }
    )


def signatures(kind: str, payload: Mapping[str, object], signers: Sequence[Signer]) -> list[dict[str, str]]:
    """The `signatures` of that envelope alone, for a reader who can make the payload itself."""
    return _signatures(kind, canonical.encode(payload), signers)


def open(envelope: bytes, kind: str) -> Envelope:  # noqa: A001  # always called as dsse.open, as in docs/bundle-format.md
    """The envelope in `envelope`, its shape and kind checked, its signatures not yet.

    Raises: BadEnvelope if a byte differs from the canonical form, or the kind is another one.
    """
    try:
        fields = Fields(canonical.decode(envelope), where="envelope")
        if fields.text("payloadType") != payload_type(kind):
            raise BadEnvelope(f"the envelope is not of kind {kind}")
        payload_bytes = _from_base64(fields.text("payload", longest=len(envelope)))
        proofs = fields.each("signatures", _proof, most=16)
        fields.done()
        payload = canonical.decode(payload_bytes)
    except (canonical.NotCanonical, WrongShape) as error:
        raise BadEnvelope(str(error)) from error
    if not isinstance(payload, dict):
        raise BadEnvelope("the payload is not an object")
    return Envelope(kind, cast(dict[str, object], payload), payload_bytes, proofs)


def is_signed_by(envelope: Envelope, *, key: bytes, keyid: str) -> bool:
    """Whether the raw Ed25519 public `key` made the one signature, under the name `keyid`."""
    if len(envelope.proofs) != 1 or envelope.proofs[0].keyid != keyid:
        return False
    try:
        _key(key).verify(envelope.proofs[0].sig, envelope.pae)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=20_000)
def _key(raw: bytes) -> Ed25519PublicKey:
    """A hub checks a hundred batches of the same screens a second. Raises: ValueError."""
    return Ed25519PublicKey.from_public_bytes(raw)


def _signatures(kind: str, payload_bytes: bytes, signers: Sequence[Signer]) -> list[dict[str, str]]:
    message = pae(kind, payload_bytes)
    made = [signer.sign(message) for signer in signers]
    return [{"keyid": one.keyid, "sig": base64.b64encode(bytes.fromhex(one.signature)).decode()} for one in made]


def _proof(fields: Fields) -> Proof:
    extension = fields.any("extension") if fields.has("extension") else None
    if extension is not None and not isinstance(extension, dict):
        raise WrongShape(f"{fields.where}.extension: expected an object")
    return Proof(fields.text("keyid"), _from_base64(fields.text("sig", longest=4_096)), extension)


def _from_base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BadEnvelope("not base64") from error
    if base64.b64encode(data).decode() != text:  # spare bits in the last character
        raise BadEnvelope("not the one base64 form of its bytes")
    return data

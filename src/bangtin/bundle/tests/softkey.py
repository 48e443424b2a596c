"""A passkey in software: what an officer's authenticator answers, and what it never would."""

import base64
import hashlib
import json
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bangtin.bundle import canonical
from bangtin.bundle.approvals import Statement
from bangtin.bundle.dsse import pae, payload_type
from bangtin.bundle.policies import Passkey
from bangtin.bundle.signers import Signer

RP = "bangtin.example.vn"
ORIGIN = "https://bangtin.example.vn"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PRESENT_AND_VERIFIED = 0x05


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class SoftKey:
    """One credential; the same label gives the same key and, ECDSA being made deterministic, the same signatures."""

    def __init__(self, label: str) -> None:
        seed = hashlib.sha256(f"bangtin test key, never use: passkey {label}".encode()).digest()
        self.private = ec.derive_private_key(int.from_bytes(seed) % _ORDER, ec.SECP256R1())
        self.credential = hashlib.sha256(f"credential {label}".encode()).digest()[:16]

    def listed(self, from_at: datetime, until_at: datetime) -> Passkey:
        """As `officers.json` lists it."""
        spki = self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return Passkey(base64url(self.credential), base64.b64encode(spki).decode(), from_at, until_at)

    def answer(  # each argument is one part of an assertion that may be wrong
        self,
        payload: bytes,
        *,
        rp: str = RP,
        flags: int = PRESENT_AND_VERIFIED,
        origin: str = ORIGIN,
        type_: str = "webauthn.get",
        more: dict[str, object] | None = None,
    ) -> dict[str, object]:
        """The signature of an envelope: this key's assertion over `payload`."""
        challenge = base64url(hashlib.sha256(payload).digest())
        said = {"type": type_, "challenge": challenge, "origin": origin, "crossOrigin": False, **(more or {})}
        client_data = json.dumps(said, separators=(",", ":")).encode()
        authenticator_data = hashlib.sha256(rp.encode()).digest() + bytes([flags]) + bytes(4)
        message = authenticator_data + hashlib.sha256(client_data).digest()
        signature = self.private.sign(message, ec.ECDSA(SHA256(), deterministic_signing=True))
        return {
            "keyid": "p:" + base64url(self.credential),
            "sig": base64.b64encode(signature).decode(),
            "extension": {
                "kind": "webauthn",
                "client_data": base64.b64encode(client_data).decode(),
                "authenticator_data": base64.b64encode(authenticator_data).decode(),
            },
        }


def envelope(statement: Statement, signatures: list[dict[str, object]], *, hub: tuple[Signer, ...] = ()) -> bytes:
    """The envelope of `statement` with these proofs, and those of `hub` before them."""
    payload = canonical.encode(statement.payload())
    signed = [one.sign(pae("approval", payload)) for one in hub]
    plain = [{"keyid": one.keyid, "sig": base64.b64encode(bytes.fromhex(one.signature)).decode()} for one in signed]
    return canonical.encode(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": payload_type("approval"),
            "signatures": [*plain, *signatures],
        }
    )

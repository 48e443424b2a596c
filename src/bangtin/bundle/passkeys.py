"""An officer's passkey over a statement: WebAuthn assertions, checked with `cryptography` alone (trust 3.4)."""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from bangtin.bundle import dsse
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.fields import Fields, WrongShape
from bangtin.bundle.policies import Passkey, Policy

KIND = "webauthn"
PREFIX = "p:"
CLIENT_DATA_BYTES = 1_024
AUTHENTICATOR_DATA_BYTES = 512
_PRESENT, _VERIFIED = 0x01, 0x04  # UP and UV of the authenticator data
_RP_HASH, _SHORTEST = 32, 37  # RP hash, flags, counter


def check(
    proof: dsse.Proof, envelope: dsse.Envelope, *, keys: Iterable[Passkey], policy: Policy, at: datetime, subject: str
) -> None:
    """Refuse `proof` unless one of the officer's `keys`, valid at `at`, signed exactly this payload for this site.

    The signature counter is not looked at: synced passkeys report 0. `subject` is the statement's id.
    Raises: BundleRefusal passkey_unknown, passkey_type, passkey_challenge, passkey_origin, passkey_rp, passkey_user,
    passkey_signature (step 3.4).
    """
    key = next((one for one in keys if PREFIX + one.id == proof.keyid and one.from_at <= at < one.until_at), None)
    if key is None:
        raise _refusal("unknown", subject, f"{proof.keyid} is no key of this officer then")
    client_data, authenticator_data = _parts(proof, subject)
    _check_client_data(client_data, envelope, policy, subject)
    if not policy.rp_id or authenticator_data[:_RP_HASH] != hashlib.sha256(policy.rp_id.encode()).digest():
        raise _refusal("rp", subject, "was made for another relying party")
    flags = authenticator_data[_RP_HASH]
    if not flags & _PRESENT or not flags & _VERIFIED:
        raise _refusal("user", subject, "nobody was present, or nobody was verified")
    _check_signature(key, proof.sig, authenticator_data + hashlib.sha256(client_data).digest(), subject)


def _parts(proof: dsse.Proof, subject: str) -> tuple[bytes, bytes]:
    """Client data and authenticator data of the extension."""
    try:
        fields = Fields(dict(proof.extension or {}), where="extension")
        fields.choice("kind", (KIND,))
        client_data = _from_base64(fields.text("client_data", longest=2 * CLIENT_DATA_BYTES))
        authenticator_data = _from_base64(fields.text("authenticator_data", longest=2 * AUTHENTICATOR_DATA_BYTES))
        fields.done(strictly=True)
    except WrongShape as error:
        raise _refusal("type", subject, str(error)) from error
    if len(client_data) > CLIENT_DATA_BYTES or not _SHORTEST <= len(authenticator_data) <= AUTHENTICATOR_DATA_BYTES:
        raise _refusal("type", subject, "is of no length that an assertion has")
    return client_data, authenticator_data


def _check_client_data(data: bytes, envelope: dsse.Envelope, policy: Policy, subject: str) -> None:
    try:
        said = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise _refusal("type", subject, "its client data is not JSON") from error
    if not isinstance(said, dict) or said.get("type") != "webauthn.get":
        raise _refusal("type", subject, "is no assertion")
    digest = hashlib.sha256(envelope.payload_bytes).digest()
    if said.get("challenge") != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
        raise _refusal("challenge", subject, "was made for another statement")
    # a page of another site may not ask for it, nor may ours inside a frame of another
    if said.get("origin") not in policy.origins or said.get("crossOrigin", False) is not False or "topOrigin" in said:
        raise _refusal("origin", subject, "was asked for by another site, or inside one")


def _check_signature(key: Passkey, signature: bytes, message: bytes, subject: str) -> None:
    """ES256 and nothing else."""
    try:
        public = load_der_public_key(_from_base64(key.spki))
        if not isinstance(public, EllipticCurvePublicKey) or not isinstance(public.curve, SECP256R1):
            raise _refusal("signature", subject, "the officer's key is not on P-256")
        public.verify(signature, message, ECDSA(SHA256()))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError) as error:
        raise _refusal("signature", subject, "the officer's key did not make it") from error


def _from_base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise WrongShape("not base64") from error
    if base64.b64encode(data).decode() != text:
        raise WrongShape("not the one base64 form of its bytes")
    return data


def _refusal(what: str, subject: str, detail: str) -> BundleRefusal:
    return BundleRefusal(f"passkey_{what}", step="3.4", subject=subject, detail=detail)

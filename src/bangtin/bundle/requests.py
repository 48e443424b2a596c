"""Signed requests of a screen: RFC 9421 as both sides use it (trust D.4, D.5, 7.1–7.5).

`http-message-signatures` only computes over what it is given, so this stays pure: no socket, no clock.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    VerifyResult,
    algorithms,
)
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from bangtin.bundle import instants
from bangtin.bundle.errors import BundleRefusal

TAG = "bangtin-device-v1"
COVERED = ("@method", "@authority", "@path", "@query", "bangtin-seq")
SEQ_HEADER = "Bangtin-Seq"
HEAD_HEADER = "Bangtin-Head"
NEW_KEYID = "new"
CLOCK_SKEW = timedelta(seconds=300)
_SEQ = re.compile(r"([0-9]{1,15})\.([0-9a-f]{16,32})\.([0-9]{1,15})", re.ASCII)


@dataclass(frozen=True)
class Seq:
    """Order of a device's requests without trusting clocks: `boot.nonce.q` (trust D.5).

    boot rises with each start and is on disk before the first request; nonce (16 to 32 hex digits) is
    random per boot and only in memory; q rises with each request.
    """

    boot: int
    nonce: str
    q: int

    def __str__(self) -> str:
        return f"{self.boot}.{self.nonce}.{self.q}"

    @classmethod
    def parse(cls, text: str) -> "Seq":
        """The order in a header. Raises: BundleRefusal request_unsigned (step 7.2)."""
        found = _SEQ.fullmatch(text)
        if found is None:
            raise _refusal("request_unsigned", "7.2", "", f"{SEQ_HEADER} is malformed")
        return cls(int(found[1]), found[2], int(found[3]))


@dataclass(frozen=True)
class SignedRequest:
    """A request whose signature holds: which key made it, when by its own clock, and in which order."""

    keyid: str
    seq: Seq
    head: str
    created_at: datetime


@dataclass
class _Message:
    """The shape in which the library wants a request; it writes its headers into `headers`."""

    method: str
    url: str
    headers: dict[str, str]


class _Keys(HTTPSignatureKeyResolver):
    def __init__(
        self, *, private: Ed25519PrivateKey | None = None, public: Callable[[str], bytes | None] | None = None
    ) -> None:
        self.private = private
        self.public = public

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        assert self.private is not None
        return self.private

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        key = self.public(key_id) if self.public else None
        if key is None:
            raise InvalidSignature(f"unknown key {key_id}")
        return Ed25519PublicKey.from_public_bytes(key)


class _Verifier(HTTPMessageVerifier):
    """Leaves the clock to trust 7.3, which has an answer of its own and an injected instant."""

    def validate_created_and_expires(self, sig_input: object, max_age: timedelta | None = None) -> None:
        """No clock is read here."""


def sign_request(
    *,
    method: str,
    url: str,
    keyid: str,
    key: Ed25519PrivateKey,
    seq: Seq,
    at: datetime,
    body: bytes = b"",
    head: str = "",
) -> dict[str, str]:
    """The headers to add to a request: Bangtin-Seq, Signature, Signature-Input and what else is covered.

    `url` is absolute and as sent; `body` the bytes as sent (compressed); `head` is `n.head` on poll.
    """
    message = _Message(method, url, {SEQ_HEADER: str(seq)})
    covered = [*COVERED]
    if head:
        message.headers[HEAD_HEADER] = head
        covered.append(HEAD_HEADER.lower())
    HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=_Keys(private=key)).sign(
        message,
        key_id=keyid,
        created=at,
        tag=TAG,
        covered_component_ids=covered,
        body=body or None,
    )
    return message.headers


def verify_request(
    *,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    public_key: Callable[[str], bytes | None],
    with_head: bool = False,
) -> SignedRequest:
    """The signed request, its key looked up by `public_key` (keyid → raw bytes, None if unknown).

    `with_head` demands a covered Bangtin-Head. Whether its clock, device and order are right is for
    `check_clock`, the device table and `check_seq`.
    Raises: BundleRefusal request_unsigned, request_body (steps 7.1, 7.2).
    """
    required = [*COVERED, *([HEAD_HEADER.lower()] if with_head else []), *(["content-digest"] if body else [])]
    message = _Message(method, url, dict(headers))
    verifier = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=_Keys(public=public_key))
    try:
        # trust D.4: without require_components a signature over @method alone would do
        results = verifier.verify(message, max_age=None, expect_tag=TAG, require_components=required)
    except (HTTPMessageSignaturesException, ValueError) as error:
        raise _refusal("request_unsigned", "7.2", "", str(error)) from error
    try:
        verifier.verify_body(message, results, body)
    except (HTTPMessageSignaturesException, ValueError) as error:
        raise _refusal("request_body", "7.1", "", str(error)) from error
    return _signed(results, {name.lower(): value for name, value in headers.items()}, with_head=with_head)


def check_clock(request: SignedRequest, *, at: datetime) -> None:
    """trust 7.3: created within ± 300 s of `at`. Raises: BundleRefusal request_clock."""
    if abs(request.created_at - at) > CLOCK_SKEW:
        raise _refusal("request_clock", "7.3", request.keyid, "its clock is more than 300 s away")


def check_seq(seq: Seq, *, recent: Sequence[Seq], device: str) -> None:
    """trust 7.5: `seq` goes on from `recent`, the latest of each of the last three boots, newest first.

    Raises: BundleRefusal request_replayed, clone_suspected.
    """
    same = next((one for one in recent if (one.boot, one.nonce) == (seq.boot, seq.nonce)), None)
    if same is not None and seq.q <= same.q:
        raise _refusal("request_replayed", "7.5", device, f"{seq} was heard before")
    if same is not None and same == recent[0]:
        return
    if recent and seq.boot <= recent[0].boot:
        raise _refusal("clone_suspected", "7.5", device, f"{seq} after {recent[0]}: two lives under one key")


def _signed(results: Sequence[VerifyResult], headers: Mapping[str, str], *, with_head: bool) -> SignedRequest:
    if len(results) != 1:
        raise _refusal("request_unsigned", "7.2", "", "expected one signature")
    parameters = results[0].parameters
    created, keyid = parameters.get("created"), parameters.get("keyid")
    if not isinstance(created, int) or not isinstance(keyid, str) or parameters.get("alg") != "ed25519":
        raise _refusal("request_unsigned", "7.2", "", "created, keyid or alg is missing")
    return SignedRequest(
        keyid=keyid,
        seq=Seq.parse(headers[SEQ_HEADER.lower()]),
        head=headers[HEAD_HEADER.lower()] if with_head else "",
        created_at=instants.from_ms(created * 1_000),
    )


def _refusal(code: str, step: str, subject: str, detail: str) -> BundleRefusal:
    return BundleRefusal(code, step=step, subject=subject or "request", detail=detail)

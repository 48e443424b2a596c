"""Which screen a request comes from: RFC 9421 signatures, replay, clones, revocation (trust 7.1-7.5, D.4, D.5)."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from http_message_signatures import (
    ContentDigest,
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    VerifyResult,
)
from http_message_signatures.algorithms import ED25519

from bangtin.hub.api import signatures
from bangtin.hub.api.errors import ApiRefusal
from bangtin.hub.devices import actions as devices
from bangtin.hub.devices.actions.enrolment import raw_key, read_request
from bangtin.hub.devices.models import Device, DeviceKey
from bangtin.hub.devices.states import DeviceState

TAG = "bangtin-device-v1"
COVERED = ("@method", "@authority", "@path", "@query")
SKEW = timedelta(seconds=300)
_MOST_OLD_KEYS = 5
_KEYID = re.compile(r';\s*keyid="([0-9A-Za-z._:/-]{1,80})"')


@dataclass(frozen=True)
class Message:
    """A request as the signature sees it: absolute URL as sent, header names in any case, body before decoding."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None

    def header(self, name: str) -> str:
        """One header's text by its name in small letters, empty if it is not there."""
        found = self.headers.get(name)
        if found is not None:
            return found
        return next((text for key, text in self.headers.items() if key.lower() == name), "")


def authenticate(
    message: Message, *, at: datetime, needs_head: bool = False, is_counted: bool = True, is_tolerant: bool = False
) -> Device:
    """The active device that signed the message, its sequence taken.

    Reads of files that never change are not counted (`is_counted=False`): repeating one gives nothing new, and a screen
    may ask for many at once. Records are taken even of a suspected clone (`is_tolerant`), to be quarantined.
    Raises: ApiRefusal request_body (7.1), request_unsigned (7.2), request_clock (7.3), device_revoked (7.4),
    request_replayed and clone_suspected (7.5).
    """
    device = _signer(message, _known([message]), at=at, needs_head=needs_head)
    if is_counted:
        sequel = devices.note_request(device=device, sequence=_sequence(message), at=at)
        if refusal := _out_of_turn(sequel, is_tolerant=is_tolerant):
            raise refusal
    return device


def authenticate_all(
    messages: Sequence[Message], *, at: datetime, needs_head: bool, is_tolerant: bool = False
) -> list[Device | ApiRefusal]:
    """As `authenticate`, for many messages with two queries: to each its device, or why it is refused."""
    known = _known(messages)
    found: list[Device | ApiRefusal] = []
    places: list[int] = []
    asked: list[tuple[Device, devices.Sequence]] = []
    for message in messages:
        try:
            device = _signer(message, known, at=at, needs_head=needs_head)
            asked.append((device, _sequence(message)))
            places.append(len(found))
            found.append(device)
        except ApiRefusal as refusal:
            found.append(refusal)
    for place, sequel in zip(places, devices.note_requests(asked, at=at), strict=True):
        if out := _out_of_turn(sequel, is_tolerant=is_tolerant):
            found[place] = out
    return found


def claimed(message: Message) -> str:
    """The device that a message says it comes from, before anything is checked; empty if it does not say."""
    match = _KEYID.search(message.header("signature-input"))
    return match[1] if match else ""


def _known(messages: Sequence[Message]) -> Mapping[str, Device]:
    """The devices that the messages say they come from; what they say is checked afterwards."""
    wanted = {claimed(message) for message in messages}
    rows = Device.objects.select_related("face").defer("record")
    return {device.pk: device for device in rows.filter(pk__in=wanted).order_by()}


def _signer(message: Message, known: Mapping[str, Device], *, at: datetime, needs_head: bool) -> Device:
    """The active device among `known` that signed the message: trust 7.1 to 7.4."""
    _check_body(message)
    required = [*COVERED, "bangtin-seq", *(["bangtin-head"] if needs_head else [])]
    keys = _DeviceKeys(known)
    if plain := _plain(message, known, required):
        return _in_force(known[plain.keyid], plain.created, at=at)
    try:
        result = _verify(message, keys, required)
    except HTTPMessageSignaturesException as error:
        _refuse_former_key(message, keys, required, at=at)
        raise _unsigned(str(error)) from error
    if keys.device is None:
        raise _unsigned("unknown keyid")
    return _in_force(keys.device, result.parameters.get("created"), at=at)


def _plain(message: Message, known: Mapping[str, Device], required: list[str]) -> signatures.Plain | None:
    """The message's signature if it is of the usual shape and good; None says nothing: the library is asked."""
    headers = message.headers
    found = signatures.read(headers) if type(headers) is dict else None
    needed = _needed(message, required)
    if found is None or found.tag != TAG or not signatures.covers(found, needed) or found.keyid not in known:
        return None
    key = _key(known[found.keyid].public_key)
    is_good = signatures.is_good(found, method=message.method, url=message.url, headers=headers, key=key)
    return found if is_good else None


def _needed(message: Message, required: list[str]) -> list[str]:
    """What the signature must cover; of a message with a body its digest, too, which `_check_body` has checked."""
    return [*required, "content-digest"] if message.body is not None else required


@lru_cache(maxsize=20_000)
def _key(public_key: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw_key(public_key))


def _in_force(device: Device, created: object, *, at: datetime) -> Device:
    """The device, if the signature is fresh and the device trusted: trust 7.3, 7.4."""
    _check_created(created, at=at)
    if device.state != DeviceState.ACTIVE:
        raise _revoked(device, at=at)
    return device


def check_self_signed(message: Message, *, at: datetime) -> None:
    """An enrolment is signed by the key in its own body (trust D.2).

    Raises: ApiRefusal as `authenticate`; BadEnrolment.
    """
    _check_body(message)
    key = Ed25519PublicKey.from_public_bytes(raw_key(read_request(message.body or b"").public_key))
    try:
        result = _verify(message, _OneKey(key), list(COVERED))
    except HTTPMessageSignaturesException as error:
        raise _unsigned(str(error)) from error
    if result.parameters.get("keyid") != "new":
        raise _unsigned("an enrolment is signed as new")
    _check_created(result.parameters.get("created"), at=at)


class _Verifier(HTTPMessageVerifier):
    """The library's verifier without its clock: `created` is held against the instant that is passed in."""

    def validate_created_and_expires(self, sig_input: object, max_age: timedelta | None = None) -> None:
        """Left to `_check_created`, which is passed the instant."""


class _DeviceKeys(HTTPSignatureKeyResolver):
    """Looks up the key of the device that a signature names, and remembers the device."""

    def __init__(self, known: Mapping[str, Device]) -> None:
        self.device: Device | None = None
        self._known = known

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey | None:
        """The device's present key."""
        self.device = self._known.get(key_id)
        return Ed25519PublicKey.from_public_bytes(raw_key(self.device.public_key)) if self.device else None


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        """That key, whatever the name."""
        return self._key


def _verify(message: Message, keys: HTTPSignatureKeyResolver, required: list[str]) -> VerifyResult:
    # Without require_components the library takes a signature over @method alone (trust D.4).
    needed = _needed(message, required)
    results = _Verifier(signature_algorithm=ED25519, key_resolver=keys).verify(
        message, max_age=None, expect_tag=TAG, require_components=needed, body=message.body
    )
    if len(results) != 1:
        raise HTTPMessageSignaturesException("expected one signature")
    return results[0]


def _check_body(message: Message) -> None:
    """trust 7.1: the body is the one its digest names."""
    said = message.header("content-digest")
    if message.body is None or not said or signatures.is_digest_of(said, message.body):
        return
    try:
        ContentDigest.verify(said, message.body)
    except HTTPMessageSignaturesException as error:
        raise ApiRefusal("request_body", "Content-Digest does not match the body", status=400) from error


def _check_created(created: object, *, at: datetime) -> None:
    """trust 7.3: the player takes the signed time, then asks again."""
    if not isinstance(created, int):
        raise _unsigned("the signature does not say when it was created")
    # In demo mode a player may sign by the demo's clock or by the machine's; otherwise the two are one.
    ages = (abs(at.timestamp() - offset_s - created) for offset_s in (0.0, settings.CLOCK_OFFSET_S))
    if min(ages) > SKEW.total_seconds():
        raise ApiRefusal("request_clock", "created is more than 300 s away; ask GET /api/v1/time", status=401)


def _sequence(message: Message) -> devices.Sequence:
    sequence = devices.Sequence.parse(message.header("bangtin-seq"))
    if sequence is None:
        raise _unsigned("Bangtin-Seq is not boot.nonce.number")
    return sequence


def _out_of_turn(sequel: devices.Sequel, *, is_tolerant: bool) -> ApiRefusal | None:
    """trust 7.5."""
    if sequel is devices.Sequel.REPLAYED:
        return ApiRefusal("request_replayed", "this request was made before", status=409)
    if sequel is devices.Sequel.CLONE and not is_tolerant:
        text = "another player uses this key; an officer must enrol it anew"
        return ApiRefusal("clone_suspected", text, status=409)
    return None


def _refuse_former_key(message: Message, keys: _DeviceKeys, required: list[str], *, at: datetime) -> None:
    """A player whose key was replaced learns that it is revoked, not that it cannot sign."""
    if keys.device is None:
        return
    former = DeviceKey.objects.filter(device=keys.device, epoch__lt=keys.device.epoch).order_by("-epoch")
    for row in former[:_MOST_OLD_KEYS]:
        try:
            _verify(message, _OneKey(Ed25519PublicKey.from_public_bytes(raw_key(row.public_key))), required)
        except HTTPMessageSignaturesException:
            continue
        keys.device.epoch = row.epoch  # the command is for the enrolment that ended
        raise _revoked(keys.device, at=at)


def _revoked(device: Device, *, at: datetime) -> ApiRefusal:
    """trust B.7: with the signed order to drop the content."""
    command = json.loads(devices.revoke_command(device=device, at=at))
    return ApiRefusal(
        "device_revoked", "this device's key is not trusted any more", status=403, extra={"command": command}
    )


def _unsigned(detail: str) -> ApiRefusal:
    return ApiRefusal("request_unsigned", detail[:200], status=401)

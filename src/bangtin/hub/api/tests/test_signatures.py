"""The quick check of the usual signature agrees with the library, and says nothing where it is not sure."""

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    MappingKeyResolver,
)
from http_message_signatures.algorithms import ED25519

from bangtin.hub.api import signatures
from bangtin.hub.api.policies import Message

pytestmark = pytest.mark.once
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
COVERED = ("@method", "@authority", "@path", "@query", "bangtin-seq", "bangtin-head")
URL = "http://hub.example:8000/api/v1/device/state"
HEADERS = {"host": "hub.example:8000", "bangtin-seq": "1.abcdefgh.7", "bangtin-head": "0." + "0" * 64}


def signed(url: str = URL, *, covered: Any = COVERED, **more: str) -> Message:
    """A request as the library signs it."""
    message = Message("GET", url, {**HEADERS, **more})
    signer = HTTPMessageSigner(
        signature_algorithm=ED25519, key_resolver=MappingKeyResolver(public_keys={}, private_keys={"d-1": KEY})
    )
    signer.sign(
        message,
        key_id="d-1",
        created=datetime(2026, 11, 22, tzinfo=UTC),
        tag="bangtin-device-v1",
        covered_component_ids=covered,
    )
    lower = {name.lower(): text for name, text in message.headers.items()}
    return Message("GET", url, lower)


def quick(message: Message) -> bool | None:
    """What the quick check says; None where it says nothing."""
    found = signatures.read(message.headers)
    if found is None:
        return None
    headers, key = message.headers, KEY.public_key()
    return signatures.is_good(found, method=message.method, url=message.url, headers=headers, key=key)


def slow(message: Message) -> bool:
    """What the library says."""

    class Timeless(HTTPMessageVerifier):  # its clock is not asked
        def validate_created_and_expires(self, *_args: Any, **_more: Any) -> None: ...

    keys = MappingKeyResolver(public_keys={"d-1": KEY.public_key()}, private_keys={})
    try:
        Timeless(signature_algorithm=ED25519, key_resolver=keys).verify(
            message, max_age=None, expect_tag="bangtin-device-v1", require_components=list(COVERED)
        )
    except HTTPMessageSignaturesException:
        return False
    return True


def test_what_the_library_signs_is_good_to_both() -> None:
    message = signed()
    assert quick(message) is True and slow(message)
    found = signatures.read(message.headers)
    assert found is not None and (found.keyid, found.tag) == ("d-1", "bangtin-device-v1")
    assert signatures.covers(found, COVERED) and not signatures.covers(found, [*COVERED, "content-digest"])


CHANGES: dict[str, dict[str, str]] = {
    "another sequence": {"bangtin-seq": "1.abcdefgh.8"},
    "another head": {"bangtin-head": "1." + "0" * 64},
    "an empty value": {"bangtin-seq": ""},
    "a value with spaces around": {"bangtin-seq": " 1.abcdefgh.7 "},
    "no signature": {"signature": ""},
    "two signatures": {"signature-input": 'a=("@method");created=1;keyid="d-1", b=("@method");created=1;keyid="d-1"'},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_request_is_good_to_neither(change: str) -> None:
    message = signed()
    changed = Message("GET", message.url, {**message.headers, **CHANGES[change]})
    if "spaces" in change:  # the library strips them; the quick check leaves them to it
        assert quick(changed) is None
        return
    assert not quick(changed) and not slow(changed)


@pytest.mark.parametrize("method", ["POST", "get"])
def test_another_method_is_good_to_neither(method: str) -> None:
    message = signed()
    changed = Message(method, message.url, message.headers)
    assert not quick(changed) and not slow(changed)


@pytest.mark.parametrize(
    "url",
    [
        "http://hub.example:8001/api/v1/device/state",
        "http://hub.example:8000/api/v1/device/states",
        "http://hub.example:8000/api/v1/device/state?x=1",
    ],
)
def test_another_address_is_good_to_neither(url: str) -> None:
    changed = Message("GET", url, signed().headers)
    assert not quick(changed) and not slow(changed)


@pytest.mark.parametrize(
    "parameters",
    [
        '("@method" "@method");created=1795305600;keyid="d-1";alg="ed25519";tag="bangtin-device-v1"',
        '("@method"  "@path");created=1795305600;keyid="d-1";alg="ed25519";tag="bangtin-device-v1"',
        '("@method" );created=1795305600;keyid="d-1";alg="ed25519";tag="bangtin-device-v1"',
        '("@method";req);created=1795305600;keyid="d-1";alg="ed25519";tag="bangtin-device-v1"',
        '("@method");keyid="d-1";created=1795305600;alg="ed25519";tag="bangtin-device-v1"',
        '("@method");created=01795305600;keyid="d-1";alg="ed25519";tag="bangtin-device-v1"',
        '("@method");created=1795305600;keyid="d-1";alg="hmac-sha256";tag="bangtin-device-v1"',
        '("@method");created=1795305600;expires=1;keyid="d-1";alg="ed25519";tag="bangtin-device-v1"',
    ],
)
def test_an_unusual_shape_is_left_to_the_library(parameters: str) -> None:
    message = signed()
    assert quick(Message("GET", message.url, {**message.headers, "signature-input": f"pyhms={parameters}"})) is None


@pytest.mark.parametrize("host", ["HUB.example:8000", "hub.example:80", "hub.example:443", "[::1]:8000"])
def test_an_unusual_host_is_left_to_the_library(host: str) -> None:
    assert quick(signed(f"http://{host}/api/v1/device/state", host=host)) is None

"""trust C.1: one object, one sequence of bytes; and the envelopes made of it."""

import json
import unicodedata

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bangtin.bundle import canonical, dsse
from bangtin.bundle.tests import world

TEXT = st.text(st.characters(codec="utf-8"), max_size=20).map(lambda text: unicodedata.normalize("NFC", text))
KEY = st.from_regex(r"[A-Za-z0-9_./:-]{1,12}", fullmatch=True)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4),
    max_leaves=20,
)


@given(VALUE)
def test_the_bytes_are_those_of_rfc_8785_and_come_back(value: object) -> None:
    data = canonical.encode(value)
    assert data == rfc8785.dumps(value)  # type: ignore[arg-type]  # its own recursive alias
    assert canonical.decode(data) == value


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":2}', b'{"a":1.0}', b'{"a": 1}', b'{"b":1,"a":2}', b'{"a":"\\u0061"}', b'{"a":"e\xcc\x81"}',
        b"\xff", b"[NaN]", b"[1e3]", b"[" * 200_000, b"[-0]", b"[9007199254740992]", b'{"\xc3\xa9":1}', b'{"":1}',
        b'["\\ud800"]', b"[" * 13 + b"]" * 13, b"[1]\n", b"",
    ],
)  # fmt: skip
def test_any_other_form_is_refused(data: bytes) -> None:
    """T18, T23."""
    with pytest.raises(canonical.NotCanonical):
        canonical.decode(data)


def test_an_envelope_opens_only_as_its_own_kind() -> None:
    envelope = dsse.sign("time", {"now": 1}, [world.signer("hub")])
    assert dsse.open(envelope, "time").payload == {"now": 1}
    with pytest.raises(dsse.BadEnvelope):
        dsse.open(envelope, "command")


def test_one_key_signs_one_kind_and_no_other() -> None:
    opened = dsse.open(dsse.sign("playlog", {"a": 1}, [world.signer("dev-1", keyid="dev-1")]), "playlog")
    assert dsse.is_signed_by(opened, key=world.public_key("dev-1"), keyid="dev-1")
    assert not dsse.is_signed_by(opened, key=world.public_key("dev-2"), keyid="dev-1")
    assert not dsse.is_signed_by(opened, key=world.public_key("dev-1"), keyid="dev-2")
    other = dsse.Envelope("time", opened.payload, opened.payload_bytes, opened.proofs)
    assert not dsse.is_signed_by(other, key=world.public_key("dev-1"), keyid="dev-1")


def test_every_flipped_bit_of_an_envelope_is_noticed() -> None:
    envelope = dsse.sign("playlog", {"a": 1}, [world.signer("dev-1", keyid="dev-1")])
    for at in range(len(envelope)):
        for bit in range(8):
            changed = envelope[:at] + bytes([envelope[at] ^ 1 << bit]) + envelope[at + 1 :]
            try:
                opened = dsse.open(changed, "playlog")
            except dsse.BadEnvelope:
                continue
            assert not dsse.is_signed_by(opened, key=world.public_key("dev-1"), keyid="dev-1")


def test_the_payload_of_an_envelope_is_canonical_too() -> None:
    value = json.loads(dsse.sign("time", {"a": 1}, []))
    value["payload"] = "eyAiYSI6MX0="  # { "a":1}
    with pytest.raises(dsse.BadEnvelope):
        dsse.open(canonical.encode(value), "time")

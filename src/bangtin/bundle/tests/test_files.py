"""A file handed out is the one that was signed, under a key that the province's metadata list, or it is named."""

import pytest

from bangtin.bundle import dsse, files
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.tests.world import AT, KEYS, published, signer

DATA = b"ngay,giay\n2026-11-23,28800\n"


def refused(envelope: bytes, data: bytes, targets: list[bytes]) -> str:
    with pytest.raises(BundleRefusal) as found:
        files.check(envelope, data, targets=targets)
    return found.value.code


def targets() -> bytes:
    return next(body for name, body in published().items() if name.endswith(".targets.json"))


def test_a_signed_file_says_its_name_and_when_it_was_handed_out() -> None:
    envelope = files.seal(DATA, name="thoi-luong.csv", at=AT, signers=KEYS.of("hub"))
    found = files.check(envelope, DATA, targets=[targets()])
    assert (found.name, found.size_bytes, found.at) == ("thoi-luong.csv", len(DATA), AT)


def test_one_changed_byte_is_named() -> None:
    envelope = files.seal(DATA, name="a.csv", at=AT, signers=KEYS.of("hub"))
    assert refused(envelope, DATA.replace(b"8", b"9", 1), [targets()]) == "file_changed"


def test_another_key_and_another_kind_sign_no_file() -> None:
    stranger = files.seal(DATA, name="a.csv", at=AT, signers=[signer("somebody")])
    as_time = dsse.sign("time", {"type": files.TYPE}, KEYS.of("hub"))
    for envelope in (stranger, as_time, b"{}"):
        assert refused(envelope, DATA, [targets()]) == "file_unsigned"
    good = files.seal(DATA, name="a.csv", at=AT, signers=KEYS.of("hub"))
    assert refused(good, DATA, []) == "file_unsigned"

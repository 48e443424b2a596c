"""A player's report on a stick: its own words only, of its present enrolment, in one form."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle import dsse, reports
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.signers import ed25519_signer

KEY = Ed25519PrivateKey.generate()
RAW = KEY.public_key().public_bytes_raw()
SAID = {"type": "bangtin.report.v1", "at_ms": 1, "events": [{"kind": "boot", "detail": "Ta\u0300 Lu\u0300ng"}]}


def signed(*, device: str = "d-1", epoch: int = 2, key: Ed25519PrivateKey = KEY, name: str = "d-1") -> bytes:
    """The report of a device, signed under a name."""
    return reports.sign(SAID, device=device, epoch=epoch, signer=ed25519_signer(key, keyid=name))


def refusal(envelope: bytes) -> tuple[str, str]:
    """Why an envelope is no word of the device d-1 in its second enrolment."""
    with pytest.raises(BundleRefusal) as caught:
        reports.read(envelope, device="d-1", epoch=2, key=RAW)
    return caught.value.code, caught.value.step


def test_a_report_comes_back_as_it_was_said_its_text_composed() -> None:
    found = reports.read(signed(), device="d-1", epoch=2, key=RAW)
    assert found == {**SAID, "events": [{"kind": "boot", "detail": "Tà Lùng"}]}


def test_the_words_of_others_are_refused() -> None:
    other = Ed25519PrivateKey.generate()
    for envelope in (signed(device="d-2"), signed(epoch=1), signed(key=other), signed(name="d-2")):
        assert refusal(envelope) == ("report_unsigned", "9.4")


def test_bytes_of_another_kind_or_form_are_refused() -> None:
    signer, said = ed25519_signer(KEY, keyid="d-1"), {"at_ms": 1}
    for envelope in (
        b"{}",
        b"[" * 20_000,
        signed() + b"\n",
        dsse.sign("playlog", {**said, "device": "d-1", "epoch": 2}, [signer]),
        dsse.sign("report", {**said, "device": "d-1"}, [signer]),
        dsse.sign("report", {**said, "device": "d-1", "epoch": "2"}, [signer]),
    ):
        assert refusal(envelope) == ("report_malformed", "9.4")

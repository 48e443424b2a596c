"""The code on the LED: made by one device, read by anybody, believed only with that device's key."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle import gate_codes
from bangtin.bundle.errors import BundleRefusal

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
NONCE = "0f3c9a5b7d1e2468"


def made(**changes: object) -> str:
    parts: dict[str, object] = {"device": "d-7.x", "epoch": 2, "at_ms": 1_795_312_800_000, "nonce": NONCE, "key": KEY}
    return gate_codes.make(**{**parts, **changes})  # type: ignore[arg-type]  # each test names arguments of make


def test_a_code_says_which_device_showed_it_and_when() -> None:
    code = gate_codes.check(made(), PUBLIC)
    assert (code.device, code.epoch, code.at_ms, code.nonce) == ("d-7.x", 2, 1_795_312_800_000, NONCE)
    assert code.token == made()
    assert len(code.letters) == 9


def test_a_code_is_the_last_part_of_an_address_of_the_hub() -> None:
    assert gate_codes.address("https://hub.example/", "t") == "https://hub.example/tai-cho/t/"
    assert len(gate_codes.address("https://bangtin.caobang.gov.vn", made())) < 220


@pytest.mark.parametrize("at", range(4))
def test_a_code_with_any_part_changed_is_not_this_devices(at: int) -> None:
    parts = made().rsplit(".", 4)
    parts[at] = {0: "d-8.x", 1: "3", 2: "1795312800001", 3: NONCE[::-1]}[at]
    with pytest.raises(BundleRefusal) as caught:
        gate_codes.check(".".join(parts), PUBLIC)
    assert caught.value.code == "gate_code_unsigned"


def test_a_code_of_another_key_is_not_this_devices() -> None:
    with pytest.raises(BundleRefusal) as caught:
        gate_codes.check(made(key=Ed25519PrivateKey.generate()), PUBLIC)
    assert caught.value.code == "gate_code_unsigned"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        "d-7.0.1.12345678." + "A" * 86,
        "d-7.1.01.12345678." + "A" * 86,
        "d-7.1.1.short." + "A" * 86,
        "../x.1.1.12345678." + "A" * 86,
        "d-7.1.1.12345678." + "A" * 85 + "B",
        "d-7.1.1.12345678." + "A" * 85,
        "d-7.1.1.12345678." + "٣" * 86,
        "d-7.1.9999999999999999.12345678." + "A" * 86,
        made() + "x" * 400,
    ],
)
def test_what_is_no_code_is_refused_by_name(token: str) -> None:
    with pytest.raises(BundleRefusal) as caught:
        gate_codes.read(token)
    assert caught.value.code == "gate_code_malformed"


def test_a_code_is_not_made_of_parts_that_could_not_be_read_back() -> None:
    with pytest.raises(ValueError, match="nonce"):
        made(nonce="has.dot.s")


def test_the_signature_binds_the_purpose() -> None:
    """A signature that the same key made for another purpose is no code."""
    other = base64.urlsafe_b64encode(KEY.sign(b"d-7.x\n2\n1795312800000\n" + NONCE.encode())).rstrip(b"=").decode()
    with pytest.raises(BundleRefusal) as caught:
        gate_codes.check(made().rsplit(".", 1)[0] + "." + other, PUBLIC)
    assert caught.value.code == "gate_code_unsigned"

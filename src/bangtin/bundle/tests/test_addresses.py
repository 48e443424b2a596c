"""Addresses that cross a network in the clear, and what may stand in a kit as an authority."""

from pathlib import Path

import pytest

from bangtin.bundle import addresses
from bangtin.bundle.tests.authorities import authority


@pytest.mark.parametrize(
    ("address", "is_open"),
    [
        ("https://bangtin.caobang.gov.vn", False),
        ("http://127.0.0.1:8000", False),
        ("http://127.8.0.1", False),
        ("http://[::1]:8000", False),
        ("http://localhost:8000", False),
        ("http://hub.localhost", False),
        ("http://bangtin.caobang.gov.vn", True),
        ("http://10.1.2.3:8000", True),
        ("http://localhost.example.vn", True),
        ("http://127.0.0.1.example.vn", True),
        ("http://127.0.0.1@example.vn", True),
        ("HTTPS://bangtin.caobang.gov.vn", False),
        ("bangtin", True),
    ],
)
def test_http_that_leaves_the_machine_is_open(address: str, is_open: bool) -> None:
    assert addresses.is_open(address) is is_open


def test_a_kit_takes_certificates_of_authorities_and_nothing_else_of_the_file() -> None:
    first, second = authority("CA 2026"), authority("CA 2027")
    said = f"our authority\n{first.pem}and the next one\n{second.pem}"
    assert addresses.read_authorities(said.encode()) == first.pem + second.pem


def test_what_is_no_authority_is_not_taken(tmp_path: Path) -> None:
    made = authority()
    chain, key = made.issue("hub", tmp_path)
    for bad in (b"", b"x" * 10, made.pem.encode()[:300], chain.read_bytes(), made.pem.encode() + key.read_bytes()):
        with pytest.raises(ValueError, match=r"."):
            addresses.read_authorities(bad)
    with pytest.raises(ValueError, match="more than 8"):
        addresses.read_authorities(made.pem.encode() * 9)

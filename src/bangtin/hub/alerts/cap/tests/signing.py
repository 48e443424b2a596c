"""A signer for tests: a key and certificate made on the spot, and messages signed with it."""

from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.signer import XMLSigner

Signer = tuple[ec.EllipticCurvePrivateKey, bytes]


@cache
def signer(name: str = "kttv", *, until: int = 2030) -> Signer:
    """A key and its self-signed certificate in PEM, valid from 2020 to the given year."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(until, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    return key, certificate.public_bytes(serialization.Encoding.PEM)


def signed(body: bytes, by: Signer, *, uri: str | None = None) -> bytes:
    """The message with an enveloped signature at its end."""
    key, certificate = by
    made = XMLSigner(signature_algorithm="ecdsa-sha256", digest_algorithm="sha256").sign(
        etree.fromstring(body), key=key, cert=certificate.decode(), reference_uri=uri
    )
    return etree.tostring(made, encoding="UTF-8", xml_declaration=True)

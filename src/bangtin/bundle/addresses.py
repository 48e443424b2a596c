"""The hub's address as screens reach it: whether it is spoken to in the clear over a network, and whose CA counts.

Everything shown and recorded is signed whatever the line is; TLS keeps a stranger from reading it and from asking in
the hub's name for what no signature covers, such as how often to poll.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

CA_BYTES = 65_536
MOST_CAS = 8


def is_loopback(host: str) -> bool:
    """Whether a host name or address never leaves this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_open(address: str) -> bool:
    """Whether `address` is reached over a network without TLS."""
    parts = urlsplit(address)
    return parts.scheme != "https" and not is_loopback(parts.hostname or "")


def read_authorities(pem: bytes) -> str:
    """The certificates in `pem` and nothing else of it, as text for a kit; at most eight.

    Raises: ValueError if there is none, or something beside them that is no certificate of an authority, as a key is.
    """
    if len(pem) > CA_BYTES:
        raise ValueError(f"more than {CA_BYTES} bytes")
    if b"PRIVATE KEY" in pem:
        raise ValueError("it holds a private key, which belongs to the authority alone")
    found = x509.load_pem_x509_certificates(pem)
    if len(found) > MOST_CAS:
        raise ValueError(f"more than {MOST_CAS} certificates")
    for one in found:
        if not _is_authority(one):
            raise ValueError(f"{one.subject.rfc4514_string()} is not the certificate of an authority (CA:TRUE)")
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in found)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False

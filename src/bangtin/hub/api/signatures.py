"""The one shape of signature that every player of ours writes, checked in a tenth of the time that reading any takes.

RFC 9421 allows much: several signatures, parameters in any order, components with parameters. A player signs one way
(trust D.4); a request of exactly that shape is checked here, byte for byte, and any other is left to the library, which
says yes or no to it as ever. What is refused here the library refuses, too.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_INPUT = re.compile(
    r'([a-z][a-z0-9]{0,20})=(\((?:"[@a-z-]{2,30}" ?){1,12}\);created=([0-9]{1,12});'
    r'keyid="([0-9A-Za-z._-]{1,80})";alg="ed25519";tag="([0-9a-z-]{1,40})")',
    re.ASCII,
)
_VALUE = re.compile(r"([a-z][a-z0-9]{0,20})=:([0-9A-Za-z+/]{86}==):", re.ASCII)
_DIGEST = re.compile(r"sha-256=:([0-9A-Za-z+/]{43}=):", re.ASCII)
_PLAIN = re.compile(r"[!-~](?:[ -~]*[!-~])?", re.ASCII)
_PATH = re.compile(r"/[0-9A-Za-z._/-]*", re.ASCII)
_HOST = re.compile(r"[0-9a-z.-]+(?::[0-9]{2,5})?", re.ASCII)
_DEFAULT_PORTS = (":80", ":443")


@dataclass(frozen=True)
class Plain:
    """A signature of the usual shape: its key's name, when it was made, its tag, what it covers in order."""

    keyid: str
    created: int
    tag: str
    covered: tuple[str, ...]
    parameters: str
    value: bytes


def read(headers: Mapping[str, str]) -> Plain | None:
    """The signature in the headers (names in small letters); None if it is of any other shape."""
    said, value = _INPUT.fullmatch(headers.get("signature-input", "")), _VALUE.fullmatch(headers.get("signature", ""))
    if said is None or value is None or said[1] != value[1]:
        return None
    inside = said[2][1 : said[2].index(")")]
    covered = tuple(one[1:-1] for one in inside.split(" "))
    is_tidy = inside == " ".join(f'"{one}"' for one in covered) and len(set(covered)) == len(covered)
    if not is_tidy or str(int(said[3])) != said[3]:
        return None
    return Plain(said[4], int(said[3]), said[5], covered, said[2], b64decode(value[2]))


def is_good(found: Plain, *, method: str, url: str, headers: Mapping[str, str], key: Ed25519PublicKey) -> bool | None:
    """Whether the key signed this; None if a value it covers is not plain enough to be read here."""
    lines = []
    for name in found.covered:
        value = _component(name, method=method, url=url, headers=headers)
        if value is None:
            return None
        lines.append(f'"{name}": {value}\n')
    base = f'{"".join(lines)}"@signature-params": {found.parameters}'
    try:
        key.verify(found.value, base.encode())
    except InvalidSignature:
        return False
    return True


def is_digest_of(said: str, body: bytes) -> bool:
    """Whether the text is one SHA-256 and the body's; False says nothing of any other shape."""
    match = _DIGEST.fullmatch(said)
    return match is not None and match[1].encode() == b64encode(sha256(body).digest())


def covers(found: Plain, required: Sequence[str]) -> bool:
    """Whether it covers all that must be."""
    return set(required) <= set(found.covered)


def _component(name: str, *, method: str, url: str, headers: Mapping[str, str]) -> str | None:
    if not name.startswith("@"):
        value = headers.get(name, "")
        return value if _PLAIN.fullmatch(value) else None
    try:
        parts = urlsplit(url)
    except ValueError:  # "Host: [": beside Django nobody has looked at it before
        return None
    if parts.query or parts.fragment or "?" in url or "#" in url:
        return None
    if name == "@method":
        return method
    if name == "@authority":
        is_plain = _HOST.fullmatch(parts.netloc) and not parts.netloc.endswith(_DEFAULT_PORTS)
        return parts.netloc if is_plain else None
    if name == "@path":
        return parts.path if _PATH.fullmatch(parts.path) and "//" not in parts.path and "." not in parts.path else None
    return "?" if name == "@query" else None

"""A screen of the benches as it speaks on the wire: its key by its number, its requests signed (trust D.4, D.5)."""

import hashlib
import time
from base64 import b64encode, urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

EVENTS = "/api/v1/device/events"
STATE = "/api/v1/device/state"
RECORDS = "/api/v1/device/records"
NO_HEAD = "0." + "0" * 64
CLUSTERS = 100


def device_id(number: int) -> str:
    """The device's name."""
    return f"player-bench-{number}"


def cluster_id(number: int) -> str:
    """The cluster that the device stands in; the last of a hundred is where no notice of the benches goes."""
    return f"cao-bang/bench-{number % CLUSTERS}"


def seed(number: int) -> bytes:
    """The device's private key."""
    return hashlib.sha256(f"bench {number}".encode()).digest()


def public_key(number: int) -> str:
    """Its public key as the hub stores it."""
    raw = Ed25519PrivateKey.from_private_bytes(seed(number)).public_key().public_bytes_raw()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class Caller:
    """One device in its first boot; `host` is the hub as `127.0.0.1:8000`."""

    __slots__ = ("_key", "_q", "etag", "host", "keyid")

    def __init__(self, keyid: str, private: bytes, host: str, *, q: int = 0) -> None:
        self.keyid = keyid
        self.host = host
        self.etag = ""
        self._key = Ed25519PrivateKey.from_private_bytes(private)
        self._q = q

    @classmethod
    def of(cls, number: int, host: str, *, q: int = 0) -> "Caller":
        """The bench's device of this number; `q` is the last number it used."""
        return cls(device_id(number), seed(number), host, q=q)

    def events(self) -> bytes:
        """The request for the stream."""
        return self._signed("GET", EVENTS, {})

    def poll(self, head: str = NO_HEAD) -> bytes:
        """A poll with the tag of the last answer."""
        more = f"Bangtin-Formats: 1\r\n{f'If-None-Match: {self.etag}' + chr(13) + chr(10) if self.etag else ''}"
        return self._signed("GET", STATE, {"bangtin-head": head}, more=more)

    def records(self, body: bytes) -> bytes:
        """An upload of a batch."""
        digest = b64encode(hashlib.sha256(body).digest()).decode()
        more = f"Content-Encoding: gzip\r\nContent-Type: application/jsonl\r\nContent-Length: {len(body)}\r\n"
        return self._signed("POST", RECORDS, {"content-digest": f"sha-256=:{digest}:"}, more=more) + body

    def _signed(self, method: str, path: str, covered: dict[str, str], *, more: str = "") -> bytes:
        self._q += 1
        fields = {"bangtin-seq": f"1.{'0' * 16}.{self._q}", **covered}
        values = {"@method": method, "@authority": self.host, "@path": path, "@query": "?", **fields}
        names = " ".join(f'"{name}"' for name in values)
        # the wall clock: a signature says when it was made
        parameters = f'({names});created={int(time.time())};keyid="{self.keyid}";alg="ed25519";tag="bangtin-device-v1"'  # noqa: TID251 - as a player
        lines = [f'"{name}": {value}' for name, value in values.items()]
        base = "\n".join([*lines, f'"@signature-params": {parameters}'])
        signature = b64encode(self._key.sign(base.encode())).decode()
        headers = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        return (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\n{headers}{more}"
            f"Signature-Input: s={parameters}\r\nSignature: s=:{signature}:\r\n\r\n"
        ).encode()

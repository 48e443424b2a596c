"""How the simulated hub reads a signed request."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import HTTPSignatureKeyResolver


class Keys(HTTPSignatureKeyResolver):
    """Public keys by device id; `new` signs itself with the key in its body, as an enrolment does."""

    def __init__(self, keys: Mapping[str, bytes], body: bytes | None) -> None:
        self._keys = keys
        self._body = body

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        if key_id == "new" and self._body is not None:
            return Ed25519PublicKey.from_public_bytes(unpadded(json.loads(self._body)["key"]))
        return Ed25519PublicKey.from_public_bytes(self._keys[key_id])


@dataclass
class Message:
    method: str
    url: str
    headers: dict[str, str]

    def __init__(self, request: web.Request) -> None:
        self.method = request.method
        self.url = f"http://{request.host}{request.rel_url}"
        self.headers = dict(request.headers)


def unpadded(text: str) -> bytes:
    """The bytes of base64url without its padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

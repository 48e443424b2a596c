"""A screen as it speaks to the hub: signed requests through Django's test client."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.test import Client
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ED25519

from bangtin.hub.devices.tests.factories import Player
from bangtin.hub.kit import clock

HOST = "http://testserver"
HEAD = "0." + "0" * 64
COVERED = ("@method", "@authority", "@path", "@query", "bangtin-seq")


@dataclass
class Signed:
    """A request ready to be sent: what the signature library reads and writes."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None = None

    @property
    def path(self) -> str:
        return self.url.removeprefix(HOST)


@dataclass
class Screen:
    """A player of one boot; `answer` to its requests is Django's response."""

    player: Player
    keyid: str
    boot: int = 1
    nonce: str = field(default_factory=lambda: secrets.token_hex(8))
    q: int = 0

    @classmethod
    def of(cls, player: Player) -> "Screen":
        assert player.device is not None
        return cls(player, player.device.pk)

    def signed(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        covered: tuple[str, ...] | None = None,
        created: datetime | None = None,
        q: int | None = None,
        **headers: str,
    ) -> Signed:
        """The request with its signature; underscores in header names stand for hyphens."""
        self.q = self.q + 1 if q is None else q
        found = {name.replace("_", "-"): text for name, text in headers.items()}
        message = Signed(method, HOST + path, {"Host": "testserver", **found}, body)
        message.headers["Bangtin-Seq"] = f"{self.boot}.{self.nonce}.{self.q}"
        wanted = covered or COVERED + (("bangtin-head",) if "Bangtin-Head" in message.headers else ())
        sign(message, key=self.player.key, keyid=self.keyid, covered=wanted, created=created)
        return message

    def poll(self, **more: Any) -> Any:
        """GET device/state."""
        return send(self.signed("/api/v1/device/state", **{"Bangtin_Head": HEAD, **more}))

    def get(self, path: str, **more: Any) -> Any:
        """GET of a file."""
        return send(self.signed(path, **more))


def sign(message: Signed, *, key: Ed25519PrivateKey, keyid: str, covered: Any, created: datetime | None = None) -> None:
    """Add the signature's headers."""
    keys = MappingKeyResolver(public_keys={}, private_keys={keyid: key})
    HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=keys).sign(
        message,
        key_id=keyid,
        created=created or real_now(),
        tag="bangtin-device-v1",
        covered_component_ids=covered,
        body=message.body,
    )


def send(message: Signed, **changes: Any) -> Any:
    """Send the request as it is signed, or with another `path` or `body`."""
    client = Client(raise_request_exception=True)
    headers = {name: text for name, text in message.headers.items() if name != "Host"}
    path = changes.get("path", message.path)
    if message.method == "POST":
        body = changes.get("body", message.body)
        return client.post(path, data=body, content_type="application/json", headers=headers)
    return client.get(path, headers=headers)


def real_now() -> datetime:
    """The instant by the system's clock: signatures are made by it, also in the demo."""
    return clock.now() - timedelta(seconds=settings.CLOCK_OFFSET_S)


def offset_s(now: datetime) -> float:
    """What moves the hub's clock to `now`."""
    return (now - clock.now()) / timedelta(seconds=1)

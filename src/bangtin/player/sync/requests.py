"""Requests to the hub, each signed (trust D.4, D.5: RFC 9421)."""

import json
import secrets
import ssl
from collections.abc import Iterable, Mapping, Sized
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from urllib.parse import urlsplit

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ED25519

from bangtin.bundle import canonical, dsse
from bangtin.player.clock import Clock

TAG = "bangtin-device-v1"
COVERED = ("@method", "@authority", "@path", "@query", "bangtin-seq")
TIMEOUT = aiohttp.ClientTimeout(total=30, connect=5)
# Longer than a minute between polls, shorter than the hub keeps a connection (75 s): a new one costs TLS 4 kB.
KEPT_S = 72.0
SHORT = {"User-Agent": "bangtin", "Accept-Encoding": "gzip"}  # every byte of a poll is sent 1,440 times a day
LONGEST_ANSWER = 9_000_000
PIECE_BYTES = 65_536
LONGEST_REASON = 500
LATEST_MS = 4_102_444_800_000  # 2100


class HubRefused(Exception):
    """The hub answered with an error: `status`, and its code and message where it gave them; 0 where it was too slow.

    `command` is the signed envelope that came with it, as to a revoked device (trust B.7).
    """

    def __init__(self, status: int, code: str, message: str, command: bytes = b"") -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.command = command


@dataclass(frozen=True)
class Answer:
    """What the hub answered: status, headers, whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def fields(self) -> dict[str, object]:
        """The JSON object that the body is. Raises: HubRefused answer_malformed; nobody has signed it yet."""
        found = _object(self.body)
        if found is None:
            raise HubRefused(self.status, "answer_malformed", "the answer is not a JSON object")
        return found


@dataclass(frozen=True)
class _Request:
    """What is asked, how many bytes of answer are taken at `most`, and how long is waited for them."""

    method: str
    path: str
    headers: Mapping[str, str] | None
    body: bytes | None = None
    most: int = LONGEST_ANSWER
    within: aiohttp.ClientTimeout = TIMEOUT


@dataclass
class _Message:
    """The shape that the signer reads and writes."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        del key_id
        return self._key


class Hub:
    """The hub as one device sees it. `keyid` is the device id, or `new` while it is being enrolled.

    `tls`: whose certificates count; without it those that this machine trusts.
    """

    def __init__(
        self,
        address: str,
        *,
        key: Ed25519PrivateKey,
        keyid: str,
        clock: Clock,
        boot: int,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.address = address.rstrip("/")
        self.keyid = keyid
        self._tls = tls
        self._clock = clock
        self._seq = (boot, secrets.token_hex(8), 0)
        self.received_bytes = self.sent_bytes = 0  # of HTTP: what TLS and TCP add is not seen from here
        self._said_ms: int | None = None  # what the hub's clock showed when `mono_ms` was 0
        self._signer = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=_OneKey(key))
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Hub":
        kept = aiohttp.TCPConnector(keepalive_timeout=KEPT_S, ssl=self._tls or True)
        self._session = aiohttp.ClientSession(connector=kept, timeout=TIMEOUT, auto_decompress=True, headers=SHORT)
        return self

    def use_key(self, key: Ed25519PrivateKey) -> None:
        """Sign with `key` from now on."""
        self._signer = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=_OneKey(key))

    def count(self, response: aiohttp.ClientResponse, *, received: int, sent: int = 0) -> None:
        """An exchange moved so many bytes of body; the lines before them are counted as they were sent."""
        headers = (response.raw_headers, response.request_info.headers)
        received_head, sent_head = (sum(len(name) + len(value) + 4 for name, value in _pairs(one)) for one in headers)
        self.received_bytes += received + received_head
        self.sent_bytes += sent + sent_head + len(str(response.request_info.url))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(
        self,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        most: int = LONGEST_ANSWER,
        within: aiohttp.ClientTimeout = TIMEOUT,
    ) -> Answer:
        """GET, signed; an answer of more than `most` bytes is not read to its end.

        Raises: HubRefused (`answer_too_large` and what the hub says), aiohttp.ClientError, TimeoutError.
        """
        return await self._send(_Request("GET", path, headers, most=most, within=within))

    async def post(self, path: str, body: bytes, *, headers: Mapping[str, str]) -> Answer:
        """POST, signed with its body. Raises: as `get`."""
        return await self._send(_Request("POST", path, headers, body))

    async def get_plain(self, path: str) -> Answer:
        """GET without a signature: a time answer must be had before the clock is right."""
        async with self.session.get(self.address + path, allow_redirects=False) as response:
            return await self._read(response)

    def signed(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> dict[str, str]:
        """The headers of a signed request, those given included."""
        boot, nonce, count = self._seq
        self._seq = (boot, nonce, count + 1)
        parts = urlsplit(self.address)
        message = _Message(method, self.address + path, {"Host": parts.netloc, **(headers or {})})
        said_ms = None
        if self._said_ms is not None and self._clock.grade() != "hub":
            said_ms = self._said_ms + self._clock.mono_ms()
        message.headers["Bangtin-Seq"] = f"{boot}.{nonce}.{count + 1}"
        covered = COVERED + (("bangtin-head",) if "Bangtin-Head" in message.headers else ())
        self._signer.sign(
            message,
            key_id=self.keyid,
            created=datetime.fromtimestamp(self._clock.signature_s(said_ms), tz=UTC),
            tag=TAG,
            covered_component_ids=covered,
            body=body,
        )
        return message.headers

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open session, for streams. Raises: RuntimeError outside the context."""
        if self._session is None:
            raise RuntimeError("the hub is used outside its context")
        return self._session

    async def _send(self, request: _Request) -> Answer:
        try:
            return await self._once(request)
        except HubRefused as refused:
            if refused.code != "request_clock":
                raise
        # trust 7.3: the hub's time, and once more. A clock that is wrong, under a set too old to vouch for another time
        # (7.8), would else keep this player from the newer set for ever. Nothing but `created` goes by this time.
        answer = await self.get_plain(f"/api/v1/time?nonce={secrets.token_hex(16)}")
        with suppress(dsse.BadEnvelope):
            now_ms = dsse.open(answer.body, "time").payload.get("now_ms")
            if isinstance(now_ms, int) and 0 < now_ms < LATEST_MS:
                self._said_ms = now_ms - self._clock.mono_ms()
        return await self._once(request)

    async def _once(self, request: _Request) -> Answer:
        signed = self.signed(request.method, request.path, request.headers, request.body)
        # trust 4.1: redirects refused
        async with self.session.request(
            request.method,
            self.address + request.path,
            headers=signed,
            data=request.body,
            allow_redirects=False,
            timeout=request.within,
        ) as response:
            return await self._read(response, sent=len(request.body or b""), most=request.most)

    async def _read(self, response: aiohttp.ClientResponse, *, sent: int = 0, most: int = LONGEST_ANSWER) -> Answer:
        come = bytearray()  # bytes would be copied whole with every piece
        async for piece in response.content.iter_chunked(PIECE_BYTES):
            come += piece
            if len(come) > most:
                break
        self.count(response, received=len(come), sent=sent)
        if len(come) > most:  # the connection ends with it: the rest is never taken
            raise HubRefused(response.status, "answer_too_large", f"the answer is larger than {most} bytes")
        body = bytes(come)
        if response.status >= 300 and response.status != 304:
            raise HubRefused(response.status, *_reason(response, body))
        return Answer(response.status, dict(response.headers), body)


def _pairs(headers: Mapping[str, str] | tuple[tuple[bytes, bytes], ...]) -> Iterable[tuple[Sized, Sized]]:
    return headers.items() if isinstance(headers, Mapping) else headers


def _reason(response: aiohttp.ClientResponse, body: bytes) -> tuple[str, str, bytes]:
    fields = _object(body) or {}
    envelope = b""
    with suppress(ValueError):
        envelope = canonical.encode(fields["command"]) if fields.get("command") else b""
    code, message = (
        str(fields.get(name, usual)) for name, usual in (("code", "http_error"), ("message", response.reason))
    )
    return code[:LONGEST_REASON], message[:LONGEST_REASON], envelope


def _object(body: bytes) -> dict[str, object] | None:
    """The JSON object in these bytes; None for anything else, however deep it is nested."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None

"""Fetches a feed or a message by HTTP within bounds: of size, of time, of address; nothing is followed anywhere.

The name is looked up once and the connection goes to the very address that was judged, so that a name which answers
otherwise the second time leads nowhere.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT_S = 10.0
DEADLINE_S = 30.0
AGENT = "bangtin-cap/1"
PIECE = 64 * 1024
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotFetched(Exception):
    """Nothing was fetched; the message says why, in a line for the list of feeds."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched. `body` None: nothing has changed since `etag`."""

    body: bytes | None
    etag: str = ""


def is_outside(address: Address) -> bool:
    """Whether an address may be asked: none of this machine, of its link, or of no single machine.

    Private networks are let pass: the services of the state answer each other there (10.0.0.0/8).
    """
    inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    found = inner or address
    return not (
        found.is_loopback or found.is_link_local or found.is_unspecified or found.is_multicast or found.is_reserved
    )


def fetch(
    url: str,
    *,
    most_bytes: int,
    etag: str = "",
    allows: Callable[[Address], bool] = is_outside,
    deadline_s: float = DEADLINE_S,
) -> Fetched:
    """The bytes at an address of http or https.

    Raises: NotFetched for another scheme, an address that may not be asked, any answer but 200 and 304, a redirect,
    more than `most_bytes`, or an answer that is not whole within `deadline_s`.
    """
    ends = time.monotonic() + deadline_s
    try:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
            raise NotFetched("not an address of http or https without a user name")
        connection = _connection(parts.scheme, parts.hostname, parts.port, allows)
    except (OSError, ValueError) as error:
        raise NotFetched(_line(error)) from error
    headers = {"User-Agent": AGENT, "Accept-Encoding": "identity", "Accept": "application/cap+xml, */*"}
    if etag:
        headers["If-None-Match"] = etag
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("GET", path, headers=headers)
        return _answer(connection.getresponse(), most_bytes, ends)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotFetched(_line(error)) from error
    finally:
        connection.close()


def _connection(
    scheme: str, host: str, port: int | None, allows: Callable[[Address], bool]
) -> http.client.HTTPConnection:
    chosen = port or (443 if scheme == "https" else 80)
    found = [str(each[4][0]).partition("%")[0] for each in socket.getaddrinfo(host, chosen, type=socket.SOCK_STREAM)]
    # one address that may not be asked spoils the name: it would be chosen some other day
    if not found or not all(allows(ipaddress.ip_address(each)) for each in found):
        raise NotFetched(f"{host} leads to an address that may not be asked")
    plain = socket.create_connection((found[0], chosen), timeout=TIMEOUT_S)
    if scheme == "http":
        opened = http.client.HTTPConnection(host, chosen, timeout=TIMEOUT_S)
        opened.sock = plain
        return opened
    secure = http.client.HTTPSConnection(host, chosen, timeout=TIMEOUT_S)
    try:
        secure.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except OSError:
        plain.close()
        raise
    return secure


def _answer(answer: http.client.HTTPResponse, most_bytes: int, ends: float) -> Fetched:
    etag = (answer.headers.get("ETag") or "")[:200]
    if answer.status == http.HTTPStatus.NOT_MODIFIED:
        return Fetched(None, etag)
    if answer.status != http.HTTPStatus.OK:
        raise NotFetched(f"HTTP {answer.status}")
    if (answer.length or 0) > most_bytes:
        raise NotFetched(f"more than {most_bytes} bytes")
    body = bytearray()
    while piece := answer.read1(PIECE):
        body += piece
        if len(body) > most_bytes:
            raise NotFetched(f"more than {most_bytes} bytes")
        if time.monotonic() > ends:
            raise NotFetched("too slow")
    if answer.length:
        raise NotFetched("the answer broke off")
    return Fetched(bytes(body), etag)


def _line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]

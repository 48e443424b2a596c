"""A tus client of our own for measuring and tests: it can cut its line in the middle of a piece, which no library does.

Plain HTTP on the loopback alone.
"""

import base64
import json
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from typing import BinaryIO
from urllib.parse import urlencode

PREFIX = "/tai-len/"
BLOCK_BYTES = 1 << 18
TIMEOUT_S = 60.0
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([A-Za-z0-9]+)"')


@dataclass(frozen=True)
class Reply:
    """What the hub answered; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, object]:
        """The body as an object."""
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found


@dataclass
class Sender:
    """One account at the hub on `port` of the loopback; every request is a connection of its own."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def sign_in(self, username: str, password: str) -> None:
        """Sign in through the page, as a person does.

        Raises: ValueError if the hub does not let it in.
        """
        self._take_token("/dang-nhap/")
        form = {"username": username, "password": password, "csrfmiddlewaretoken": self.token, "next": "/"}
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://127.0.0.1:{self.port}/"}
        found = self.ask("POST", "/dang-nhap/", headers=kind, body=urlencode(form).encode())
        if found.status != 302:
            raise ValueError(f"expected to be signed in, got {found.status}")
        self._take_token("/")

    def create(self, size_bytes: int, *, name: str = "") -> Reply:
        """Announce a file."""
        words = {"Upload-Length": str(size_bytes)}
        if name:
            words["Upload-Metadata"] = f"filename {base64.b64encode(name.encode()).decode()}"
        return self.ask("POST", PREFIX, headers=self._tus(words))

    def begin(self, size_bytes: int, *, name: str = "") -> str:
        """Announce a file; gives its address.

        Raises: ValueError if it is refused.
        """
        found = self.create(size_bytes, name=name)
        if found.status != 201:
            raise ValueError(f"expected a new upload, got {found.status} {found.body[:300]!r}")
        return found.headers["location"]

    def offset(self, address: str) -> int:
        """Where the hub says the file ends.

        Raises: ValueError if it does not say.
        """
        found = self.ask("HEAD", address, headers=self._tus())
        if found.status != 200:
            raise ValueError(f"expected an offset, got {found.status}")
        return int(found.headers["upload-offset"])

    def status(self, address: str) -> dict[str, object]:
        """What a page shows of the upload."""
        return self.ask("GET", address).json()

    def patch(self, address: str, offset: int, data: bytes, **headers: str) -> Reply:
        """One piece, whole; underscores in header names stand for hyphens."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        words = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream", **more}
        return self.ask("PATCH", address, headers=self._tus(words), body=data)

    def stream(
        self,
        address: str,
        source: BinaryIO,
        *,
        offset: int,
        until: int,
        cut_at: int | None = None,
        before_cut: Callable[[], None] = lambda: None,
    ) -> int | None:
        """One piece from `offset` to `until`, straight from a file; gives the status, None if the line was cut.

        With `cut_at` the connection is closed once that many bytes of the file have been handed to it, and
        `before_cut` is done while it is still open.
        Raises: OSError if the hub goes away.
        """
        with socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT_S) as line:
            line.sendall(self._head(address, offset, until - offset))
            source.seek(offset)
            for block in _blocks(source, (until if cut_at is None else cut_at) - offset):
                line.sendall(block)
            if cut_at is not None:
                before_cut()
                return None
            answer = HTTPResponse(line, method="PATCH")
            answer.begin()
            return answer.status

    def ask(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Reply:
        """Any request with the account's cookies."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        try:
            connection.request(method, path, body=body or None, headers={**self._cookie(), **(headers or {})})
            answer = connection.getresponse()
            self._keep(answer)
            words = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, words, answer.read())
        finally:
            connection.close()

    def _head(self, address: str, offset: int, length: int) -> bytes:
        words = {
            "Host": f"127.0.0.1:{self.port}",
            "Connection": "close",
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(length),
            "Upload-Offset": str(offset),
            **self._tus(),
            **self._cookie(),
        }
        lines = [f"PATCH {address} HTTP/1.1", *(f"{name}: {value}" for name, value in words.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def _tus(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        return {"Tus-Resumable": "1.0.0", "X-CSRFToken": self.token, **(more or {})}

    def _cookie(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}

    def _keep(self, answer: HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}

    def _take_token(self, path: str) -> None:
        found = _TOKEN.search(self.ask("GET", path).body.decode())
        if found is None:
            raise ValueError(f"expected a form at {path}")
        self.token = found[1]


def _blocks(source: BinaryIO, length: int) -> Iterator[bytes]:
    while length > 0 and (block := source.read(min(BLOCK_BYTES, length))):
        length -= len(block)
        yield block

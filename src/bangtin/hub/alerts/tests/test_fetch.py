"""Fetching by HTTP against a real server: bounds of size, time and address; redirects lead nowhere."""

import ipaddress
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from bangtin.hub.alerts.fetching import Fetched, NotFetched, fetch, is_outside

BODY = b"<feed/>" * 10


class _Service(BaseHTTPRequestHandler):
    """A service that behaves as its path says; requests are noted."""

    asked: ClassVar[list[tuple[str, dict[str, str]]]] = []
    released = threading.Event()

    def do_GET(self) -> None:
        type(self).asked.append((self.path, dict(self.headers)))
        answers = {"/moved": self._moved, "/slow": self._slow, "/half": self._half, "/endless": self._endless}
        with suppress(OSError):  # who has enough hangs up
            answers.get(self.path.partition("?")[0], self._plain)()

    def _plain(self) -> None:
        if self.path == "/missing":
            self.send_error(404)
        elif self.headers.get("If-None-Match") == '"1"':
            self.send_response(304)
            self.end_headers()
        else:
            self._begin(len(BODY))
            self.wfile.write(BODY)

    def _begin(self, length: int | None) -> None:
        self.send_response(200)
        self.send_header("ETag", '"1"')
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def _moved(self) -> None:
        self.send_response(302)
        self.send_header("Location", "/feed")
        self.end_headers()

    def _slow(self) -> None:
        self._begin(None)
        for _ in range(200):
            self.wfile.write(b"x")
            if self.released.wait(0.02):
                return

    def _half(self) -> None:
        self._begin(100)
        self.wfile.write(b"x" * 50)

    def _endless(self) -> None:
        self._begin(None)
        while True:
            self.wfile.write(b"x" * 65536)

    def log_message(self, *_given: object) -> None:
        return


@contextmanager
def serving() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        _Service.released.set()
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with serving() as address:
        yield address


def anyone(_address: object) -> bool:
    return True


def get(url: str, *, most: int = 1_000, etag: str = "", deadline_s: float = 5) -> Fetched:
    return fetch(url, most_bytes=most, etag=etag, allows=anyone, deadline_s=deadline_s)


def why(url: str, *, most: int = 1_000, deadline_s: float = 5) -> str:
    with pytest.raises(NotFetched) as caught:
        get(url, most=most, deadline_s=deadline_s)
    return str(caught.value)


def test_the_bytes_and_their_etag_are_given(service: str) -> None:
    assert get(f"{service}/feed?x=1") == Fetched(BODY, '"1"')
    path, headers = _Service.asked[-1]
    assert (path, headers["User-Agent"]) == ("/feed?x=1", "bangtin-cap/1")
    assert get(service).body == BODY


def test_what_has_not_changed_is_not_sent_again(service: str) -> None:
    assert get(f"{service}/feed", etag='"1"') == Fetched(None, "")


def test_a_redirect_is_not_followed(service: str) -> None:
    before = len(_Service.asked)
    assert why(f"{service}/moved") == "HTTP 302"
    assert len(_Service.asked) == before + 1


def test_errors_too_much_and_too_little_are_told_apart(service: str) -> None:
    assert why(f"{service}/missing") == "HTTP 404"
    assert why(f"{service}/feed", most=10) == "more than 10 bytes"
    assert why(f"{service}/endless") == "more than 1000 bytes"
    assert "broke off" in why(f"{service}/half") or "IncompleteRead" in why(f"{service}/half")


def test_a_service_that_dribbles_is_left_at_the_deadline(service: str) -> None:
    _Service.released.clear()
    assert why(f"{service}/slow", deadline_s=0.2) == "too slow"


def test_this_machine_its_link_and_no_machine_may_not_be_asked(service: str) -> None:
    port = service.rpartition(":")[2]
    before = len(_Service.asked)
    hosts = ("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0")
    for host in (*hosts, "169.254.169.254", "[fe80::1]", "224.0.0.1", "255.255.255.255"):
        with pytest.raises(NotFetched):
            fetch(f"http://{host}:{port}/feed", most_bytes=1_000)
    assert len(_Service.asked) == before


def test_addresses_of_the_world_and_of_the_state_may_be_asked() -> None:
    for text in ("203.113.1.1", "10.1.2.3", "192.168.1.5", "2405:4800::1"):
        assert is_outside(ipaddress.ip_address(text))
    for text in ("127.0.0.53", "::1", "169.254.0.1", "::ffff:127.0.0.1", "::", "ff02::1", "240.0.0.1"):
        assert not is_outside(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://x/",
        "http://",
        "//x/y",
        "http://user:pw@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://[x/",
        "gopher://x",
    ],
)
def test_other_kinds_of_address_are_refused(url: str) -> None:
    assert why(url)


def test_a_port_where_nobody_answers_is_named(service: str) -> None:
    assert "Error" in why("http://127.0.0.1:9/")


def test_headers_cannot_be_smuggled_through_an_address(service: str) -> None:
    before = len(_Service.asked)
    why(f"{service}/feed HTTP/1.1\r\nX-Evil: 1\r\n")
    assert all("X-Evil" not in headers for _, headers in _Service.asked[before:])

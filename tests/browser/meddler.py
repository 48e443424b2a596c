"""A line between screen and hub on which someone changes one byte."""

import socket
import socketserver
import threading
from dataclasses import dataclass, field
from io import BufferedIOBase


@dataclass
class Meddler:
    """Listens on `port`, passes everything on to the hub's `target` port, and flips a byte where it is `armed`.

    `armed` is the beginning of a request line; with `is_request` the byte is one of the request's body, else of the
    answer's. `left` counts how often it still does so; `answers` keeps what the hub said to changed requests.
    """

    target: int
    armed: bytes = b""
    is_request: bool = False
    left: int = 0
    answers: list[bytes] = field(default_factory=list)

    def __enter__(self) -> "Meddler":
        meddler = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with socket.create_connection(("127.0.0.1", meddler.target)) as hub:
                    meddler._serve(self.rfile, self.connection, hub)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, screen_in: BufferedIOBase, screen: socket.socket, hub: socket.socket) -> None:
        hub_in = hub.makefile("rb")
        try:
            while head := _head(screen_in):
                is_hit = bool(self.armed) and self.left > 0 and head.startswith(self.armed)
                self.left -= is_hit
                hub.sendall(head + self._body(screen_in, _length(head), is_flipped=is_hit and self.is_request))
                answer = _head(hub_in)
                length = _length(answer)
                if length is None and b" 304 " not in answer.split(b"\r\n")[0]:
                    screen.sendall(answer)
                    while piece := hub_in.read1(65_536):  # a stream of hints, until one side ends it
                        screen.sendall(piece)
                    return
                body = self._body(hub_in, length, is_flipped=is_hit and not self.is_request)
                screen.sendall(answer + body)
                if is_hit:
                    self.answers.append(answer.split(b"\r\n")[0] + b"\n" + body)
        except OSError:
            return  # one of the two went away

    def _body(self, source: BufferedIOBase, length: int | None, *, is_flipped: bool) -> bytes:
        body = bytearray(source.read(length or 0))
        if is_flipped and body:
            body[len(body) // 2] ^= 1
        return bytes(body)


def _head(source: BufferedIOBase) -> bytes:
    """The start line and headers of the next message; empty at the end."""
    lines = []
    while line := source.readline():
        lines.append(line)
        if line == b"\r\n":
            return b"".join(lines)
    return b""


def _length(head: bytes) -> int | None:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return None

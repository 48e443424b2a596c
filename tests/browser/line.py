"""A line between browser and hub that is slow, can be cut in the middle of anything, and can stay dead for a while."""

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

BLOCK_BYTES = 1 << 16


@dataclass
class Line:
    """Listens on `port` and passes everything on to the hub's `target` port, upwards at most `bytes_per_s`.

    `passed` counts the bytes that went up: what is sent twice counts twice.
    """

    target: int
    bytes_per_s: float = 8e6
    is_dead: bool = False
    passed: int = 0
    _open: list[socket.socket] = field(default_factory=list)

    def __enter__(self) -> "Line":
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Close every connection, wherever it is."""
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def die(self) -> None:
        """Cut it, and let nothing through until `is_dead` is false again."""
        self.is_dead = True
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._listener.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self.target))
        except OSError:
            near.close()
            return
        if self.is_dead:
            near.close()
            far.close()
            return
        self._open += [near, far]
        threading.Thread(target=self._pass, args=(near, far, True), daemon=True).start()
        threading.Thread(target=self._pass, args=(far, near, False), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, is_upwards: bool) -> None:
        with suppress(OSError):
            while block := source.recv(BLOCK_BYTES):
                if is_upwards:
                    self.passed += len(block)
                    time.sleep(len(block) / self.bytes_per_s)
                sink.sendall(block)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

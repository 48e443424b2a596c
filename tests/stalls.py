"""How long the machine kept a program from going on: what a test of real time must not hold against the hub."""

import threading
import time
from types import TracebackType

TICK_S = 0.02


class Stalls:
    """While it is open, `worst_ms` is the most that a short sleep took beyond its time."""

    def __init__(self) -> None:
        self.worst_ms = 0.0
        self._is_over = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Stalls":
        self._watching.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._is_over.set()
        self._watching.join()

    def _watch(self) -> None:
        while not self._is_over.is_set():
            began = time.monotonic()
            time.sleep(TICK_S)
            self.worst_ms = max(self.worst_ms, (time.monotonic() - began - TICK_S) * 1000)

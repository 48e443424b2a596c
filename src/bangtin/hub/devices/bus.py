"""Hints from process to process over PostgreSQL's LISTEN and NOTIFY, for installations of several processes.

SQLite has one process that holds streams; there nothing is sent. A hint that is lost costs one poll, never more.
"""

import logging
import secrets
import threading
from typing import Any

from django.db import DatabaseError, connection

from bangtin.hub.devices.hints import Broadcaster, Hint
from bangtin.hub.devices.models import Device
from bangtin.hub.devices.states import DeviceState

log = logging.getLogger(__name__)
CHANNEL = "bangtin_push"
LONGEST = 7_900  # NOTIFY takes 8,000 bytes
WORD = secrets.token_hex(4)  # what this process sent itself it does not hear again
LOOK_S = 1.0
RETRY_S = 2.0


def send(hint: Hint, *, word: str = WORD) -> None:
    """Tell the other processes, if the database can; a failure is logged: screens poll. `word` names this process."""
    if connection.vendor != "postgresql":
        return
    text = f"{word} {hint.encode()}"
    if len(text.encode()) > LONGEST:  # too long to carry: its screens are told to ask
        text = f"{word} {Hint('changed', hint.clusters).encode()}"
        if hint.device or len(text) > LONGEST:
            text = f"{word} {Hint('changed').encode()}"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, text])
    except DatabaseError:
        log.exception("other processes were not told; their screens hear it at their next poll")


class Listener:
    """A thread with a connection of its own that hands other processes' hints to this one's streams."""

    def __init__(self, broadcaster: Broadcaster) -> None:
        self._broadcaster = broadcaster
        self._stop = threading.Event()
        self.is_listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bangtin-bus", daemon=True)

    def start(self) -> None:
        """Begin, if the database is PostgreSQL."""
        if connection.vendor == "postgresql":
            self._thread.start()

    def stop(self) -> None:
        """End within a second."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(LOOK_S * 2)

    def _run(self) -> None:
        import psycopg

        is_again = False
        while not self._stop.is_set():
            try:
                with psycopg.connect(**_parameters(), autocommit=True) as line:
                    line.execute(f"LISTEN {CHANNEL}")
                    if is_again:
                        self._catch_up()
                    self._hear(line)
            except psycopg.Error as error:
                log.warning("hints from other processes are not heard: %s", str(error).strip()[:200])
                self._stop.wait(RETRY_S)
            self.is_listening.clear()
            is_again = True

    def _hear(self, line: Any) -> None:
        self.is_listening.set()
        while not self._stop.is_set():
            for notice in line.notifies(timeout=LOOK_S):
                self._take(notice.payload)
                if self._stop.is_set():
                    return

    def _take(self, text: str) -> None:
        word, _space, rest = text.partition(" ")
        if word == WORD:
            return
        try:
            self._broadcaster.deliver(Hint.decode(rest))
        except ValueError:
            log.warning("a hint of another process cannot be read")

    def _catch_up(self) -> None:
        """What was said meanwhile is lost: close streams of devices no longer trusted, let the others ask."""
        try:
            trusted = dict(Device.objects.filter(state=DeviceState.ACTIVE).values_list("pk", "epoch"))
        finally:
            connection.close()
        for stream in self._broadcaster.streams():
            if trusted.get(stream.device_id) != stream.epoch:
                self._broadcaster.deliver(Hint("end", device=stream.device_id))
        self._broadcaster.deliver(Hint("changed"))


def _parameters() -> dict[str, Any]:
    """The database's address as psycopg takes it, without what concerns Django's pool and cursors."""
    left_out = {"cursor_factory", "context", "prepare_threshold", "autocommit"}
    found = connection.get_connection_params()
    return {name: value for name, value in found.items() if name not in left_out}

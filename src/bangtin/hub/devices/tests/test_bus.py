"""Hints from process to process: what another process said is heard here, one's own is not, what is too long is cut."""

import threading

import pytest
from django.db import connection

from bangtin.hub.devices import bus
from bangtin.hub.devices.hints import Broadcaster, Hint


class Heard(Broadcaster):
    """Keeps what it is to deliver."""

    def __init__(self) -> None:
        super().__init__()
        self.hints: list[Hint] = []
        self.is_last = threading.Event()

    def deliver(self, hint: Hint) -> None:
        self.hints.append(hint)
        if hint.kind == "end":
            self.is_last.set()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one process that holds streams")
@pytest.mark.django_db(transaction=True)
def test_what_another_process_says_is_heard_here_and_what_is_too_long_becomes_a_word_to_ask() -> None:
    heard = Heard()
    listener = bus.Listener(heard)
    listener.start()
    alert = Hint("alert", ("cao-bang/ta-lung",), data='{"a":"Lũ"}'.encode())
    said = [alert, Hint("alert", alert.clusters, data=b"x" * 9_000), Hint("end", device="player-1")]
    try:
        assert listener.is_listening.wait(20)
        bus.send(Hint("changed"))  # its own word
        for hint in said:
            bus.send(hint, word="another")
        assert heard.is_last.wait(20)
    finally:
        listener.stop()
    assert heard.hints == [alert, Hint("changed", alert.clusters), said[2]]

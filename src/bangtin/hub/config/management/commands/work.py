"""`bangtin work`: one more worker process, for an installation on PostgreSQL."""

import os
import signal
import socket
import threading
from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext_noop

from bangtin.hub.config import updating
from bangtin.hub.config.commanding import OurCommand
from bangtin.hub.kit import tasks

STOP_S = 60  # what is not done by then is taken back by the next worker of this name


class Command(OurCommand):
    """Runs background tasks until stopped."""

    is_a_persons_deed = False
    help = gettext_noop("Run background tasks in a process of their own (PostgreSQL installations).")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--name` tells workers of one machine apart; `--once` ends when the queue is empty."""
        parser.add_argument("--name", default="1")
        parser.add_argument("--once", action="store_true")

    def handle(self, *args: Any, name: str, once: bool, **options: Any) -> None:
        """Take back what a killed worker of this name had begun, then work in every lane."""
        updating.migrate_or_refuse()
        worker_id = f"{socket.gethostname()}-{name}"[:63]
        self.stderr.write(f"{worker_id} ({os.getpid()})")
        if once:
            tasks.take_back_interrupted(worker_id)
            tasks.worker(worker_id=worker_id, batch=True).run()
            return
        ended = threading.Event()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda _number, _frame: ended.set())
        workers = tasks.start(worker_id)
        ended.wait()
        workers.stop()
        workers.join(STOP_S)

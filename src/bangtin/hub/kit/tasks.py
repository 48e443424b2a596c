"""Background work: one wrapper around django-tasks, with retries and lanes: threads that each serve one queue alone.

What is queued in one lane never waits for what another lane does: an urgent notice does not stand behind a film.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from django.db import connection, transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

log = logging.getLogger(__name__)
EMBEDDED = "embedded"
INTERVAL_S = 0.2
# The queues, each with a worker of its own: what is left; notices, which are checked in no time; urgent files; files.
# Seconds between two looks: what then takes a while may wait a moment longer.
KEPT_S = 600
LANES = {"default": INTERVAL_S, "notices": INTERVAL_S, "urgent": 0.5, "media": 1.0}


def enqueue(task: Any, /, *args: Any, **kwargs: Any) -> None:
    """Queue a task once the caller's transaction is committed (at once if there is none)."""
    transaction.on_commit(lambda: task.enqueue(*args, **kwargs))


def take_back_interrupted(worker_id: str = EMBEDDED) -> int:
    """Make tasks ready again that a killed worker of this name had begun, in whatever lane; give how many.

    Tasks are written to be run again: they look at what is done already.
    """
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    names = {worker_id, *(_in_lane(worker_id, lane) for lane in LANES)}
    # SQLite cannot look into a JSON list; there are as many running tasks as workers, so they are looked at here.
    mine = [pk for pk, workers in running.values_list("pk", "worker_ids") if names & set(workers)]
    return running.filter(pk__in=mine).update(status=TaskResultStatus.READY, started_at=None)


def worker(*, worker_id: str = EMBEDDED, batch: bool = False, lane: str = "*") -> Worker:
    """A worker over all queues, or one lane's; `batch` ends when nothing is left to do."""
    return Worker(
        queue_names=[lane],
        interval=LANES.get(lane, INTERVAL_S),
        batch=batch,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_id,
        excluded_queue_names=[],
    )


def run_all() -> None:
    """Run what is queued, here and now, until nothing is left (tests and commands without a server)."""
    worker(worker_id="once", batch=True).run()


@dataclass
class Running:
    """Workers at work, a thread a lane."""

    workers: list[Worker] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def stop(self) -> None:
        """Let each worker end after what it does now; gives at once."""
        for one in self.workers:
            one.running = False

    def join(self, timeout_s: float) -> None:
        """Wait for all of them together, so long at most."""
        until = monotonic() + timeout_s
        for one in self.threads:
            one.join(max(0.0, until - monotonic()))


def start(worker_id: str = EMBEDDED, on_error: Callable[[BaseException], None] | None = None) -> Running:
    """Take back what a killed worker of this name had begun and start a worker in each lane."""
    take_back_interrupted(worker_id)
    found = Running()
    for lane in LANES:
        one = worker(worker_id=_in_lane(worker_id, lane), lane=lane)
        thread = threading.Thread(target=_loop, args=(one, on_error), name=f"bangtin-{lane}", daemon=True)
        found.workers.append(one)
        found.threads.append(thread)
        thread.start()
    return found


def _in_lane(worker_id: str, lane: str) -> str:
    return f"{worker_id}/{lane}"


def _keep_connection() -> None:
    """Let this thread keep its connection to SQLite: thirteen looks a second with new ones are a tenth of a core.

    On PostgreSQL the pool keeps them.
    """
    if connection.vendor == "sqlite":
        connection.settings_dict = {**connection.settings_dict, "CONN_MAX_AGE": KEPT_S}


def _loop(one: Worker, on_error: Callable[[BaseException], None] | None) -> None:
    _keep_connection()
    while one.running:
        try:
            one.run()
        except Exception as error:  # the loop's edge: a broken database must not end the worker for good
            log.exception("task worker stopped; starting it again")
            if on_error:
                on_error(error)
            threading.Event().wait(1)

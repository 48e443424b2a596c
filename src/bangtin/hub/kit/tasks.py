"""Background work: one wrapper around django-tasks, with retries and the worker thread of the embedded process."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

log = logging.getLogger(__name__)
EMBEDDED = "embedded"
INTERVAL_S = 0.2


def enqueue(task: Any, /, *args: Any, **kwargs: Any) -> None:
    """Queue a task once the caller's transaction is committed (at once if there is none)."""
    transaction.on_commit(lambda: task.enqueue(*args, **kwargs))


def take_back_interrupted(worker_id: str = EMBEDDED) -> int:
    """Make tasks ready again that a killed worker of this name had begun; give how many.

    Tasks are written to be run again: they look at what is done already.
    """
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    # SQLite cannot look into a JSON list; there are as many running tasks as workers, so they are looked at here.
    mine = [pk for pk, workers in running.values_list("pk", "worker_ids") if worker_id in workers]
    return running.filter(pk__in=mine).update(status=TaskResultStatus.READY, started_at=None)


def worker(*, worker_id: str = EMBEDDED, batch: bool = False) -> Worker:
    """A worker over all queues; `batch` ends when nothing is left to do."""
    return Worker(
        queue_names=["*"],
        interval=INTERVAL_S,
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


def start_thread(on_error: Callable[[BaseException], None] | None = None) -> tuple[threading.Thread, Worker]:
    """Start the embedded worker; set `running = False` on the worker to let it end."""
    take_back_interrupted()
    embedded = worker()

    def loop() -> None:
        while embedded.running:
            try:
                embedded.run()
            except Exception as error:  # the loop's edge: a broken database must not end the worker for good
                log.exception("task worker stopped; starting it again")
                if on_error:
                    on_error(error)
                threading.Event().wait(1)

    thread = threading.Thread(target=loop, name="bangtin-worker", daemon=True)
    thread.start()
    return thread, embedded

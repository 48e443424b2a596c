"""The one process of an embedded installation: pages, push, the task worker and the timers."""

import gc
import logging
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

import uvicorn
from django.core.management.base import CommandError
from django.db import close_old_connections
from django.urls import get_resolver
from django.utils.translation import gettext as _

from bangtin.hub.api.listening import Listening
from bangtin.hub.devices.bus import Listener
from bangtin.hub.devices.hints import broadcaster
from bangtin.hub.kit import clock, tasks
from bangtin.hub.programmes.actions import resume_checks

log = logging.getLogger(__name__)
TICK_S = 30
OFFICES_OPEN = time(7)  # a day's mails lie ready when people come
STOP_S = 3
# A screen asks every minute: on a connection that is kept a poll is a kilobyte, on a new one with TLS four.
KEEP_S = 75
OPEN_FILES = 24_000  # ten thousand screens, each with a stream and a poll's connection, and what else is open
EXCHANGED = timedelta(minutes=5)
ANNOUNCED = timedelta(minutes=10)
# 10,000 open streams make a full collection last a second: collect less often (measured 1,282 -> 231 ms at worst).
GC_THRESHOLDS = (50_000, 50, 1000)
# The loop, and whoever waits for a database, has its turn within a millisecond of asking, not within five: beside a
# thread that reckons without pause a group of records asks a few dozen times.
SWITCH_S = 0.001
Tick = Callable[[datetime], object]


class Daily:
    """A timer that does its deed once a day, when offices open or at the next tick; what fails is tried again."""

    def __init__(self, deed: Tick) -> None:
        """Nothing is done yet."""
        self._deed, self._done_on = deed, date.min

    def __call__(self, at: datetime) -> None:
        """Do the deed if this day's is still to be done."""
        today = clock.local_date(at)
        if today > self._done_on and at.astimezone(clock.LOCAL).time() >= OFFICES_OPEN:
            self._deed(at)
            self._done_on = today


class Every:
    """A timer that does its deed at once and then when so much time has passed."""

    def __init__(self, pause: timedelta, deed: Tick) -> None:
        """Nothing is done yet."""
        self._pause, self._deed, self._next = pause, deed, datetime.min.replace(tzinfo=UTC)

    def __call__(self, at: datetime) -> None:
        """Do the deed if its time has come."""
        if at >= self._next:
            self._deed(at)
            self._next = at + self._pause


def timers() -> tuple[Tick, ...]:
    """What is called every 30 s with the present instant, in this order; the one list there is."""
    from bangtin.hub.alerts import actions as alerts
    from bangtin.hub.devices import actions as devices
    from bangtin.hub.exchange import actions as exchange
    from bangtin.hub.kit import outbox
    from bangtin.hub.obligations import actions as obligations
    from bangtin.hub.plans import actions as plans
    from bangtin.hub.playlog.actions import announce_fallbacks, removing, sealing
    from bangtin.hub.programmes.actions import renditions, uploads
    from bangtin.hub.schedules import actions as schedules
    from bangtin.hub.translation import actions as translation

    return (
        lambda at: devices.note_outage(at=at),  # before the first screen asks
        lambda at: devices.refresh(at=at),
        lambda at: alerts.end_due(at=at),
        lambda at: alerts.read_due(at=at),
        lambda at: uploads.expire(at=at),
        lambda at: translation.follow_all(at=at),
        Every(EXCHANGED, lambda at: exchange.run_if_set(at=at)),
        Daily(lambda at: exchange.remind_all(at=at)),
        Every(ANNOUNCED, lambda at: announce_fallbacks(at=at)),
        Daily(lambda at: removing.finish(at=at)),
        Daily(lambda at: tasks.enqueue(sealing.seal_by_itself)),
        Daily(lambda at: obligations.remind(at=at)),
        Daily(lambda at: renditions.sweep(at=at)),
        Daily(lambda at: plans.remind(at=at)),
        Daily(lambda at: schedules.remind(at=at)),
        lambda at: outbox.send_due(at=at),
    )


def claim(host: str, port: int) -> socket.socket:
    """A socket bound to the address, so that a taken port is said before anything is started.

    Raises: CommandError with code 2.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise CommandError(
            _("%(host)s:%(port)s cannot be used (%(why)s). Choose another with --host and --port.")
            % {"host": host, "port": port, "why": error.strerror},
            returncode=2,
        ) from error
    return bound


def raise_open_files() -> int:
    """Let this process open as many files as the system allows it; gives how many that is.

    Each screen has a stream and, for a minute after each poll, a connection more.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = most
    if soft != resource.RLIM_INFINITY and soft < OPEN_FILES:
        log.warning("this process may open %d files (ulimit -n): enough for %d screens", soft, screens_for(soft))
    return soft


def screens_for(files: int) -> int:
    """How many screens may listen and poll where a process may open so many files."""
    return max(0, (files - 500) // 2)


def serve(bound: socket.socket) -> None:
    """Serve on a bound socket until SIGTERM or SIGINT; returns when all is stopped."""
    config = uvicorn.Config(
        "bangtin.hub.config.asgi:application",
        lifespan="on",
        http=Listening,
        timeout_keep_alive=KEEP_S,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=STOP_S,
        backlog=4096,
    )
    # All that is imported, by one thread: of several that import at once one may meet a module half made, and fails.
    config.load()
    found = timers()
    get_resolver().url_patterns  # noqa: B018 - reading them imports every page
    stop = threading.Event()
    listener = Listener(broadcaster)
    resume_checks()
    raise_open_files()
    with _own_signals():
        listener.start()
        workers = tasks.start()
        ticking = threading.Thread(target=_tick, args=(found, stop), name="bangtin-timers", daemon=True)
        ticking.start()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        sys.setswitchinterval(SWITCH_S)
        try:
            uvicorn.Server(config).run(sockets=[bound])
        finally:
            stop.set()
            listener.stop()
            workers.stop()
            ticking.join(STOP_S)
            workers.join(STOP_S)


def _tick(found: Sequence[Callable[[datetime], object]], stop: threading.Event) -> None:
    """Call the timers at once and then every TICK_S; one that fails is tried again at the next tick."""
    while True:
        for timer in found:
            close_old_connections()
            try:
                timer(clock.now())
            except Exception:
                log.exception("a timer failed; it is tried again in %s s", TICK_S)
        close_old_connections()
        if stop.wait(TICK_S):
            return


@contextmanager
def _own_signals() -> Iterator[None]:
    """uvicorn raises the signal that ended it once more when it is done; then we still have threads to end."""
    before = {each: signal.signal(each, _note) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _note(number: int, _frame: object) -> None:
    sys.stderr.flush()
    log.info("stopped by %s", signal.Signals(number).name)

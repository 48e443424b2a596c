"""How much memory the embedded hub and a screen's daemon hold when nothing happens."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bangtin.hub.config import machine
from bangtin.hub.config.benches.shape import Result

WAIT_S = 20.0
BOUNDS = {"hub_rss_mb": 200.0, "player_rss_mb": 100.0}
START_S = 60.0
STOP_S = 15.0
NONCE = "0" * 32
# What any Django program holds before it does anything: the base both figures are set beside.
BARE = "import django, sys; from django.conf import settings; settings.configure(); django.setup(); sys.stdin.read()"
_OURS = "BANGTIN_"


class DidNotStart(RuntimeError):
    """A process did not come up or ended at once; the message holds the end of its log."""


def run(*, wait_s: float = WAIT_S) -> Result:
    """Start a hub and a player in a folder of their own, let them idle for `wait_s`, and read their memory.

    Resident memory in MB (10^6 bytes), processes they started counted in; the browser of a screen is left out.
    Raises: DidNotStart.
    """
    with tempfile.TemporaryDirectory(prefix="bangtin-bench-") as name:
        folder = Path(name)
        hub_port, player_port = free_port(), free_port()
        settings = environment(folder, hub_port)
        bangtin(settings, "migrate", "--verbosity", "0")
        bangtin(settings, "regulation", "install", "cao-bang/31-2020-qd-ubnd")
        kit = folder / "kit.json"
        _write_kit(settings, kit)
        serve = ["-m", "bangtin.hub.config.main", "serve", "--port", str(hub_port)]
        play = ["-m", "bangtin.player.main", "run", "--data-dir", str(folder / "player"), "--kit", str(kit)]
        play += ["--browser", "none", "--port", str(player_port)]
        with _process(serve, settings, folder / "hub.log") as hub:
            _await(hub, folder / "hub.log", lambda: _answers(f"http://127.0.0.1:{hub_port}/api/v1/time?nonce={NONCE}"))
            with (
                _process(play, settings, folder / "player.log") as player,
                _process(["-c", BARE], settings, folder / "bare.log") as bare,
            ):
                _await(player, folder / "player.log", lambda: _answers(f"http://127.0.0.1:{player_port}/"))
                _idle((hub, player, bare), wait_s)
                figures = {
                    "hub_rss_mb": round(machine.tree_rss_mb(hub.pid), 1),
                    "player_rss_mb": round(machine.tree_rss_mb(player.pid), 1),
                }
                baseline = {"bare_django_rss_mb": round(machine.rss_mb(bare.pid), 1)}
    ratios = {
        name.replace("_rss_mb", "_to_bare_django"): round(value / baseline["bare_django_rss_mb"], 2)
        for name, value in figures.items()
    }
    return Result("idle", figures, baseline, ratios, BOUNDS, is_full_size=wait_s >= WAIT_S)


def environment(folder: Path, port: int) -> dict[str, str]:
    """The machine's environment without any setting of ours, so that a running installation is never touched."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {
        **others,
        "BANGTIN_DATA_DIR": str(folder),
        "BANGTIN_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }


def bangtin(environment: Mapping[str, str], *arguments: str) -> str:
    """Run one of our commands to its end; gives what it printed.

    Raises: DidNotStart.
    """
    return _finish([sys.executable, "-m", "bangtin.hub.config.main", *arguments], environment)


def _write_kit(environment: Mapping[str, str], path: Path) -> None:
    program = (
        "import sys, django; django.setup(); from pathlib import Path; from bangtin.hub.kit import clock; "
        "from bangtin.hub.devices import actions; actions.write_kit(path=Path(sys.argv[1]), at=clock.now())"
    )
    settings = {**environment, "DJANGO_SETTINGS_MODULE": "bangtin.hub.config.settings"}
    _finish([sys.executable, "-c", program, str(path)], settings)


def _finish(command: list[str], environment: Mapping[str, str]) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=START_S * 2, check=False)
    if done.returncode:
        raise DidNotStart(f"{command[-1]}: {(done.stderr or done.stdout).strip()[-600:]}")
    return done.stdout


def await_answer(process: "subprocess.Popen[bytes]", log: Path, url: str) -> None:
    """Return when the address answers.

    Raises: DidNotStart.
    """
    _await(process, log, lambda: _answers(url))


@contextmanager
def _process(arguments: list[str], environment: Mapping[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *arguments], env=environment, stdin=subprocess.PIPE, stdout=out, stderr=out
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin:
            process.stdin.close()


def _await(process: "subprocess.Popen[bytes]", log: Path, is_there: Callable[[], bool]) -> None:
    limit = time.monotonic() + START_S
    while not is_there():
        if process.poll() is not None or time.monotonic() > limit:
            raise DidNotStart(f"{log.stem}: {log.read_text(errors='replace').strip()[-600:]}")
        time.sleep(0.1)


def _idle(processes: "tuple[subprocess.Popen[bytes], ...]", wait_s: float) -> None:
    time.sleep(wait_s)
    ended = [str(each.pid) for each in processes if each.poll() is not None]
    if ended:
        raise DidNotStart(f"ended while idling: {', '.join(ended)}")


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as response:  # noqa: S310 - an address on the loopback that is made here
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

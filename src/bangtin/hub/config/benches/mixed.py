"""A province's busy minute in one process: screens poll and listen, records pour in, a film is transcoded, an officer
clicks, and an emergency goes out."""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bangtin.hub.config import machine
from bangtin.hub.config.benches import idle, ingest, push
from bangtin.hub.config.benches.idle import DidNotStart
from bangtin.hub.config.benches.push import Helper
from bangtin.hub.config.benches.sender import Sender
from bangtin.hub.config.benches.shape import Result

SCREENS = 5_000
POURING, LINES = 60, 100
ROWS_A_SECOND = 6_000
BUSY_S, IDLE_S = 30.0, 8.0
ALERT_EVERY_S = 2.5
THINK_S = 0.4
PAGES = ("/", "/kho/", "/chuong-trinh/", "/kho/?q=cua+khau", "/tro-giup/")
ACCOUNT = "gui-tep"
_POUR = [sys.executable, "-m", "bangtin.hub.config.benches.pouring"]
_EAR = [sys.executable, "-m", "bangtin.hub.config.benches.hearing"]
_ASK = [sys.executable, "-m", "bangtin.hub.config.benches.asking"]


def run(*, scale: float = 1.0) -> Result:
    """The same notices and pages on the hub at rest (its screens listening), then under everything; milliseconds.

    `alert_worst_ms`: from the word to publish to the last screen, the worst notice of all. Bounds: 300 ms for it and
    400 ms for pages, or four times what the hub at rest took in this run. Rows count when stored and graded.
    Raises: DidNotStart.
    """
    screens = max(round(SCREENS * scale), 200)
    rate = ROWS_A_SECOND / LINES * scale
    batches = max(round(rate * BUSY_S / POURING), 1)
    with tempfile.TemporaryDirectory(prefix="bangtin-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        more = (str(folder / "batches"), str(POURING), str(batches), str(LINES))
        hubs, ports, _rest = stack.enter_context(push.hubs("sqlite", folder, screens=screens, more=more))
        settings = idle.environment(folder, ports[0])
        found, rest, poured, polled = _minute(hubs[0], ports[0], settings, folder, stack, screens=screens, rate=rate)
        judged = ingest.child(settings, "judge", folder, POURING)
    rows = POURING * batches * LINES
    bounds = {
        "alert_worst_ms": max(300.0, 4 * rest["alert_worst_ms"]),
        "page_p95_ms": max(400.0, 4 * rest["page_p95_ms"]),
        "row_us": 1e6 / ROWS_A_SECOND * 1.05,
        "rows_missing": 0.0,
        "rows_ungraded": 0.0,
        "alerts_missed": 0.0,
        "polls_failed": 0.0,
    }
    figures = {
        **found,
        "screens": float(screens),
        "row_us": round(poured["seconds"] * 1e6 / rows, 1),
        "rows_per_s": round(rows / poured["seconds"]),
        "records_p99_ms": round(poured["p99_ms"], 1),
        "rows_missing": float(rows - judged["stored"]),
        "rows_ungraded": float(judged["stored"] - judged["graded"]),
        "polls_failed": float(polled["asked"] - sum(polled["statuses"].get(code, 0) for code in ("200", "304"))),
        "poll_p99_ms": round(polled["p99_ms"], 1),
    }
    baseline = {f"rest_{key}": value for key, value in rest.items()}
    ratios = {key: round(found[key] / max(rest[key], 0.1), 1) for key in ("alert_worst_ms", "page_p95_ms")}
    return Result("mixed", figures, baseline, ratios, bounds, is_full_size=scale >= 1.0)


def _minute(
    hub: Helper, port: int, settings: dict[str, str], folder: Path, stack: ExitStack, *, screens: int, rate: float
) -> tuple[dict[str, float], dict[str, float], dict[str, Any], dict[str, Any]]:
    """Figures under load, at rest, of the records, of the polls."""
    ear = _helper(stack, _EAR, settings, folder / "ear.log")
    asker = _helper(stack, _ASK, settings, folder / "asker.log")
    pourer = _helper(stack, [*_POUR, str(folder / "batches"), str(port), str(rate)], settings, folder / "pour.log")
    words = ["account", "add", ACCOUNT, "--name", ACCOUNT, "--agency", "cao-bang/dai-ptth", "--role", "contributor"]
    password = idle.bangtin(settings, *words, "--keep").split()[-1]
    officer = Sender(port)
    officer.sign_in(ACCOUNT, password)
    ear.say("open", "hub", port, 0, screens)
    if ear.answer()["open"] != screens:
        raise DidNotStart("not every stream was let in")
    hearers = sum(number % 100 != 99 for number in range(screens))
    for page in PAGES:  # templates are read once
        officer.ask("GET", page)
    rest = _scene(hub, ear, officer, hearers=hearers, seconds=IDLE_S)
    asker.say("ask", port, 0, screens, 60.0, 1)
    pourer.line()
    with _transcoding(folder):
        pourer.say("go")
        found = _scene(hub, ear, officer, hearers=hearers, seconds=BUSY_S)
        poured = pourer.answer()
    asker.line()
    return found, rest, poured, asker.answer()


def _scene(hub: Helper, ear: Helper, officer: Sender, *, hearers: int, seconds: float) -> dict[str, float]:
    """Notices and pages side by side for so long."""
    over = threading.Event()
    took: list[float] = []
    clicking = threading.Thread(target=_click, args=(officer, took, over))
    clicking.start()
    lasts, missed = [], 0
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            ear.say("hear", "hub", hearers)
            time.sleep(ALERT_EVERY_S)
            hub.say("alert")
            began = hub.answer()["began_ns"]
            times = ear.answer()["times"]
            missed += hearers - len(times)
            lasts.append((max(times, default=began) - began) / 1e6)
    finally:
        over.set()
        clicking.join()
    pages = sorted(took)
    return {
        "alert_worst_ms": round(max(lasts), 1),
        "alert_median_ms": round(statistics.median(lasts), 1),
        "alerts_missed": float(missed),
        "page_p50_ms": round(pages[len(pages) // 2], 1),
        "page_p95_ms": round(pages[len(pages) * 95 // 100], 1),
        "pages": float(len(pages)),
    }


def _click(officer: Sender, took: list[float], over: threading.Event) -> None:
    number = 0
    while not over.wait(THINK_S):
        began = time.monotonic()
        answer = officer.ask("GET", PAGES[number % len(PAGES)])
        if answer.status == 200:
            took.append((time.monotonic() - began) * 1000)
        number += 1


def _helper(stack: ExitStack, command: Sequence[str], settings: dict[str, str], log: Path) -> Helper:
    helper = Helper(command, settings, log)
    stack.callback(helper.stop)
    return helper


@contextmanager
def _transcoding(folder: Path) -> Iterator[None]:
    """A film in Full HD made into a rendition over and over, giving way as the hub's own encoders do."""
    ffmpeg = machine.ffmpeg()
    if ffmpeg is None:
        raise DidNotStart("bench mixed needs an ffmpeg")
    picture = ("-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=30")
    command = ["nice", "-n", "15", str(ffmpeg), "-v", "error", "-nostdin", "-y", *picture, "-threads", "2"]
    command += ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-f", "null", os.devnull]
    with (folder / "film.log").open("wb") as log:
        film = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield
        if film.poll() is not None:
            raise DidNotStart(f"the transcode ended: {(folder / 'film.log').read_text(errors='replace')[-300:]}")
    finally:
        film.terminate()
        film.wait(15)

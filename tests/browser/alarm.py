"""How long it takes from pressing the button of an emergency order to the notice on the glass, and back.

Real processes: a hub whose worker transcodes, a player, two Chromiums. `python -m tests.browser.alarm --json`
prints the figures as `bangtin bench` does.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import imageio_ffmpeg
from playwright.sync_api import Browser, Page, sync_playwright

from bangtin.hub.config.benches.shape import Result
from tests.browser.line import Line
from tests.browser.officers import Officer
from tests.browser.processes import CHROMIUM, Hub, Screen, clock_environment, until

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
BOUNDS = {"issue_median_ms": 1000.0, "issue_p95_ms": 2000.0, "cancel_median_ms": 1000.0, "cancel_p95_ms": 2000.0}
FULL = 40
CLUSTER = "cao-bang/trung-khanh"
# the instant at which a state has been on the glass for a whole frame, by the machine's clock
WATCH = """
() => {
  const face = document.getElementById("face");
  window.changes = [];
  new MutationObserver(() => {
    const state = face.dataset.state;
    requestAnimationFrame(() => requestAnimationFrame(() => window.changes.push([state, Date.now()])));
  }).observe(face, { attributes: true, attributeFilter: ["data-state", "data-showing"] });
}
"""
PRESSED = "addEventListener('click', () => sessionStorage.setItem('pressed', Date.now()), true)"


class DeafLine(Line):
    """A line that lets everything through but the stream of pushes."""

    def _pass(self, source: "object", sink: "object", is_upwards: bool) -> None:
        super()._pass(_WithoutStream(source) if is_upwards else source, sink, is_upwards)  # type: ignore[arg-type]  # a socket in all it is asked for


class _WithoutStream:
    """A socket that ends where a stream of pushes is asked for."""

    def __init__(self, inner: object) -> None:
        self._inner = inner

    def recv(self, size: int) -> bytes:
        block: bytes = self._inner.recv(size)  # type: ignore[attr-defined]  # a socket
        return b"" if b"/api/v1/device/events" in block else block

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


@dataclass
class Taken:
    """Milliseconds from the press to the glass, of orders and of cancels; in how many tries ffmpeg was at work."""

    issued: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    busy: int = 0


def measure(browser: Browser, hub: Hub, screen: Screen, *, tries: int, is_busy: Callable[[], bool]) -> Taken:
    """Order and end a notice so many times by clicks, and watch the glass."""
    leader = Officer(browser, hub, "lanh-dao")
    leader.page.add_init_script(PRESSED)
    glass = browser.new_page(viewport={"width": 1024, "height": 512})
    glass.goto(screen.page)
    glass.wait_for_selector("#face[data-state]", state="attached")
    glass.evaluate(WATCH)
    found = Taken()
    for number in range(tries):
        found.issued.append(_order(leader.page, leader, glass, number))
        found.busy += is_busy()
        found.ended.append(_end(leader.page, glass))
        print(f"{number + 1}: {found.issued[-1]:.0f} ms, end {found.ended[-1]:.0f} ms", file=sys.stderr, flush=True)
    assert leader.complaints == [], leader.complaints
    glass.close()
    return found


def _order(page: Page, leader: Officer, glass: Page, number: int) -> float:
    leader.open("/khan-cap/moi/")
    page.fill("#id_issuer_name", "Đài Khí tượng Thủy văn tỉnh")
    page.fill("#id_document", f"LQSL-{number}/CAOB")
    page.fill("#id_hazard", "Lũ quét, sạt lở đất")
    page.check("input[name=level][value='4']", force=True)
    with page.expect_response("**/khan-cap/moi/tac-dong/"):
        page.check(f"input[name=clusters][value='{CLUSTER}']", force=True)
    page.wait_for_selector("#tac-dong label b:text-is('1')")
    page.fill("#id_headline_vi", "LŨ QUÉT, SẠT LỞ ĐẤT")
    page.fill("#id_instruction_vi", "Rời ngay ven suối, sườn dốc. Gọi 112.")
    page.fill("#id_screens", "1")
    glass.evaluate("window.changes.length = 0")
    page.click("[data-issue]")
    page.wait_for_url("**/khan-cap/KC-*/")
    return _until_seen(glass, "alert") - _pressed(page)


def _end(page: Page, glass: Page) -> float:
    page.fill("#id_reason", "Nước đã rút")
    glass.evaluate("window.changes.length = 0")
    page.click("[data-cancel]")
    page.wait_for_selector("[data-cancel]", state="detached")
    return _until_seen(glass, "") - _pressed(page)


def _until_seen(glass: Page, state: str) -> float:
    """When the glass first showed the state (`""`: any but a notice)."""
    is_it = f"([one]) => one === '{state}'" if state else "([one]) => one !== 'alert'"
    found = glass.wait_for_function(f"() => window.changes.find({is_it})", timeout=30_000, polling=50)
    return float(found.json_value()[1])


def _pressed(page: Page) -> float:
    return float(page.evaluate("Number(sessionStorage.getItem('pressed'))"))


def is_transcoding(hub: Hub) -> bool:
    """Whether a program that makes renditions runs under the hub."""
    assert hub.process is not None
    parents = {hub.process.pid}
    for entry in sorted(int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()):
        try:
            words = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
            name = Path(f"/proc/{entry}/cmdline").read_bytes()
        except OSError:
            continue
        if int(words[1]) in parents:
            parents.add(entry)
            if b"ffmpeg" in name.split(b"\0")[0] or b"ffprobe" in name.split(b"\0")[0]:
                return True
    return False


def long_film(path: Path) -> Path:
    """A minute that keeps an encoder busy for a while."""
    source = ["-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25:d=60", "-c:v", "libx264", "-preset", "ultrafast"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-y", *source, "-pix_fmt", "yuv420p", str(path)]
    subprocess.run(command, check=True)
    return path


def figures(found: Taken) -> Result:
    """The measured times as every benchmark gives them."""
    tries = len(found.issued)
    made = {
        "issue_median_ms": statistics.median(found.issued),
        "issue_p95_ms": _p95(found.issued),
        "cancel_median_ms": statistics.median(found.ended),
        "cancel_p95_ms": _p95(found.ended),
        "tries": float(tries),
        "tries_while_transcoding": float(found.busy),
    }
    return Result("alerts", made, {}, {}, BOUNDS, is_full_size=tries >= FULL and found.busy >= tries * 0.8)


def _p95(values: list[float]) -> float:
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


def run(*, tries: int) -> Result:
    """The whole road in a folder of its own: an installation, a busy worker, a screen, so many orders."""
    with tempfile.TemporaryDirectory(prefix="bangtin-alarm-") as name, sync_playwright() as playwright:
        folder = Path(name)
        hub = Hub(folder / "hub", clock_environment())
        hub.folder.mkdir()
        hub.seed("province", str(hub.kit))
        screen = Screen(folder / "screen", hub.address, hub.kit, hub.environment)
        try:
            ready(hub, screen)
            hub.seed("queue", "12", str(long_film(folder / "long.mp4")))
            until(lambda: is_transcoding(hub), what="the worker transcodes")
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            return figures(measure(browser, hub, screen, tries=tries, is_busy=lambda: is_transcoding(hub)))
        finally:
            screen.stop()
            hub.stop()


def ready(hub: Hub, screen: Screen) -> None:
    """A hub that serves, and an enrolled screen that plays an approved notice."""
    receipts = hub.seed("approve", "3000", "text")  # before the hub's own worker checks what is sent
    assert isinstance(receipts, list)
    hub.start()
    screen.start()
    hub.seed("enrol", until(screen.code, what="the screen shows a code"))
    hub.seed("plan", "120", *receipts)
    until(lambda: len(hub.plays()) >= 1, within_s=60, what="plays reach the hub")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--tries", type=int, default=FULL)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    made = run(tries=asked.tries)
    print(json.dumps(made.to_object()) if asked.json else made.figures)
    sys.exit(0 if made.holds else 1)

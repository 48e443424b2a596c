"""One installation, made once and copied for each test; little media; hubs and screens that end with their test."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import imageio_ffmpeg
import pytest

from tests.browser.processes import CHROMIUM, Hub, Screen, clock_environment, copy_of, until


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium these tests cannot run: skipped on a machine without one, a failure in `.ci/run`."""
    if CHROMIUM is None and "BANGTIN_CI" not in os.environ:
        for item in items:
            if "tests/browser" in str(item.path):
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """Cao Bằng with its accounts, on no server yet."""
    hub = Hub(tmp_path_factory.mktemp("installation"), clock_environment())
    hub.seed("province", str(hub.kit))
    return hub


@pytest.fixture
def hub(installation: Hub, tmp_path: Path) -> Iterator[Hub]:
    """A copy of the installation, not started; ended with the test."""
    made = copy_of(installation, tmp_path / "hub")
    yield made
    made.kill()


@pytest.fixture(scope="session")
def stock(
    installation: Hub, films: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Hub, dict[str, str]]:
    """The installation with approved versions, and the receipt of each: `film`, `picture`, `text`, `filler`."""
    made = copy_of(installation, tmp_path_factory.mktemp("stock") / "hub")
    sources = {**{name: str(films[name]) for name in ("film", "picture", "filler")}, "text": "text"}
    receipts = made.seed("approve", "2000", *sources.values())
    assert isinstance(receipts, list)
    return made, dict(zip(sources, receipts, strict=True))


@pytest.fixture
def stocked(stock: tuple[Hub, dict[str, str]], tmp_path: Path) -> Iterator[tuple[Hub, dict[str, str]]]:
    """A copy of the stocked installation, not started, with its receipts; ended with the test."""
    made = copy_of(stock[0], tmp_path / "hub")
    yield made, stock[1]
    made.kill()


@pytest.fixture
def screens(tmp_path: Path) -> Iterator[Callable[..., Screen]]:
    """Makes screens for a hub, not started; they and their browsers end with the test."""
    made: list[Screen] = []

    def make(hub: Hub, *, address: str = "") -> Screen:
        folder = tmp_path / f"screen-{len(made) + 1}"
        made.append(Screen(folder, address or hub.address, hub.kit, hub.environment))
        return made[-1]

    yield make
    for screen in made:
        screen.stop()


@pytest.fixture
def playing(stocked: tuple[Hub, dict[str, str]], screens: Callable[..., Screen]) -> tuple[Hub, Screen]:
    """A running hub and an enrolled screen that plays a film, a picture and a notice in turn, with filler."""
    hub, receipts = stocked
    hub.start()
    screen = screens(hub)
    screen.start()
    hub.seed("enrol", until(screen.code, what="the screen shows a code"))
    hub.seed("plan", "60", receipts["film"], receipts["picture"], receipts["text"], f"+{receipts['filler']}")
    until(lambda: len(hub.plays()) >= 3, within_s=60, what="plays reach the hub")
    return hub, screen


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """`clip`: 4 s of 16:9 that moves, two corners marked; `film`, `picture`, `filler`: 2 s each, told by colour."""
    folder = tmp_path_factory.mktemp("films")
    corners = "drawbox=w=500:h=300:c=0xd32f2f:t=fill,drawbox=x=780:y=420:w=500:h=300:c=0xfbc02d:t=fill"
    moving = f"testsrc2=s=1280x720:r=25:d=4,{corners}"
    encode = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"]
    tone = ["-f", "lavfi", "-i", "sine=440:d=4"]
    return {
        "clip": _make(folder / "clip.mp4", ["-f", "lavfi", "-i", moving, *tone, *encode]),
        "film": _make(folder / "film.mp4", ["-f", "lavfi", "-i", "color=0x1e88e5:s=1024x512:r=25:d=2", *encode]),
        "picture": _make(folder / "picture.png", ["-f", "lavfi", "-i", "color=0xe53935:s=1024x512", "-frames:v", "1"]),
        "filler": _make(folder / "filler.png", ["-f", "lavfi", "-i", "color=0x43a047:s=1024x512", "-frames:v", "1"]),
    }


def _make(path: Path, arguments: list[str]) -> Path:
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-y", *arguments, str(path)], check=True)
    return path

"""The kiosk's browser opens no port: what the player asks of it goes over pipes that only its own account can open."""

import asyncio
import os
import signal
import socket
import stat
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bangtin.player.screens import browser
from bangtin.player.screens.devtools import DevTools, NoBrowser, make_pipes, pipes
from bangtin.player.testing.hub_simulator import HubSimulator
from bangtin.player.tests.post import Clips, Post, item, programme, until, window

CHROMIUM = str(browser.find("auto"))
LISTENS, UNCONNECTED = "0A", "07"  # of TCP, of UDP: `include/net/tcp_states.h`


@asynccontextmanager
async def kiosk(folder: Path, clips: Clips) -> AsyncIterator[Post]:
    """A post whose Chromium shows a picture."""
    hub = HubSimulator(clock=time.time)
    await hub.start()
    post = Post(folder / "player", hub, browser=CHROMIUM)
    await post.start()
    try:
        await until(lambda: post.is_enrolled)
        cast = [(item("picture", "picture", clips.picture, dur_ms=60_000), clips.picture)]
        hub.publish(programme(clips=cast, filler=[], windows=[window(-3, 600, now=time.time())]))
        await until(lambda: is_showing(post), within_s=40)
        yield post
    finally:
        await post.stop()
        post.browser_group(signal.SIGKILL)
        await hub.stop()


def is_showing(post: Post) -> bool:
    """Whether the player says that it shows the picture."""
    status = post.status()
    return status is not None and status.showing == "picture"


def browser_pid(post: Post) -> int:
    """The process that the player started."""
    return int((post.folder / "browser.pid").read_text())


def family(group: int) -> list[int]:
    """Every process of a session, its children of other sessions too."""
    found = {group}
    for pid in sorted(int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()):
        with suppress(OSError):
            words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            if int(words[1]) in found or int(words[3]) == group:
                found.add(pid)
    return sorted(found)


def heard_at(pids: list[int]) -> set[tuple[str, str]]:
    """`(kind, address)` of every socket at which one of the processes can be reached over IP; UDP counts if bound."""
    inodes = {inode for pid in pids for inode in _sockets(pid)}
    found = set()
    for kind, state in (("tcp", LISTENS), ("tcp6", LISTENS), ("udp", UNCONNECTED), ("udp6", UNCONNECTED)):
        with suppress(FileNotFoundError):
            for row in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]:
                words = row.split()
                if words[3] == state and words[9] in inodes:
                    found.add((kind, _address(words[1])))
    return found


def _sockets(pid: int) -> Iterator[str]:
    with suppress(OSError):
        for one in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                kind, _, inode = str(one.readlink()).partition(":")
                if kind == "socket":
                    yield inode.strip("[]")


def _address(text: str) -> str:
    host, _, port = text.partition(":")
    if len(host) != 8:
        return f"[{host}]:{int(port, 16)}"
    return f"{socket.inet_ntoa(bytes.fromhex(host)[::-1])}:{int(port, 16)}"


async def red(post: Post) -> bool:
    """Whether the browser's picture shows the red picture."""
    async with DevTools(post.folder / "browser") as page:
        found = Image.open(BytesIO(await page.picture())).convert("RGB").getpixel((512, 256))
    return isinstance(found, tuple) and all(abs(a - b) <= 12 for a, b in zip(found, (229, 57, 53), strict=True))


@pytest.mark.browser
def test_the_browser_opens_no_port_and_the_daemon_none_but_its_page(tmp_path: Path, clips: Clips) -> None:
    async def act() -> None:
        async with kiosk(tmp_path, clips) as post:
            assert post.process is not None
            assert await red(post)
            pids = family(browser_pid(post))
            assert len(pids) >= 3, pids  # the browser, its renderer, its helpers
            assert heard_at(pids) == set()
            assert heard_at([post.process.pid]) == {("tcp", f"127.0.0.1:{post.port}")}
            assert b"remote-debugging-port" not in Path(f"/proc/{browser_pid(post)}/cmdline").read_bytes()
            assert not (post.folder / "browser" / "DevToolsActivePort").exists()
            for path in pipes(post.folder / "browser"):
                assert stat.S_IMODE(path.stat().st_mode) == 0o600

    asyncio.run(act())


@pytest.mark.browser
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_page_that_crashed_or_hangs_is_noticed_and_its_browser_started_anew(
    tmp_path: Path, clips: Clips, how: signal.Signals
) -> None:
    async def act() -> None:
        async with kiosk(tmp_path, clips) as post:
            before = browser_pid(post)
            hurt = [one for one in family(before) if b"--type=renderer" in Path(f"/proc/{one}/cmdline").read_bytes()]
            assert hurt
            for one in hurt:
                os.kill(one, how)
            await until(lambda: browser_pid(post) != before, within_s=60)
            await until(lambda: is_showing(post), within_s=40)
            for _try in range(100):
                with suppress(NoBrowser):
                    if await red(post):
                        break
                await asyncio.sleep(0.1)
            assert await red(post)
            left = [one for one in hurt if Path(f"/proc/{one}").exists() and browser._is_running(one)]
            assert left == []

    asyncio.run(act())


@pytest.mark.browser
def test_a_killed_daemon_s_browser_shows_on_and_the_next_one_speaks_to_it(tmp_path: Path, clips: Clips) -> None:
    async def act() -> None:
        async with kiosk(tmp_path, clips) as post:
            pid = browser_pid(post)
            page = DevTools(post.folder / "browser")
            await page.__aenter__()
            asked = asyncio.create_task(page.picture())
            await asyncio.sleep(0)
            page._close()  # as if it died while the answer was on its way
            asked.cancel()
            await post.kill()
            await asyncio.sleep(0.5)
            os.kill(pid, 0)  # it is still there
            await post.start()
            await until(lambda: is_showing(post), within_s=40)
            assert browser_pid(post) == pid
            assert await red(post)

    asyncio.run(act())


@pytest.mark.browser
def test_two_do_not_take_each_other_s_answers(tmp_path: Path, clips: Clips) -> None:
    async def act() -> None:
        async with kiosk(tmp_path, clips) as post:
            async with DevTools(post.folder / "browser"):
                with pytest.raises(NoBrowser, match="somebody else"):
                    await red(post)
            assert await red(post)

    asyncio.run(act())


@pytest.mark.browser
def test_a_browser_ends_when_it_is_told_to(tmp_path: Path, clips: Clips) -> None:
    async def act() -> None:
        async with kiosk(tmp_path, clips) as post:
            pid, began = browser_pid(post), time.monotonic()
            await post.stop()
            assert time.monotonic() - began < 5
            await until(lambda: not Path(f"/proc/{pid}").exists(), within_s=5)

    asyncio.run(act())


def test_without_a_browser_at_the_other_end_nobody_waits(tmp_path: Path) -> None:
    async def act() -> None:
        for is_made in (False, True):
            if is_made:
                make_pipes(tmp_path / "browser")
            with pytest.raises(NoBrowser, match="does not answer"):
                async with DevTools(tmp_path / "browser"):
                    pass

    asyncio.run(act())


def test_what_lies_where_a_pipe_belongs_is_taken_away(tmp_path: Path) -> None:
    pipes(tmp_path / "browser")[0].write_text("no pipe")
    assert all(path.is_fifo() for path in make_pipes(tmp_path / "browser"))

"""Whose reports count: the page that the daemon opened, and no other process or page of the machine."""

import asyncio
import os
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from bangtin.bundle.playlog import Line, parse
from bangtin.player.screens import own_page
from bangtin.player.testing.hub_simulator import HubSimulator
from bangtin.player.tests.post import LightPage, Post, item, programme, until, window

NAMES = ("", "role=screen", "role=screen&token=guessed", "role=screen&token=")


REPORTS = (("began", "ago_ms", 0), ("shown", "shown_ms", 3_600_000), ("failed", "why", "x"))


async def says(post: Post, query: str, *, of: str, heard: int) -> list[str]:
    """What somebody `heard` first who connects with this query and reports on a segment: shown for an hour, failed."""
    address = f"{post.page}/screen?{query}"
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(address, headers={"Origin": post.page}) as line,
    ):
        for kind, key, value in REPORTS:
            await line.send_json({"t": kind, "id": of, key: value})
        return [(await line.receive_json(timeout=5))["t"] for _ in range(heard)]


def lines(post: Post) -> list[Line]:
    """What stands in the records on the disk."""
    with closing(sqlite3.connect(post.folder / "player.sqlite3")) as connection:
        return [parse(line) for (line,) in connection.execute("SELECT line FROM lines ORDER BY n")]


def test_no_page_but_the_daemons_own_is_the_screen(tmp_path: Path) -> None:
    async def act() -> None:
        hub = HubSimulator(clock=time.time)
        await hub.start()
        post = Post(tmp_path / "p", hub)
        await post.start()
        await until(lambda: post.is_enrolled, within_s=40)
        hub.publish(programme(clips=[(item("text", "text", dur_ms=600_000), None)], filler=[], windows=[
            window(-5, 600, now=time.time())
        ]))  # fmt: skip
        for query in NAMES:  # nobody else is there: still not the screen
            assert await says(post, query, of="1-1", heard=1) == ["face"]
        status = post.status()
        assert status is not None and not status.is_screen_attached
        assert "screen_not_ours" in (post.folder / "log.txt").read_text()
        async with LightPage(post) as page:
            await until(lambda: page.segments and page.segments[-1]["kind"] == "text", within_s=40)
            for query in NAMES:  # they look on, and what they say counts for nothing
                assert await says(post, query, of=page.told[-1], heard=2) == ["face", "show"]
            told = len(page.told)
            await asyncio.sleep(1)
            assert len(page.told) == told
        await post.stop()
        await hub.stop()
        found = lines(post)
        assert any(line.k == "play" for line in found)
        assert [line for line in found if line.k == "refusal" or line.shown_ms >= 3_600_000] == []

    asyncio.run(act())


def test_a_foreign_page_is_not_let_in_even_with_the_secret(tmp_path: Path) -> None:
    """Another site in a browser of this machine, also under a name that it points at 127.0.0.1."""

    async def act() -> None:
        hub = HubSimulator(clock=time.time)
        await hub.start()
        post = Post(tmp_path / "p", hub)
        await post.start()
        address = f"{post.page}/screen?role=screen&token={post.secret}"
        own = post.page.removeprefix("http://")
        async with aiohttp.ClientSession() as session:
            for headers, expected in (
                ({"Origin": "http://evil.example"}, 403),
                ({"Origin": "null"}, 403),
                ({"Origin": f"https://{own}"}, 403),
                ({}, 403),
                ({"Host": f"evil.example:{post.port}", "Origin": f"http://evil.example:{post.port}"}, 421),
            ):
                with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
                    await session.ws_connect(address, headers=headers)
                assert caught.value.status == expected, headers
        await post.stop()
        await hub.stop()

    asyncio.run(act())


def test_the_kernel_says_whose_the_other_end_is() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
        port = server.getsockname()[1]
        assert own_page.owner(client.getsockname(), port) == os.geteuid()
        client.shutdown(socket.SHUT_WR)  # half closed, it is still whose it was
        assert own_page.owner(client.getsockname(), port) == os.geteuid()
        assert own_page.owner(client.getsockname(), port + 1) == own_page.NOBODY
        assert own_page.owner(None, port) == own_page.NOBODY


def test_whose_end_nobody_holds_is_not_ours_but_where_the_kernel_tells_nothing_the_secret_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    peer = ("127.0.0.1", 5)
    assert not own_page.is_own("s3cret", "s3cret", peer=peer, port=1)
    monkeypatch.setattr(own_page, "TABLES", (str(tmp_path / "none"),))
    assert own_page.is_own("s3cret", "s3cret", peer=peer, port=1)


def test_another_account_of_the_machine_is_refused_although_it_read_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    peer = ("127.0.0.1", 5)
    monkeypatch.setattr(own_page, "owner", lambda _peer, _port: os.geteuid())
    assert own_page.is_own("s3cret", "s3cret", peer=peer, port=1)
    assert not own_page.is_own("s3cre", "s3cret", peer=peer, port=1)
    assert not own_page.is_own("", "s3cret", peer=peer, port=1)
    monkeypatch.setattr(own_page, "owner", lambda _peer, _port: os.geteuid() + 1)
    assert not own_page.is_own("s3cret", "s3cret", peer=peer, port=1)


def test_the_secret_is_another_at_each_start_but_for_a_browser_left_behind(tmp_path: Path) -> None:
    first, second = own_page.token(tmp_path), own_page.token(tmp_path)
    assert first != second and len(second) >= 32
    assert stat.S_IMODE((tmp_path / own_page.FILE).stat().st_mode) == 0o600
    wait = "import sys; print(flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", wait, f"--app={second}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as left:
        assert left.stdout and left.stdout.readline()  # it has its command line only once it runs
        (tmp_path / own_page.BROWSER_PID).write_text(str(left.pid))
        kept = own_page.token(tmp_path)
        left.kill()
    assert kept == second
    assert own_page.token(tmp_path) != second

"""A spoilt store never darkens the face: it is set aside whole, nothing is made up for it, and people are told."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bangtin.player import main, salvage
from bangtin.player.store.database import Database
from bangtin.player.store.generations import Generations
from bangtin.player.testing.hub_simulator import HubSimulator
from bangtin.player.tests.post import LightPage, Post, item, programme, until, window

NOW_S = 1_795_000_000.0
SPOILERS: dict[str, Callable[[bytes], bytes]] = {
    "garbage": lambda whole: b"no database" * (len(whole) // 11),
    "cut": lambda whole: whole[: len(whole) // 2 + 100],
    "zeros": lambda whole: bytes(len(whole)),
    "empty": lambda _whole: b"",
}


def enrolled(folder: Path) -> Generations:
    """A folder as an enrolled player leaves it."""
    found = Generations(folder / "enrolment")
    found.write("gen-1-ab-1", {"device.json": b"{}"})
    (folder / "device.key").write_bytes(b"key")
    database = Database(folder / salvage.FILE)
    database.next_boot()
    database.put("floors", '{"versions": {}, "number": 7, "digest": ""}')
    database.close()
    return found


@pytest.mark.parametrize("name", SPOILERS)
def test_a_spoilt_store_is_set_aside_whole_and_its_enrolment_ends(tmp_path: Path, name: str) -> None:
    enrolments, path = enrolled(tmp_path), tmp_path / salvage.FILE
    spoilt = SPOILERS[name](path.read_bytes())
    path.write_bytes(spoilt)
    salvage.open_database(tmp_path, enrolments, now_s=NOW_S).close()
    (kept,) = salvage.aside(tmp_path)
    assert kept.name == "player.sqlite3.set-aside-20261118-110640"
    assert kept.read_bytes() == spoilt
    assert enrolments.names() == []  # no set is judged without the floors that this enrolment had
    assert (tmp_path / "device.key.former").exists()


def test_a_store_that_is_gone_or_without_its_floors_ends_the_enrolment_too(tmp_path: Path) -> None:
    enrolments = enrolled(tmp_path)
    (tmp_path / salvage.FILE).unlink()
    salvage.open_database(tmp_path, enrolments, now_s=NOW_S).close()
    assert (enrolments.names(), salvage.aside(tmp_path)) == ([], [])


def test_a_whole_store_and_what_its_log_still_holds_go_on(tmp_path: Path) -> None:
    enrolments, path = enrolled(tmp_path), tmp_path / salvage.FILE
    running = Database(path)
    running.put("device", "d1")
    left = {end: path.with_name(path.name + end).read_bytes() for end in ("", "-wal")}
    running.close()
    for end, content in left.items():  # as a power cut leaves them
        path.with_name(path.name + end).write_bytes(content)
    database = salvage.open_database(tmp_path, enrolments, now_s=NOW_S)
    assert (database.get("device"), database.get("boot"), salvage.aside(tmp_path)) == ("d1", "1", [])
    assert enrolments.names() == ["gen-1-ab-1"]
    database.close()


def test_two_that_are_spoilt_in_one_second_are_both_kept(tmp_path: Path) -> None:
    for content in (b"first" * 999, b"second" * 999):
        (tmp_path / salvage.FILE).write_bytes(content)
        salvage.open_database(tmp_path, Generations(tmp_path / "enrolment"), now_s=NOW_S).close()
    assert {path.read_bytes()[:5] for path in salvage.aside(tmp_path)} == {b"first", b"secon"}


def test_a_player_with_a_spoilt_store_serves_its_page_and_joins_anew(tmp_path: Path) -> None:
    async def act() -> None:
        hub = HubSimulator(clock=time.time)
        await hub.start()
        post = Post(tmp_path / "p", hub)
        await post.start()
        await until(lambda: post.is_enrolled, within_s=40)
        await post.stop()
        key = (post.folder / "device.key").read_bytes()
        (post.folder / salvage.FILE).write_bytes(b"no database" * 1000)
        await post.start()
        await until(lambda: post.is_enrolled, within_s=40)
        hub.publish(programme(clips=[(item("t", "text"), None)], filler=[], windows=[window(-5, 600, now=time.time())]))
        async with LightPage(post) as page:
            await until(lambda: page.segments and page.segments[-1]["kind"] == "text", within_s=40)
        assert (post.folder / "device.key").read_bytes() != key
        assert len(salvage.aside(post.folder)) == 1
        await post.stop()
        await hub.stop()
        assert "Traceback" not in (post.folder / "log.txt").read_text()

    asyncio.run(act())


def test_a_store_that_is_spoilt_while_it_plays_starts_the_player_anew(tmp_path: Path) -> None:
    """In one process, as for another key: the browser keeps its picture, and the next life looks at the store."""

    async def act() -> None:
        hub = HubSimulator(clock=time.time)
        await hub.start()
        post = Post(tmp_path / "p", hub)
        await post.start()
        await until(lambda: post.is_enrolled, within_s=40)
        hub.publish(programme(clips=[(item("t", "text"), None)], filler=[], windows=[window(-5, 600, now=time.time())]))
        async with LightPage(post) as page:
            await until(lambda: page.segments and page.segments[-1]["kind"] == "text", within_s=40)
            with sqlite3.connect(post.folder / salvage.FILE) as connection:
                connection.execute("DROP TABLE opened")
            connection.close()
            await until(lambda: "the store failed" in (post.folder / "log.txt").read_text(), within_s=40)
            seen = len(page.segments)
            await until(lambda: any(one["kind"] == "text" for one in page.segments[seen:]), within_s=40)
        assert post.process is not None and post.process.returncode is None
        await post.stop()
        await hub.stop()

    asyncio.run(act())


def test_doctor_and_status_say_where_it_lies_and_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / f"{salvage.ASIDE}20261118-110640").write_bytes(b"spoilt")
    for command in ("doctor", "status"):
        assert main.main([command, "--data-dir", str(tmp_path), "--browser", "none"]) == 1
        said = capsys.readouterr().out
        assert f"{salvage.ASIDE}20261118-110640" in said
        assert "bangtin-player enrol" in said

"""Records stay at the post until the hub itself has said that it has them (trust 8.9)."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from bangtin.player.testing.hub_simulator import HubSimulator
from bangtin.player.tests.post import LightPage, Post, item, programme, until, window


def waiting(post: Post) -> list[int]:
    """The first line of each batch that is not acknowledged."""
    return [int(one) for (one,) in _rows(post, "SELECT first FROM batches ORDER BY first")]


def refusals(post: Post) -> list[str]:
    """The lines of the record in which this player named a refusal."""
    lines = [bytes(line).decode() for (line,) in _rows(post, "SELECT line FROM lines ORDER BY n")]
    return [line for line in lines if '"k":"refusal"' in line]


def _rows(post: Post, sql: str) -> list[tuple[bytes, ...]]:
    with closing(sqlite3.connect(post.folder / "player.sqlite3")) as connection:
        return connection.execute(sql).fetchall()


def test_who_sits_on_the_line_cannot_have_records_deleted(tmp_path: Path) -> None:
    """The answer says that all has come, in the right words for the right head; another key than the hub's signed."""

    async def act() -> None:
        hub = HubSimulator(clock=time.time)
        hub.signs_acks = "approvals"
        await hub.start()
        post = Post(tmp_path / "p", hub)
        await post.start()
        await until(lambda: post.is_enrolled, within_s=40)
        cast = [(item("text", "text", dur_ms=500), None)]
        hub.publish(programme(clips=cast, filler=[], windows=[window(-5, 600, now=time.time())]))
        async with LightPage(post) as page:
            await until(lambda: any('"ack_unsigned"' in line for line in refusals(post)), within_s=40)
            assert waiting(post)[0] == 1
            assert len(refusals(post)) == 1  # however often it is tried
            await page.more(2)
            hub.signs_acks = "hub"
            await until(lambda: 1 not in waiting(post), within_s=40)
        await until(lambda: not waiting(post) or waiting(post)[0] > 1, within_s=20)
        assert [line.n for line in hub.lines] == list(range(1, len(hub.lines) + 1))
        await post.stop()
        await hub.stop()

    asyncio.run(act())


def test_records_are_acknowledged_before_any_bundle_was_accepted(tmp_path: Path) -> None:
    """The keys that came with the enrolment vouch for the hub's word until a set does."""

    async def act() -> None:
        hub = HubSimulator(clock=time.time)
        await hub.start()
        post = Post(tmp_path / "p", hub)
        await post.start()
        await until(lambda: post.is_enrolled, within_s=40)
        async with LightPage(post):
            await until(lambda: hub.lines and not waiting(post), within_s=40)
        await post.stop()
        await hub.stop()

    asyncio.run(act())

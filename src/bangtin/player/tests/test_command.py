"""What the hub orders and the player does: once, told back, kept over a power cut; and what nobody ordered (6.7)."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bangtin.bundle import commands, dsse, instants
from bangtin.player.testing.hub_simulator import HubSimulator
from bangtin.player.tests.post import LightPage, Post, item, programme, until, window


@asynccontextmanager
async def playing(folder: Path) -> AsyncIterator[tuple[HubSimulator, Post, LightPage]]:
    """A player with one text on the air, its page attached, its push line open."""
    hub = HubSimulator(clock=time.time)
    await hub.start()
    post = Post(folder, hub)
    await post.start()
    try:
        await until(lambda: post.is_enrolled)
        cast = [(item("text", "text", dur_ms=1000), None)]
        hub.publish(programme(clips=cast, filler=[], windows=[window(-5, 600, now=time.time())]))
        async with LightPage(post) as page:
            await until(lambda: any(one["kind"] == "text" for one in page.segments))
            yield hub, post, page
    finally:
        await post.stop()
        await hub.stop()


def test_blank_is_obeyed_told_kept_over_a_power_cut_and_ended_by_restore(tmp_path: Path) -> None:
    async def act() -> None:
        async with playing(tmp_path / "p") as (hub, post, page):
            hub.push(hub.desk.order("blank"), b"command")
            await until(lambda: page.segments[-1]["kind"] == "card")
            await until(lambda: 1 in hub.desk.results)
            assert hub.desk.results[1]["result"] == "done"
            await post.kill()
            count = len(page.segments)
            await post.start()
            await until(lambda: len(page.segments) > count)
            assert {one["kind"] for one in page.segments[count:]} == {"card"}
            hub.desk.order("restore")
            await until(lambda: page.segments[-1]["kind"] == "text")
            await until(lambda: 2 in hub.desk.results)
            await until(lambda: any(line.extra.get("x_code") == "command_blank" for line in hub.lines))

    asyncio.run(act())


def test_what_nobody_ordered_is_named_told_and_not_done(tmp_path: Path) -> None:
    async def act() -> None:
        async with playing(tmp_path / "p") as (hub, post, page):
            hub.desk.order("blank", officer="")
            await until(lambda: 1 in hub.desk.results)
            assert (hub.desk.results[1]["result"], hub.desk.results[1]["code"]) == ("refused", "command_unordered")
            neighbour = replace(hub.desk.command("restart"), n=9, device="player-other")
            hub.push(commands.encode(neighbour, hub.keys.of("hub")), b"command")
            forged = dsse.sign("command", replace(neighbour, device="d-1").payload(), hub.keys.of("approvals"))
            hub.push(forged, b"command")
            replayed = hub.desk.order("volume", {"percent": 40})
            await until(lambda: 2 in hub.desk.results)
            hub.desk.order("volume", {"percent": 50})
            await until(lambda: 3 in hub.desk.results)
            hub.push(replayed, b"command")
            codes = {"command_unordered", "command_elsewhere", "command_unsigned"}
            await until(lambda: codes <= {str(line.extra.get("x_code")) for line in hub.lines})
            assert page.segments[-1]["kind"] == "text"
            status = post.status()
            assert status is not None
            assert not status.is_blanked

    asyncio.run(act())


def test_a_revoked_device_drops_its_content_and_keeps_its_records(tmp_path: Path) -> None:
    """T61."""

    async def act() -> None:
        async with playing(tmp_path / "p") as (hub, post, page):
            hub.desk.revoke()
            await until(lambda: page.segments[-1]["kind"] == "card")
            await until(lambda: (status := post.status()) and "device_revoked" in status.trouble)
            assert not list((tmp_path / "p" / "generations").glob("gen-*"))
            await until(lambda: (status := post.status()) and status.is_revoked)
            told, lines = len(page.segments), len(hub.lines)
            await post.kill()
            await post.start()
            await until(lambda: len(page.segments) > told)
            assert page.segments[-1]["kind"] == "card"
            await until(lambda: (status := post.status()) and status.unsent > 0)
            assert len(hub.lines) == lines

    asyncio.run(act())


def test_another_key_is_accepted_although_the_answer_is_lost_and_no_record_is(tmp_path: Path) -> None:
    async def act() -> None:
        async with playing(tmp_path / "p") as (hub, post, page):
            old = hub.desk.record
            hub.desk.loses_answers = 1
            (tmp_path / "p" / "rotate-key").touch()
            await until(lambda: hub.desk.record.epoch == 2)
            cast = [(item("text", "text", dur_ms=1000), None)]
            hub.publish(programme(clips=cast, filler=[], windows=[window(-5, 600, now=time.time())]))
            count = len(page.segments)
            # the set that was accepted under the key before plays on until the next one is here
            await until(lambda: len(page.segments) > count + 2)
            assert "card" not in {one["kind"] for one in page.segments[count:]}
            await until(lambda: any(line.extra.get("x_before") for line in hub.lines))
            first = next(line for line in hub.lines if line.extra.get("x_before"))
            assert first.n == 1
            assert (tmp_path / "p" / "device.key.former").exists()
            assert hub.desk.record.key != old.key
            plays = [str(line.extra["x_segment"]) for line in hub.lines if line.k == "play"]
            assert len(plays) == len(set(plays))
            status = post.status()
            assert status is not None
            assert status.bundle is not None

    asyncio.run(act())


def test_a_device_record_is_renewed_when_a_hundred_days_are_left(tmp_path: Path) -> None:
    async def act() -> None:
        hub = HubSimulator(clock=time.time)
        hub.record_days = 90
        await hub.start()
        post = Post(tmp_path / "p", hub)
        await post.start()
        await until(lambda: post.is_enrolled)
        await until(lambda: hub.desk.renewed)
        await post.kill()  # whether the answer was kept or not: the next life has it, or asks again
        await post.start()
        await until(lambda: (status := post.status()) and status.until == instants.to_text(hub.desk.record.until_at))
        assert (hub.desk.record.until_at - hub.now()).days >= 399
        assert hub.desk.record.epoch == 1
        await post.stop()
        await hub.stop()

    asyncio.run(act())


def test_a_restart_is_a_new_life_after_the_hub_was_told(tmp_path: Path) -> None:
    async def act() -> None:
        async with playing(tmp_path / "p") as (hub, _post, page):
            hub.desk.order("restart")
            await until(lambda: any(line.boot == 2 for line in hub.lines))
            assert hub.desk.results[1]["result"] == "done"
            await page.more(2)
            assert len(hub.desk.reports) >= 1
            assert len(str(hub.desk.reports[-1])) < 16_384

    asyncio.run(act())

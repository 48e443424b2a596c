"""A post whose line is gone lives by a stick: new plan in, records home, acks back; what is wrong with it is named."""

import asyncio
import contextlib
import hashlib
import io
import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from bangtin.bundle import acks, carry, media, playlog, reports
from bangtin.bundle.acks import Ack
from bangtin.player.main import main
from bangtin.player.testing.hub_simulator import HubSimulator
from bangtin.player.tests.post import Clips, LightPage, Post, item, programme, until, window
from bangtin.player.tests.test_alerts import flood


def stick_of(hub: HubSimulator, stick: Path) -> Path:
    """A stick as the hub exports it; gives its root."""
    root = stick / carry.FOLDER
    for path in hub.media.values():
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        carry.write(root, f"m/{digest}", [path.read_bytes()])
        if listed := media.chunks(path):
            carry.write(root, f"m/{digest}.chunks", [listed])
    for name, data in hub.repository.items():
        carry.write(root, name, [data])
    return root


def brought_home(root: Path, hub: HubSimulator) -> tuple[list[playlog.Line], Ack]:
    """The lines on a stick, chain and signatures checked as the hub does, and the hub's word on them."""
    (record,) = hub.records.values()
    batches = []
    for path in (root / "records" / record.device).iterdir():
        batch = playlog.open_batch(path.read_bytes(), device=record.device, epoch=1, key=bytes.fromhex(record.key))
        batches.append(batch)
    batches.sort(key=lambda batch: batch.checkpoint.from_n)
    last = batches[-1].checkpoint
    lines = [row.line for batch in batches for row in batch.rows if row.line is not None]
    return lines, Ack(record.device, 1, last.to_n, last.head)


def own_word(root: Path, hub: HubSimulator) -> dict[str, Any]:
    """What the player says of itself on the stick, its signature checked."""
    (record,) = hub.records.values()
    envelope = (root / "health" / f"{record.device}.json").read_bytes()
    return dict(reports.read(envelope, device=record.device, epoch=1, key=bytes.fromhex(record.key)))


async def taken(post: Post, stick: Path, **environment: str) -> tuple[int, dict[str, Any]]:
    """`bangtin-player import`: exit code and what it says. Where a daemon runs on the folder, it does the work."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out):
        for name, value in {"BANGTIN_DEMO": "1", **environment}.items():
            patch.setenv(name, value)
        command = ["import", str(stick), "--data-dir", str(post.folder), "--json"]
        code = await asyncio.to_thread(main, command)
    return code, json.loads(out.getvalue())


async def cut_off(folder: Path) -> tuple[HubSimulator, Post]:
    """A post that was enrolled and has lost its line since."""
    hub = HubSimulator(clock=time.time)
    await hub.start()
    post = Post(folder, hub)
    await post.start()
    await until(lambda: post.is_enrolled)
    await hub.stop()
    return hub, post


def test_a_post_without_a_line_plays_by_stick_and_its_records_come_home(tmp_path: Path, clips: Clips) -> None:
    async def act() -> None:
        hub, post = await cut_off(tmp_path / "p")
        plan = [(item("film", "video", clips.large, dur_ms=700), clips.large), (item("text", "text", dur_ms=700), None)]
        hub.publish(programme(clips=plan, filler=[], windows=[window(-5, 600, now=time.time())]))
        root = stick_of(hub, tmp_path / "stick")
        async with LightPage(post) as page:
            code, said = await taken(post, tmp_path / "stick")  # by the daemon, which runs
            assert (code, said["bundle"], said["is_new"], said["media"], said["missing"]) == (0, 1, True, 1, 0)
            await until(lambda: {"video", "text"} <= {str(one["kind"]) for one in page.segments})
            notice = flood()
            envelope = hub.issue(notice)
            carry.write(root, carry.alert_name(envelope), [envelope])
            code, said = await taken(post, tmp_path / "stick")
            await until(lambda: (status := post.status()) and list(status.alerts) == [notice.id])
        assert (said["alerts"], said["refusals"]) == (1, [])
        assert said["records"] >= 1
        await post.stop()
        word = own_word(root, hub)
        assert word["showing"]["state"] in ("item", "alert")  # the daemon's own word, while it played
        assert word["health"]["disk_free_bytes"] > 0
        lines, ack = brought_home(root, hub)
        assert [line.n for line in lines] == list(range(1, ack.to + 1))
        assert {line.item for line in lines if line.k == "play"} <= {"film", "text"}
        carry.write(root, f"acks/{ack.device}.json", [acks.encode(ack, hub.keys.of("hub"))])
        code, said = await taken(post, tmp_path / "stick")  # nobody runs there now
        assert (code, said["acknowledged"]) == (0, ack.to)
        later, _ack = brought_home(root, hub)
        assert min(line.n for line in later) == ack.to + 1  # what the hub has left the stick

    asyncio.run(act())


def test_what_is_wrong_with_a_stick_is_named_and_nothing_of_it_is_shown(tmp_path: Path, clips: Clips) -> None:
    async def act() -> None:
        hub, post = await cut_off(tmp_path / "p")
        await post.stop()
        plan = [(item("film", "video", clips.large), clips.large)]
        hub.publish(programme(clips=plan, filler=[], windows=[window(-5, 600, now=time.time())]))
        root = stick_of(hub, tmp_path / "stick")
        (film,) = [path for path in (root / "m").iterdir() if not path.suffix]
        code, said = await taken(post, tmp_path / "stick", BANGTIN_PLAYER_QUOTA_MB="1")
        assert (code, said["refusals"]) == (1, [f"carry_too_large {film.name}"])
        body = bytearray(film.read_bytes())
        body[2**20 + 5] ^= 1
        film.write_bytes(body)
        code, said = await taken(post, tmp_path / "stick")
        assert (code, said["refusals"], said["missing"]) == (1, [f"media_digest {film.name}"], 1)
        assert not (post.folder / "media" / film.name).exists()
        (record,) = hub.records.values()
        forged = Ack(record.device, 1, 1, "0" * 64)
        carry.write(root, f"acks/{record.device}.json", [acks.encode(forged, hub.keys.of("approvals"))])
        code, said = await taken(post, tmp_path / "stick")
        assert f"carry_ack {record.device}" in said["refusals"]
        assert said["acknowledged"] is None
        (root / "m" / ("f" * 64)).symlink_to("/etc/passwd")
        code, said = await taken(post, tmp_path / "stick")
        assert (code, said["refusals"], said["records"]) == (1, [f"carry_name m/{'f' * 64}"], 0)
        shutil.rmtree(root / "records")

    asyncio.run(act())


def test_a_stick_that_left_the_hub_three_weeks_ago_is_stale_and_the_old_plan_plays_on(
    tmp_path: Path, clips: Clips
) -> None:
    async def act() -> None:
        hub, post = await cut_off(tmp_path / "p")
        await post.stop()
        plan = [(item("text", "text"), None)]
        hub.publish(programme(clips=plan, filler=[], windows=[window(-5, 600, now=time.time())]))
        stick_of(hub, tmp_path / "stick")
        late = str(22 * 86_400)
        code, said = await taken(post, tmp_path / "stick", BANGTIN_CLOCK_OFFSET_S=late)
        assert (code, said["bundle"], said["refusals"]) == (1, None, ["carry_stale metadata/timestamp.json"])
        code, said = await taken(post, tmp_path / "stick", BANGTIN_CLOCK_OFFSET_S=str(20 * 86_400))
        assert (code, said["bundle"]) == (0, 1)

    asyncio.run(act())

"""Hostile sets, alerts and disks before one running player: each is named in its records, and no frame of it is seen.

One Chromium looks on from before each attack until well after its refusal is recorded, at every frame that is composed.
What an attack would show is magenta (or an alert's red); that the looker would see it is tried first.
"""

import asyncio
import re
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bangtin.bundle import alerts, publishing
from bangtin.bundle.content import content_digest
from bangtin.bundle.manifest import Item
from bangtin.player.store.generations import Generations
from bangtin.player.testing.hub_simulator import CLUSTER, OFFICERS, STEPS, HubSimulator
from bangtin.player.tests.post import item, programme, until
from bangtin.player.tests.stage import AFTER_S, BLUE, GREY, MAGENTA, TURN_MS, Stage, staged
from bangtin.player.tests.test_alerts import RED, end_of, flood, named, refused_pushes

pytestmark = pytest.mark.browser
Act = Callable[[Coroutine[object, object, None]], None]
Acting = tuple[Stage, Act]
DAY_S = 86_400


@pytest.fixture(scope="module")
def acting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Acting]:
    """The stage of this file, and what runs an act on it."""
    with staged(tmp_path_factory.mktemp("stage")) as made:
        yield made


def other_title(stage: Stage) -> Item:
    evil = stage.evil()
    content = replace(evil.content, title="Khác")
    return Item(evil.id, evil.class_, content, content_digest(content))


def title_changed(stage: Stage) -> None:
    approved = other_title(stage).digest
    stage.offer(say=lambda said: replace(said, content=approved))


def digest_lies(stage: Stage) -> None:
    lying = stage.evil(digest=other_title(stage).digest)
    stage.offer(write=lambda made: replace(made, items=(lying,)))


def language_relabelled(stage: Stage) -> None:
    stage.offer(say=lambda said: replace(said, language="en"))


def media_swapped(stage: Stage) -> None:
    approved = stage.approved("blue").digest
    stage.offer(say=lambda said: replace(said, content=approved))


def called_priority(stage: Stage) -> None:
    stage.offer(stage.evil(class_="priority"), say=lambda said: replace(said, class_="ordinary"), class_="priority")


def by_one_officer(stage: Stage) -> None:
    stage.offer(say=lambda said: replace(said, officer=OFFICERS[0]))


def by_its_author(stage: Stage) -> None:
    content = replace(stage.evil().content, author=OFFICERS[1])
    stage.offer(stage.evil(content=content, digest=content_digest(content)))


def by_who_has_left(stage: Stage) -> None:
    stage.offer(say=lambda said: replace(said, at=said.at - timedelta(days=40)))


def rejected(stage: Stage) -> None:
    stage.offer(say=lambda said: replace(said, decision="rejected") if said.step == STEPS[1] else said)


def of_another_cluster(stage: Stage) -> None:
    stage.offer(write=lambda made: replace(made, cluster="cao-bang/ta-lung"))


def of_a_lower_number(stage: Stage) -> None:
    stage.offer(write=lambda made: replace(made, number=1))


def the_first_set_again(stage: Stage) -> None:
    stage.hub.repository = stage.first
    stage.hub.push(b"{}", b"changed")


def another_manifest_in_its_place(stage: Stage) -> None:
    first = next(data for path, data in stage.first.items() if path.endswith("manifest.json"))
    stage.offer()
    swapped = {path: first if path.endswith("manifest.json") else data for path, data in stage.hub.repository.items()}
    stage.hub.repository = swapped


def _with_the_old(stage: Stage, ending: str) -> None:
    """A new set in which one file stands as it was in the first."""
    stage.offer()
    old = max(path for path in stage.first if path.endswith(ending))
    new = _newest(stage, ending)
    stage.hub.repository = {
        **stage.first,
        **stage.hub.repository,
        new: stage.first[old],
    }  # what the old one names is there


def _newest(stage: Stage, ending: str) -> str:
    """The name of the file that the newest set goes by: a number or a digest stands before its ending."""
    names = [path for path in stage.hub.repository if path.endswith(ending)]
    return max(names, key=lambda path: int(found.group()) if (found := re.search(r"(?<=/)\d+(?=\.)", path)) else 0)


def with_a_flipped_byte(ending: str, stage: Stage) -> None:
    stage.offer()
    name = _newest(stage, ending)
    data = bytearray(stage.hub.repository[name])
    place = data.index(b'"sig"') + 12 if b'"sig"' in data else len(data) // 2
    data[place] = ord("0") if data[place] != ord("0") else ord("1")
    stage.hub.repository = {**stage.hub.repository, name: bytes(data)}


def in_another_form(stage: Stage) -> None:
    stage.offer()
    hub = stage.hub
    manifest, approvals = (hub.repository[_newest(stage, ending)] for ending in ("manifest.json", "approvals.jsonl"))
    spaced = manifest.replace(b'{"', b'{ "', 1)
    hub.repository = publishing.publish(
        hub.repository, keys=hub.keys, cluster=CLUSTER, manifest=spaced, approvals=approvals, at=hub.now()
    )


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        pytest.param(partial(with_a_flipped_byte, "manifest.json"), "manifest_digest", id="T7 manifest"),
        pytest.param(partial(with_a_flipped_byte, "timestamp.json"), "timestamp_unsigned", id="T7 timestamp"),
        pytest.param(partial(_with_the_old, ending="snapshot.json"), "snapshot_digest", id="T14"),
        pytest.param(partial(_with_the_old, ending=".c-trung-khanh.json"), "role_digest", id="T15"),
        pytest.param(partial(_with_the_old, ending="approvals.jsonl"), "approvals_digest", id="approvals of before"),
        pytest.param(in_another_form, "manifest_malformed", id="T23"),
        pytest.param(title_changed, "item_unapproved", id="T25"),
        pytest.param(digest_lies, "item_digest", id="T26"),
        pytest.param(language_relabelled, "item_unapproved", id="T27"),
        pytest.param(media_swapped, "item_unapproved", id="T28"),
        pytest.param(called_priority, "item_unapproved", id="T29"),
        pytest.param(by_one_officer, "item_one_officer", id="T30"),
        pytest.param(by_its_author, "item_by_author", id="T31"),
        pytest.param(rejected, "item_withdrawn", id="T33"),
        pytest.param(by_who_has_left, "officer_not_entitled", id="T34"),
        pytest.param(of_another_cluster, "manifest_elsewhere", id="T21"),
        pytest.param(of_a_lower_number, "manifest_rollback", id="T22"),
        pytest.param(the_first_set_again, "timestamp_rollback", id="T9"),
        pytest.param(another_manifest_in_its_place, "manifest_digest", id="mix and match"),
    ],
)
def test_no_frame_of_a_hostile_set_is_seen(acting: Acting, attack: Callable[[Stage], None], code: str) -> None:
    """T7, T9, T14, T15, T21, T22, T23, T25, T26, T27, T28, T29, T30, T31, T33, T34."""
    stage, act = acting
    act(stage.refused(attack, code))


def test_no_frame_of_an_alert_that_is_refused_is_seen(acting: Acting) -> None:
    """T48, T49, T50, T51, T52, T54, T55: after a real one was seen and ended."""
    stage, act = acting
    codes = ["alert_unsigned", "alert_replayed", "alert_over", "alert_unordered", "drill_not_here", "alert_too_large"]

    async def tried() -> None:
        hub, post, glass = stage.hub, stage.post, stage.glass
        first = hub.issue(flood())
        await glass.until_shows(RED)
        hub.issue(end_of(alerts.read(first)))
        await glass.until_shows(BLUE)
        since = time.time()
        await asyncio.sleep(0.2)
        for code, attack in refused_pushes(hub, ended=first):
            hub.push(attack)
            await until(partial(_is_named, hub, stage, code))
        for _ in range(500):
            hub.push(b"\x00garbage" * 8)
        await until(lambda: "alert_malformed" in named(hub, post))
        await glass.never(RED, since=since, for_s=AFTER_S)
        assert set(codes) <= named(hub, post)

    act(tried())


def _is_named(hub: HubSimulator, stage: Stage, code: str) -> bool:
    return code in named(hub, stage.post)


def test_no_frame_of_an_alert_that_ended_while_the_power_was_off_is_seen(acting: Acting) -> None:
    """T50."""
    stage, act = acting

    async def tried() -> None:
        hub, log = stage.hub, stage.post.folder / "log.txt"
        seen = _not_shown(log, "alert_over")
        ends = time.time() + 5
        hub.issue(flood(name="KC-2026-0050", seconds=5))
        await stage.glass.until_shows(RED)
        await stage.glass.away()
        await stage.post.kill()
        await asyncio.sleep(max(0.0, ends + 0.5 - time.time()))
        since = await stage.again()
        await until(lambda: _not_shown(log, "alert_over") > seen)
        await stage.glass.until_shows(BLUE)
        await stage.glass.never(RED, since=since, for_s=AFTER_S)

    act(tried())


def _not_shown(log: Path, code: str) -> int:
    return log.read_text().count(f"a stored notice is not shown: {code}")


def test_no_frame_of_a_strange_province_s_store_is_seen(acting: Acting) -> None:
    """T41: the thief swaps every stored set for one under his own keys, and lays its media beside it."""
    stage, act = acting

    async def tried() -> None:
        known = len(stage.hub.lines)
        await stage.hub.stop()  # nobody brings the good set back meanwhile
        since = await stage.again(prepare=partial(_swap, stage))
        await stage.glass.never(MAGENTA, since=since, for_s=AFTER_S)
        await stage.hub.start()
        await until(lambda: "store_refused" in stage.named(known), within_s=40)
        await stage.go_on()
        await stage.glass.never(MAGENTA, since=since, for_s=AFTER_S)

    act(tried())


def _swap(stage: Stage) -> None:
    thief = HubSimulator(clock=time.time)
    thief.records, thief.number = stage.hub.records, stage.hub.number
    stage.offer(by=thief)
    generations = Generations(stage.post.folder / "generations")
    for name in generations.names():
        generations.discard(name)
        generations.write(name, thief.repository)
    evil = stage.evil().content.renditions[0].file
    (stage.post.folder / "media" / evil).write_bytes(stage.pictures["evil"].read_bytes())


def test_no_frame_of_a_class_that_is_stale_is_seen(acting: Acting) -> None:
    """T43: 52 days after the timestamp's expiry, and no line; the plan still holds it, and it was on air before."""
    stage, act = acting

    async def tried() -> None:
        known = len(stage.hub.lines)
        await _on_air(stage)
        await stage.hub.stop()
        stage.post.environment = {"BANGTIN_CLOCK_OFFSET_S": str((7 + 52) * DAY_S)}
        since = await stage.again()
        await stage.glass.until_shows(GREY)
        await stage.glass.never(MAGENTA, since=since, for_s=AFTER_S)
        stage.post.environment = {}
        await stage.glass.away()
        await stage.post.kill()
        await stage.hub.start()
        await stage.again()
        await until(lambda: "class_stale" in stage.named(known), within_s=40)
        await stage.go_on()

    act(tried())


async def _on_air(stage: Stage, *, until_s: float = 0) -> None:
    """Magenta with every approval, until then if so said, and grey as filler."""
    evil, grey = stage.evil(), stage.approved("grey")
    if until_s:
        limit = stage.hub.now() + timedelta(seconds=until_s)
        stage.hub.say = lambda said: replace(said, until_at=limit) if said.content == evil.digest else said
    stage.hub.write = lambda made: replace(made, ends_ms=made.starts_ms + 90 * DAY_S * 1000)
    cast, filler = [(evil, stage.pictures["evil"])], [(grey, stage.pictures["grey"])]
    made = stage.hub.publish(programme(clips=cast, filler=filler, windows=[stage.window(days=80)]))
    stage.hub.say, stage.hub.write = (lambda said: said), (lambda written: written)
    await until(partial(stage.has_accepted, made.number))
    await stage.glass.until_shows(MAGENTA)


def test_no_frame_of_an_item_whose_approval_ran_out_is_seen(acting: Acting) -> None:
    """T77: it stands in the loop, and was on air until then."""
    stage, act = acting

    async def tried() -> None:
        known, ends = len(stage.hub.lines), time.time() + 5
        await _on_air(stage, until_s=5)
        # the turn that began before the end may run out
        await asyncio.sleep(max(0.0, ends + TURN_MS / 1000 + 0.4 - time.time()))
        since = time.time()
        await until(lambda: "item_expired" in stage.named(known))
        assert stage.glass.shows(GREY)
        await stage.glass.never(MAGENTA, since=since, for_s=AFTER_S)
        await stage.go_on()

    act(tried())


def test_no_frame_of_what_was_taken_down_is_seen_while_the_new_media_load(acting: Acting) -> None:
    """T79: the set that takes it down names a film that is not to be had."""
    stage, act = acting

    async def tried() -> None:
        known = len(stage.hub.lines)
        await _on_air(stage)
        coming, grey = stage.folder / "coming.png", stage.approved("grey")
        coming.write_bytes(stage.pictures["blue"].read_bytes() + b"\0")
        new = item("coming", "picture", coming, dur_ms=TURN_MS)
        cast, filler = [(new, coming)], [(grey, stage.pictures["grey"])]
        made = stage.hub.publish(programme(clips=cast, filler=filler, windows=[stage.window()]))
        del stage.hub.media[new.content.renditions[0].file]
        await stage.glass.until_shows(GREY, within_s=4)
        since = time.time()
        await until(lambda: stage.has_accepted(made.number) and "media_missing" in stage.named(known))
        await asyncio.sleep(0.2)
        await stage.glass.never(MAGENTA, since=since, for_s=AFTER_S)
        await stage.go_on()

    act(tried())


def test_no_frame_of_a_revoked_player_s_content_is_seen(acting: Acting) -> None:
    """T61: the last act, for the player is not one of the province's any more."""
    stage, act = acting

    async def tried() -> None:
        await _on_air(stage)
        stage.hub.desk.revoke()
        stage.hub.push(b"{}", b"changed")
        await until(lambda: (status := stage.post.status()) and status.is_revoked)
        status = stage.post.status()
        assert status is not None
        assert "device_revoked" in status.trouble
        await stage.glass.page.wait_for_selector("#face[data-state=card]", state="attached")
        since = time.time()
        await stage.glass.never(MAGENTA, BLUE, since=since + 0.3, for_s=AFTER_S)
        since = await stage.again()
        await stage.glass.never(MAGENTA, BLUE, since=since, for_s=AFTER_S)
        assert not list((stage.post.folder / "media").iterdir())

    act(tried())

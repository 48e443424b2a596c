"""Emergency notices on a player: at once by push, else by poll, over everything; what does not verify shows nothing."""

import asyncio
import hashlib
import os
import shutil
import time
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bangtin.bundle import alerts, dsse
from bangtin.bundle.alerts import AlertNotice, AlertText, Sound
from bangtin.bundle.playlog import Line
from bangtin.player.announcing import Announcer
from bangtin.player.testing.hub_simulator import CLUSTER, HubSimulator
from bangtin.player.tests.glass import CHROMIUM, glance, is_near, looking_at, watching
from bangtin.player.tests.post import LightPage, Post, item, programme, until, window

RED = (176, 13, 22)


def now() -> datetime:
    """This second."""
    return datetime.fromtimestamp(int(time.time()), tz=UTC)


def flood(*, name: str = "KC-2026-0001", seconds: int = 600, **changes: object) -> AlertNotice:
    """A flash flood, level 4, from now on."""
    made = AlertNotice(
        id=name,
        n=1,
        active=(name,),
        kind="alert",
        at=now(),
        starts=now(),
        ends=now() + timedelta(seconds=seconds),
        clusters=(CLUSTER,),
        texts={"vi": AlertText("Lũ quét, sạt lở đất", "", "Rời ngay ven suối, sườn dốc. Gọi 112.")},
        level=4,
        hazard="Lũ quét, sạt lở đất",
        issuer_name="BCH Phòng thủ dân sự tỉnh",
        repeat_s=60,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # each test names fields of AlertNotice


def end_of(notice: AlertNotice) -> AlertNotice:
    """The order that ends it."""
    return replace(notice, kind="cancel", references=(notice.id,), at=now(), texts={})


@asynccontextmanager
async def post_on_air(
    folder: Path, *, poll_s: float = 60.0, class_: str = "ordinary", with_browser: bool = False, is_drill: bool = False
) -> AsyncIterator[tuple[HubSimulator, Post]]:
    """An enrolled player that plays a text notice (or rests); the hub's poll is far away unless told otherwise."""
    hub = HubSimulator(clock=time.time, is_drill=is_drill)
    await hub.start()
    post = Post(folder / "player", hub, browser=CHROMIUM if with_browser else "none")
    await post.start()
    try:
        await until(lambda: post.is_enrolled)
        hub.poll_s = poll_s
        cast = [(item("text", "text", dur_ms=5000), None)]
        rest = class_ == "rest"
        filler = cast if rest else []
        windows = [window(-5, 600, class_=class_, now=time.time())]
        hub.publish(programme(clips=[] if rest else cast, filler=filler, windows=windows))
        yield hub, post
    finally:
        await post.stop()
        await hub.stop()


def shown(page: LightPage) -> list[str]:
    """The kinds of what the page was told to show, in order, without repeats."""
    kinds = [str(one["kind"]) for one in page.segments]
    return [one for number, one in enumerate(kinds) if number == 0 or kinds[number - 1] != one]


def lines(hub: HubSimulator, kind: str) -> list[Line]:
    """The hub's lines of one kind."""
    return [line for line in hub.lines if line.k == kind]


def test_a_push_is_shown_at_once_ends_by_cancel_and_is_in_the_records(tmp_path: Path) -> None:
    async def act() -> None:
        async with post_on_air(tmp_path) as (hub, post), LightPage(post) as page:
            await until(lambda: "text" in shown(page))
            began, alert = time.monotonic(), flood()
            hub.issue(alert)
            await until(lambda: shown(page)[-1] == "alert")
            assert time.monotonic() - began < 1.0
            told = page.segments[-1]["alert"]
            assert isinstance(told, dict)
            assert (told["level"], told["text"]["vi"]["headline"]) == (4, "Lũ quét, sạt lở đất")
            await asyncio.sleep(0.5)
            hub.issue(end_of(alert))
            await until(lambda: shown(page)[-1] == "text")
            await until(lambda: lines(hub, "alert"), within_s=10)
        (line,) = lines(hub, "alert")
        assert (line.item, line.class_, line.content) == (alert.id, "emergency", alert.content_digest())
        assert line.shown_ms >= 400
        before = next(one for one in hub.lines if one.n < line.n and one.k == "play" and one.end == "replaced")
        assert abs(before.until_ms - line.from_ms) < 150
        assert not hub.refused

    asyncio.run(act())


def test_a_lost_push_is_made_good_by_the_poll_and_a_resting_face_wakes(tmp_path: Path) -> None:
    async def act() -> None:
        async with post_on_air(tmp_path, poll_s=0.5, class_="rest") as (hub, post), LightPage(post) as page:
            await until(lambda: shown(page)[-1:] == ["standby"])
            hub.has_push = False
            hub.issue(flood(seconds=4))
            await until(lambda: shown(page)[-1] == "alert", within_s=4)
            await until(lambda: shown(page)[-1] == "standby", within_s=8)
            assert shown(page)[-3:] == ["standby", "alert", "standby"]
            # the record names a rest as the format does: a blank would be an officer's order
            await until(lambda: "rest" in [line.class_ for line in lines(hub, "gap")], within_s=10)
            assert not lines(hub, "blank")

    asyncio.run(act())


def test_t50_a_stored_alert_comes_back_after_a_power_cut_but_not_after_its_end(tmp_path: Path) -> None:
    async def act() -> None:
        async with post_on_air(tmp_path) as (hub, post):
            async with LightPage(post) as page:
                await until(lambda: "text" in shown(page))
                hub.issue(flood(seconds=12))
                await until(lambda: shown(page)[-1] == "alert")
                await asyncio.sleep(0.3)
                await post.kill()
            await hub.stop()
            await post.start()
            async with LightPage(post) as page:
                await until(lambda: shown(page)[-1:] == ["alert"])
                await post.kill()
            await asyncio.sleep(max(0.0, 12.5 - (time.time() - alerts.read(hub.alerts[0]).starts.timestamp())))
            await post.start()
            async with LightPage(post) as page:
                await until(lambda: len(page.segments) >= 1)
                await asyncio.sleep(0.5)
                assert "alert" not in shown(page)
            assert "alert_over" in (tmp_path / "player" / "log.txt").read_text()
            await hub.start()

    asyncio.run(act())


def test_t48_to_t52_and_t54_each_push_that_is_refused_shows_nothing_and_is_named(tmp_path: Path) -> None:
    """T48, T49, T50, T51, T52, T54: one after the other, each by its own name although a minute has not gone by."""

    async def act() -> None:
        async with post_on_air(tmp_path) as (hub, post), LightPage(post) as page:
            await until(lambda: "text" in shown(page))
            first = hub.issue(flood())
            await until(lambda: shown(page)[-1] == "alert")
            hub.issue(end_of(alerts.read(first)))
            await until(lambda: shown(page)[-1] == "text")
            for code, attack in refused_pushes(hub, ended=first):
                hub.push(attack)
                await until(lambda: code in named(hub, post))  # noqa: B023 - awaited at once
                assert shown(page)[-1] == "text"
            await asyncio.sleep(0.5)
            assert shown(page).count("alert") == 1
            await until(lambda: (status := post.status()) and status.refused_pushes == 5)

    asyncio.run(act())


def refused_pushes(hub: HubSimulator, *, ended: bytes) -> list[tuple[str, bytes]]:
    """Every push that shows nothing, with the code it ends in; `ended` is an envelope whose cancel was told."""
    full, drill = hub.order(flood(name="KC-2026-0002")), flood(name="DT-2026-0001", is_drill=True)
    hour = timedelta(hours=1)
    over = flood(name="KC-2026-0003", at=now() - 2 * hour, starts=now() - 2 * hour, ends=now() - hour)
    by_alerts, by_drills = hub.keys.of("alerts"), hub.keys.of("drills")
    is_over = alerts.encode(hub.order(over), by_alerts)
    hub.alerts.append(is_over)  # a valid one: the next number is another's
    return [
        ("alert_unsigned", alerts.encode(full, by_drills)),
        ("alert_replayed", ended),
        ("alert_over", is_over),
        ("alert_unordered", alerts.encode(replace(full, n=full.n + 1, orders=()), by_alerts)),
        ("alert_unordered", alerts.encode(replace(full, n=full.n + 1, level=5), by_alerts)),
        ("drill_not_here", alerts.encode(hub.order(drill), by_drills)),
        ("alert_too_large", b"{" * 7_000),
    ]


def named(hub: HubSimulator, post: Post) -> set[str]:
    """The codes in the records that the hub has, and those of valid notices that are not for this face, in the log."""
    log = (post.folder / "log.txt").read_text()
    plain = {code for code in ("alert_over", "drill_not_here") if code in log}
    return plain | {str(line.extra.get("x_code")) for line in lines(hub, "refusal")}


def test_t55_a_storm_of_garbage_shows_nothing_and_asks_the_hub_once_a_minute(tmp_path: Path) -> None:
    async def act() -> None:
        async with post_on_air(tmp_path) as (hub, post), LightPage(post) as page:
            await until(lambda: "text" in shown(page))
            stranger = HubSimulator(clock=time.time)
            forged = alerts.encode(stranger.order(flood()), stranger.keys.of("alerts"))
            await until(lambda: hub.states >= 2)
            states = hub.states
            for number in range(4):
                for _ in range(500):
                    hub.push(forged if number % 2 else b"\x00garbage" * 8)
                await asyncio.sleep(0.5)
            began = time.monotonic()
            hub.issue(flood(name="KC-2026-0009"))
            await until(lambda: shown(page)[-1] == "alert", within_s=5)
            assert shown(page).count("alert") == 1
            assert time.monotonic() - began < 3
            await until(lambda: hub.states > states, within_s=8)
            await asyncio.sleep(2)
            assert hub.states - states <= 1
            await until(lambda: len(lines(hub, "refusal")) >= 2)
        # garbage and forgery, each named once in the minute
        assert [line.extra["x_code"] for line in lines(hub, "refusal")] == ["alert_malformed", "alert_unsigned"]

    asyncio.run(act())


def test_a_drill_is_for_faces_that_show_exercises(tmp_path: Path) -> None:
    async def act() -> None:
        async with post_on_air(tmp_path, is_drill=True) as (hub, post), LightPage(post) as page:
            await until(lambda: "text" in shown(page))
            hub.issue(flood(name="DT-2026-0001", is_drill=True))
            await until(lambda: shown(page)[-1] == "alert")
            told = page.segments[-1]["alert"]
            assert isinstance(told, dict)
            assert told["drill"] is True

    asyncio.run(act())


@pytest.mark.browser
def test_the_lead_in_sounds_then_the_recording_fetched_by_its_digest(tmp_path: Path) -> None:
    spoken = tmp_path / "spoken.wav"
    with wave.open(str(spoken), "wb") as made:
        made.setparams((1, 2, 8_000, 0, "NONE", ""))
        made.writeframes(b"\0\1" * 4_000)
    digest = hashlib.sha256(spoken.read_bytes()).hexdigest()

    async def act() -> None:
        async with post_on_air(tmp_path) as (hub, post), looking_at(post) as page:
            hub.media[digest] = spoken
            await page.wait_for_selector("#face[data-state=text]", state="attached")
            hub.issue(flood(audio={"vi": Sound(digest, spoken.stat().st_size)}))
            await page.wait_for_selector("#face[data-heard=tone]", state="attached")
            await page.wait_for_selector(f"#face[data-heard='/m/{digest}']", state="attached")
            if shutil.which("espeak-ng") or "BANGTIN_CI" in os.environ:
                assert len(list((tmp_path / "player" / "speech").glob("*.wav"))) == 1

    asyncio.run(act())


def test_without_a_voice_only_the_lead_in_sounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    announcer = Announcer(tmp_path / "speech", has_recording=lambda _file: False)
    assert announcer.message([flood()]) == {
        "t": "sound",
        "alerts": [{"id": "KC-2026-0001", "tone": "", "repeat_s": 60, "volume": 100, "files": []}],
    }


@pytest.mark.browser
def test_the_glass_shows_the_level_the_drill_s_banner_and_nothing_unverified(tmp_path: Path) -> None:
    async def act() -> list[float]:
        async with post_on_air(tmp_path, is_drill=True) as (hub, post), watching(post) as glass:
            page = glass.page
            await page.wait_for_selector("#face[data-state=text]", state="attached")
            taken = []
            for _ in range(3):
                alert = flood(seconds=60)
                began = time.monotonic()
                hub.issue(alert)
                await page.wait_for_selector("#face[data-state=alert]", state="attached")
                taken.append((time.monotonic() - began) * 1000)
                image = await glance(page)
                assert is_near(image, (1015, 250), RED)
                assert is_near(image, (500, 6), (255, 255, 255))
                hub.issue(end_of(alert))
                await page.wait_for_selector("#face[data-state=text]", state="attached")
            stranger, since = HubSimulator(clock=time.time), time.time()
            hub.push(alerts.encode(stranger.order(flood()), stranger.keys.of("alerts")))
            hub.push(dsse.sign("alert", hub.order(flood()).payload(), hub.keys.of("hub")))
            await until(lambda: "alert_unsigned" in named(hub, post))
            await glass.never(RED, since=since, for_s=1.5)
            hub.issue(flood(name="DT-2026-0001", is_drill=True, seconds=60))
            await page.wait_for_selector("#face[data-state=alert] .bt-alert-drill", state="attached")
            assert "DIỄN TẬP" in await page.inner_text("#face .layer.on .bt-alert-drill")
            return taken

    taken = asyncio.run(act())
    assert sorted(taken)[1] < 500, taken

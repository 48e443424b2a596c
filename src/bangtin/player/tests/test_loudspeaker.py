"""A post that is heard and not seen: sound by a real program, words and pictures refused, quiet hours kept."""

import asyncio
import os
import shutil
import subprocess
import time
from pathlib import Path

import imageio_ffmpeg
import pytest

from bangtin.bundle.content import Content, Rendition, content_digest
from bangtin.bundle.manifest import Item
from bangtin.bundle.playlog import Line
from bangtin.player.loudspeaker import Announcements, lead_in
from bangtin.player.testing.hub_simulator import HubSimulator, describe
from bangtin.player.tests.post import Post, item, programme, until, window
from bangtin.player.voices import CannotPlay, Ffplay, voice

NO_SOUND = {"BANGTIN_PLAYER_SOUND_DEVICE": "null", "BANGTIN_PLAYER_QUIET": "none"}
# In `.ci/run` set-up brings mpv: there its lack is a failure.
pytestmark = pytest.mark.skipif(
    shutil.which("mpv") is None and "BANGTIN_CI" not in os.environ, reason="no mpv on this machine"
)


@pytest.fixture(autouse=True)
def mpv() -> None:
    """ffplay would do for most of these, and nobody would see that mpv was not tried."""
    assert shutil.which("mpv"), "no mpv on this machine"


@pytest.fixture
def call(tmp_path: Path) -> Path:
    """Two seconds of a tone."""
    path = tmp_path / "call.mp3"
    source = ["-f", "lavfi", "-i", "sine=440:d=2", "-b:a", "64k"]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-y", *source, str(path)], check=True)
    return path


def sounding(path: Path) -> Item:
    """An item that is only heard."""
    renditions = (Rendition(describe(path).sha256, 2000, 0, 0, ""),)
    content = Content("call", "sound", "vi", "Loa xã", renditions, "dai-ptth")
    return Item("call", "ordinary", content, content_digest(content))


async def heard(folder: Path, call: Path, *, quiet: str) -> list[Line]:
    """The lines of a loudspeaker that has tried every item of a loop."""
    hub = HubSimulator(clock=time.time)
    await hub.start()
    post = Post(folder, hub, output="sound", environment={**NO_SOUND, "BANGTIN_PLAYER_QUIET": quiet})
    await post.start()
    try:
        await until(lambda: post.is_enrolled)
        cast = [(sounding(call), call), (item("text", "text", dur_ms=1000), None)]
        hub.publish(programme(clips=cast, filler=[], windows=[window(-3, 600, now=time.time())]))
        refused = 2 if quiet != "none" else 1
        await until(lambda: len({line.item for line in hub.lines if line.k == "refusal"}) >= refused)
        if quiet == "none":
            await until(lambda: sum(line.end == "complete" for line in hub.lines if line.k == "play") >= 2)
    finally:
        await post.stop()
        await hub.stop()
    return hub.lines


@pytest.mark.media
def test_sound_is_heard_and_recorded_and_words_are_refused_by_name(tmp_path: Path, call: Path) -> None:
    lines = asyncio.run(heard(tmp_path / "p", call, quiet="none"))
    whole = [line.shown_ms for line in lines if line.k == "play" and line.item == "call" and line.end == "complete"]
    assert max(whole) >= 1_600, whole
    assert all(shown <= 2_300 for shown in whole), whole
    words = [line for line in lines if line.k == "refusal" and line.item == "text"]
    assert {line.extra["x_code"] for line in words} == {"render_failed"}
    assert not [line for line in lines if line.k == "play" and line.item == "text" and line.shown_ms]


@pytest.mark.media
def test_in_quiet_hours_nothing_is_heard_and_nothing_is_claimed(tmp_path: Path, call: Path) -> None:
    minute = (int(time.time()) // 60 + 7 * 60) % 1440
    hours = [f"{(minute + shift) % 1440 // 60:02}:{(minute + shift) % 60:02}" for shift in (-5, 55)]
    lines = asyncio.run(heard(tmp_path / "p", call, quiet="-".join(hours)))
    assert sum(line.shown_ms for line in lines if line.k == "play") < 300


def test_a_notice_sounds_after_its_lead_in_and_a_missing_file_costs_only_itself(tmp_path: Path) -> None:
    async def act() -> None:
        short = tmp_path / "short.wav"
        lead_in(short)
        found = Announcements(page="", voice=voice(device="null"), folder=tmp_path)
        files = [str(tmp_path / "gone.wav"), str(short)]
        found.set([{"id": "a1", "tone": "siren", "repeat_s": 0, "volume": 100, "files": files}])
        await until(lambda: found.heard == ["tone", str(short)])
        found.set([])
        await found.voice.close()

    asyncio.run(act())


def test_a_voice_tells_how_far_it_is_and_names_what_it_cannot_play(tmp_path: Path) -> None:
    async def act() -> None:
        tone = tmp_path / "tone.wav"
        lead_in(tone)
        speaker = voice(device="null")
        with pytest.raises(CannotPlay):
            await speaker.load(str(tmp_path / "gone.wav"), start_s=0.0)
        await speaker.load(str(tone), start_s=1.9)
        assert abs((await speaker.position_s() or 0.0) - 1.9) < 0.1
        await speaker.play(volume=40)
        async with asyncio.timeout(10):
            while not await speaker.is_over():
                await asyncio.sleep(0.05)
        await speaker.close()

    asyncio.run(act())


def test_ffplay_is_started_anew_where_it_stood_when_the_volume_changes(tmp_path: Path) -> None:
    """What it is told, by a program in its place that writes its arguments down and goes on until it is ended."""
    said, program = tmp_path / "said", tmp_path / "ffplay"
    program.write_text(f'#!/bin/sh\necho "$@" >> {said}\nexec sleep 60\n')
    program.chmod(0o700)

    async def act() -> None:
        sound = Ffplay(str(program))
        await sound.load("call.mp3", start_s=2.0)
        await sound.play(volume=80)
        await asyncio.sleep(0.2)
        await sound.turn(30)
        at_s = await sound.position_s()
        await until(lambda: len(said.read_text().splitlines()) == 2)
        assert at_s is not None and 2.15 <= at_s <= 4 and not await sound.is_over()
        await sound.turn(0)
        assert await sound.position_s() is None and await sound.is_over()

    asyncio.run(act())
    first, second = (line.split() for line in said.read_text().splitlines())
    assert (first[first.index("-volume") + 1], second[second.index("-volume") + 1]) == ("80", "30")
    assert float(first[first.index("-ss") + 1]) == 2.0
    assert 2.15 <= float(second[second.index("-ss") + 1]) <= 4

"""A post that is heard and not seen: obeys the daemon as the screen's page does, and plays sound instead of pictures.

It is another page of the same server: what it plays comes through the same verified reading (trust 4.5), and the
records are kept by the same playout. Films are heard; pictures and words cannot be, and are refused by name, so that
the filler takes their place. A recording of an emergency notice sounds after its lead-in, again every so often.
"""

import asyncio
import json
import logging
import math
import os
import struct
import wave
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from bangtin.player.config import BadInput, Settings
from bangtin.player.voices import CannotPlay, Voice, voice

HEARD = ("sound", "video")
SILENT = ("standby", "card", "code", "gate", "alert")
REPORT_S = 0.25
AGAIN_S = 0.4
GAP_S = 0.6
LONGEST_S = 300.0
LEAD_S, RATE = 2.4, 22_050
log = logging.getLogger("bangtin.player.loudspeaker")

Message = Mapping[str, object]
Send = Callable[[dict[str, object]], object]


@dataclass
class Playing:
    """What stands now: silent, or with a voice; `shown_ms` grows with the sound, not with the clock."""

    id: str
    kind: str
    voice: Voice | None
    began: float
    shown_ms: float = 0.0
    position_s: float | None = None

    async def advance(self, now: float, *, is_audible: bool) -> None:
        """Take note of how far it is; what goes on without a sound is not counted."""
        if self.voice is None:
            self.shown_ms = (now - self.began) * 1000
            return
        found = await self.voice.position_s()
        if found is None:
            return
        if is_audible and self.position_s is not None and found > self.position_s:
            self.shown_ms += (found - self.position_s) * 1000
        self.position_s = found


def of(settings: Settings, address: str) -> "Loudspeaker":
    """The loudspeaker of this post, in the place of the page at `address`; `BANGTIN_PLAYER_SOUND_DEVICE` names mpv's
    audio output.

    Raises: BadInput without a program that plays sound.
    """
    device = os.environ.get("BANGTIN_PLAYER_SOUND_DEVICE", "")
    try:
        first, second, third = (voice(device=device) for _ in range(3))
    except CannotPlay as error:
        raise BadInput("no_sound") from error
    page = f"http://127.0.0.1:{settings.port}"
    announcements = Announcements(page=page, voice=third, folder=settings.data_dir)
    return Loudspeaker(page=page, query=urlsplit(address).query, voices=(first, second), announcements=announcements)


class Loudspeaker:
    """The plan of one post as sound. `voices` are two that take turns, so that the next one waits in readiness."""

    def __init__(self, *, page: str, query: str, voices: tuple[Voice, Voice], announcements: "Announcements") -> None:
        self._page = page
        self._query = query
        self._voices = list(voices)
        self._announcements = announcements
        self._volume: int | None = None  # until the daemon has said how loud: silent rather than too loud
        self._current: Playing | None = None
        self._loaded: dict[str, Voice] = {}
        self._send: Send = lambda message: None
        self._turn = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled: connect, obey, connect again."""
        try:
            async with aiohttp.ClientSession() as session:
                while True:
                    with suppress(aiohttp.ClientError, OSError):
                        address = f"{self._page}/screen?{self._query}"
                        async with session.ws_connect(address, headers={"Origin": self._page}) as socket:
                            await self._obey(socket)
                    await asyncio.sleep(AGAIN_S)
        finally:
            for one in [*self._voices, self._announcements.voice]:
                await one.close()

    async def _obey(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._send = lambda message: self._do(socket.send_json(message))
        reporter = asyncio.create_task(self._report())
        try:
            async for received in socket:
                await self._take(json.loads(received.data))
        finally:
            reporter.cancel()

    async def _take(self, message: Message) -> None:
        match message["t"]:
            case "prepare":
                self._do(self._prepared(_segment(message)))
            case "show":
                self._turn += 1
                self._do(self._show(_segment(message), _seconds(message["in_ms"]), self._turn))
            case "drop":
                await self._drop(str(message["id"]))
            case "levels":
                self._volume = int(str(message["volume"]))
                if self._current is not None and self._current.voice is not None:
                    await self._current.voice.turn(self._volume)
            case "sound":
                self._announcements.set(message["alerts"])
            case _:
                pass

    async def _prepared(self, segment: Message) -> Voice | None:
        """The voice that has the segment ready; None for what is silent. Raises nothing: what fails is reported."""
        name, kind = str(segment["id"]), str(segment["kind"])
        if kind in SILENT or name in self._loaded:
            return self._loaded.get(name)
        if kind not in HEARD:
            self._send({"t": "failed", "id": name, "why": f"a {kind} cannot be heard"})
            return None
        if self._volume == 0:  # quiet hours, or turned off: the record says that nobody heard it
            self._send({"t": "failed", "id": name, "why": "the volume is 0"})
            return None
        playing = self._current.voice if self._current is not None else None
        chosen = next(one for one in self._voices if one is not playing)
        for other in [known for known, one in self._loaded.items() if one is chosen]:
            del self._loaded[other]
        try:
            await chosen.load(self._page + str(segment["url"]), start_s=_seconds(segment["offset_ms"]))
        except CannotPlay as error:
            self._send({"t": "failed", "id": name, "why": str(error)[:120]})
            return None
        self._loaded[name] = chosen
        self._send({"t": "ready", "id": name})
        return chosen

    async def _show(self, segment: Message, in_s: float, turn: int) -> None:
        name, kind = str(segment["id"]), str(segment["kind"])
        if self._current is not None and self._current.id == name:
            return
        loop = asyncio.get_running_loop()
        due = loop.time() + in_s
        ready = await self._prepared(segment)
        if ready is None and kind not in SILENT:
            return
        await asyncio.sleep(max(0.0, due - loop.time()))
        if turn != self._turn:
            return
        old = self._current
        if old is not None:
            await old.advance(loop.time(), is_audible=bool(self._volume))
        if ready is not None:
            try:
                await ready.play(volume=self._volume or 0)
            except CannotPlay as error:
                self._send({"t": "failed", "id": name, "why": str(error)[:120]})
                return
        self._current = Playing(name, kind, ready, loop.time(), position_s=_seconds(segment["offset_ms"]))
        self._loaded.pop(name, None)
        began: dict[str, object] = {"t": "began", "id": name, "ago_ms": 0, "ended": None, "ended_shown_ms": 0}
        if old is not None:
            began |= {"ended": old.id, "ended_shown_ms": round(old.shown_ms)}
        self._send(began)
        if old is not None and old.voice is not None and old.voice is not ready:
            await old.voice.stop()

    async def _drop(self, name: str) -> None:
        loaded = self._loaded.pop(name, None)
        if loaded is not None:
            await loaded.stop()

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(REPORT_S)
            current = self._current
            if current is not None:
                await current.advance(asyncio.get_running_loop().time(), is_audible=bool(self._volume))
                self._send({"t": "shown", "id": current.id, "shown_ms": round(current.shown_ms)})

    def _do(self, deed: "object") -> None:
        task = asyncio.ensure_future(_quietly(deed))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class Announcements:
    """Emergency notices on air, one after the other: lead-in, announcements, again after the shortest repeat."""

    def __init__(self, *, page: str, voice: Voice, folder: Path) -> None:
        self.voice = voice
        self._page = page
        self._tone = folder / "lead-in.wav"
        self._alerts: Sequence[Mapping[str, object]] = ()
        self._running: asyncio.Task[None] | None = None
        self.heard: list[str] = []

    def set(self, alerts: object) -> None:
        """The list in force; another one begins at once, the same one with more files plays them next time."""
        before = [one["id"] for one in self._alerts]
        self._alerts = alerts if isinstance(alerts, list) else []
        if before == [one["id"] for one in self._alerts]:
            return
        if self._running is not None:
            self._running.cancel()
        self._running = asyncio.create_task(self._run())

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        await self.voice.stop()
        while self._alerts:
            began = loop.time()
            for name in [str(one["id"]) for one in self._alerts]:
                await self._announce(name)
            repeats = [int(str(one["repeat_s"])) for one in self._alerts if int(str(one["repeat_s"])) > 0]
            if not repeats:
                return
            await asyncio.sleep(max(GAP_S, min(repeats) - (loop.time() - began)))

    async def _announce(self, name: str) -> None:
        found = self._find(name)
        if found is None:
            return
        if found["tone"] != "none":
            if not self._tone.exists():
                lead_in(self._tone)
            await self._play(str(self._tone), "tone", found)
        files = found["files"]  # asked again only now: what was being made while the lead-in sounded is there
        found = self._find(name) or found
        files = found["files"]
        for file in files if isinstance(files, list) else []:
            await self._play(self._page + str(file), str(file), found)
            await asyncio.sleep(GAP_S)

    def _find(self, name: str) -> Mapping[str, object] | None:
        return next((one for one in self._alerts if one["id"] == name), None)

    async def _play(self, address: str, name: str, alert: Mapping[str, object]) -> None:
        try:
            await self.voice.load(address, start_s=0.0)
            await self.voice.play(volume=int(str(alert["volume"])))
        except CannotPlay as error:  # a missing file costs a part of the sound, never the rest
            log.warning("%s", error)
            return
        self.heard = [*self.heard[-20:], name]
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_S):
                while not await self.voice.is_over():
                    await asyncio.sleep(REPORT_S)


def lead_in(path: Path) -> None:
    """Two notes that alternate slowly, as the page's lead-in: 2.4 s of 16-bit sound."""
    count = round(LEAD_S * RATE)
    samples = []
    for number in range(count):
        at_s = number / RATE
        note = 660 if int(at_s / 0.6) % 2 else 880
        fade = min(1.0, at_s / 0.05, (LEAD_S - at_s) / 0.1)
        samples.append(round(16_000 * fade * math.asin(math.sin(2 * math.pi * note * at_s)) / (math.pi / 2)))
    with wave.open(str(path), "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(RATE)
        made.writeframes(struct.pack(f"<{count}h", *samples))


def _segment(message: Message) -> Message:
    found = message["segment"]
    if not isinstance(found, dict):
        raise ValueError(f"expected a segment, got {found!r}")
    return found


def _seconds(milliseconds: object) -> float:
    return max(0.0, float(milliseconds) / 1000) if isinstance(milliseconds, int | float) else 0.0


async def _quietly(deed: object) -> None:
    with suppress(ConnectionError, CannotPlay):
        await deed  # type: ignore[misc]  # whatever can be awaited

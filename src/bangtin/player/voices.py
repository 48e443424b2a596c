"""Programs that play one sound at a time: mpv, spoken to over its socket, or ffplay where there is no mpv."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

ANSWER_S = 5.0
STARTED_S = 10.0
_MPV = (
    "--idle=yes",
    "--no-config",
    "--no-terminal",
    "--no-video",
    "--load-scripts=no",
    "--ytdl=no",
    "--keep-open=yes",
    "--audio-display=no",
    "--cache=yes",
    "--demuxer-max-bytes=16MiB",
)


class CannotPlay(RuntimeError):
    """The sound cannot be played; the message says why."""


class Voice(Protocol):
    """One sound at a time. `load` and `play` raise CannotPlay."""

    async def load(self, address: str, *, start_s: float) -> None:
        """Have the sound at `address` ready, to begin `start_s` into it."""

    async def play(self, *, volume: int) -> None:
        """Begin what is loaded, at `volume` percent."""

    async def turn(self, volume: int) -> None:
        """Go on at `volume` percent."""

    async def stop(self) -> None:
        """Be silent."""

    async def position_s(self) -> float | None:
        """How far the sound is, to its end; None when nothing is loaded."""

    async def is_over(self) -> bool:
        """Whether it has come to its end, or nothing plays."""

    async def close(self) -> None:
        """End the program."""


def voice(*, device: str = "") -> Voice:
    """A voice of this machine; `device` is the name of mpv's audio output, "" for its own choice.

    Raises: CannotPlay without mpv and ffplay.
    """
    mpv, ffplay = shutil.which("mpv"), shutil.which("ffplay")
    if mpv is not None:
        return Mpv([mpv, *_MPV, *([f"--ao={device}"] if device else [])])
    if ffplay is not None:
        return Ffplay(ffplay)
    raise CannotPlay("neither mpv nor ffplay is installed")


class Mpv:
    """mpv in its idle mode; started at the first sound, and again if it ends."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._folder = tempfile.TemporaryDirectory(prefix="bangtin-voice-")
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._waiting: dict[int, asyncio.Future[dict[str, object]]] = {}
        self._count = 0
        self._ready = asyncio.Event()
        self._failure = ""

    async def load(self, address: str, *, start_s: float) -> None:
        """Paused at `start_s`, decoded and ready."""
        await self._running()
        self._ready.clear()
        self._failure = ""
        await self._ask("set_property", "pause", True)
        await self._ask("loadfile", address, "replace", f"start={max(0.0, start_s):.3f}")
        try:
            async with asyncio.timeout(STARTED_S):
                await self._ready.wait()
        except TimeoutError as error:
            raise CannotPlay(f"{address}: not ready in time") from error
        if self._failure:
            raise CannotPlay(f"{address}: {self._failure}")

    async def play(self, *, volume: int) -> None:
        """Unpause."""
        await self.turn(volume)
        await self._ask("set_property", "pause", False)

    async def turn(self, volume: int) -> None:
        """mpv's own volume is cubic; 100 is the sound as it is."""
        with suppress(CannotPlay):
            await self._ask("set_property", "volume", max(0, min(100, volume)))

    async def stop(self) -> None:
        """Unload."""
        with suppress(CannotPlay):
            await self._ask("stop")

    async def position_s(self) -> float | None:
        """`time-pos`."""
        try:
            found = (await self._ask("get_property", "time-pos")).get("data")
        except CannotPlay:
            return None
        return float(found) if isinstance(found, int | float) else None

    async def is_over(self) -> bool:
        """`eof-reached`, which nothing that plays says."""
        try:
            return (await self._ask("get_property", "eof-reached")).get("data") is not False
        except CannotPlay:
            return True

    async def close(self) -> None:
        """SIGTERM, then the socket's folder goes."""
        for task in self._tasks:
            task.cancel()
        if self._writer is not None:
            self._writer.close()
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.terminate()
            await self._process.wait()
        self._folder.cleanup()

    async def _running(self) -> None:
        if self._process is not None and self._process.returncode is None:
            return
        path = Path(self._folder.name) / "voice"
        path.unlink(missing_ok=True)
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            f"--input-ipc-server={path}",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(STARTED_S):
                while not path.exists():
                    await asyncio.sleep(0.02)
                reader, self._writer = await asyncio.open_unix_connection(str(path))
        except (TimeoutError, OSError) as error:
            raise CannotPlay("mpv does not answer") from error
        self._tasks = [asyncio.create_task(self._read(reader))]

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            message = json.loads(line)
            waiting = self._waiting.pop(message.get("request_id", -1), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(message)
            elif message.get("event") == "playback-restart":
                self._ready.set()
            elif message.get("event") == "end-file" and message.get("reason") == "error":
                self._failure = str(message.get("file_error", "error"))
                self._ready.set()

    async def _ask(self, *command: object) -> dict[str, object]:
        if self._writer is None or self._process is None or self._process.returncode is not None:
            raise CannotPlay("mpv is not running")
        self._count += 1
        number = self._count
        answer: asyncio.Future[dict[str, object]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            async with asyncio.timeout(ANSWER_S):
                self._writer.write(json.dumps({"command": command, "request_id": number}).encode() + b"\n")
                await self._writer.drain()
                return await answer
        except (TimeoutError, ConnectionError) as error:
            raise CannotPlay("mpv does not answer") from error
        finally:
            self._waiting.pop(number, None)


class Ffplay:
    """ffplay, one process a sound: it cannot wait in readiness, and tells its position only by being alive."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._address = ""
        self._start_s = 0.0
        self._began = 0.0
        self._process: asyncio.subprocess.Process | None = None

    async def load(self, address: str, *, start_s: float) -> None:
        """Only remembered."""
        await self.stop()
        self._address, self._start_s = address, max(0.0, start_s)

    async def play(self, *, volume: int) -> None:
        """Start the program."""
        options = ["-nodisp", "-autoexit", "-loglevel", "quiet", "-volume", str(max(0, min(100, volume)))]
        self._process = await asyncio.create_subprocess_exec(
            self._program, *options, "-ss", f"{self._start_s:.3f}", self._address, stdin=asyncio.subprocess.DEVNULL
        )
        self._began = asyncio.get_running_loop().time()

    async def turn(self, volume: int) -> None:
        """ffplay takes a volume only at its start, so it starts anew where it stood; at 0 the sound ends."""
        at_s = await self.position_s()
        await self.stop()
        if volume and at_s is not None:
            self._start_s = at_s
            await self.play(volume=volume)

    async def stop(self) -> None:
        """End the process."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.terminate()
            await self._process.wait()

    async def position_s(self) -> float | None:
        """By the clock, as long as it runs."""
        if self._process is None or self._process.returncode is not None:
            return None
        return self._start_s + asyncio.get_running_loop().time() - self._began

    async def is_over(self) -> bool:
        """Whether the program has ended."""
        return self._process is None or self._process.returncode is not None

    async def close(self) -> None:
        """As `stop`."""
        await self.stop()

"""Pictures of the face as the browser composed it, compared with what the timeline says should be seen.

On demand and about once an hour. A picture shows what this machine emitted, not what the LED shows: that takes a
person at the gate (`proving`) or a camera.
"""

import asyncio
import json
import logging
import secrets
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import aiohttp

from bangtin.player.clock import Clock
from bangtin.player.config import BadInput
from bangtin.player.screens.devtools import DevTools, NoBrowser
from bangtin.player.segments import Face, Segment
from bangtin.player.sync.requests import Hub, HubRefused

LOOKING_S = 30.0
TRIES, AGAIN_S = 20, 0.1
EVERY_S = 3600.0
PATH = "/api/v1/device/screenshots"
NOT_COMPARED = ("card", "gate", "code")
log = logging.getLogger("bangtin.player.evidence")


@dataclass(frozen=True)
class Shot:
    """A picture of `face` at `at_ms`: JPEG of at most 200 kB, upright.

    `segment` names what stood there in the records; `distance` is a score in permille (`seeing`), None: not comparable.
    """

    face: str
    at_ms: int
    segment: str
    distance: int | None
    differs: bool
    jpeg: bytes

    @property
    def header(self) -> str:
        """The request's `Bangtin-Shot`."""
        return f"{self.face};{self.at_ms};{self.segment};{'-' if self.distance is None else self.distance}"


class Seen(Protocol):
    """What stands on the face."""

    @property
    def face(self) -> Face:
        """The face."""

    @property
    def on_face(self) -> Segment | None:
        """The segment whose frames are presented; None while there is none."""


class Evidence:
    """Takes pictures of one face. `data_dir` is the player's; `path_of` says where a rendition lies; `dim` is how
    opaque the black before the picture is (permille).

    `send` brings a shot to the hub; `differs` is told of one that does not look as planned.
    """

    def __init__(
        self, *, seen: Seen, data_dir: Path, clock: Clock, path_of: Callable[[str], Path], dim: Callable[[int], int]
    ) -> None:
        self._seen = seen
        self._profile = data_dir / "browser"
        self._folder = data_dir
        self._clock = clock
        self._path_of = path_of
        self._dim = dim
        self._one = asyncio.Lock()
        self.send: Callable[[Shot], Awaitable[None]] = _nowhere
        self.differs: Callable[[Shot], None] = lambda shot: None

    def report_to(self, hub: Hub, *, event: Callable[[str, str], None]) -> None:
        """Send what is taken to `hub`; tell `event` of what differs."""
        self.send = lambda shot: _send(hub, shot)
        self.differs = lambda shot: event("screenshot_differs", shot.header)

    async def shoot(self) -> Shot:
        """Take a picture now, compare it, and send it.

        Raises: RuntimeError when there is no page or the browser does not answer; what `send` raises.
        """
        async with self._one:
            shot = await self._taken()
        if shot.differs:
            log.warning("the face does not look as planned: %s", shot.header)
            self.differs(shot)
        await self.send(shot)
        return shot

    async def run(self, *, every_s: float = EVERY_S) -> None:
        """About every `every_s` seconds, at an instant nobody can foresee, until cancelled."""
        while True:
            await asyncio.sleep(every_s * (500 + secrets.randbelow(1000)) / 1000)
            try:
                await self.shoot()
            except (OSError, RuntimeError, TimeoutError, ValueError) as error:
                log.info("no picture was taken: %s", error)

    async def _taken(self) -> Shot:
        async with DevTools(self._profile) as page:
            for _ in range(TRIES):
                before = self._seen.on_face
                began_ms = self._clock.now_ms()
                picture = await page.picture()
                log.debug("a picture in %d ms", self._clock.now_ms() - began_ms)
                at_ms = (began_ms + self._clock.now_ms()) // 2
                if before is not None and self._seen.on_face is before:
                    return await self._compared(picture, before, at_ms)
                await asyncio.sleep(AGAIN_S)  # the face was between two segments
        raise NoBrowser("nothing stood still long enough to be taken")

    async def _compared(self, picture: bytes, segment: Segment, at_ms: int) -> Shot:
        path = self._folder / "shot.jpg"
        path.write_bytes(picture)
        try:
            found = await _looked(self._asked(path, segment, at_ms))
            jpeg = path.read_bytes()
        finally:
            path.unlink(missing_ok=True)
        distance = None if segment.showing.kind in NOT_COMPARED else found["distance"]
        differs = bool(found["differs"]) and distance is not None
        return Shot(self._seen.face.id, at_ms, segment.id, distance, differs, jpeg)

    def _asked(self, path: Path, segment: Segment, at_ms: int) -> dict[str, object]:
        face, item, found = self._seen.face, segment.item, segment.showing
        rendition = item.content.rendition_for(face.geometry) if item is not None else None
        return {
            "shot": str(path),
            "kind": item.content.kind if item is not None else found.kind,
            "file": str(self._path_of(rendition.file)) if rendition is not None and rendition.file else "",
            "position_ms": found.position_ms(at_ms),
            "width": face.width,
            "height": face.height,
            "rotation": face.rotation,
            "dim": self._dim(at_ms),
        }


def read_interval(environ: Mapping[str, str]) -> float:
    """`BANGTIN_PLAYER_SHOT_S`: seconds between pictures that nobody asked for, about; 3,600. Raises: BadInput."""
    text = environ.get("BANGTIN_PLAYER_SHOT_S", "")
    if not text:
        return EVERY_S
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 86_400:
        raise BadInput("whole", name="BANGTIN_PLAYER_SHOT_S", least=1, most=86_400, got=text)
    return float(text)


async def _looked(asked: dict[str, object]) -> dict[str, int | None]:
    """What `seeing` says. Raises: RuntimeError."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bangtin.player.seeing",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(LOOKING_S):
            out, error = await process.communicate(json.dumps(asked).encode())
    except BaseException:
        process.kill()
        raise
    if process.returncode != 0:
        raise RuntimeError(f"the picture could not be compared: {error.decode(errors='replace')[-200:]}")
    answer: dict[str, int | None] = json.loads(out)
    return answer


async def _send(hub: Hub, shot: Shot) -> None:
    """Bring `shot` to the hub. Raises: RuntimeError when it refuses or is gone."""
    headers = {"Content-Type": "image/jpeg", "Bangtin-Shot": shot.header}
    try:
        await hub.post(PATH, shot.jpeg, headers=headers)
    except (HubRefused, aiohttp.ClientError, TimeoutError) as error:
        raise RuntimeError(f"the picture did not reach the hub: {error}") from error


async def _nowhere(shot: Shot) -> None:
    del shot

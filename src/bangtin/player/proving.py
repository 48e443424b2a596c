"""Proves where a screen stands: a signed one-time code on the LED, which a phone at the gate scans (`gate_codes`).

A player knows what it sends to the LED, not what the LED shows. The code stands for five seconds before the plan, on
demand or at the day's opening; nothing but a person who saw it can hand it in.
"""

import asyncio
import secrets
from collections.abc import Callable

import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle import gate_codes
from bangtin.bundle.devices import DeviceRecord
from bangtin.player.clock import Clock
from bangtin.player.segments import Cover

SHOWN_WITHIN_S = 8.0


class NotNow(RuntimeError):
    """The code cannot be shown now; the message says why."""


class Prover:
    """Makes the codes of one enrolment and says when one stands. Every method is called in the event loop.

    `changed` is called when the face has to look anew.
    """

    def __init__(self, *, device: DeviceRecord, key: Ed25519PrivateKey, hub: str, clock: Clock) -> None:
        self._device = device
        self._key = key
        self._hub = hub
        self._clock = clock
        self._asked: Cover | None = None
        self._opening: Cover | None = None
        self._seen: dict[str, asyncio.Event] = {}
        self.changed: Callable[[], None] = lambda: None

    async def prove(self, nonce: str) -> gate_codes.GateCode:
        """Show the code with `nonce` for five seconds; returns when its first frame stood.

        Raises: ValueError if `nonce` cannot stand in a code; NotNow if one stands already, or nobody saw it in time:
        no page is there, an emergency notice rules, or the face is blanked.
        """
        now_ms = self._clock.now_ms()
        if self.asked(now_ms) is not None:
            raise NotNow("another code is on the face")
        cover = self._asked = self._cover(now_ms, nonce)
        seen = self._seen[nonce] = asyncio.Event()
        self.changed()
        try:
            async with asyncio.timeout(SHOWN_WITHIN_S):
                await seen.wait()
        except TimeoutError as error:
            self._asked = None
            raise NotNow("the code was not shown") from error
        finally:
            del self._seen[nonce]
        return gate_codes.read(str(cover.told["token"]))

    def began(self, cover: Cover) -> None:
        """The first frame of `cover` was presented."""
        seen = self._seen.get(str(cover.extra["x_gate"]))
        if seen is not None:
            seen.set()

    def asked(self, at_ms: int) -> Cover | None:
        """The code that somebody asked for and that stands at `at_ms`."""
        cover = self._asked
        return cover if cover is not None and cover.from_ms <= at_ms < cover.until_ms else None

    def opening(self, from_ms: int) -> Cover | None:
        """The code of the day's opening at `from_ms`."""
        if self._opening is None or self._opening.from_ms != from_ms:
            self._opening = self._cover(from_ms, secrets.token_hex(8))
        return self._opening

    def _cover(self, at_ms: int, nonce: str) -> Cover:
        device, epoch = self._device.device, self._device.epoch
        token = gate_codes.make(device=device, epoch=epoch, at_ms=at_ms, nonce=nonce, key=self._key)
        rows = segno.make(gate_codes.address(self._hub, token), error="l", micro=False).matrix
        told = {
            "token": token,
            "modules": ["".join("1" if dark else "0" for dark in row) for row in rows],
            "letters": gate_codes.read(token).letters,
            "at_ms": at_ms,
        }
        return Cover(at_ms, at_ms + gate_codes.SHOWN_MS, told, {"x_gate": nonce, "x_gate_ms": at_ms})

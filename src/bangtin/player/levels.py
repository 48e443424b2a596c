"""How loud and how bright the face is now: the bundle's levels, an officer's order, and this post's own limits.

Emergency notices keep their own volume; the limits are for the plan.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bangtin.bundle.manifest import Level, Manifest
from bangtin.player.config import BadInput
from bangtin.player.screens.server import Message

ZONE_MS = 7 * 3_600_000  # UTC+7 all year; the machine's own zone may be anything
DAY_MIN = 24 * 60
GAMMA = 2.2  # of an LED controller fed with ordinary pictures
LEAST_PERMILLE = 30  # of full light: a face that is on can be read
_QUIET = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


@dataclass(frozen=True)
class Limits:
    """What holds at this post whatever a bundle says.

    Between `quiet_from` and `quiet_until`, minutes of the local day, the plan is silent (equal: never). `loudest` is a
    percentage; `full_nit` is what the LED gives for white with no dimming.
    """

    quiet_from: int = 22 * 60
    quiet_until: int = 5 * 60
    loudest: int = 100
    full_nit: int = 4_500

    def is_quiet(self, at_ms: int) -> bool:
        """Whether the plan is silent at `at_ms`."""
        minute = (at_ms + ZONE_MS) // 60_000 % DAY_MIN
        return (minute - self.quiet_from) % DAY_MIN < (self.quiet_until - self.quiet_from) % DAY_MIN


def read_limits(environ: Mapping[str, str]) -> Limits:
    """`BANGTIN_PLAYER_QUIET` (`22:00-05:00`; `none`), `BANGTIN_PLAYER_LOUDEST`, `BANGTIN_PLAYER_FULL_NIT`.

    Raises: BadInput.
    """
    plain = Limits()
    quiet = environ.get("BANGTIN_PLAYER_QUIET", "")
    hours = (plain.quiet_from, plain.quiet_until) if not quiet else (0, 0)
    if quiet and quiet != "none":
        found = _QUIET.fullmatch(quiet)
        if found is None:
            raise BadInput("quiet", got=quiet)
        first, second, third, fourth = (int(one) for one in found.groups())
        hours = (first * 60 + second, third * 60 + fourth)
    loudest = _number(environ, "BANGTIN_PLAYER_LOUDEST", plain.loudest, most=100)
    full_nit = max(1, _number(environ, "BANGTIN_PLAYER_FULL_NIT", plain.full_nit, most=20_000))
    return Limits(*hours, loudest, full_nit)


class Levels:
    """The levels in force. `ordered` gives the volume that an officer ordered, None: as the bundle says."""

    def __init__(
        self,
        *,
        manifest: Callable[[], Manifest | None],
        ordered: Callable[[], int | None],
        limits: Limits,
    ) -> None:
        self._manifest = manifest
        self._ordered = ordered
        self._limits = limits

    def volume_percent(self, at_ms: int) -> int:
        """How loud the plan is at `at_ms`; a bundle that names no volume leaves it to the post's limit."""
        manifest, ordered = self._manifest(), self._ordered()
        if self._limits.is_quiet(at_ms):
            return 0
        planned = ordered
        if planned is None and manifest is not None and manifest.volume:
            planned = _value(manifest.volume, at_ms) or 0  # a gap in the levels is silent, not loud
        return max(0, min(self._limits.loudest, 100 if planned is None else planned))

    def dim_permille(self, at_ms: int) -> int:
        """How opaque the black before the picture is, so that white gives the light of the bundle's level."""
        manifest = self._manifest()
        nit = _value(manifest.brightness, at_ms) if manifest is not None else None
        if nit is None:
            return 0
        light = min(1.0, max(LEAST_PERMILLE / 1000, nit / self._limits.full_nit))
        return round(1000 * (1 - math.pow(light, 1 / GAMMA)))

    def message(self, at_ms: int) -> Message:
        """What the page is told."""
        return {"t": "levels", "volume": self.volume_percent(at_ms), "dim": self.dim_permille(at_ms)}


def _value(levels: Sequence[Level], at_ms: int) -> int | None:
    """The level at `at_ms`; of several the one that began last."""
    here = [one for one in levels if one.from_ms <= at_ms < one.until_ms]
    return max(here, key=lambda one: one.from_ms).value if here else None


def _number(environ: Mapping[str, str], name: str, default: int, *, most: int) -> int:
    text = environ.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or int(text) > most:
        raise BadInput("whole", name=name, least=0, most=most, got=text)
    return int(text)

"""The player's clock: which instant it is, and how far that can be believed (trust D.6)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

DAY_MS = 86_400_000
RTC_TRUST_MS = 400 * DAY_MS
NTP_MARK = Path("/run/systemd/timesync/synchronized")


@dataclass(frozen=True)
class Anchor:
    """A signed time answer: at `mono_ms` of this boot it was `now_ms`, give or take half of `rtt_ms`."""

    now_ms: int
    mono_ms: int
    rtt_ms: int


class Clock:
    """The effective clock of one boot.

    `wall` gives seconds since 1970, `mono` seconds that only grow; both are handed in.
    """

    def __init__(self, *, wall: Callable[[], float], mono: Callable[[], float], offset_s: float, floor_ms: int) -> None:
        self._wall = wall
        self._mono = mono
        self._offset_ms = round(offset_s * 1000)
        self._started = mono()
        self._floor_ms = floor_ms
        self._floor_mono_ms = 0
        self._anchor: Anchor | None = None

    def mono_ms(self) -> int:
        """Milliseconds since this boot of the daemon."""
        return int((self._mono() - self._started) * 1000)

    def now_ms(self) -> int:
        """The effective instant, in milliseconds since 1970."""
        if self._anchor is not None:
            return self._anchor.now_ms + self.mono_ms() - self._anchor.mono_ms
        machine_ms = self._machine_ms()
        floor_ms = self.floor_ms()
        # trust D.6: a machine clock outside floor ... floor + 400 d is dead or mad.
        return machine_ms if self._is_believable(machine_ms, floor_ms) else floor_ms

    def grade(self) -> str:
        """`hub`, `ntp`, `rtc` or `floor`, best first."""
        if self._anchor is not None:
            return "hub"
        if not self._is_believable(self._machine_ms(), self.floor_ms()):
            return "floor"
        return "ntp" if NTP_MARK.exists() else "rtc"

    def signature_s(self) -> float:
        """Seconds since 1970 for the `created` of a request: the demo clock moves plans, not signatures."""
        return (self.now_ms() - self._offset_ms) / 1000

    def floor_ms(self) -> int:
        """The earliest instant it can be now: the newest signed instant, grown by the time this boot ran since."""
        return self._floor_ms + self.mono_ms() - self._floor_mono_ms if self._floor_ms else 0

    def raise_floor(self, at_ms: int) -> None:
        """It is `at_ms` or later: a signed time or the `made_at` of an accepted set says so."""
        if at_ms > self.floor_ms():
            self._floor_ms, self._floor_mono_ms = at_ms, self.mono_ms()

    def differs_by_ms(self, anchor: Anchor) -> int:
        """How far the effective clock stands from `anchor`."""
        return abs(self.now_ms() - (anchor.now_ms + self.mono_ms() - anchor.mono_ms))

    def set(self, anchor: Anchor) -> None:
        """Go by `anchor` from now on (grade `hub`). The caller has verified it (trust 7.8)."""
        self._anchor = anchor
        self.raise_floor(anchor.now_ms)

    def _machine_ms(self) -> int:
        return int(self._wall() * 1000) + self._offset_ms

    @staticmethod
    def _is_believable(machine_ms: int, floor_ms: int) -> bool:
        return not floor_ms or floor_ms <= machine_ms <= floor_ms + RTC_TRUST_MS

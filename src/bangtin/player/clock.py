"""The player's clock: which instant it is, and how far that can be believed (trust D.6)."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

DAY_MS = 86_400_000
RTC_TRUST_MS = 400 * DAY_MS
JUMP_MS = 200
NTP_MARK = Path("/run/systemd/timesync/synchronized")


@dataclass(frozen=True)
class Anchor:
    """A signed time answer: at `mono_ms` of this boot it was `now_ms`, give or take half of `rtt_ms`."""

    now_ms: int
    mono_ms: int
    rtt_ms: int


@dataclass(frozen=True)
class Floors:
    """The earliest instants it can be, in milliseconds since 1970 (0: unknown), as they are kept on the disk.

    `vouched_ms`: accepted sets and notices say so. `signed_ms`: time answers under the keys `keys` of the role hub said
    so; with other keys that part counts no more, or a thief's time would stay (trust D.6).
    """

    vouched_ms: int = 0
    signed_ms: int = 0
    keys: str = ""

    @classmethod
    def parse(cls, text: str | None) -> "Floors":
        """The floors in `text`, as `to_text` wrote them; none of them where there is no text."""
        return cls(**json.loads(text)) if text else cls()

    def to_text(self) -> str:
        """For the player's database."""
        return json.dumps(asdict(self))


class Clock:
    """The effective clock of one boot.

    `wall` gives seconds since 1970, `mono` seconds that only grow; both are handed in.
    """

    def __init__(
        self,
        *,
        wall: Callable[[], float],
        mono: Callable[[], float],
        offset_s: float,
        floor_ms: int = 0,
        floors: Floors | None = None,
    ) -> None:
        self._wall = wall
        self._mono = mono
        self._offset_ms = round(offset_s * 1000)
        self._started = mono()
        self._floors = floors or Floors(vouched_ms=floor_ms)  # as they were when this boot began
        self._anchor: Anchor | None = None
        self._lead_ms = self._machine_ms() - self.mono_ms()
        self._moved_from_ms = self.now_ms() - self.mono_ms()

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

    def signature_s(self, now_ms: int | None = None) -> float:
        """Seconds since 1970 for the `created` of a request: the demo clock moves plans, not signatures.

        `now_ms`: what the hub says it is, where that may serve for nothing but this.
        """
        return ((self.now_ms() if now_ms is None else now_ms) - self._offset_ms) / 1000

    def floor_ms(self) -> int:
        """The earliest instant it can be now: the newest vouched or signed instant, grown by the time since."""
        floors = self.floors()
        return max(floors.vouched_ms, floors.signed_ms)

    def floors(self) -> Floors:
        """Both parts of the floor as they stand now, to be kept with each record (trust D.6)."""
        kept, grown_ms = self._floors, self.mono_ms()
        vouched_ms = kept.vouched_ms + grown_ms if kept.vouched_ms else 0
        return Floors(vouched_ms, kept.signed_ms + grown_ms if kept.signed_ms else 0, kept.keys)

    def raise_floor(self, at_ms: int) -> None:
        """It is `at_ms` or later: the `made_at` of an accepted set says so."""
        if at_ms > self.floors().vouched_ms:
            self._floors = replace(self._floors, vouched_ms=at_ms - self.mono_ms())

    def differs_by_ms(self, anchor: Anchor) -> int:
        """How far the effective clock stands from `anchor`."""
        return abs(self.now_ms() - (anchor.now_ms + self.mono_ms() - anchor.mono_ms))

    @property
    def rtt_ms(self) -> int | None:
        """How long the answer took that the clock goes by; None without signed time in this boot."""
        return self._anchor.rtt_ms if self._anchor is not None else None

    def offset_ms(self) -> int | None:
        """How far the machine's clock is ahead of signed time; None without signed time in this boot."""
        return self._machine_ms() - self.now_ms() if self._anchor is not None else None

    def set(self, anchor: Anchor) -> None:
        """Go by `anchor` from now on (grade `hub`). The caller has verified it (trust 7.8)."""
        self._anchor = anchor
        if anchor.now_ms > self.floors().signed_ms:
            self._floors = replace(self._floors, signed_ms=anchor.now_ms - self.mono_ms())

    def follow_keys(self, keys: str) -> None:
        """The role hub signs with these keys now; what others signed counts no more (trust D.6, B.5)."""
        if keys == self._floors.keys:
            return
        if self._floors.keys:
            self._floors, self._anchor = replace(self._floors, signed_ms=0), None
        self._floors = replace(self._floors, keys=keys)

    def jump_ms(self) -> int:
        """By how much the machine's clock has jumped since this was last asked; 0 if it ran on as it should."""
        lead_ms = self._machine_ms() - self.mono_ms()
        moved_ms, self._lead_ms = lead_ms - self._lead_ms, lead_ms
        return moved_ms if abs(moved_ms) >= JUMP_MS else 0

    def moved_ms(self) -> int:
        """By how much the effective instant has moved otherwise than by time going by, since this was last asked.

        0 below a fifth of a second. A jump of the machine's clock moves it, and so does signed time when it comes.
        """
        lead_ms = self.now_ms() - self.mono_ms()
        moved_ms = lead_ms - self._moved_from_ms
        if abs(moved_ms) < JUMP_MS:
            return 0
        self._moved_from_ms = lead_ms
        return moved_ms

    def _machine_ms(self) -> int:
        return int(self._wall() * 1000) + self._offset_ms

    @staticmethod
    def _is_believable(machine_ms: int, floor_ms: int) -> bool:
        return not floor_ms or floor_ms <= machine_ms <= floor_ms + RTC_TRUST_MS

"""The values that a day is laid out from, and what comes of it. Times are integer ms from local midnight."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
Span = tuple[int, int]


@dataclass(frozen=True)
class Entry:
    """One placement of the day: a programme of `dur_ms`, how often and when it is to play.

    `windows` are [from, until) pairs; empty: all the open time. `target` is the number of plays aimed at and is not
    passed for want of something else to play; None: it shares what the others leave, as often as its bounds allow.
    An hour is a clock hour, and a play belongs to the hour it starts in. Where the entry may play only in a part of an
    hour, `min_hour` counts in proportion, rounded down. `gap_ms` is from the end of a play to the next start.
    """

    id: str
    dur_ms: int
    category: str = ""
    language: str = ""
    is_advertising: bool = False
    windows: tuple[Span, ...] = ()
    target: int | None = None
    min_day: int = 0
    max_day: int | None = None
    min_hour: int = 0
    max_hour: int | None = None
    gap_ms: int = 0

    def __post_init__(self) -> None:
        if self.dur_ms <= 0:
            raise ValueError(f"entry {self.id}: expected dur_ms above 0, got {self.dur_ms}")
        bounds = (self.target, self.min_day, self.max_day, self.min_hour, self.max_hour, self.gap_ms)
        if any(bound is not None and bound < 0 for bound in bounds):
            raise ValueError(f"entry {self.id}: expected no negative number, got {bounds}")
        _check_spans(self.windows, f"entry {self.id}")


class ShareKind(StrEnum):
    """What a share is counted by."""

    CATEGORY = "category"
    LANGUAGE = "language"
    ADVERTISING = "advertising"


@dataclass(frozen=True)
class Share:
    """The least and the most that one kind of content may take of a day, or of each clock hour, in thousandths.

    A share is of the open time and of what is taken already, whether or not anything plays in it. `key` is the
    category or the language; of no meaning for advertising. `basis` is carried along for the words.
    """

    kind: str
    key: str = ""
    least_permille: int | None = None
    most_permille: int | None = None
    is_hourly: bool = False
    basis: str = ""

    def __post_init__(self) -> None:
        ShareKind(self.kind)
        for bound in (self.least_permille, self.most_permille):
            if bound is not None and not 0 <= bound <= 1000:
                raise ValueError(f"share {self.kind} {self.key}: expected 0 to 1000, got {bound}")

    def covers(self, one: "Entry | Taken") -> bool:
        """Whether the airtime of `one` counts."""
        if self.kind == ShareKind.ADVERTISING:
            return one.is_advertising
        return self.key == (one.category if self.kind == ShareKind.CATEGORY else one.language)


@dataclass(frozen=True)
class Taken:
    """Airtime that something else has already, such as a slot placed by hand: it counts in shares, nothing is laid."""

    from_ms: int
    until_ms: int
    category: str = ""
    language: str = ""
    is_advertising: bool = False

    def __post_init__(self) -> None:
        _check_spans(((self.from_ms, self.until_ms),), "taken")


@dataclass(frozen=True)
class Day:
    """Everything a day is laid out from. `open` is the time still free: hours less what is taken already.

    The order of `entries` and `shares` is of no account. `seed` breaks ties.
    Raises: ValueError for two entries of one id, or spans outside the day.
    """

    open: tuple[Span, ...]
    entries: tuple[Entry, ...]
    shares: tuple[Share, ...] = ()
    seed: str = ""
    taken: tuple[Taken, ...] = ()

    def __post_init__(self) -> None:
        _check_spans(self.open, "open")
        if len({entry.id for entry in self.entries}) != len(self.entries):
            raise ValueError("expected entries of different ids")


class Turn(NamedTuple):
    """One play of one entry, over [from_ms, until_ms)."""

    entry: str
    from_ms: int
    until_ms: int


class Lack(StrEnum):
    """What did not come about."""

    MIN_DAY = "min_day"
    TARGET = "target"
    MIN_HOUR = "min_hour"
    LEAST = "least"


class Reason(StrEnum):
    """Why something lacks: the first bound, in this order, that alone makes it impossible; else competition."""

    NO_ENTRY = "no_entry"
    NO_TIME = "no_time"
    MAX_DAY = "max_day"
    WINDOW_TOO_SHORT = "window_too_short"
    GAP = "gap"
    MAX_HOUR = "max_hour"
    SHARE_CAP = "share_cap"
    COMPETITION = "competition"


@dataclass(frozen=True)
class Unmet:
    """A minimum, a target or a least share that does not hold: of an entry (by id) or of a share.

    `wanted` and `got` are plays, or thousandths of a share; `hour` is the clock hour where the bound is hourly.
    `share` names the cap where `reason` is a share's cap.
    """

    kind: Lack
    wanted: int
    got: int
    reason: Reason
    entry: str = ""
    share: Share | None = None
    hour: int | None = None


@dataclass(frozen=True)
class Layout:
    """A day laid out: `turns` in order of time, what is `unmet`, and the `idle` spans that no entry may fill."""

    turns: tuple[Turn, ...]
    unmet: tuple[Unmet, ...]
    idle: tuple[Span, ...]

    def turns_of(self, entry: str) -> Iterator[Turn]:
        """The plays of one entry, in order of time."""
        return (turn for turn in self.turns if turn.entry == entry)


def _check_spans(spans: tuple[Span, ...], what: str) -> None:
    for from_ms, until_ms in spans:
        if not 0 <= from_ms < until_ms <= DAY_MS:
            raise ValueError(f"{what}: expected spans inside 0 to {DAY_MS}, got {from_ms}–{until_ms}")

"""The baseline of the schedule's benchmark, weighted round-robin, and what is measured of any day laid out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, pstdev

from bangtin.hub.schedules.compiler import HOUR_MS, Day, Entry, Share, Turn


@dataclass(frozen=True)
class Measures:
    """`deviation`: mean of |plays - target| / target; `missed`: plays short of minimums; `broken`: hard bounds broken.

    `gap_cv`: mean over entries of the coefficient of variation from start to start. `idle`: part of the open time.
    """

    deviation: float
    missed: int
    broken: int
    gap_cv: float
    idle: float


def weighted_round_robin(day: Day) -> tuple[Turn, ...]:
    """Entries stand in a queue as often as their targets ask, spread over it; the first that may, plays and goes last.

    It keeps windows, gaps and caps as the compiler does, stops at targets likewise, and looks neither ahead nor back.
    For days whose entries are all of one length, as the benchmark's.
    """
    queue = _queue(day.entries)
    board = _Rotation(day)
    for start, end in day.open:
        at = start
        while at < end:
            number = next((number for number, entry in enumerate(queue) if board.may(entry, at, end)), None)
            if number is None:
                at += min(entry.dur_ms for entry in day.entries)
                continue
            entry = queue.pop(number)
            queue.append(entry)
            board.play(entry, at)
            at += entry.dur_ms
    return tuple(board.turns)


def _queue(entries: Sequence[Entry]) -> list[Entry]:
    places = [
        ((turn + 0.5) / (entry.target or 1), entry.id, entry) for entry in entries for turn in range(entry.target or 1)
    ]
    return [entry for _, _, entry in sorted(places, key=lambda place: place[:2])]


class _Rotation:
    """What has played, in the plainest books."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self.turns: list[Turn] = []
        self.count: Counter[str] = Counter()
        self.ended: dict[str, int] = {}
        self.used: Counter[tuple[int, int]] = Counter()
        self.base = sum(end - start for start, end in day.open)
        self.covering = {
            entry.id: [number for number, share in enumerate(day.shares) if share.covers(entry)]
            for entry in day.entries
        }

    def may(self, entry: Entry, at: int, closes: int) -> bool:
        until = at + entry.dur_ms
        if until > closes or self.count[entry.id] >= (entry.target or 0):
            return False
        if entry.id in self.ended and at < self.ended[entry.id] + entry.gap_ms:
            return False
        if entry.windows and not any(start <= at and until <= end for start, end in entry.windows):
            return False
        return all(self._has_room(number, entry, at) for number in self.covering[entry.id])

    def play(self, entry: Entry, at: int) -> None:
        until = at + entry.dur_ms
        self.turns.append(Turn(entry.id, at, until))
        self.count[entry.id] += 1
        self.ended[entry.id] = until
        for number in self.covering[entry.id]:
            self.used[number, self._hour(number, at)] += entry.dur_ms

    def _hour(self, number: int, at: int) -> int:
        return at // HOUR_MS if self.day.shares[number].is_hourly else -1

    def _has_room(self, number: int, entry: Entry, at: int) -> bool:
        share = self.day.shares[number]
        base = HOUR_MS if share.is_hourly else self.base
        used = self.used[number, self._hour(number, at)] + entry.dur_ms
        return share.most_permille is None or used * 1000 <= share.most_permille * base


def measure(day: Day, turns: Sequence[Turn]) -> Measures:
    """What a day laid out is worth; for days that are open in whole hours, as the benchmark's."""
    plays: dict[str, list[Turn]] = {entry.id: [] for entry in day.entries}
    for turn in turns:
        plays[turn.entry].append(turn)
    aimed = [(len(plays[entry.id]), entry.target) for entry in day.entries if entry.target]
    broken = sum(b.from_ms < a.until_ms for a, b in pairwise(turns))
    broken += sum(_broken(entry, plays[entry.id], day) for entry in day.entries)
    broken += sum(_over(day, share, plays) for share in day.shares)
    opened = sum(end - start for start, end in day.open)
    return Measures(
        deviation=fmean(abs(got - target) / target for got, target in aimed),
        missed=sum(max(0, entry.min_day - len(plays[entry.id])) for entry in day.entries),
        broken=broken,
        gap_cv=fmean(_variations(plays.values())),
        idle=1 - sum(turn.until_ms - turn.from_ms for turn in turns) / opened,
    )


def _broken(entry: Entry, turns: Sequence[Turn], day: Day) -> int:
    count = sum(b.from_ms - a.until_ms < entry.gap_ms for a, b in pairwise(turns))
    count += max(0, len(turns) - (len(turns) if entry.max_day is None else entry.max_day))
    for turn in turns:
        for spans in (day.open, entry.windows or day.open):
            count += not any(start <= turn.from_ms and turn.until_ms <= end for start, end in spans)
    return count


def _over(day: Day, share: Share, plays: dict[str, list[Turn]]) -> int:
    if share.most_permille is None:
        return 0
    used: Counter[int] = Counter()
    for entry in day.entries:
        for turn in plays[entry.id] if share.covers(entry) else ():
            # the benchmark's turns never cross an hour, for hours are whole numbers of them
            used[turn.from_ms // HOUR_MS if share.is_hourly else -1] += turn.until_ms - turn.from_ms
    base = HOUR_MS if share.is_hourly else sum(end - start for start, end in day.open)
    return sum(ms * 1000 > share.most_permille * base for ms in used.values())


def _variations(plays: Iterable[Sequence[Turn]]) -> list[float]:
    found = []
    for turns in plays:
        gaps = [b.from_ms - a.from_ms for a, b in pairwise(turns)]
        if len(gaps) > 1:
            found.append(pstdev(gaps) / fmean(gaps))
    return found

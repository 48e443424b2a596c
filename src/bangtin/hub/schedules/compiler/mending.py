"""Mends a day laid out: fills idle time with plays still wanted, and makes room for minimums that lack."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Sequence

from bangtin.hub.schedules.compiler.ledger import OPEN_ENDED, Ledger
from bangtin.hub.schedules.compiler.placing import Placed
from bangtin.hub.schedules.compiler.runners import Runner
from bangtin.hub.schedules.compiler.shapes import DAY_MS, HOUR_MS, Span

_May = Callable[[Runner], bool]
# How many places are looked at for room in one day; a playlist that asks for far too much ends, with what lacks said.
EFFORT = 20_000


class Board:
    """The plays of a day, which may be added and taken away while every bound holds."""

    def __init__(self, placed: Sequence[Placed], opened: Sequence[Span], ledger: Ledger) -> None:
        self.opened, self.ledger = opened, ledger
        self.line: list[tuple[int, int, int]] = []
        self.runners: dict[int, Runner] = {}
        self.plays: dict[int, list[Span]] = {}
        self._free: list[Span] | None = None
        self.effort = EFFORT
        for start, end, runner in placed:
            order = runner.order
            self.line.append((start, end, order))
            if order not in self.plays:
                self.plays[order], self.runners[order] = [], runner
            self.plays[order].append((start, end))

    def idle(self, within: Span = (0, DAY_MS)) -> Iterator[Span]:
        """Open spans in which nothing plays, cut to `within`, in order of time."""
        if self._free is None:
            self._free = self._idle()
        for start, end in self._free:
            if start < within[1] and end > within[0]:
                yield max(start, within[0]), min(end, within[1])

    def _idle(self) -> list[Span]:
        found = []
        number, count = 0, len(self.line)
        for opens, closes in self.opened:
            at = opens
            while number < count and self.line[number][0] < closes:
                if self.line[number][0] > at:
                    found.append((at, self.line[number][0]))
                at = self.line[number][1]
                number += 1
            if at < closes:
                found.append((at, closes))
        return found

    def start_in(self, runner: Runner, free: Span) -> int | None:
        """The first instant in `free` from which the runner may play, so far as its own bounds and the caps go."""
        if runner.count >= runner.max_day:
            return None
        at, closes = free
        entry = runner.entry
        while at + entry.dur_ms <= closes:
            later = self.own_start(runner, at)
            if later == at:
                later = self.ledger.wake(runner.caps, at, at + entry.dur_ms) or at
            if later == at:
                return at
            at = later
        return None

    def own_start(self, runner: Runner, at: int) -> int:
        """`at` if the runner's rooms, gaps and most an hour let it start then, else the next instant to ask for."""
        until = at + runner.entry.dur_ms
        room = next((room for room in runner.rooms if room[1] >= until), None)
        if room is None:
            return OPEN_ENDED
        if room[0] > at:
            return room[0]
        plays = self.plays.get(runner.order, [])
        number = bisect_left(plays, (at, 0))
        if number and plays[number - 1][1] + runner.entry.gap_ms > at:
            return plays[number - 1][1] + runner.entry.gap_ms
        if number < len(plays) and plays[number][0] - runner.entry.gap_ms < until:
            return plays[number][1] + runner.entry.gap_ms
        hour = at // HOUR_MS
        if runner.by_hour.get(hour, 0) >= runner.max_hour:
            return (hour + 1) * HOUR_MS
        return at

    def add(self, runner: Runner, start: int) -> None:
        """Put a play on the board."""
        self._change(runner, (start, start + runner.entry.dur_ms), 1)

    def remove(self, runner: Runner, start: int) -> None:
        """Take a play off the board."""
        self._change(runner, (start, start + runner.entry.dur_ms), -1)

    def _change(self, runner: Runner, span: Span, sign: int) -> None:
        plays = self.plays.setdefault(runner.order, [])
        self.runners[runner.order] = runner
        if sign > 0:
            insort(self.line, (*span, runner.order))
            insort(plays, span)
            self._use(span)
        else:
            del self.line[bisect_left(self.line, (*span, runner.order))]
            plays.remove(span)
            self._free = None
        hour = span[0] // HOUR_MS
        runner.count += sign
        runner.by_hour[hour] = runner.by_hour.get(hour, 0) + sign
        self.ledger.book(runner.caps, span, sign=sign)

    def _use(self, span: Span) -> None:
        """Cut the span out of the idle time that is known, where it lies in it."""
        if self._free is None:
            return
        number = bisect_left(self._free, (span[0] + 1, 0)) - 1
        start, end = self._free[number]
        self._free[number : number + 1] = [part for part in ((start, span[0]), (span[1], end)) if part[0] < part[1]]


def fill(board: Board, runners: Sequence[Runner]) -> None:
    """Give idle time to runners that lack plays, those first that lack the largest part."""
    for runner in sorted(runners, key=lambda one: (one.count / max(one.goal, 1), one.order)):
        while runner.count < runner.goal and add_in_idle(board, runner, (0, DAY_MS)):
            pass


def add_in_idle(board: Board, runner: Runner, within: Span) -> bool:
    """Add one play of the runner where nothing plays, starting within the span; whether there was a place."""
    if not runner.rooms or board.ledger.day_room(runner.caps) < runner.entry.dur_ms:
        return False
    for free in board.idle(within):
        if not board.effort:
            return False
        board.effort -= 1
        start = board.start_in(runner, free)
        if start is not None:
            board.add(runner, start)
            return True
    return False


def make_room(board: Board, runner: Runner, within: Span, may_go: _May) -> bool:
    """Add one play of the runner in place of plays that others can spare; whether one was found.

    Of all places the one is taken that costs the others least, by the part of their goals that they lose.
    """
    if runner.count >= runner.max_day:
        return False
    best: tuple[float, int, list[tuple[int, int, int]]] | None = None
    line, at = board.line, within[0]
    while at < within[1] and board.effort:
        board.effort -= 1
        later = board.own_start(runner, at)
        if later > at:
            at = later
            continue
        # the play under way at that instant, or else the next
        number = max(0, bisect_left(line, (at + 1, 0, 0)) - 1)
        number += number < len(line) and line[number][1] <= at
        if number >= len(line):
            break
        found = _place_at(board, runner, number, may_go)
        if found is not None and found[1] < within[1] and (best is None or found[0] < best[0]):
            best = found
            if best[0] == 0.0:
                break
        at = line[number][1]
    if best is None:
        return False
    for start, _, order in best[2]:
        board.remove(board.runners[order], start)
    board.add(runner, best[1])
    return True


def _place_at(
    board: Board, runner: Runner, number: int, may_go: _May
) -> tuple[float, int, list[tuple[int, int, int]]] | None:
    """What it costs to start where play `number` starts or in the idle time before it: (cost, start, plays to go)."""
    line = board.line
    first = line[number]
    opens, closes = next(span for span in board.opened if span[0] <= first[0] < span[1])
    begin = max(opens, line[number - 1][1]) if number else opens
    goes: list[tuple[int, int, int]] = []
    cost = 0.0
    for play in line[number : number + 12]:
        other = board.runners[play[2]]
        if play[0] >= closes or other is runner or not _can_spare(other, play[0], goes) or not may_go(other):
            return None
        goes.append(play)
        cost += 1.0 / other.goal if other.count <= other.goal and other.goal else 0.0
        after = number + len(goes)
        end = min(closes, line[after][0]) if after < len(line) else closes
        if end - begin >= runner.entry.dur_ms:
            return _start_without(board, runner, (begin, end), goes, cost)
    return None


def _can_spare(other: Runner, start: int, goes: Sequence[tuple[int, int, int]]) -> bool:
    hour = start // HOUR_MS
    gone = sum(order == other.order for _, _, order in goes)
    gone_in_hour = sum(order == other.order and at // HOUR_MS == hour for at, _, order in goes)
    return other.count - gone > other.must and other.by_hour[hour] - gone_in_hour > other.quota.get(hour, 0)


def _start_without(
    board: Board, runner: Runner, free: Span, goes: list[tuple[int, int, int]], cost: float
) -> tuple[float, int, list[tuple[int, int, int]]] | None:
    """Where the runner may start in `free` once `goes` are gone."""
    caps = [(board.runners[order].caps, (start, end)) for start, end, order in goes]
    for numbers, span in caps:
        board.ledger.book(numbers, span, sign=-1)
    start = board.start_in(runner, free)
    for numbers, span in caps:
        board.ledger.book(numbers, span)
    return None if start is None else (cost, start, goes)

"""Walks through the day and gives each instant to the play that is due first and that no bound forbids."""

from collections.abc import Sequence
from heapq import heappop, heappush

from bangtin.hub.schedules.compiler.ledger import OPEN_ENDED, Ledger
from bangtin.hub.schedules.compiler.runners import Runner
from bangtin.hub.schedules.compiler.shapes import HOUR_MS, Span

Placed = tuple[int, int, Runner]
_Queue = list[tuple[int, int, Runner]]


def place(runners: Sequence[Runner], opened: Sequence[Span], ledger: Ledger) -> list[Placed]:
    """The plays as (from, until, runner), in order of time; runners and ledger are left as these plays make them."""
    walk = _Walk(runners, ledger)
    for start, end in opened:
        at = start
        while at < end:
            found = walk.pick(at)
            if found is None:
                at = min(end, walk.next_change())
                continue
            runner, is_due = found
            until = at + runner.entry.dur_ms
            walk.book(runner, at, until, is_due=is_due)
            at = until
    return walk.placed


class _Walk:
    """Queues of runners: `asleep` by when to ask again, `due` by deadline, `spare` by laps (those that are free)."""

    def __init__(self, runners: Sequence[Runner], ledger: Ledger) -> None:
        self.ledger = ledger
        self.placed: list[Placed] = []
        self.due: _Queue = []
        self.spare: _Queue = []
        self.asleep: _Queue = []
        self.resting: _Queue = []
        self.lap = 0
        self.harmless_ms = min((runner.interval_ms for runner in runners if runner.deadlines), default=OPEN_ENDED) // 4
        for runner in runners:
            if not runner.rooms:
                continue
            if runner.deadlines:
                heappush(self.asleep, (max(runner.rooms[0][0], runner.releases[0]), runner.order, runner))
            if runner.is_free:
                heappush(self.resting, (runner.rooms[0][0], runner.order, runner))

    def next_change(self) -> int:
        """When a sleeper may wake."""
        return min(self.asleep[0][0] if self.asleep else OPEN_ENDED, self.resting[0][0] if self.resting else OPEN_ENDED)

    def pick(self, at: int) -> tuple[Runner, bool] | None:
        """The runner that plays at `at` and whether it was due; None if no bound lets anyone."""
        self._wake(at)
        due = self.due
        while due:
            deadline, _, runner = heappop(due)
            count = runner.count
            if count >= len(runner.deadlines):
                continue
            wake, release = _wake_at(runner, at, self.ledger), runner.releases[count]
            if wake > at or release > at:
                _sleep(self.asleep, runner, max(wake, release))
            elif deadline != runner.deadlines[count]:
                heappush(due, (runner.deadlines[count], runner.order, runner))
            else:
                return runner, True
        if not self.spare:
            return None
        filling = self._spare(at)
        return None if filling is None else (filling, False)

    def _spare(self, at: int) -> Runner | None:
        """The free runner with the fewest laps that may play at `at` and makes no other too late."""
        passed: list[tuple[int, int, Runner]] = []
        found = None
        while self.spare and found is None:
            laps, order, runner = heappop(self.spare)
            if laps != runner.laps:
                heappush(self.spare, (runner.laps, order, runner))
                continue
            wake = _wake_at(runner, at, self.ledger)
            if wake > at:
                _sleep(self.resting, runner, wake)
            elif self._delays(at, at + runner.entry.dur_ms):
                passed.append((laps, order, runner))
            else:
                found = runner
                self.lap = max(self.lap, laps)
        for waiting in passed:
            heappush(self.spare, waiting)
        return found

    def _delays(self, at: int, until: int) -> bool:
        """Whether a play over [at, until) makes another later than it should be.

        It may be late by one of its own intervals; by more only if it is not late now and has twice the time that it
        needs to come after.
        """
        if until - at <= self.harmless_ms:
            return False
        for wake, _, other in self.asleep:
            if wake >= until or other.count >= len(other.deadlines):
                continue
            deadline, entry = other.deadlines[other.count], other.entry
            if until + entry.dur_ms <= deadline + other.interval_ms:
                continue
            left = sum(max(0, end - max(start, until)) for start, end in other.rooms)
            wanted = (len(other.deadlines) - other.count) * (entry.dur_ms + entry.gap_ms)
            if deadline <= at or 2 * wanted > left:
                return True
        return False

    def book(self, runner: Runner, start: int, end: int, *, is_due: bool) -> None:
        """Let the runner play, and put it back in the queue it came from."""
        self.placed.append((start, end, runner))
        if runner.caps:
            self.ledger.book(runner.caps, (start, end))
        runner.count = count = runner.count + 1
        hour = start // HOUR_MS
        runner.by_hour[hour] = runner.by_hour.get(hour, 0) + 1
        runner.last_end = end
        if self.spare or self.resting or not is_due:
            runner.laps = max(runner.laps, self.lap) + 1
        rested = end + runner.entry.gap_ms
        if not is_due:
            heappush(self.resting, (rested, runner.order, runner))
        elif count < len(runner.deadlines):
            heappush(self.asleep, (max(rested, runner.releases[count]), runner.order, runner))

    def _wake(self, at: int) -> None:
        asleep, resting = self.asleep, self.resting
        while asleep and asleep[0][0] <= at:
            runner = heappop(asleep)[2]
            if runner.count < len(runner.deadlines):
                heappush(self.due, (runner.deadlines[runner.count], runner.order, runner))
        while resting and resting[0][0] <= at:
            runner = heappop(resting)[2]
            heappush(self.spare, (runner.laps, runner.order, runner))


def _sleep(queue: _Queue, runner: Runner, wake: int) -> None:
    if wake < OPEN_ENDED:
        heappush(queue, (wake, runner.order, runner))


def _wake_at(runner: Runner, at: int, ledger: Ledger) -> int:
    """`at` if the runner may play now, else when to ask again."""
    entry = runner.entry
    if runner.count >= runner.max_day:
        return OPEN_ENDED
    if at < runner.last_end + entry.gap_ms:
        return runner.last_end + entry.gap_ms
    until = at + entry.dur_ms
    rooms = runner.rooms
    while runner.room < len(rooms) and rooms[runner.room][1] < until:
        runner.room += 1
    if runner.room == len(rooms):
        return OPEN_ENDED
    if rooms[runner.room][0] > at:
        return rooms[runner.room][0]
    hour = at // HOUR_MS
    if runner.by_hour.get(hour, 0) >= runner.max_hour:
        return (hour + 1) * HOUR_MS
    if not runner.caps:
        return at
    return ledger.wake(runner.caps, at, until) or at

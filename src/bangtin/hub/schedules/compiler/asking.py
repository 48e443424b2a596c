"""What least shares ask of their entries: more plays aimed at, firm ones, or plays in single hours."""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from bangtin.hub.schedules.compiler.ledger import bases, taken_by
from bangtin.hub.schedules.compiler.runners import Runner
from bangtin.hub.schedules.compiler.shapes import Day, Share


def ask(day: Day, runners: Sequence[Runner]) -> None:
    """Raise goals, minimums and quotas of runners so far as the day's least shares need it and their bounds let."""
    for share in day.shares:
        members = [runner for runner in runners if runner.rooms and share.covers(runner.entry)]
        if share.least_permille and members:
            _ask_hours(day, share, members) if share.is_hourly else _ask_day(day, share, members)


def needed(share: Share, base: int, taken: int) -> int:
    """The airtime in ms that a least share still needs of what is laid out."""
    return -(-(share.least_permille or 0) * base // 1000) - taken


def _ask_day(day: Day, share: Share, members: Sequence[Runner]) -> None:
    need = needed(share, bases(day)[0], taken_by(day, share)[0])
    have = sum(runner.goal * runner.entry.dur_ms for runner in members)
    if have >= need > 0:
        for runner in members:
            runner.must = max(runner.must, -(-runner.goal * need // have))
        return
    for runner in members:
        runner.must = runner.goal
    for is_free in (True, False):
        queue = [(runner.goal, runner.order, runner) for runner in members if runner.is_free is is_free]
        heapify(queue)
        while queue and have < need:
            _, _, runner = heappop(queue)
            if runner.goal < _most_plays(runner):
                runner.goal = runner.must = runner.goal + 1
                have += runner.entry.dur_ms
                heappush(queue, (runner.goal, runner.order, runner))


def _ask_hours(day: Day, share: Share, members: Sequence[Runner]) -> None:
    taken = taken_by(day, share)[1]
    for hour, base in sorted(bases(day)[1].items()):
        need = needed(share, base, taken.get(hour, 0))
        inside = [runner for runner in members if hour in runner.usable]
        need -= sum(runner.quota.get(hour, 0) * runner.entry.dur_ms for runner in inside)
        queue = [(sum(runner.quota.values()), runner.order, runner) for runner in inside]
        heapify(queue)
        while queue and need > 0:
            asked, _, runner = heappop(queue)
            step = runner.entry.dur_ms + runner.entry.gap_ms
            limit = min(runner.max_hour, runner.usable[hour] // step + 1)
            if runner.quota.get(hour, 0) < limit and asked < runner.max_day:
                runner.quota[hour] = runner.quota.get(hour, 0) + 1
                need -= runner.entry.dur_ms
                heappush(queue, (asked + 1, runner.order, runner))
    for runner in members:
        runner.must = min(max(runner.must, sum(runner.quota.values())), runner.max_day)
        runner.goal = max(runner.goal, runner.must)


def _most_plays(runner: Runner) -> int:
    """No more plays than this fit into its rooms."""
    step = runner.entry.dur_ms + runner.entry.gap_ms
    fitting = sum((end - start + runner.entry.gap_ms) // step for start, end in runner.rooms)
    return min(fitting, runner.max_day)

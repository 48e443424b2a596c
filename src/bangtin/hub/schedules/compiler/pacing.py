"""Spreads the plays aimed at over the day as if they were a fluid, and reads from it when each play is due.

Where more is asked for than an hour has time, what can move moves to other hours; what cannot is cut, first the plays
beyond minimums, all alike. Only +, -, * and / on floats, summed in a fixed order: the same on every machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from bangtin.hub.schedules.compiler import spans
from bangtin.hub.schedules.compiler.ledger import OPEN_ENDED, Ledger
from bangtin.hub.schedules.compiler.runners import Runner
from bangtin.hub.schedules.compiler.shapes import HOUR_MS, Span

ROUNDS = 8
CLOSE = 1.001


@dataclass(slots=True, eq=False)
class _Flow:
    """Plays of one runner in each piece of its rooms; a piece lies in one bin."""

    runner: Runner
    bins: list[int]
    starts: list[int]
    lengths: list[int]
    plays: list[float]
    limits: list[float]
    firm: float


@dataclass(slots=True, eq=False)
class _Vessel:
    """What flows through some pieces at once, `[(flow, piece)]`, and how many ms it holds."""

    parts: list[tuple[_Flow, int]]
    holds: int


def pace(runners: Sequence[Runner], opened: tuple[Span, ...], ledger: Ledger) -> None:
    """Give each runner with a goal its `releases` and `deadlines`, as many as its goal."""
    bin_ms = HOUR_MS if spans.length(opened) > 12 * HOUR_MS else HOUR_MS // 2
    flows = [_flow(runner, bin_ms) for runner in runners if runner.goal and runner.rooms]
    holds = spans.by_bin(opened, bin_ms)
    vessels = _vessels(flows, holds, bin_ms, ledger)
    for _ in range(ROUNDS):
        if not _squeeze(vessels):
            break
        _refill(flows)
    else:
        _squeeze(vessels)
    load = _loads(flows, holds)
    for flow in flows:
        _due(flow, load)


def _flow(runner: Runner, bin_ms: int) -> _Flow:
    entry = runner.entry
    starts, lengths, bins = [], [], []
    for start, end in runner.rooms:
        at = start
        while at < end:
            until = min(end, (at // bin_ms + 1) * bin_ms)
            starts.append(at)
            lengths.append(until - at)
            bins.append(at // bin_ms)
            at = until
    whole = sum(lengths)
    step = entry.dur_ms + entry.gap_ms
    plays = [runner.goal * length / whole for length in lengths]
    limits = [length / step + 0.5 for length in lengths]
    if entry.max_hour is not None:
        limits = [
            min(limit, entry.max_hour * length / runner.usable[start // HOUR_MS])
            for limit, length, start in zip(limits, lengths, starts, strict=True)
        ]
    return _Flow(runner, bins, starts, lengths, plays, limits, runner.must / runner.goal)


def _vessels(flows: Sequence[_Flow], holds: dict[int, int], bin_ms: int, ledger: Ledger) -> list[_Vessel]:
    """The time of each bin, and what each cap leaves of the day or of each clock hour."""
    by_bin: dict[int, _Vessel] = {number: _Vessel([], ms) for number, ms in sorted(holds.items())}
    by_cap: dict[tuple[int, int], _Vessel] = {}
    for flow in flows:
        for piece, number in enumerate(flow.bins):
            by_bin[number].parts.append((flow, piece))
            for cap in flow.runner.caps:
                hours = ledger.hour_left[cap]
                hour = number * bin_ms // HOUR_MS
                key, left = ((cap, hour), hours.get(hour, 0)) if hours else ((cap, -1), ledger.day_left[cap])
                if left < OPEN_ENDED:
                    by_cap.setdefault(key, _Vessel([], max(left, 0))).parts.append((flow, piece))
    return [*(by_cap[key] for key in sorted(by_cap)), *by_bin.values()]


def _squeeze(vessels: Sequence[_Vessel]) -> bool:
    """Cut what overflows; whether anything was cut worth another round."""
    cut_any = False
    for vessel in vessels:
        load = beyond = 0.0
        for flow, piece in vessel.parts:
            ms = flow.plays[piece] * flow.runner.entry.dur_ms
            load += ms
            beyond += ms * (1.0 - flow.firm)
        if load <= vessel.holds:
            continue
        cut_any = cut_any or load > vessel.holds * CLOSE
        over = load - vessel.holds
        cut = min(1.0, over / beyond) if beyond > 0.0 else 0.0
        left = load - cut * beyond
        rest = vessel.holds / left if left > vessel.holds else 1.0
        for flow, piece in vessel.parts:
            flow.plays[piece] *= (1.0 - cut * (1.0 - flow.firm)) * rest
    return cut_any


def _refill(flows: Sequence[_Flow]) -> None:
    """Let what was cut of a goal flow into the runner's other pieces, up to their limits."""
    for flow in flows:
        total = 0.0
        for plays in flow.plays:
            total += plays
        goal = flow.runner.goal
        if total <= 0.0 or total * CLOSE >= goal:
            continue
        factor = goal / total
        flow.plays = [min(limit, plays * factor) for plays, limit in zip(flow.plays, flow.limits, strict=True)]


def _loads(flows: Sequence[_Flow], holds: dict[int, int]) -> dict[int, float]:
    load = dict.fromkeys(holds, 0.0)
    for flow in flows:
        dur = flow.runner.entry.dur_ms
        for number, plays in zip(flow.bins, flow.plays, strict=True):
            load[number] += plays * dur
    return {number: min(1.0, ms / holds[number]) for number, ms in load.items()}


def _due(flow: _Flow, load: dict[int, float]) -> None:
    """Releases and deadlines: the k-th play lies where the fluid passes from k - 1 to k plays.

    In hours with time to spare a release waits for the runner's own phase, so that plays do not bunch.
    What was cut of the goal is still tried, after everything that was not.
    """
    runner = flow.runner
    _in_hours(flow)
    reached = 0.0
    for plays in flow.plays:
        reached += plays
    whole = max(1, min(runner.goal, ceil(reached - 1e-6)))
    closes = runner.rooms[-1][1]
    clock = _Clock(flow, reached / whole)
    ends = [clock.read(k) for k in range(whole + 1)]
    for k in range(whole):
        start, piece = ends[k]
        wait = runner.phase * (1.0 - load[flow.bins[piece]])
        runner.releases.append(start + int((ends[k + 1][0] - start) * wait))
        runner.deadlines.append(ends[k + 1][0])
    for k in range(whole, runner.goal):
        runner.releases.append(runner.releases[k * whole // runner.goal])
        runner.deadlines.append(closes + (k - whole + 1) * HOUR_MS)


class _Clock:
    """When the fluid has brought a number of plays; asked with rising numbers."""

    def __init__(self, flow: _Flow, scale: float) -> None:
        self.flow, self.scale = flow, scale
        self.piece, self.before = 0, 0.0

    def read(self, plays: int) -> tuple[int, int]:
        """The instant and its piece."""
        flow, wanted = self.flow, plays * self.scale
        last = len(flow.plays) - 1
        while self.piece < last and self.before + flow.plays[self.piece] < wanted:
            self.before += flow.plays[self.piece]
            self.piece += 1
        inside = flow.plays[self.piece]
        part = min(1.0, (wanted - self.before) / inside) if inside > 0.0 else 0.0
        return flow.starts[self.piece] + int(flow.lengths[self.piece] * part), self.piece


def _in_hours(flow: _Flow) -> None:
    """Make the fluid bring whole plays by the end of each clock hour that has a quota, and no less than it."""
    quota = flow.runner.quota
    if not quota:
        return
    owed = 0.0
    for hour in sorted({start // HOUR_MS for start in flow.starts}):
        pieces = [piece for piece, start in enumerate(flow.starts) if start // HOUR_MS == hour]
        fluid = owed
        for piece in pieces:
            fluid += flow.plays[piece]
        whole = max(quota.get(hour, 0), int(fluid + 0.5))
        owed = max(-1.0, min(1.0, fluid - whole))
        length = sum(flow.lengths[piece] for piece in pieces)
        for piece in pieces:
            flow.plays[piece] = whole * flow.lengths[piece] / length

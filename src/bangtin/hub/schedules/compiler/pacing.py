"""Spreads the plays aimed at over the day as if they were a fluid, and reads from it when each play is due.

Where more is asked for than an hour has time, what can move moves to other hours; what cannot is cut, first the plays
beyond minimums, all alike. Only +, -, * and / on floats, summed in a fixed order: the same on every machine.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, fsum
from operator import itemgetter

from bangtin.hub.schedules.compiler import spans
from bangtin.hub.schedules.compiler.ledger import OPEN_ENDED, Ledger
from bangtin.hub.schedules.compiler.runners import Runner
from bangtin.hub.schedules.compiler.shapes import HOUR_MS, Span

ROUNDS = 6
CLOSE = 0.002
STALE = 0.8


@dataclass(slots=True, eq=False)
class _Flow:
    """One runner's pieces: its rooms cut at the edges of bins. `ms`: airtime in each; `first`: number of the first."""

    runner: Runner
    first: int
    bins: list[int]
    starts: list[int]
    lengths: list[int]
    limits: list[float]
    ms: list[float]

    @property
    def pieces(self) -> slice:
        """Where its pieces stand among those of all."""
        return slice(self.first, self.first + len(self.bins))


# of pieces: numbers of their bins, where they start, how long they are
_Cut = tuple[list[int], list[int], list[int]]


@dataclass(slots=True, eq=False)
class _Vessel:
    """What flows through some pieces at once and how many ms it holds. `read` takes their values from a list."""

    numbers: list[int]
    holds: int
    read: Callable[[list[float]], tuple[float, ...]]


def pace(runners: Sequence[Runner], opened: tuple[Span, ...], ledger: Ledger) -> None:
    """Give each runner with a goal its `releases` and `deadlines`, as many as its goal."""
    bin_ms = HOUR_MS if spans.length(opened) > 12 * HOUR_MS else HOUR_MS // 2
    flows: list[_Flow] = []
    ms: list[float] = []
    loose: list[float] = []
    cuts: dict[tuple[Span, ...], _Cut] = {}
    for runner in runners:
        if runner.goal and runner.rooms:
            if runner.rooms not in cuts:
                cuts[runner.rooms] = _cut(runner.rooms, bin_ms)
            flows.append(_flow(runner, cuts[runner.rooms], len(ms)))
            ms += flows[-1].ms
            loose += [1.0 - runner.must / runner.goal] * len(flows[-1].ms)
    holds = spans.by_bin(opened, bin_ms)
    vessels = _vessels(flows, holds, bin_ms, ledger)
    cut, enough = _squeeze(vessels, ms, loose), spans.length(opened) * CLOSE
    for _ in range(ROUNDS):
        if cut <= enough:
            break
        _refill(flows, ms)
        before, cut = cut, _squeeze(vessels, ms, loose)
        if cut > STALE * before:
            break
    load = dict.fromkeys(holds, 0.0)
    for flow in flows:
        flow.ms = ms[flow.pieces]
        for number, value in zip(flow.bins, flow.ms, strict=True):
            load[number] += value
    spare = {number: max(0.0, 1.0 - load[number] / held) for number, held in holds.items()}
    for flow in flows:
        _due(flow, spare)


def _cut(rooms: tuple[Span, ...], bin_ms: int) -> _Cut:
    """The rooms cut at the edges of bins."""
    bins, starts, lengths = [], [], []
    for start, end in rooms:
        at = start
        while at < end:
            until = min(end, (at // bin_ms + 1) * bin_ms)
            bins.append(at // bin_ms)
            starts.append(at)
            lengths.append(until - at)
            at = until
    return bins, starts, lengths


def _flow(runner: Runner, cut: _Cut, first: int) -> _Flow:
    entry = runner.entry
    bins, starts, lengths = cut
    dur, whole = entry.dur_ms, sum(lengths)
    step = dur + entry.gap_ms
    limits = [dur * (length / step + 0.5) for length in lengths]
    if entry.max_hour is not None:
        limits = [
            min(limit, dur * entry.max_hour * length / runner.usable[start // HOUR_MS])
            for limit, length, start in zip(limits, lengths, starts, strict=True)
        ]
    ms = [runner.goal * dur * length / whole for length in lengths]
    return _Flow(runner, first, bins, starts, lengths, limits, ms)


def _vessels(flows: Sequence[_Flow], holds: dict[int, int], bin_ms: int, ledger: Ledger) -> list[_Vessel]:
    """The time of each bin, and what each cap leaves of the day or of each clock hour."""
    by_bin: dict[int, list[int]] = {number: [] for number in sorted(holds)}
    by_cap: dict[tuple[int, int], list[int]] = {}
    for flow in flows:
        for number, bin_number in enumerate(flow.bins, flow.first):
            by_bin[bin_number].append(number)
        for cap in flow.runner.caps:
            hours = ledger.hour_left[cap]
            for number, bin_number in enumerate(flow.bins, flow.first):
                hour = bin_number * bin_ms // HOUR_MS if hours else -1
                by_cap.setdefault((cap, hour), []).append(number)
    vessels = []
    for cap, hour in sorted(by_cap):
        left = ledger.day_left[cap] if hour < 0 else ledger.hour_left[cap].get(hour, 0)
        if left < OPEN_ENDED:
            vessels.append(_vessel(by_cap[cap, hour], max(left, 0)))
    return vessels + [_vessel(numbers, holds[bin_number]) for bin_number, numbers in by_bin.items() if numbers]


def _vessel(numbers: list[int], holds: int) -> _Vessel:
    if len(numbers) > 1:
        return _Vessel(numbers, holds, itemgetter(*numbers))
    only = numbers[0]
    return _Vessel(numbers, holds, lambda values: (values[only],))


def _squeeze(vessels: Sequence[_Vessel], ms: list[float], loose: list[float]) -> float:
    """Cut what overflows, first what no minimum asks for; how many ms were cut."""
    cut_in_all = 0.0
    for vessel in vessels:
        load = fsum(vessel.read(ms))
        if load <= vessel.holds:
            continue
        cut_in_all += load - vessel.holds
        beyond = fsum(ms[number] * loose[number] for number in vessel.numbers)
        cut = min(1.0, (load - vessel.holds) / beyond) if beyond > 0.0 else 0.0
        left = load - cut * beyond
        rest = vessel.holds / left if left > vessel.holds else 1.0
        for number in vessel.numbers:
            ms[number] *= (1.0 - cut * loose[number]) * rest
    return cut_in_all


def _refill(flows: Sequence[_Flow], ms: list[float]) -> None:
    """Let what was cut of a goal flow into the runner's other pieces, up to their limits."""
    for flow in flows:
        own = ms[flow.pieces]
        total = fsum(own)
        goal = flow.runner.goal * flow.runner.entry.dur_ms
        if total > 0.0 and total * (1.0 + CLOSE) < goal:
            factor = goal / total
            ms[flow.pieces] = [min(limit, value * factor) for value, limit in zip(own, flow.limits, strict=True)]


def _due(flow: _Flow, spare: dict[int, float]) -> None:
    """Releases and deadlines: the k-th play lies where the fluid passes from k - 1 to k plays.

    In hours with time to spare (`spare`, a part) a release waits for the runner's own phase, so that plays do not
    bunch. What was cut of the goal is still tried, after everything that was not.
    """
    runner = flow.runner
    _in_hours(flow)
    reached = fsum(flow.ms) / runner.entry.dur_ms
    whole = max(1, min(runner.goal, ceil(reached - 1e-6)))
    ends, pieces = _marks(flow, whole)
    waits = [runner.phase * spare[number] for number in flow.bins]
    runner.deadlines = ends[1:]
    runner.releases = [
        start + int((end - start) * waits[piece])
        for start, end, piece in zip(ends[:-1], runner.deadlines, pieces[:-1], strict=True)
    ]
    closes = runner.rooms[-1][1]
    runner.interval_ms = spans.length(runner.rooms) // runner.goal
    for k in range(whole, runner.goal):
        runner.releases.append(runner.releases[k * whole // runner.goal])
        runner.deadlines.append(closes + (k - whole + 1) * HOUR_MS)


def _marks(flow: _Flow, whole: int) -> tuple[list[int], list[int]]:
    """The instants, and their pieces, at which the fluid has brought 0, 1 … `whole` parts of itself."""
    part = fsum(flow.ms) / whole
    marks: list[int] = []
    pieces: list[int] = []
    before, k, last = 0.0, 0, len(flow.ms) - 1
    for piece, inside in enumerate(flow.ms):
        start, length = flow.starts[piece], flow.lengths[piece]
        rate = length / inside if inside > 0.0 else 0.0
        while k <= whole:
            ahead = k * part - before
            if ahead > inside:
                if piece < last:
                    break
                ahead = inside
            marks.append(start + int(ahead * rate))
            pieces.append(piece)
            k += 1
        before += inside
    return marks, pieces


def _in_hours(flow: _Flow) -> None:
    """Make the fluid bring whole plays by the end of each clock hour that has a quota, and no less than it."""
    quota = flow.runner.quota
    if not quota:
        return
    dur, owed = flow.runner.entry.dur_ms, 0.0
    for hour in sorted({start // HOUR_MS for start in flow.starts}):
        pieces = [piece for piece, start in enumerate(flow.starts) if start // HOUR_MS == hour]
        fluid = owed + fsum(flow.ms[piece] for piece in pieces) / dur
        whole = max(quota.get(hour, 0), int(fluid + 0.5))
        owed = max(-1.0, min(1.0, fluid - whole))
        length = sum(flow.lengths[piece] for piece in pieces)
        for piece in pieces:
            flow.ms[piece] = whole * dur * flow.lengths[piece] / length

"""Says what would have to give for a minimum or a least share that does not fit: one bound at a time, and how far."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bangtin.hub.schedules.compiler import spans
from bangtin.hub.schedules.compiler.counts import Model, solve
from bangtin.hub.schedules.compiler.lacking import alone
from bangtin.hub.schedules.compiler.ledger import bases, taken_by
from bangtin.hub.schedules.compiler.runners import hourly_minimum, rooms_of
from bangtin.hub.schedules.compiler.shapes import DAY_MS, HOUR_MS, Day, Entry, Lack, Layout, Reason, Share, Span, Unmet

SECONDS = 2.0
MOST_EXPLAINED = 5


class Gives(StrEnum):
    """What would give. The units of `now` and `needed` stand behind each."""

    LOWER_MIN_DAY = "lower_min_day"  # plays
    LOWER_MIN_HOUR = "lower_min_hour"  # plays in the hour of the lack
    LOWER_LEAST = "lower_least"  # thousandths
    RAISE_MAX_DAY = "raise_max_day"  # plays
    RAISE_MAX_HOUR = "raise_max_hour"  # plays
    SHORTEN_GAP = "shorten_gap"  # ms
    WIDEN_WINDOW = "widen_window"  # ms of the day that the entry may play in
    LIFT_CAP = "lift_cap"  # thousandths
    OPEN_LONGER = "open_longer"  # ms of open time
    MORE_PLACEMENTS = "more_placements"  # ms of airtime of that kind
    FITS = "fits"  # plays; numbers fit, and yet no place was found: place one by hand


@dataclass(frozen=True)
class Relief:
    """One thing that, changed from `now` to `needed` and nothing else changed, would let `lack` hold.

    For an entry (by id) or a share. `hours` are the clock hours that a window would have to take in.
    """

    lack: Unmet
    gives: Gives
    now: int
    needed: int
    entry: str = ""
    share: Share | None = None
    hours: tuple[int, ...] = ()


def explain_shortage(day: Day, layout: Layout, *, seconds: float = SECONDS) -> tuple[Relief, ...]:
    """What would have to give, for the first few minimums and least shares that lack; targets are not explained.

    What one bound of the entry forbids by itself is reckoned; what others compete for is solved on counts.
    Raises: NoSolver if something lacks by competition or a cap and the extra `ortools` is not installed.
    """
    lacks = [unmet for unmet in layout.unmet if unmet.kind is not Lack.TARGET][:MOST_EXPLAINED]
    return tuple(relief for lack in lacks for relief in _explain(day, layout, lack, seconds))


def _explain(day: Day, layout: Layout, lack: Unmet, seconds: float) -> Iterator[Relief]:
    if lack.kind is Lack.LEAST:
        yield from _of_share(day, layout, lack, seconds)
        return
    entry = next(entry for entry in day.entries if entry.id == lack.entry)
    if lack.reason in {Reason.SHARE_CAP, Reason.COMPETITION}:
        yield from _Search(day, layout, lack, entry, seconds).reliefs()
        return
    yield from _alone(day, entry, lack)


def _alone(day: Day, entry: Entry, lack: Unmet) -> Iterator[Relief]:
    """What gives if the entry's own bounds forbid it: nothing else plays in these sums."""
    opened = spans.joined(day.open)
    rooms = rooms_of(entry, opened)
    within = _within(lack)
    most = alone(entry, rooms, within, gap_ms=entry.gap_ms, max_hour=entry.max_hour)
    most = most if entry.max_day is None else min(most, entry.max_day)
    yield _lower(lack, entry, most)
    if lack.reason is Reason.MAX_DAY:
        yield Relief(lack, Gives.RAISE_MAX_DAY, entry.max_day or 0, lack.wanted, entry.id)
    elif lack.reason is Reason.GAP:
        found = _largest(entry.gap_ms, lambda gap: _fitting(replace(entry, gap_ms=gap), opened, within) >= lack.wanted)
        if found is not None:
            yield Relief(lack, Gives.SHORTEN_GAP, entry.gap_ms, found, entry.id)
    elif lack.reason is Reason.MAX_HOUR and entry.max_hour is not None:
        most_hour = next(
            (
                n
                for n in range(entry.max_hour, lack.wanted + 1)
                if _fitting(replace(entry, max_hour=n), opened, within) >= lack.wanted
            ),
            None,
        )
        if most_hour is not None:
            yield Relief(lack, Gives.RAISE_MAX_HOUR, entry.max_hour, most_hour, entry.id)
    if lack.reason in {Reason.NO_TIME, Reason.WINDOW_TOO_SHORT, Reason.GAP}:
        now = spans.length(rooms)
        missing = (lack.wanted - most) * (entry.dur_ms + entry.gap_ms)
        is_windowed = bool(entry.windows) and lack.kind is Lack.MIN_DAY
        could = _fitting(replace(entry, windows=()), opened, within) if is_windowed else 0
        gives = Gives.WIDEN_WINDOW if could >= lack.wanted else Gives.OPEN_LONGER
        now = now if gives is Gives.WIDEN_WINDOW else spans.length(opened)
        yield Relief(lack, gives, now, now + missing, entry.id)


def _fitting(entry: Entry, opened: tuple[Span, ...], within: Span) -> int:
    return alone(entry, rooms_of(entry, opened), within, gap_ms=entry.gap_ms, max_hour=entry.max_hour)


def _largest(most: int, holds: Callable[[int], bool]) -> int | None:
    """The largest number from 0 to `most` for which it holds, if it holds for 0; what holds, holds for less."""
    if not holds(0):
        return None
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def _within(lack: Unmet) -> Span:
    return (0, DAY_MS) if lack.hour is None else (lack.hour * HOUR_MS, (lack.hour + 1) * HOUR_MS)


def _lower(lack: Unmet, entry: Entry, most: int) -> Relief:
    gives = Gives.LOWER_MIN_DAY if lack.kind is Lack.MIN_DAY else Gives.LOWER_MIN_HOUR
    return Relief(lack, gives, lack.wanted, most, entry.id)


class _Search:
    """Solves the counts of a day for one entry that lacks, with one bound after the other let go."""

    def __init__(self, day: Day, layout: Layout, lack: Unmet, entry: Entry, seconds: float) -> None:
        self.day, self.layout, self.lack, self.entry, self.seconds = day, layout, lack, entry, seconds
        self.lacking = {(unmet.entry, unmet.hour): unmet.got for unmet in layout.unmet if unmet.kind is not Lack.TARGET}

    def reliefs(self) -> Iterator[Relief]:
        """By itself lower; a cap lifted; other minimums lower; a wider window; longer hours."""
        best = self._best()
        if best >= self.lack.wanted:
            yield Relief(self.lack, Gives.FITS, self.lack.got, self.lack.wanted, self.entry.id)
            return
        yield _lower(self.lack, self.entry, best)
        yield from self._cap()
        yield from self._others()
        yield from self._window()
        if self.lack.reason is Reason.COMPETITION:
            now = spans.length(spans.joined(self.day.open))
            needed = now + (self.lack.wanted - best) * self.entry.dur_ms
            yield Relief(self.lack, Gives.OPEN_LONGER, now, needed, self.entry.id)

    def _own(self, counts: Model) -> Any:
        if self.lack.hour is None:
            return counts.total(self.entry)
        return counts.plays[self.entry.id].get(self.lack.hour, 0)

    def _hold(self, counts: Model, *, is_soft: bool = False) -> dict[str, Any]:
        """Hold what other entries have of their minimums; if soft, by day only, and give what each falls short."""
        shorts: dict[str, Any] = {}
        for other in self.day.entries:
            if other.id == self.entry.id:
                continue
            least = min(other.min_day, self.lacking.get((other.id, None), other.min_day))
            if is_soft and least:
                shorts[other.id] = counts.model.new_int_var(0, least, f"short {other.id}")
                counts.model.add(counts.total(other) + shorts[other.id] >= least)
                continue
            counts.model.add(counts.total(other) >= least)
            for hour, wanted in hourly_minimum(other, counts.opened).items():
                least = min(wanted, self.lacking.get((other.id, hour), wanted))
                counts.model.add(counts.plays[other.id].get(hour, 0) >= least)
        return shorts

    def _best(self) -> int:
        """The most plays that the entry can have while the others keep their minimums."""
        counts = Model(self.day)
        self._hold(counts)
        counts.model.maximize(self._own(counts))
        solver, status = solve(counts.model, self.seconds)
        return round(solver.objective_value) if status in {"OPTIMAL", "FEASIBLE"} else self.lack.got

    def _cap(self) -> Iterator[Relief]:
        for share in self.day.shares:
            if share.most_permille is None or not share.covers(self.entry):
                continue
            counts = Model(self.day, lifted=share)
            self._hold(counts)
            counts.model.add(self._own(counts) >= self.lack.wanted)
            counts.model.minimize(counts.extra)
            solver, status = solve(counts.model, self.seconds)
            if status in {"OPTIMAL", "FEASIBLE"}:
                base, by_hour = bases(self.day)
                least_base = min(by_hour.values()) if share.is_hourly else base
                needed = share.most_permille + -(-1000 * round(solver.objective_value) // least_base)
                if share.most_permille < needed <= 1000:
                    yield Relief(self.lack, Gives.LIFT_CAP, share.most_permille, needed, self.entry.id, share)

    def _others(self) -> Iterator[Relief]:
        counts = Model(self.day)
        shorts = self._hold(counts, is_soft=True)
        counts.model.add(self._own(counts) >= self.lack.wanted)
        counts.model.minimize(sum(shorts.values()))
        solver, status = solve(counts.model, self.seconds)
        if status not in {"OPTIMAL", "FEASIBLE"}:
            return
        entries = {entry.id: entry for entry in self.day.entries}
        for name, short in sorted(shorts.items()):
            fewer, now = solver.value(short), entries[name].min_day
            if fewer:
                has = min(now, self.lacking.get((name, None), now))
                yield Relief(self.lack, Gives.LOWER_MIN_DAY, now, has - fewer, name)

    def _window(self) -> Iterator[Relief]:
        if not self.entry.windows or self.lack.hour is not None:
            return
        counts = Model(self.day, widened=self.entry.id)
        self._hold(counts)
        counts.model.add(self._own(counts) >= self.lack.wanted)
        counts.model.minimize(sum(counts.outside))
        solver, status = solve(counts.model, self.seconds)
        if status in {"OPTIMAL", "FEASIBLE"} and solver.objective_value:
            inside = spans.by_bin(rooms_of(self.entry, counts.opened))
            plays = counts.plays[self.entry.id]
            hours = tuple(hour for hour in plays if hour not in inside and solver.value(plays[hour]))
            now = sum(inside.values())
            yield Relief(self.lack, Gives.WIDEN_WINDOW, now, now + len(hours) * HOUR_MS, self.entry.id, hours=hours)


def _of_share(day: Day, layout: Layout, lack: Unmet, seconds: float) -> Iterator[Relief]:
    """A least share: how far it can be kept, or how much airtime of that kind is wanting."""
    share = lack.share
    if share is None:
        return
    base, by_hour = bases(day)
    taken, taken_by_hour = taken_by(day, share)
    whole = base if lack.hour is None else by_hour[lack.hour]
    before = taken if lack.hour is None else taken_by_hour.get(lack.hour, 0)
    members = [entry for entry in day.entries if share.covers(entry)]
    best = before
    if members:
        search = _Search(day, layout, lack, replace(members[0], id=""), seconds)
        counts = Model(day)
        search._hold(counts)
        counts.model.maximize(counts.airtime(members, lack.hour))
        solver, status = solve(counts.model, seconds)
        if status in {"OPTIMAL", "FEASIBLE"}:
            best += round(solver.objective_value)
    if best * 1000 >= lack.wanted * whole:
        yield Relief(lack, Gives.FITS, lack.got, lack.wanted, share=share)
        return
    yield Relief(lack, Gives.LOWER_LEAST, lack.wanted, best * 1000 // whole, share=share)
    yield Relief(lack, Gives.MORE_PLACEMENTS, best, -(-lack.wanted * whole // 1000), share=share)

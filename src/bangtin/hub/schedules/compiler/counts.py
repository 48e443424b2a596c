"""Plays of each entry in each clock hour as whole numbers: what any layout at best could reach, by CP-SAT.

Needs the extra `ortools`. Counts are a relaxation: they keep every bound on plays and airtime in an hour and a day, but
not where in the hour a play lies. So what no counts reach, no layout reaches.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bangtin.hub.schedules.compiler import spans
from bangtin.hub.schedules.compiler.lacking import alone
from bangtin.hub.schedules.compiler.ledger import OPEN_ENDED, Ledger
from bangtin.hub.schedules.compiler.runners import rooms_of
from bangtin.hub.schedules.compiler.shapes import DAY_MS, HOUR_MS, Day, Entry, Share

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

SECONDS = 10.0


class NoSolver(Exception):
    """The extra `ortools` is not installed."""


@dataclass(frozen=True)
class Bound:
    """The least total of |plays - target| / target over entries with a target, and the least of minimum plays missed.

    `is_proven`: nothing less is possible; else the deviation is what the solver's proof had reached in its time.
    """

    deviation: float
    missed: int
    is_proven: bool


class Model:
    """The counts of a day: `plays[entry][hour]`, with every hard bound stated.

    `lifted`: a cap that may be passed by `extra` ms. `widened`: an entry that may also play in open hours outside its
    windows; `outside` counts them.
    Raises: NoSolver.
    """

    def __init__(self, day: Day, *, lifted: Share | None = None, widened: str = "") -> None:
        try:
            from ortools.sat.python import cp_model
        except ImportError as error:
            raise NoSolver from error
        self.day = day
        self.model: cp_model.CpModel = cp_model.CpModel()
        self.opened = spans.joined(day.open)
        self.plays: dict[str, dict[int, Any]] = {}
        self.outside: list[Any] = []
        for entry in sorted(day.entries, key=lambda entry: entry.id):
            self.plays[entry.id] = self._entry(entry, is_wide=entry.id == widened)
        self._time()
        self.extra: Any = self.model.new_int_var(0, DAY_MS if lifted else 0, "extra")
        self._caps(lifted)

    def total(self, entry: Entry) -> Any:
        """All the day's plays of an entry."""
        return sum(self.plays[entry.id].values())

    def _entry(self, entry: Entry, *, is_wide: bool) -> dict[int, Any]:
        rooms = rooms_of(entry, self.opened)
        inside = spans.by_bin(rooms)
        if is_wide:
            rooms = rooms_of(replace(entry, windows=()), self.opened)
        found = {}
        for hour in sorted(spans.by_bin(rooms)):
            within = (hour * HOUR_MS, (hour + 1) * HOUR_MS)
            most = alone(entry, rooms, within, gap_ms=entry.gap_ms, max_hour=entry.max_hour)
            found[hour] = self.model.new_int_var(0, most, f"{entry.id}@{hour}")
            if hour not in inside:
                is_used = self.model.new_bool_var(f"{entry.id}@{hour} used")
                self.model.add(found[hour] <= most * is_used)
                self.outside.append(is_used)
        whole = alone(entry, rooms, (0, DAY_MS), gap_ms=entry.gap_ms, max_hour=entry.max_hour)
        self.model.add(sum(found.values()) <= (whole if entry.max_day is None else min(whole, entry.max_day)))
        return found

    def _time(self) -> None:
        """Plays that start in the hours a to b lie in them, but for the last, which may end later."""
        open_in = spans.by_bin(self.opened)
        longest = max((entry.dur_ms for entry in self.day.entries), default=0)
        hours = sorted(open_in)
        for first, hour in enumerate(hours):
            for last in hours[first:]:
                room = sum(open_in[each] for each in hours if hour <= each <= last)
                spill = longest - 1 if last + 1 in open_in else 0
                self.model.add(
                    sum(
                        entry.dur_ms * self.plays[entry.id][each]
                        for entry in self.day.entries
                        for each in self.plays[entry.id]
                        if hour <= each <= last
                    )
                    <= room + spill
                )

    def _caps(self, lifted: Share | None) -> None:
        """A play that starts in an hour may end after it, so that an hourly cap here holds but for the last play."""
        ledger = Ledger(self.day)
        for number, share in enumerate(ledger.caps):
            covered = [entry for entry in self.day.entries if share.covers(entry)]
            extra = self.extra if share == lifted else 0
            if ledger.day_left[number] < OPEN_ENDED:
                self.model.add(self.airtime(covered) <= max(0, ledger.day_left[number]) + extra)
            spill = max((entry.dur_ms for entry in covered), default=1) - 1
            for hour, left in ledger.hour_left[number].items():
                self.model.add(self.airtime(covered, hour) <= max(0, left) + spill + extra)

    def airtime(self, entries: Iterable[Entry], hour: int | None = None) -> Any:
        """What the entries have, in ms: of the day or of what starts in one clock hour."""
        return sum(
            entry.dur_ms * plays
            for entry in entries
            for each, plays in self.plays[entry.id].items()
            if hour is None or each == hour
        )


def count_bound(day: Day, *, seconds: float = SECONDS, workers: int = 1) -> Bound:
    """What no layout of the day can pass: as few minimum plays missed as can be; and, apart, the least deviation.

    Raises: NoSolver.
    """
    counts = Model(day)
    missed = [_short(counts, entry) for entry in day.entries if entry.min_day]
    counts.model.minimize(sum(missed))
    fewest, is_fewest = solved(counts.model, seconds, workers)
    counts = Model(day)
    aimed = [(entry, entry.target) for entry in day.entries if entry.target]
    scale = 1000 * max((target for _, target in aimed), default=1)
    deviations = []
    for entry, target in aimed:
        off = counts.model.new_int_var(0, 100_000, f"off {entry.id}")
        counts.model.add_abs_equality(off, counts.total(entry) - target)
        # rounded down, so that the bound stays one
        deviations.append(off * (scale // target))
    counts.model.minimize(sum(deviations))
    least, is_least = solved(counts.model, seconds, workers)
    return Bound(least / scale, round(fewest), is_fewest and is_least)


def _short(counts: Model, entry: Entry) -> Any:
    short = counts.model.new_int_var(0, entry.min_day, f"short {entry.id}")
    counts.model.add(short >= entry.min_day - counts.total(entry))
    return short


def solved(model: "cp_model.CpModel", seconds: float, workers: int = 1) -> tuple[float, bool]:
    """The proven bound of the objective, and whether a solution reaches it; infinite if nothing solves it."""
    solver, status = solve(model, seconds, workers)
    if status == "INFEASIBLE":
        return float("inf"), True
    return solver.best_objective_bound, status == "OPTIMAL"


def solve(model: "cp_model.CpModel", seconds: float, workers: int = 1) -> "tuple[cp_model.CpSolver, str]":
    """The solver after its work and the name of its status; alike for the same model when it ends in its time."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = 1
    return solver, solver.status_name(solver.solve(model))

"""How well and how fast days are laid out: thirty drawn days beside a baseline and a bound, and a province's month."""

import gc
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from statistics import fmean, median

from bangtin.hub.config.benches.idle import DidNotStart
from bangtin.hub.config.benches.instances import draw
from bangtin.hub.config.benches.rotation import Measures, measure, weighted_round_robin
from bangtin.hub.config.benches.shape import Result
from bangtin.hub.schedules.compiler import Day, Turn, lay_out
from bangtin.hub.schedules.compiler.counts import Bound, NoSolver, count_bound

BOUNDS = {
    "count_deviation": 0.08,
    "minimum_plays_missed": 1.0,
    "bounds_broken": 0.0,
    "screen_day_ms": 50.0,
    "province_month_s": 60.0,
}
SEEDS, PLAYLISTS, SCREENS_A_PLAYLIST, DAYS, WORKERS = 30, 100, 10, 30, 2


def run(*, scale: float = 1.0) -> Result:
    """Lay out the days of seeds 1 to 30, then 100 playlists of ten screens over 30 days in two worker processes.

    Figures are means over the days of the seeds: |plays - target| / target, plays short of minimums, hard bounds broken
    (checked anew, not by the compiler), variation of gaps, idle time. Times are wall clock and, beside it, CPU time of
    the process. The baseline holds weighted round-robin on the same days, and what CP-SAT proves of plays per
    entry and hour: no layout deviates less or misses fewer. `scale` shortens both parts.
    Raises: DidNotStart without the extra `ortools`.
    """
    days = [draw(seed) for seed in range(1, max(2, round(SEEDS * scale)) + 1)]
    lay_out(days[0])
    laid = [_timed(day) for day in days]
    figures = {"instances": float(len(days)), **_means([found for found, _, _ in laid])}
    figures["screen_day_ms"] = round(fmean(wall for _, wall, _ in laid), 2)
    figures["screen_day_median_ms"] = round(median(wall for _, wall, _ in laid), 2)
    figures["screen_day_cpu_ms"] = round(fmean(cpu for _, _, cpu in laid), 2)
    figures |= _month(max(WORKERS, round(PLAYLISTS * scale)))
    baseline = _baseline(days)
    ratios = {
        "deviation_to_bound": round(figures["count_deviation"] / max(baseline["bound_count_deviation"], 1e-9), 2),
        "round_robin_deviation_to_ours": round(
            baseline["round_robin_count_deviation"] / max(figures["count_deviation"], 1e-9), 2
        ),
    }
    return Result("schedule", figures, baseline, ratios, BOUNDS, is_full_size=scale >= 1.0)


def _timed(day: Day) -> tuple[Measures, float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    turns = lay_out(day).turns
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return measure(day, turns), wall * 1000, cpu * 1000


def _means(found: Sequence[Measures], prefix: str = "") -> dict[str, float]:
    return {
        f"{prefix}count_deviation": round(fmean(one.deviation for one in found), 4),
        f"{prefix}minimum_plays_missed": round(fmean(one.missed for one in found), 3),
        f"{prefix}bounds_broken": float(sum(one.broken for one in found)),
        f"{prefix}gap_variation": round(fmean(one.gap_cv for one in found), 3),
        f"{prefix}idle_permille": round(1000 * fmean(one.idle for one in found), 1),
    }


def _baseline(days: Sequence[Day]) -> dict[str, float]:
    cpu = time.process_time()
    rotated: list[tuple[Turn, ...]] = [weighted_round_robin(day) for day in days]
    cpu = time.process_time() - cpu
    measures = [measure(day, turns) for day, turns in zip(days, rotated, strict=True)]
    wall = time.perf_counter()
    bounds = _bounds(days)
    wall = time.perf_counter() - wall
    return {
        **_means(measures, "round_robin_"),
        "round_robin_screen_day_cpu_ms": round(1000 * cpu / len(days), 2),
        "bound_count_deviation": round(
            fmean(bound.deviation / len(day.entries) for bound, day in zip(bounds, days, strict=True)), 4
        ),
        "bound_minimum_plays_missed": round(fmean(bound.missed for bound in bounds), 3),
        "bound_proven": float(sum(bound.is_proven for bound in bounds)),
        "bound_day_ms": round(1000 * wall / len(days), 1),
    }


def _bounds(days: Sequence[Day]) -> list[Bound]:
    try:
        return [count_bound(day) for day in days]
    except NoSolver as error:
        raise DidNotStart("schedule: the bound needs the extra `ortools`") from error


def _month(playlists: int) -> dict[str, float]:
    """Every playlist's thirty days, each drawn anew, in worker processes that start cold and are set up as the hub."""
    from bangtin.hub.config.serving import GC_THRESHOLDS  # not where the workers begin: they have no Django

    wall = time.perf_counter()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=spawn, initializer=gc.set_threshold, initargs=GC_THRESHOLDS) as pool:
        done = list(pool.map(_playlist, range(1, playlists + 1)))
    wall = time.perf_counter() - wall
    return {
        "province_month_s": round(wall, 2),
        "province_month_cpu_s": round(sum(cpu for cpu, _ in done), 2),
        "province_screens": float(playlists * SCREENS_A_PLAYLIST),
        "province_days_laid_out": float(playlists * DAYS),
        "province_screen_days": float(playlists * SCREENS_A_PLAYLIST * DAYS),
        "province_turns": float(sum(turns for _, turns in done)),
    }


def _playlist(number: int) -> tuple[float, int]:
    cpu = time.process_time()
    turns = sum(len(lay_out(draw(1000 * number + day)).turns) for day in range(DAYS))
    return time.process_time() - cpu, turns

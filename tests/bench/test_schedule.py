"""`bangtin bench schedule`: fewer days are laid out and measured beside the baseline and the bound; it never holds."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bangtin.hub.config.benches.instances import draw
from bangtin.hub.config.benches.rotation import measure, weighted_round_robin
from bangtin.hub.schedules.compiler import Layout, Turn, lay_out
from bangtin.hub.schedules.tests import layout_checks

BENCH = [sys.executable, "-m", "bangtin.hub.config.main", "bench", "schedule", "--json", "--scale", "0.01"]


@pytest.mark.walk
def test_a_smaller_run_gives_every_figure_and_never_holds(tmp_path: Path) -> None:
    environment = {**os.environ, "BANGTIN_DATA_DIR": str(tmp_path / "var")}
    done = subprocess.run(BENCH, env=environment, capture_output=True, text=True, timeout=300, check=False)
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["holds"]) == (1, False)
    figures, baseline = answer["figures"], answer["baseline"]
    assert set(answer["bounds"]) <= set(figures)
    assert (figures["bounds_broken"], figures["minimum_plays_missed"]) == (0, 0)
    assert baseline["bound_count_deviation"] <= figures["count_deviation"] <= 0.08
    assert baseline["round_robin_count_deviation"] > figures["count_deviation"]
    assert baseline["bound_proven"] == figures["instances"] == 2


def test_a_drawn_day_is_the_one_that_is_described() -> None:
    day = draw(7)
    assert day == draw(7)
    assert len(day.entries) == 120
    assert sum(entry.target or 0 for entry in day.entries) == 1920
    assert {entry.category for entry in day.entries} == {"policy", "culture", "news", "advertising", "tourism"}
    assert 20 <= sum(bool(entry.windows) for entry in day.entries) <= 55
    for entry in day.entries:
        target = entry.target or 0
        assert (entry.min_day, entry.max_day) == (6 * target // 10, (16 * target + 20) // 10)


def test_the_benchmark_counts_what_is_broken_as_the_tests_do() -> None:
    day = draw(5)
    turns = lay_out(day).turns
    assert (measure(day, turns).broken, layout_checks.broken(day, Layout(turns, (), ()))) == (0, [])
    assert layout_checks.broken(day, Layout(weighted_round_robin(day), (), ())) == []
    tight = replace(day, entries=tuple(replace(entry, max_day=1) for entry in day.entries))
    assert measure(tight, turns).broken == len(turns) - 120
    doubled = (*turns[:1], Turn(turns[0].entry, turns[0].from_ms, turns[0].until_ms), *turns[1:])
    assert measure(day, doubled).broken >= 2

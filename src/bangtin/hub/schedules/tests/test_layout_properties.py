"""No day breaks a hard rule; what does not hold is said; the same day is laid out alike everywhere."""

import json
import os
import random
import subprocess
import sys
from dataclasses import replace

from hypothesis import given, settings

from bangtin.hub.schedules.compiler import Day, lay_out
from bangtin.hub.schedules.tests import layout_checks
from bangtin.hub.schedules.tests.layout_days import days

PRINT = """
import json
from bangtin.hub.config.benches.instances import draw
from bangtin.hub.schedules.compiler import lay_out
print(json.dumps([[turn.entry, turn.from_ms] for turn in lay_out(draw(3)).turns]))
"""


@settings(max_examples=60, deadline=None)
@given(day=days())
def test_no_hard_rule_is_ever_broken_and_what_lacks_is_said(day: Day) -> None:
    layout = lay_out(day)
    assert layout_checks.broken(day, layout) == []
    assert {layout_checks.named(unmet) for unmet in layout.unmet} == layout_checks.lacks(day, layout)
    assert len(layout.unmet) == len(set(layout.unmet))
    assert list(layout.idle) == layout_checks.idle_of(day, layout)


@settings(max_examples=20, deadline=None)
@given(day=days())
def test_the_order_in_which_entries_and_shares_are_given_is_of_no_account(day: Day) -> None:
    mixed = random.Random(len(day.entries))
    turned = replace(
        day,
        entries=tuple(mixed.sample(day.entries, len(day.entries))),
        shares=tuple(mixed.sample(day.shares, len(day.shares))),
    )
    assert lay_out(turned) == lay_out(day)


def test_another_process_with_another_hash_seed_lays_out_the_same_day() -> None:
    def printed(seed: str) -> list[list[object]]:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", PRINT], env=environment, capture_output=True, text=True, check=True
        )
        found: list[list[object]] = json.loads(done.stdout)
        return found

    assert printed("1") == printed("4711")

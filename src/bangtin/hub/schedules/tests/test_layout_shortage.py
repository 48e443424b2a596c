"""What would have to give for a minimum that lacks, and that giving it is enough."""

import sys
from dataclasses import replace
from typing import Any

import pytest

from bangtin.hub.schedules.compiler import HOUR_MS, Day, Entry, Lack, Layout, Reason, Share, Unmet, lay_out
from bangtin.hub.schedules.compiler.counts import NoSolver, count_bound
from bangtin.hub.schedules.compiler.shortage import Gives, Relief, explain_shortage

MINUTE = 60_000
MORNING = (8 * HOUR_MS, 12 * HOUR_MS)
TEN = (10 * HOUR_MS, 11 * HOUR_MS)


def entry(name: str, seconds: int = 60, **bounds: Any) -> Entry:
    return Entry(id=name, dur_ms=seconds * 1000, **bounds)


def reliefs(day: Day) -> dict[tuple[Gives, str], Relief]:
    return {(relief.gives, relief.entry): relief for relief in explain_shortage(day, lay_out(day))}


def holds(day: Day, **changes: Any) -> bool:
    entries = tuple(replace(one, **changes) if one.id == "a" else one for one in day.entries)
    return all(unmet.entry != "a" for unmet in lay_out(replace(day, entries=entries)).unmet)


def test_a_day_that_lacks_nothing_needs_nothing() -> None:
    day = Day(open=(MORNING,), entries=(entry("a", min_day=10),))
    assert explain_shortage(day, lay_out(day)) == ()


def test_a_cap_is_lifted_as_far_as_the_minimum_needs() -> None:
    ads: dict[str, Any] = {"is_advertising": True, "category": "ads"}
    cap = Share("advertising", most_permille=100)
    day = Day(open=(MORNING,), entries=(entry("a", min_day=40, **ads), entry("b", min_day=200)), shares=(cap,))
    found = reliefs(day)
    assert (found[Gives.LOWER_MIN_DAY, "a"].now, found[Gives.LOWER_MIN_DAY, "a"].needed) == (40, 24)
    assert found[Gives.LIFT_CAP, "a"].needed == 167
    assert holds(replace(day, shares=(replace(cap, most_permille=167),)))
    assert holds(day, min_day=24)


def test_where_others_have_the_same_hour_the_window_widens_or_somebody_goes_lower() -> None:
    day = Day(
        open=(MORNING,),
        entries=(entry("a", min_day=30, windows=(TEN,)), entry("b", min_day=50, windows=(TEN,)), entry("c")),
    )
    layout = lay_out(day)
    got = {unmet.entry: unmet.got for unmet in layout.unmet}
    assert sum(got.values()) == 60
    of_a = {(one.gives, one.entry): one for one in explain_shortage(day, layout) if one.lack.entry == "a"}
    assert of_a[Gives.LOWER_MIN_DAY, "a"].needed == got["a"]
    assert of_a[Gives.LOWER_MIN_DAY, "b"].needed == 60 - 30
    assert len(of_a[Gives.WIDEN_WINDOW, "a"].hours) == 1
    assert of_a[Gives.OPEN_LONGER, "a"].needed == 4 * HOUR_MS + (30 - got["a"]) * MINUTE


def test_what_its_own_bounds_forbid_is_reckoned_without_a_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
    gap = Day(open=(MORNING,), entries=(entry("a", min_day=10, gap_ms=30 * MINUTE),))
    found = reliefs(gap)
    assert found[Gives.LOWER_MIN_DAY, "a"].needed == 8
    assert holds(gap, gap_ms=found[Gives.SHORTEN_GAP, "a"].needed)
    assert not holds(gap, gap_ms=found[Gives.SHORTEN_GAP, "a"].needed + MINUTE)
    hour = Day(open=(MORNING,), entries=(entry("a", min_day=10, max_hour=2),))
    assert reliefs(hour)[Gives.RAISE_MAX_HOUR, "a"].needed == 3
    day = Day(open=(MORNING,), entries=(entry("a", min_day=10, max_day=2),))
    assert reliefs(day)[Gives.RAISE_MAX_DAY, "a"].needed == 10
    window = Day(open=(MORNING,), entries=(entry("a", min_day=90, windows=(TEN,)),))
    assert reliefs(window)[Gives.WIDEN_WINDOW, "a"].needed == 90 * MINUTE
    crowd = Day(open=(TEN,), entries=(entry("a", min_day=40), entry("b", min_day=40)))
    with pytest.raises(NoSolver):
        explain_shortage(crowd, lay_out(crowd))


def test_a_least_share_says_how_far_it_can_be_kept() -> None:
    entries = (entry("law", category="law", max_day=12), entry("rest"))
    day = Day(open=(MORNING,), entries=entries, shares=(Share("category", "law", least_permille=300),))
    found = {relief.gives: relief for relief in explain_shortage(day, lay_out(day))}
    assert (found[Gives.LOWER_LEAST].now, found[Gives.LOWER_LEAST].needed) == (300, 50)
    assert found[Gives.MORE_PLACEMENTS].needed == 72 * MINUTE


def test_where_numbers_fit_and_no_place_was_found_it_says_so() -> None:
    day = Day(open=(MORNING,), entries=(entry("a", min_day=3), entry("b")))
    missed = Layout((), (Unmet(Lack.MIN_DAY, 3, 0, Reason.COMPETITION, entry="a"),), ())
    assert [relief.gives for relief in explain_shortage(day, missed)] == [Gives.FITS]


def test_no_layout_is_better_than_the_bound_on_counts() -> None:
    crowd = tuple(entry(name, target=40, min_day=25, windows=(TEN,)) for name in ("a", "b"))
    day = Day(open=(MORNING,), entries=(*crowd, entry("c", target=30)))
    bound = count_bound(day)
    turns = [turn.entry for turn in lay_out(day).turns]
    off = sum(abs(turns.count(one.id) - (one.target or 0)) / (one.target or 1) for one in day.entries)
    assert (bound.is_proven, bound.missed) == (True, 0)
    assert bound.deviation == pytest.approx(20 / 40)
    assert bound.deviation <= off <= bound.deviation + 2 / 40

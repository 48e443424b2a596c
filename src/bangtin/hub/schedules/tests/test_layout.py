"""A day laid out: what is asked for comes about, evenly; what cannot is named with its reason."""

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from bangtin.hub.schedules.compiler import DAY_MS, HOUR_MS, Day, Entry, Lack, Layout, Reason, Share, Taken, lay_out
from bangtin.hub.schedules.tests import layout_checks
from bangtin.rulebook import calendars, hours, loading

ROOT = loading.default_root()
MINUTE = 60_000
MORNING = (8 * HOUR_MS, 12 * HOUR_MS)


def entry(name: str = "a", seconds: int = 30, **bounds: object) -> Entry:
    return Entry(id=name, dur_ms=seconds * 1000, **bounds)  # type: ignore[arg-type]  # bounds as the case names them


def counts(layout: Layout) -> Counter[str]:
    return Counter(turn.entry for turn in layout.turns)


def reasons(layout: Layout) -> list[tuple[Lack, int, int, Reason]]:
    return [(unmet.kind, unmet.wanted, unmet.got, unmet.reason) for unmet in layout.unmet]


def test_a_target_is_reached_and_not_passed_though_time_is_left() -> None:
    layout = lay_out(Day(open=(MORNING,), entries=(entry(target=10, max_day=40),)))
    assert counts(layout) == {"a": 10}
    assert layout.unmet == ()
    gaps = [b.from_ms - a.from_ms for a, b in pairwise(layout.turns)]
    assert max(gaps) <= 1.5 * min(gaps)


def test_entries_without_a_target_share_what_is_left_play_by_play() -> None:
    layout = lay_out(Day(open=(MORNING,), entries=(entry("a"), entry("b", 60), entry("c", target=12))))
    found = counts(layout)
    assert found["c"] == 12
    assert abs(found["a"] - found["b"]) <= 1
    assert sum(end - start for start, end in layout.idle) < 30_000


def test_one_entry_alone_loops_all_the_open_time() -> None:
    layout = lay_out(Day(open=((0, DAY_MS),), entries=(entry(seconds=8),)))
    assert len(layout.turns) == DAY_MS // 8000
    assert layout.idle == ()


def test_hourly_minimums_hold_in_every_hour_beside_what_fills_the_day() -> None:
    day = Day(
        open=(MORNING,), entries=(entry("a", min_hour=4, max_hour=6, gap_ms=5 * MINUTE), entry("b", 45), entry("c", 77))
    )
    layout = lay_out(day)
    assert layout.unmet == ()
    hours_of_a = Counter(turn.from_ms // HOUR_MS for turn in layout.turns_of("a"))
    assert set(hours_of_a) == {8, 9, 10, 11}
    assert 4 <= min(hours_of_a.values()) <= max(hours_of_a.values()) <= 6


def test_an_hourly_minimum_counts_in_proportion_where_the_hour_is_open_in_part() -> None:
    layout = lay_out(Day(open=((7 * HOUR_MS + 30 * MINUTE, 9 * HOUR_MS),), entries=(entry(min_hour=5, target=0),)))
    assert Counter(turn.from_ms // HOUR_MS for turn in layout.turns) == {7: 2, 8: 5}
    assert layout.unmet == ()


def test_a_least_share_draws_its_entries_past_their_targets() -> None:
    entries = (entry("law", category="law", target=10), entry("news", category="news", target=200), entry("rest"))
    day = Day(open=(MORNING,), entries=entries, shares=(Share("category", "law", least_permille=300),))
    layout = lay_out(day)
    assert layout.unmet == ()
    assert counts(layout)["law"] * 30_000 * 1000 >= 300 * 4 * HOUR_MS


def test_a_least_share_of_each_hour_holds_in_each_hour() -> None:
    entries = (
        entry("tay", language="tyz", gap_ms=MINUTE),
        entry("vi", language="vi"),
        entry("ads", is_advertising=True),
    )
    shares = (Share("language", "tyz", 200, is_hourly=True), Share("advertising", "", None, 100, is_hourly=True))
    layout = lay_out(Day(open=(MORNING,), entries=entries, shares=shares))
    assert layout.unmet == ()


def test_what_is_taken_counts_in_a_share() -> None:
    taken = (Taken(12 * HOUR_MS, 13 * HOUR_MS, is_advertising=True),)
    shares = (Share("advertising", most_permille=200),)
    layout = lay_out(Day(open=(MORNING,), entries=(entry(is_advertising=True, target=5),), shares=shares, taken=taken))
    assert layout.turns == ()
    assert reasons(layout) == [(Lack.TARGET, 5, 0, Reason.SHARE_CAP)]
    assert layout.unmet[0].share == shares[0]


@pytest.mark.parametrize(
    ("wanting", "reason"),
    [
        (entry(target=3, windows=((13 * HOUR_MS, 14 * HOUR_MS),)), Reason.NO_TIME),
        (entry(target=3, max_day=2), Reason.MAX_DAY),
        (entry(seconds=600, target=3, windows=((8 * HOUR_MS, 8 * HOUR_MS + 20 * MINUTE),)), Reason.WINDOW_TOO_SHORT),
        (entry(target=3, gap_ms=120 * MINUTE), Reason.GAP),
        (entry(target=9, max_hour=2), Reason.MAX_HOUR),
        (entry(target=40, is_advertising=True), Reason.SHARE_CAP),
        (entry(target=200), Reason.COMPETITION),
    ],
)
def test_a_target_that_lacks_names_the_first_bound_that_forbids_it(wanting: Entry, reason: Reason) -> None:
    other = entry("other", 60, target=200, min_day=200)
    layout = lay_out(Day(open=(MORNING,), entries=(wanting, other), shares=(Share("advertising", most_permille=50),)))
    assert [unmet.reason for unmet in layout.unmet if unmet.entry == "a"] == [reason]


def test_a_minimum_goes_before_what_others_aim_at() -> None:
    window = ((9 * HOUR_MS, 9 * HOUR_MS + 30 * MINUTE),)
    loud = tuple(entry(f"n{n}", target=60, min_day=5, windows=window) for n in range(4))
    layout = lay_out(Day(open=(MORNING,), entries=(*loud, entry("must", min_day=30, target=30, windows=window))))
    assert counts(layout)["must"] == 30
    assert {unmet.kind for unmet in layout.unmet} == {Lack.TARGET}


def test_the_gap_holds_across_midnight_between_days_laid_out_apart() -> None:
    late = lay_out(Day(open=((20 * HOUR_MS, DAY_MS),), entries=(entry(gap_ms=HOUR_MS),)))
    early = lay_out(Day(open=((0, 4 * HOUR_MS),), entries=(entry(gap_ms=HOUR_MS),)))
    assert early.turns[0].from_ms + DAY_MS - late.turns[-1].until_ms >= HOUR_MS


def test_another_seed_is_another_day_that_keeps_the_same_bounds() -> None:
    entries = tuple(entry(f"e{n}", target=20) for n in range(8))
    one, other = (lay_out(Day(open=(MORNING,), entries=entries, seed=seed)) for seed in ("2026-02-16", "2026-02-17"))
    assert one.turns != other.turns
    assert counts(one) == counts(other)


def test_spans_that_are_none_and_ids_that_come_twice_are_mistakes_of_the_caller() -> None:
    with pytest.raises(ValueError, match="expected spans inside"):
        Day(open=((5, 5),), entries=())
    with pytest.raises(ValueError, match="different ids"):
        Day(open=(), entries=(entry(), entry()))
    with pytest.raises(ValueError, match="above 0"):
        entry(seconds=0)


def test_the_hours_of_tet_make_up_saturdays_month_ends_and_leap_days_are_kept() -> None:
    regulation = loading.loaded("cao-bang/31-2020-qd-ubnd")
    calendar = calendars.load(ROOT)
    playlist = (
        entry("law", 45, target=40, min_hour=3, gap_ms=2 * MINUTE),
        entry("news", 20, max_hour=20),
        entry("film", 600),
    )
    local = ((19 * HOUR_MS, 22 * HOUR_MS),)
    for on in (
        date(2026, 2, 16),
        date(2026, 2, 17),
        date(2026, 8, 22),
        date(2026, 1, 31),
        date(2028, 2, 29),
        date(2026, 12, 13),
    ):
        found = hours.day(hours.of(regulation, "cao-bang/ta-lung"), calendar, on)
        opened = tuple((window.opens_s * 1000, window.closes_s * 1000) for window in found.windows or ()) or local
        day = Day(open=opened, entries=playlist, seed=on.isoformat())
        layout = lay_out(day)
        assert layout_checks.broken(day, layout) == []
        assert layout.unmet == (), on
        assert layout.turns

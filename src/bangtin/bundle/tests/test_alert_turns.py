"""Alerts on the timeline: over everything, awake from standby, in turns, and the plan rejoined where it then is."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bangtin.bundle import instants, timeline
from bangtin.bundle.alerts import TURN_MS, AlertNotice, turn_at
from bangtin.bundle.tests.alert_world import notice
from bangtin.bundle.tests.world import AT, AT_MS, FACE, HOUR_MS, manifest

MANIFEST = manifest()


def at(from_s: float, until_s: float, name: str = "KC-1", *, level: int | None = 4) -> AlertNotice:
    return replace(
        notice(name=name, level=level), starts=AT + timedelta(seconds=from_s), ends=AT + timedelta(seconds=until_s)
    )


def test_an_alert_covers_the_plan_and_the_plan_is_rejoined_at_its_offset() -> None:
    alert = at(13, 25)
    found = list(timeline.segments(MANIFEST, face=FACE, from_ms=AT_MS, until_ms=AT_MS + 36_000, alerts=[alert]))
    seen = [(one.kind, one.item, one.from_ms - AT_MS, one.until_ms - AT_MS, one.offset_ms) for one in found]
    assert seen == [
        ("item", "clip", 0, 10_000, 0),
        ("item", "notice", 10_000, 13_000, 0),
        ("alert", "KC-1", 13_000, 25_000, 0),
        ("item", "clip", 25_000, 28_000, 7_000),
        ("item", "notice", 28_000, 36_000, 0),
    ]
    assert {one.class_ for one in found if one.kind == "alert"} == {"emergency"}


def test_an_alert_wakes_a_face_that_rests() -> None:
    night = AT_MS + 4 * HOUR_MS + 60_000
    alert = at(4 * 3_600, 4 * 3_600 + 120)
    assert timeline.showing(MANIFEST, face=FACE, at_ms=night).kind == "standby"
    found = timeline.showing(MANIFEST, face=FACE, at_ms=night, alerts=[alert])
    assert (found.kind, found.item) == ("alert", "KC-1")
    after = timeline.showing(MANIFEST, face=FACE, at_ms=night + 60_000, alerts=[alert])
    assert (after.kind, after.from_ms) == ("standby", night + 60_000)


def test_the_highest_level_rules_and_equals_take_turns_by_the_clock() -> None:
    low, first, second = at(0, 100, "KC-0", level=2), at(0, 60, "KC-1"), at(0, 60, "KC-2")
    turns = [turn_at([low, first, second], AT_MS + ms).notice for ms in (0, TURN_MS, 2 * TURN_MS, 61_000, 101_000)]
    names = [one.id if one else None for one in turns]
    assert sorted(str(one) for one in names[:2]) == ["KC-1", "KC-2"]
    assert names[2:] == [names[0], "KC-0", None]


def test_a_lower_alert_beneath_cuts_nothing() -> None:
    turn = turn_at([at(0, 100), at(20, 40, "KC-0", level=1)], AT_MS + 30_000)
    assert (turn.from_ms, turn.until_ms) == (AT_MS, AT_MS + 100_000)


SPAN = st.tuples(st.integers(0, 200), st.integers(1, 90), st.sampled_from([None, 1, 4, 5]))


@given(st.lists(SPAN, max_size=5), st.integers(0, 300_000))
def test_segments_with_alerts_leave_no_gap_and_agree_with_showing(
    spans: list[tuple[int, int, int | None]], at_ms: int
) -> None:
    alerts = [at(one, one + long, f"KC-{number}", level=level) for number, (one, long, level) in enumerate(spans)]
    until_ms = AT_MS + 300_001
    found = list(timeline.segments(MANIFEST, face=FACE, from_ms=AT_MS, until_ms=until_ms, alerts=alerts))
    assert [one.until_ms for one in found[:-1]] == [one.from_ms for one in found[1:]]
    wanted = timeline.showing(MANIFEST, face=FACE, at_ms=AT_MS + at_ms, alerts=alerts)
    here = next(one for one in found if one.from_ms <= AT_MS + at_ms < one.until_ms)
    assert (here.kind, here.item, here.position_ms(AT_MS + at_ms)) == (
        wanted.kind,
        wanted.item,
        wanted.position_ms(AT_MS + at_ms),
    ) or here.item is None
    instant = instants.from_ms(AT_MS + at_ms)
    assert (here.kind == "alert") == any(one.starts <= instant < one.ends for one in alerts)

"""What alerts do to the proof of play: they explain what they covered, and are graded themselves (trust F.5)."""

from dataclasses import replace
from datetime import timedelta

from bangtin.bundle.alerts import history
from bangtin.bundle.playlog import Line
from bangtin.bundle.tests import world
from bangtin.bundle.tests.alert_world import cancel, notice
from bangtin.bundle.tests.test_playlog import grade, play
from bangtin.bundle.tests.world import AT, AT_MS

ALERT = replace(notice(), starts=AT + timedelta(seconds=5), at=AT + timedelta(seconds=5))
ON_AIR = history([ALERT])
UNTIL_15_S = history([ALERT, replace(cancel(2), at=AT + timedelta(seconds=15))])


def shown(from_ms: int = 5_000, **changes: object) -> Line:
    """The alert on the face, ten seconds from its start."""
    line = play(
        from_ms=AT_MS + from_ms, k="alert", item=ALERT.id, content=ALERT.content_digest(), class_="emergency", slot=""
    )
    return replace(line, **changes)  # type: ignore[arg-type]  # fields of Line


def test_a_play_that_an_alert_covered_is_measured_up_to_there() -> None:
    cut = play(shown_ms=4_980, end="replaced")
    assert grade(cut) == ("claimed", "shown_short")
    assert grade(cut, alerts=ON_AIR) == ("corroborated", "agrees")


def test_the_plan_rejoined_after_an_alert_agrees() -> None:
    rest = play(from_ms=AT_MS + 15_020, item="notice", shown_ms=2_960, slot="slot-2", mono_ms=75_000)
    rest = replace(rest, content=play_of("notice"))
    assert grade(rest, alerts=UNTIL_15_S) == ("corroborated", "agrees")


def play_of(name: str) -> str:
    """The digest of an item of the morning."""
    return world.manifest().item_by_id[name].digest


def test_a_play_beneath_an_alert_that_never_reached_the_face_is_claimed_not_contradicted() -> None:
    earlier = history([replace(ALERT, starts=AT - timedelta(minutes=1))])
    assert grade(play(), alerts=earlier) == ("claimed", "alert_on_air")
    assert grade(play(item="notice", content=play_of("notice"), slot="slot-2"), alerts=earlier) == (
        "contradicted",
        "timeline_other",
    )


def test_an_alert_line_agrees_with_what_was_on_air_then() -> None:
    assert grade(shown(), alerts=ON_AIR) == ("corroborated", "agrees")
    assert grade(shown()) == ("claimed", "not_a_play")
    assert grade(shown(clock="rtc"), alerts=ON_AIR) == ("claimed", "clock_weak")
    assert grade(shown(shown_ms=40_000), alerts=UNTIL_15_S) == ("claimed", "alert_after_end")
    assert grade(shown(), alerts=ON_AIR, commitments=()) == ("claimed", "uncommitted")


def test_an_alert_line_of_what_nobody_signed_or_not_then_is_not_believed() -> None:
    assert grade(shown(), alerts=()) == ("quarantined", "record_unknown_alert")
    assert grade(shown(content="0" * 64), alerts=ON_AIR) == ("quarantined", "record_unknown_content")
    assert grade(shown(0), alerts=ON_AIR) == ("contradicted", "alert_not_then")
    late = 10 * 3_600_000 - 3_000
    assert grade(shown(late), alerts=ON_AIR, received_ms=AT_MS + late) == ("contradicted", "alert_not_then")

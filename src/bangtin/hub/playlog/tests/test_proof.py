"""As-run against plan: for a slot and for a day."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bangtin.hub.kit.clock import to_ms
from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.playlog.queries import as_run, day_proof, ledger, placement_proof, proof_of_play
from bangtin.hub.playlog.queries.placement_days import placement_days
from bangtin.hub.playlog.tests.factories import START, TURN_MS, Screen, screen
from bangtin.hub.schedules.models import Placement, Playlist

pytestmark = pytest.mark.django_db
LATER = START + timedelta(minutes=20)


def played(one: Screen, turns: range, **changes: object) -> None:
    body = one.say(*(one.play(turn, **changes) for turn in turns))
    one.commit(at=START + timedelta(milliseconds=turns.stop * TURN_MS))
    ingest(device=one.device, body=body, at=LATER)


def test_a_slot_played_whole_has_no_gap_and_no_error() -> None:
    one = screen(minutes=2)
    played(one, range(12))
    proof = proof_of_play(one.slot, at=LATER)
    assert (proof.planned_ms, proof.aired_ms, proof.error_ms, proof.plays) == (120_000, 120_000, 0, 12)
    assert proof.grades["corroborated"].plays == 12
    assert proof.gaps == []
    assert proof.faces == ("trung-khanh-1",)


def test_a_stretch_without_records_is_one_gap_with_its_reason() -> None:
    one = screen(minutes=2)
    played(one, range(3))
    played(one, range(9, 12))
    proof = proof_of_play(one.slot, at=LATER)
    (gap,) = proof.gaps
    assert (gap.from_at, gap.length_ms, gap.reason) == (START + timedelta(seconds=30), 60_000, "no_record")
    assert proof.error_ms == -60_000


def test_a_gap_after_a_power_cut_says_so() -> None:
    one = screen(minutes=2)
    played(one, range(5))
    played(one, range(5, 6), shown_ms=4_000, end="cut")
    (gap,) = proof_of_play(one.slot, at=LATER).gaps
    assert (gap.reason, gap.length_ms) == ("cut", 66_000)


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        ({"k": "alert", "class_": "emergency"}, "alert"),
        ({"k": "blank", "class_": "blank"}, "covered"),
        ({"k": "gap", "class_": "gate"}, "gate"),
    ],
)
def test_what_stood_over_the_plan_by_an_order_is_named_to_its_end(shown: dict[str, object], reason: str) -> None:
    one = screen(minutes=1)
    cut = one.play(2, shown_ms=4_000, end="replaced")
    over = one.play(2, from_ms=cut.from_ms + 4_000, mono_ms=cut.mono_ms + 4_000, shown_ms=7_500, slot="", **shown)
    late = one.play(3, from_ms=cut.from_ms + 11_500, mono_ms=cut.mono_ms + 11_500, shown_ms=8_500)
    lines = [one.play(0), one.play(1), cut, over, late, one.play(4), one.play(5)]
    ingest(device=one.device, body=one.say(*lines), at=LATER)
    (gap,) = proof_of_play(one.slot, at=LATER).gaps
    assert (gap.from_at, gap.length_ms, gap.reason) == (START + timedelta(seconds=24), 7_500, reason)


def test_the_turn_that_a_restart_delays_is_told_by_the_cut() -> None:
    one = screen(minutes=1)
    lines = [one.play(0), one.play(1, shown_ms=4_000, end="cut"), one.play(3, from_ms=one.play(3).from_ms + 1_500)]
    ingest(device=one.device, body=one.say(*lines, one.play(4), one.play(5)), at=LATER)
    (gap,) = proof_of_play(one.slot, at=LATER).gaps
    assert (gap.reason, gap.length_ms) == ("cut", 17_500)


def test_time_that_has_not_come_is_not_a_failure() -> None:
    one = screen(minutes=2)
    played(one, range(6))
    (gap,) = proof_of_play(one.slot, at=START + timedelta(seconds=61)).gaps
    assert gap.reason == "not_yet"


def test_contradicted_and_quarantined_plays_are_never_added_in() -> None:
    one = screen(minutes=1)
    played(one, range(3))
    played(one, range(3, 6), content="f" * 64)
    proof = proof_of_play(one.slot, at=LATER)
    assert (proof.aired_ms, proof.grades["quarantined"].shown_ms) == (30_000, 30_000)
    assert [gap.reason for gap in proof.gaps] == ["quarantined"]


def test_a_newer_bundle_without_the_slot_ends_its_plan() -> None:
    from bangtin.hub.playlog.tests.factories import publish

    one = screen(minutes=2)
    without = replace(one.manifest, number=2, windows=(), loops={})
    publish(without, one.world, at=START + timedelta(seconds=60))
    played(one, range(6))
    proof = proof_of_play(one.slot, at=LATER)
    assert (proof.planned_ms, proof.aired_ms, proof.gaps) == (60_000, 60_000, [])


def test_a_day_counts_filler_and_outside_time_apart() -> None:
    one = screen(minutes=1)
    filler = {"item": "i2", "content": one.manifest.items[1].digest, "class_": "filler", "slot": ""}
    one.slot.is_outside_hours = True
    one.slot.save()
    played(one, range(6))
    played(one, range(6, 9), **filler)
    day = day_proof(one.world.clusters["trung-khanh"], START.date(), at=LATER)
    assert (day.planned_ms, day.aired_ms) == (0, 0)
    assert (day.outside_planned_ms, day.outside_aired_ms) == (60_000, 60_000)
    assert (day.filler.plays, day.filler.shown_ms) == (3, 30_000)
    rows = ledger(from_on=START.date(), until_on=START.date())
    assert {(row.is_filler, row.is_outside_hours, row.shown_ms) for row in rows} == {
        (False, True, 60_000),
        (True, False, 30_000),
    }


def test_a_last_resort_card_counts_as_nothing() -> None:
    one = screen(minutes=1)
    card = one.play(0, k="gap", class_="card", item="", content="", slot="", lang="", shown_ms=60_000)
    ingest(device=one.device, body=one.say(card), at=LATER)
    proof = proof_of_play(one.slot, at=LATER)
    assert (proof.aired_ms, [gap.reason for gap in proof.gaps]) == (0, ["card"])
    assert [row.kind for row in as_run(one.world.clusters["trung-khanh"], START.date())] == ["gap"]
    assert to_ms(proof.gaps[0].until_at) - to_ms(proof.gaps[0].from_at) == 60_000


def test_plays_of_a_placement_are_held_against_its_turns() -> None:
    from bangtin.hub.playlog.tests.factories import publish

    one = screen(minutes=2)
    playlist = Playlist.objects.create(name="Tuần 48", made_by=one.slot.placed_by, made_at=START)
    playlist.clusters.add(one.slot.cluster)
    placement = Placement.objects.create(
        playlist=playlist,
        version=one.version,
        starts_on=START.date(),
        ends_on=START.date(),
        placed_by=one.slot.placed_by,
        placed_at=START,
    )
    name = f"p{placement.pk}"
    loops = {loop: tuple(replace(turn, slot=name) for turn in turns) for loop, turns in one.manifest.loops.items()}
    one.manifest = replace(one.manifest, loops=loops, number=one.manifest.number + 1)
    publish(one.manifest, one.world, at=START - timedelta(minutes=1))
    played(one, range(12), slot=name)
    played(one, range(12, 13), slot="p999999")
    assert PlayRecord.objects.filter(placement=placement, slot=None).count() == 12
    found = placement_proof(placement, one.slot.cluster, START.date(), at=LATER)
    assert (found.planned_plays, found.plays, found.planned_ms, found.aired_ms) == (12, 12, 120_000, 120_000)
    assert found.gaps == [] and found.grades["corroborated"].plays == 12
    day = day_proof(one.slot.cluster, START.date(), at=LATER)
    assert day.placements == [found] and (day.planned_ms, day.aired_ms) == (120_000, 120_000)
    (row,) = placement_days(one.slot.cluster, START - timedelta(days=1), LATER)
    assert (row.placement_id, row.on, row.planned_ms, row.aired_ms, row.plays) == (
        placement.pk,
        START.date(),
        120_000,
        120_000,
        12,
    )

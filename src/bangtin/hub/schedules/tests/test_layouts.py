"""Placements of playlists become plays of the day: in the hours, around slots, for the faces they name."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangtin.bundle import manifest as manifests
from bangtin.bundle import manifest_checks, timeline
from bangtin.hub.kit.clock import LOCAL, to_ms
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.schedules import queries
from bangtin.hub.schedules.models import Daypart, DayScope, MixKind, MixRule, Placement, Playlist, ProvinceFiller, Slot
from bangtin.hub.schedules.states import PlacementState, SlotState
from bangtin.hub.schedules.tests.factories import NOW, Desk, monday

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
HOUR_MS = 3_600_000


def _playlist(desk: Desk) -> Playlist:
    row = Playlist.objects.create(name="Tuần 48", made_by=desk.scheduler, made_at=NOW)
    row.clusters.add(desk.cluster)
    return row


def _placement(desk: Desk, playlist: Playlist, version: ProgrammeVersion | None = None, **more: object) -> Placement:
    given: dict[str, object] = {
        "starts_on": MONDAY,
        "ends_on": MONDAY + timedelta(days=6),
        "placed_by": desk.scheduler,
        "placed_at": NOW,
        **more,
    }
    return Placement.objects.create(playlist=playlist, version=version or desk.version(duration_ms=30_000), **given)


def _spans(found: queries.DayLayout) -> list[tuple[str, int, int]]:
    return [(turn.entry, turn.from_ms, turn.until_ms) for group in found.groups for turn in group.layout.turns]


def test_a_placement_plays_all_over_the_hours_of_its_days(desk: Desk) -> None:
    one = _placement(desk, _playlist(desk), ends_on=MONDAY, gap_s=270)
    found = queries.layout_of(desk.cluster, MONDAY)
    plays = _spans(found)
    assert len(plays) == 96 and {name for name, _a, _b in plays} == {f"p{one.pk}"}
    hours = found.input.open
    assert all(any(a <= start and end <= b for a, b in hours) for _name, start, end in plays)
    assert queries.layout_of(desk.cluster, MONDAY + timedelta(days=2)).groups == ()


def test_slots_keep_their_time_and_priority_goes_first(desk: Desk) -> None:
    slot = desk.place(desk.version(), "2026-11-23 08:00", "2026-11-23 09:00")
    playlist = _playlist(desk)
    low = _placement(desk, playlist)
    high = _placement(desk, playlist, desk.version(is_urgent=True), bulletin_class="priority", target_per_day=8)
    found = queries.layout_of(desk.cluster, MONDAY)
    by_class = {group.bulletin_class: group for group in found.groups}
    above = [(turn.from_ms, turn.until_ms) for turn in by_class["priority"].layout.turns]
    below = [(turn.from_ms, turn.until_ms) for turn in by_class["ordinary"].layout.turns]
    assert len(above) == 8 and below
    eight, nine = 8 * HOUR_MS, 9 * HOUR_MS
    assert not any(start < nine and eight < end for start, end in below)
    assert not any(start < until and begin < end for start, end in below for begin, until in above)
    manifest = _checked(
        queries.draft(queries.plan(desk.cluster, monday("00:00"), monday("23:59")), number=1, made_at=NOW)
    )
    names = {
        one.slot
        for one in timeline.segments(manifest, face="ta-lung-1", from_ms=manifest.starts_ms, until_ms=manifest.ends_ms)
    }
    assert names == {str(slot.pk), f"p{low.pk}", f"p{high.pk}", ""}


def test_the_timeline_of_the_draft_is_the_layout(desk: Desk) -> None:
    playlist = _playlist(desk)
    for number in range(3):
        _placement(desk, playlist, min_per_hour=number, gap_s=60)
    found = queries.plan(desk.cluster, monday("00:00"), monday("00:00") + timedelta(days=1))
    manifest = _checked(queries.draft(found, number=1, made_at=NOW))
    begins = to_ms(monday("00:00"))
    wanted = [(name, begins + a, begins + b) for name, a, b in _spans(queries.layout_of(desk.cluster, MONDAY))]
    shown = timeline.segments(manifest, face="ta-lung-2", from_ms=begins, until_ms=begins + 86_400_000)
    assert [(one.slot, one.from_ms, one.until_ms) for one in shown if one.kind == "item"] == wanted
    why = queries.why(desk.cluster, desk.world.faces["ta-lung-1"], found.compiled[0].starts_at)
    assert why.placement_id == found.compiled[0].turns[0].placement.pk and why.clause == "cao-bang/8.1.a"


def test_days_that_are_alike_share_their_loops(desk: Desk) -> None:
    _placement(desk, _playlist(desk), gap_s=0)
    found = queries.plan(desk.cluster, monday("00:00"), monday("00:00") + timedelta(days=4))
    manifest = _checked(queries.draft(found, number=1, made_at=NOW))
    windows = [one for one in manifest.windows if one.id.startswith("c")]
    # Tuesday is a day off; of three days each the morning and the afternoon begin alike
    assert (len(windows), len(manifest.loops)) == (15, 3)
    assert all(sum(turn.dur_ms for turn in manifest.loops[one.loop]) == one.until_ms - one.from_ms for one in windows)


def test_faces_that_show_the_same_are_laid_out_together(desk: Desk) -> None:
    playlist = _playlist(desk)
    every = _placement(desk, playlist)
    second = _placement(desk, playlist, faces=["ta-lung-2"])
    desk.place(desk.version(), "2026-11-23 08:00", "2026-11-23 09:00")
    Slot.objects.update(faces=["ta-lung-3"])
    other = desk.place(desk.version(), "2026-11-23 09:00", "2026-11-23 10:00")
    Slot.objects.filter(pk=other.pk).update(faces=["ta-lung-2"], starts_at=monday("08:00"), ends_at=monday("09:00"))
    found = queries.layout_of(desk.cluster, MONDAY)
    assert [group.faces for group in found.groups] == [("ta-lung-1",), ("ta-lung-2",), ("ta-lung-3",)]
    manifest = _checked(
        queries.draft(queries.plan(desk.cluster, monday("00:00"), monday("23:59")), number=1, made_at=NOW)
    )
    at_ms = to_ms(monday("08:30"))
    shown = {face: timeline.showing(manifest, face=face, at_ms=at_ms).slot for face in manifest.faces}
    assert shown["ta-lung-2"] == str(other.pk) and shown["ta-lung-1"] == f"p{every.pk}" != shown["ta-lung-3"]
    slots = {face: _names(manifest, face) for face in manifest.faces}
    assert f"p{second.pk}" in slots["ta-lung-2"] and f"p{second.pk}" not in slots["ta-lung-1"] | slots["ta-lung-3"]


def test_dayparts_go_by_the_working_calendar_and_windows_stand_beside_them(desk: Desk) -> None:
    def part(name: str, opens: int, closes: int, days: str) -> Daypart:
        return Daypart.objects.create(
            cluster=desk.cluster,
            name=name,
            opens_s=opens,
            closes_s=closes,
            days=days,
            made_by=desk.scheduler,
            made_at=NOW,
        )

    working, off = part("Sáng", 28_800, 32_400, DayScope.WORKING), part("Sáng", 32_400, 36_000, DayScope.OFF)
    one = _placement(desk, _playlist(desk), windows=[[54_000, 55_800]])
    one.dayparts.add(working)
    plays = _spans(queries.layout_of(desk.cluster, MONDAY))
    assert plays and all(28_800_000 <= a < 32_400_000 or 54_000_000 <= a < 55_800_000 for _name, a, _b in plays)
    Placement.objects.update(windows=[])
    one.dayparts.set([off])
    assert queries.layout_of(desk.cluster, MONDAY).groups == ()


def test_what_is_withdrawn_unready_or_without_rights_does_not_play(desk: Desk) -> None:
    one = _placement(desk, _playlist(desk))
    changes: tuple[Callable[[], object], ...] = (
        lambda: Placement.objects.update(state=PlacementState.WITHDRAWN),
        lambda: ProgrammeVersion.objects.update(state=VersionState.PROPOSED),
    )
    for change in changes:
        assert queries.layout_of(desk.cluster, MONDAY).groups
        change()
        assert not queries.layout_of(desk.cluster, MONDAY).groups
        Placement.objects.update(state=PlacementState.PLACED)
        ProgrammeVersion.objects.update(state=VersionState.READY)
    slot = desk.place(one.version, "2026-11-23 08:00", "2026-11-23 09:00")
    Slot.objects.update(state=SlotState.WITHDRAWN)
    assert not queries.slots_between(desk.cluster, slot.starts_at, slot.ends_at)


def test_the_digest_holds_what_decides_the_days_and_nothing_else(desk: Desk) -> None:
    playlist = _playlist(desk)
    first, second = _placement(desk, playlist), _placement(desk, playlist)
    slot = desk.place(desk.version(), "2026-11-23 08:00", "2026-11-23 09:00")

    def digest() -> str:
        return queries.plan_digest(desk.cluster, MONDAY, MONDAY + timedelta(days=6))

    before = digest()
    desk.place(slot.version, "2026-11-30 08:00", "2026-11-30 09:00")  # the week after
    Placement.objects.filter(pk=first.pk).update(placed_at=NOW + timedelta(hours=1), sound_reason="Lễ hội")
    assert digest() == before
    seen = {before}
    changes: tuple[Callable[[], object], ...] = (
        lambda: Placement.objects.filter(pk=first.pk).update(gap_s=5),
        lambda: Placement.objects.filter(pk=second.pk).update(ends_on=MONDAY),
        lambda: Slot.objects.filter(pk=slot.pk).update(faces=["ta-lung-1"]),
        lambda: ProgrammeVersion.objects.filter(pk=first.version_id).update(content_digest="0" * 64),
        lambda: MixRule.objects.create(
            cluster=desk.cluster,
            kind=MixKind.LANGUAGE,
            key="vi",
            least_permille=500,
            basis="Sở",
            set_by=desk.scheduler,
            set_at=NOW,
        ),
        lambda: ProvinceFiller.objects.create(
            instrument=desk.world.instrument, version=desk.version(), added_by=desk.scheduler, added_at=NOW
        ),
    )
    for change in changes:
        change()
        assert digest() not in seen
        seen.add(digest())


def test_a_week_is_read_in_a_fixed_number_of_queries(desk: Desk) -> None:
    playlist = _playlist(desk)
    counts = []
    for _round in range(2):
        for _number in range(3):
            _placement(desk, playlist, gap_s=600)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert len(queries.week(desk.cluster, MONDAY)) == 7
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 14


def test_a_plan_too_long_for_a_manifest_is_cut_at_a_midnight(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _placement(desk, _playlist(desk), gap_s=30)
    monkeypatch.setattr("bangtin.bundle.bounds.WINDOWS", 1_000)
    wanted = queries.plan(desk.cluster, monday("00:00"), monday("00:00") + timedelta(days=7))
    found, manifest = queries.fitting(wanted, number=1, made_at=NOW)
    assert len(manifest.windows) <= 1_000 < len(wanted.compiled)
    assert found.until_at == datetime.combine(found.until_at.astimezone(LOCAL).date(), time(), LOCAL) < wanted.until_at


def _checked(made: manifests.Manifest) -> manifests.Manifest:
    """The manifest, sound but for its files, which publishing describes."""
    files = tuple(replace(file, chunks="0" * 64 if file.size > 1 << 20 else "") for file in made.files)
    described = replace(made, files=files)
    manifest_checks.check_timeline(described)
    return described


def _names(manifest: manifests.Manifest, face: str) -> set[str]:
    found = timeline.segments(manifest, face=face, from_ms=manifest.starts_ms, until_ms=manifest.ends_ms)
    return {one.slot for one in found}

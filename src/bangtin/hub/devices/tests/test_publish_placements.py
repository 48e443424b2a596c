"""What the compiler lays out is what a verified bundle shows, under three regulations and on odd days."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from pytest_django import Settings

from bangtin.bundle import timeline
from bangtin.bundle.manifest import Manifest
from bangtin.bundle.timeline import Showing
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices import actions, queries
from bangtin.hub.kit.clock import LOCAL, to_ms
from bangtin.hub.schedules import queries as schedules
from bangtin.hub.schedules.compiler import spans
from bangtin.hub.schedules.models import DayWindow, Placement
from bangtin.hub.schedules.tests.factories import released
from bangtin.hub.schedules.tests.provinces import Province

pytestmark = pytest.mark.django_db
At = Callable[[str], Province]
DAY_MS = 86_400_000
MONDAY = date(2026, 11, 23)


def _published(desk: Province, days: int = 4) -> Manifest:
    """The plan as it is, approved by another person, as the next bundle, which the hub verified as a screen would."""
    released(desk.cluster, at=desk.at, days=days)
    bundle = actions.publish_bundle(cluster=desk.cluster, actor=desk.actor, at=desk.at)
    return queries.manifest_of(desk.cluster, bundle.number)


def _shown(manifest: Manifest, face: str, on: date, days: int = 1) -> list[Showing]:
    begins = to_ms(datetime.combine(on, time(), LOCAL))
    return list(timeline.segments(manifest, face=face, from_ms=begins, until_ms=begins + days * DAY_MS))


def _face(cluster: Cluster) -> str:
    return cluster.faces.order_by("pk")[0].pk


def test_a_lai_chau_day_has_three_hours_in_each_half(province: At, settings: Settings) -> None:
    settings.PROVINCE = "lai-chau"
    desk = province("lai-chau")
    desk.hours("2026-11-23", "2026-11-25", "07:00-10:30", "14:00-17:30")
    playlist = desk.playlist()
    for title in ("Biên giới", "Nông thôn mới"):
        desk.schedule(playlist, desk.version(title), "2026-11-23", "2026-11-25")
    found = _shown(_published(desk), _face(desk.cluster), MONDAY)
    halves = {"item": [0, 0], "standby": [0, 0]}
    noon_ms = to_ms(datetime.combine(MONDAY, time(12), LOCAL))
    for one in found:
        if one.kind == "item":
            halves["item"][one.from_ms >= noon_ms] += one.until_ms - one.from_ms
    assert min(halves["item"]) >= 3 * 3_600_000
    assert {one.kind for one in found} == {"item", "standby"}


def test_ha_tinh_plays_round_the_clock_and_keeps_pauses_over_midnight(province: At, settings: Settings) -> None:
    settings.PROVINCE = "ha-tinh"
    desk = province("ha-tinh")
    playlist = desk.playlist()
    names = {}
    for gap_s in (0, 1800, 600):
        row = desk.schedule(playlist, desk.version(duration_ms=45_000), "2026-11-22", "2026-11-30", gap_s=gap_s)
        names[f"p{row.pk}"] = gap_s
    found = _shown(_published(desk), _face(desk.cluster), MONDAY, days=2)
    assert "standby" not in {one.kind for one in found}
    for name, gap_s in names.items():
        plays = [one for one in found if one.slot == name and one.kind == "item"]
        assert len(plays) > 48
        assert min(after.from_ms - before.until_ms for before, after in pairwise(plays)) >= gap_s * 1000


def test_a_make_up_saturday_is_a_working_day_and_tet_goes_by_the_operators_windows(province: At) -> None:
    desk = province("cao-bang")
    playlist = desk.playlist()
    row = Placement.objects.create(
        playlist=playlist,
        version=desk.version(),
        starts_on=date(2026, 2, 1),
        ends_on=date(2026, 12, 31),
        recurrence="FREQ=DAILY",
        gap_s=300,
        placed_by=desk.actor,
        placed_at=desk.at,
    )
    saturday, next_saturday, tet = date(2026, 8, 22), date(2026, 8, 29), date(2026, 2, 17)
    worked = schedules.layout_of(desk.cluster, saturday)
    assert worked.input.open == schedules.layout_of(desk.cluster, date(2026, 8, 21)).input.open
    assert worked.groups and worked.input.hours.citation == "cao-bang/8.1.a"
    assert not schedules.layout_of(desk.cluster, next_saturday).groups
    assert not schedules.layout_of(desk.cluster, tet).groups
    midnight = datetime.combine(tet, time(), LOCAL)
    DayWindow.objects.create(
        cluster=desk.cluster,
        starts_at=midnight + timedelta(hours=19),
        ends_at=midnight + timedelta(hours=22),
        set_by=desk.actor,
        set_at=desk.at,
    )
    (group,) = schedules.layout_of(desk.cluster, tet).groups
    plays = [(turn.from_ms, turn.until_ms) for turn in group.layout.turns]
    assert spans.length(spans.common(spans.joined(plays), ((68_400_000, 79_200_000),))) == len(plays) * 30_000
    assert {turn.entry for turn in group.layout.turns} == {f"p{row.pk}"} and len(plays) == 33
    assert group.day.open == ((68_400_000, 79_200_000),)


def test_the_bundle_shows_each_play_of_three_faces_as_it_was_laid_out(province: At) -> None:
    desk = province("cao-bang")
    playlist = desk.playlist()
    desk.schedule(playlist, desk.version(), "2026-11-23", "2026-11-23", gap_s=60)
    desk.schedule(playlist, desk.version(duration_ms=20_000), "2026-11-23", "2026-11-23", faces=("ta-lung-2",))
    manifest = _published(desk)
    begins = to_ms(datetime.combine(MONDAY, time(), LOCAL))
    laid = schedules.layout_of(desk.cluster, MONDAY)
    assert [group.faces for group in laid.groups] == [("ta-lung-1", "ta-lung-3"), ("ta-lung-2",)]
    for group in laid.groups:
        wanted = [(turn.entry, begins + turn.from_ms, begins + turn.until_ms) for turn in group.layout.turns]
        for face in group.faces:
            shown = [one for one in _shown(manifest, face, MONDAY) if one.kind == "item"]
            assert [(one.slot, one.from_ms, one.until_ms) for one in shown] == wanted

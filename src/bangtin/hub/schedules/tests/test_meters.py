"""Planned airtime by kind of content, language and direction: what stands on the plan, once, whoever covers whom."""

from datetime import date

import pytest

from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules.models import Placement, Playlist
from bangtin.hub.schedules.queries import meters
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
EXTERNAL, DOMESTIC = "culture_country_people", "grassroots_essential"
MINUTE = 60_000


def of_kind(row: ProgrammeVersion, category: str, language: str = "vi") -> ProgrammeVersion:
    row.programme.category = category
    row.programme.save(update_fields=["category"])
    ProgrammeVersion.objects.filter(pk=row.pk).update(language=language)
    return row


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_external_and_domestic_time_of_a_day_stand_beside_each_other(desk: Desk) -> None:
    desk.place(of_kind(desk.version(), EXTERNAL, "en"), "2026-11-23 08:00", "2026-11-23 08:45")
    desk.place(of_kind(desk.version(), DOMESTIC), "2026-11-23 09:00", "2026-11-23 09:15")
    monday, tuesday = meters.planned(desk.cluster, MONDAY, TUESDAY)
    assert (monday.external_ms, monday.domestic_ms, monday.external_permille) == (45 * MINUTE, 15 * MINUTE, 750)
    assert monday.by_language == {"en": 45 * MINUTE, "vi": 15 * MINUTE}
    assert monday.items == {"external": 1, "domestic": 1}
    assert (tuesday.total_ms, tuesday.external_permille) == (0, None)
    week = meters.summed([monday, tuesday])
    assert (week.total_ms, week.by_category) == (60 * MINUTE, {EXTERNAL: 45 * MINUTE, DOMESTIC: 15 * MINUTE})


def test_slots_that_share_a_window_share_its_time_as_long_as_they_last(desk: Desk) -> None:
    for row in (desk.version(duration_ms=30_000), of_kind(desk.version(duration_ms=10_000), DOMESTIC)):
        desk.place(row, "2026-11-23 08:00", "2026-11-23 08:40")
    (monday,) = meters.planned(desk.cluster, MONDAY, MONDAY)
    assert monday.by_category == {"": 30 * MINUTE, DOMESTIC: 10 * MINUTE}
    assert sum(monday.by_language.values()) == monday.total_ms == 40 * MINUTE


def test_what_is_urgent_is_counted_in_place_of_what_it_covers(desk: Desk) -> None:
    desk.place(of_kind(desk.version(), DOMESTIC), "2026-11-23 08:00", "2026-11-23 09:00")
    urgent = of_kind(desk.version(is_urgent=True), EXTERNAL)
    desk.place(urgent, "2026-11-23 08:30", "2026-11-23 08:40", bulletin_class="priority")
    (monday,) = meters.planned(desk.cluster, MONDAY, MONDAY)
    assert monday.by_category == {DOMESTIC: 50 * MINUTE, EXTERNAL: 10 * MINUTE}


def test_placements_count_by_the_turns_that_the_compiler_gave_them(desk: Desk) -> None:
    row = of_kind(desk.version(duration_ms=60_000), EXTERNAL)
    playlist = Playlist.objects.create(name="Ngày thường", made_by=desk.scheduler, made_at=NOW)
    playlist.clusters.add(desk.cluster)
    Placement.objects.create(
        playlist=playlist,
        version=row,
        starts_on=MONDAY,
        ends_on=MONDAY,
        target_per_day=12,
        max_per_day=12,
        min_per_day=12,
        placed_by=desk.scheduler,
        placed_at=NOW,
    )
    monday, tuesday = meters.planned(desk.cluster, MONDAY, TUESDAY)
    assert (monday.external_ms, tuesday.total_ms) == (12 * MINUTE, 0)

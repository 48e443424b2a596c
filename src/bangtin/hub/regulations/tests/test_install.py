from dataclasses import replace

import pytest

from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.kit.testing import local
from bangtin.hub.regulations import actions, queries
from bangtin.hub.regulations.actions import installing
from bangtin.hub.regulations.models import CalendarDay, DayKind, Mandate, Task
from bangtin.hub.regulations.tests.factories import INSTRUMENT, cao_bang
from bangtin.rulebook import calendars

pytestmark = pytest.mark.django_db
AT = local("2026-11-23 08:00")


def test_each_district_operates_its_own_cluster_only() -> None:
    world = cao_bang()
    assert queries.mandated(Task.OPERATE, on=AT.date(), cluster=world.clusters["ta-lung"]) == {
        "cao-bang/ubnd-quang-hoa"
    }
    assert queries.clusters_of({"cao-bang/ubnd-trung-khanh"}, Task.SCHEDULE, on=AT.date()) == {"cao-bang/trung-khanh"}


def test_a_mandate_given_to_a_group_reaches_its_members() -> None:
    cao_bang()
    assert {"cao-bang/so-tai-chinh", "cao-bang/ubnd-bao-lac"} <= queries.mandated(Task.SUPPLY, on=AT.date())


def test_installing_twice_changes_nothing() -> None:
    cao_bang()
    before = Mandate.objects.count()
    actions.install(instrument_id=INSTRUMENT, actor=None, at=AT)
    assert Mandate.objects.count() == before


def test_every_mandate_cites_a_clause_of_the_pack() -> None:
    cao_bang()
    cited = set(Mandate.objects.values_list("clause", flat=True))
    assert [each for each in cited if queries.clause(each, INSTRUMENT) is None] == []


def test_the_provinces_own_calendar_row_wins() -> None:
    world = cao_bang()
    actions.set_calendar_day(
        on=local("2026-11-28 08:00").date(),
        kind=DayKind.WORKING,
        name_vi="Làm bù",
        basis="Công văn thử nghiệm",
        actor=world.users["quan-tri"],
        at=AT,
    )
    found = calendars.day(queries.calendar(), local("2026-11-28 08:00").date())
    assert found.kind is calendars.DayKind.MAKE_UP


def test_only_an_administrator_sets_calendar_days() -> None:
    world = cao_bang()
    with pytest.raises(NotPermitted):
        actions.set_calendar_day(
            on=AT.date(), kind=DayKind.HOLIDAY, name_vi="Nghỉ", basis="Giấy", actor=world.users["dai"], at=AT
        )
    assert CalendarDay.objects.count() == 0


def test_a_face_hangs_as_its_pack_says() -> None:
    world = cao_bang()
    (seed,) = (one for one in queries.regulation(INSTRUMENT).clusters if one.id == "cao-bang/ta-lung")
    turned = replace(seed, faces=(replace(seed.faces[0], id="ta-lung-1", width=512, height=1024, rotation=90),))
    installing._install_cluster(turned, INSTRUMENT)
    face = world.faces["ta-lung-1"]
    face.refresh_from_db()
    assert (face.width, face.height, face.rotation) == (512, 1024, 90)

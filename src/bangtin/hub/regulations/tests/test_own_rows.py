"""What the province enters beside the packs: read in one query, laid over the pack, refused in circles."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangtin.hub.agencies.models import Succession
from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.kit.testing import local
from bangtin.hub.regulations import actions, queries
from bangtin.hub.regulations.actions.circles import SuccessionCircle
from bangtin.hub.regulations.actions.settings import SettingRefused
from bangtin.hub.regulations.models import CalendarDay, DayKind, LocalValue
from bangtin.hub.regulations.queries.own_rows import own_rows
from bangtin.hub.regulations.tests.factories import INSTRUMENT, World, cao_bang
from bangtin.rulebook import loading
from bangtin.rulebook.shapes import DatedValue

pytestmark = pytest.mark.django_db
AT = local("2026-11-23 08:00")
CUTOFF, BASIS = "intake.cutoff_day", "Quyết định thử nghiệm số 12/QĐ-STTTT"
HA_TINH, LAI_CHAU = "ha-tinh/2432-qd-ubnd", "lai-chau/20-2024-qd-ubnd"


def value(text: str | tuple[str, ...] | None, since: date = date(2026, 1, 1), basis: str = BASIS) -> DatedValue:
    return DatedValue(since, text, basis)


def set_cutoff(world: World, given: DatedValue) -> LocalValue:
    return actions.set_local_value(
        instrument=world.instrument, parameter=CUTOFF, given=given, actor=world.users["quan-tri"], at=AT
    )


def succession(predecessor: str, successor: str) -> Succession:
    return Succession.objects.create(
        kind="merge",
        predecessor_id=predecessor,
        successor_id=successor,
        effective_on=date(2025, 7, 1),
        basis=BASIS,
        recorded_at=AT,
    )


def test_while_a_page_is_made_all_rows_are_read_in_one_query() -> None:
    world = cao_bang()
    set_cutoff(world, value("20"))
    with queries.remembered(), CaptureQueriesContext(connection) as captured:
        for _turn in range(3):
            queries.regulation(INSTRUMENT)
            queries.calendar()
            queries.all_successions()
    assert len(captured) == 1


def test_a_deed_is_seen_at_once_by_the_page_that_did_it() -> None:
    world = cao_bang()
    with queries.remembered():
        assert queries.regulation(INSTRUMENT).parameter(CUTOFF).number(AT.date()) is None
        set_cutoff(world, value("20"))
        assert queries.regulation(INSTRUMENT).parameter(CUTOFF).number(AT.date()) == 20


def test_without_rows_the_effective_pack_is_the_pack_itself() -> None:
    cao_bang()
    assert queries.regulation(INSTRUMENT) is queries.pack(INSTRUMENT)


def test_all_kinds_of_rows_come_back_as_they_were_entered() -> None:
    world = cao_bang()
    set_cutoff(world, value("20"))
    set_cutoff(world, value(None, since=date(2026, 6, 1)))
    succession("cao-bang/ubnd-quang-hoa", "cao-bang/ubnd-trung-khanh")
    CalendarDay.objects.create(on=date(2026, 11, 28), kind=DayKind.WORKING, name_vi="Làm bù", basis=BASIS)
    rows = own_rows()
    assert rows.instruments == (INSTRUMENT,)
    assert [(one, name, each.since, each.value) for one, name, each in rows.values] == [
        (INSTRUMENT, CUTOFF, date(2026, 1, 1), "20"),
        (INSTRUMENT, CUTOFF, date(2026, 6, 1), None),
    ]
    assert [(row.predecessor, row.successor) for row in rows.successions] == [
        ("cao-bang/ubnd-quang-hoa", "cao-bang/ubnd-trung-khanh")
    ]
    assert [(row.on, row.kind) for row in rows.days] == [(date(2026, 11, 28), "working_day")]


def test_a_local_value_holds_from_its_day_and_only_then() -> None:
    world = cao_bang()
    set_cutoff(world, value("20"))
    set_cutoff(world, value("15", since=date(2026, 7, 1)))
    held = queries.regulation(INSTRUMENT).parameter(CUTOFF)
    assert [held.number(day) for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 7, 1))] == [None, 20, 15]


def test_a_withdrawn_value_gives_way_to_the_one_before() -> None:
    world = cao_bang()
    set_cutoff(world, value("20"))
    row = set_cutoff(world, value("15", since=date(2026, 7, 1)))
    actions.withdraw_local_value(row=row, reason="Ghi nhầm", actor=world.users["quan-tri"], at=AT)
    assert queries.regulation(INSTRUMENT).parameter(CUTOFF).number(date(2026, 8, 1)) == 20
    with pytest.raises(StaleState):
        actions.withdraw_local_value(row=row, reason="Ghi nhầm", actor=world.users["quan-tri"], at=AT)


@pytest.mark.parametrize(
    "given",
    [
        value("29"),  # not every month has it
        value("0"),
        value("hai mươi"),
        value("20", since=date(2019, 1, 1)),
        value("20", basis=" "),
    ],
)
def test_what_the_loader_would_refuse_is_not_set(given: DatedValue) -> None:
    world = cao_bang()
    with pytest.raises(SettingRefused) as refused:
        set_cutoff(world, given)
    assert refused.value.next_step and refused.value.fields
    assert not LocalValue.objects.exists()


def test_two_values_do_not_begin_on_one_day() -> None:
    world = cao_bang()
    set_cutoff(world, value("20"))
    with pytest.raises(SettingRefused, match="01/01/2026"):
        set_cutoff(world, value("15"))


def test_only_what_the_regulation_leaves_open_is_set() -> None:
    world = cao_bang()
    with pytest.raises(SettingRefused):
        actions.set_local_value(
            instrument=world.instrument, parameter="reports.unit_day", given=value("12-10"), actor=None, at=AT
        )


@pytest.mark.parametrize(
    ("instrument", "parameter", "good", "bad"),
    [
        (HA_TINH, "hours.tolerance", "30", "1441"),
        (HA_TINH, "reports.year_term", "10", "0"),
        (LAI_CHAU, "hours.noon", "11:30", "25:00"),
        (LAI_CHAU, "press.quota_reading", "joint", "both"),
    ],
)
def test_each_unit_is_judged_as_in_a_pack(instrument: str, parameter: str, good: str, bad: str) -> None:
    row = actions.install(instrument_id=instrument, actor=None, at=AT)
    with pytest.raises(SettingRefused):
        actions.set_local_value(instrument=row, parameter=parameter, given=value(bad), actor=None, at=AT)
    actions.set_local_value(instrument=row, parameter=parameter, given=value(good), actor=None, at=AT)
    assert queries.regulation(instrument).parameter(parameter).raw(AT.date()) == good


def test_only_an_administrator_sets_and_withdraws() -> None:
    world = cao_bang()
    row = set_cutoff(world, value("20"))
    for who in ("tham-dinh-1", "lanh-dao", "xep-lich"):
        with pytest.raises(NotPermitted):
            actions.withdraw_local_value(row=row, reason="Nhầm", actor=world.users[who], at=AT)


def test_installing_again_keeps_what_the_province_set() -> None:
    world = cao_bang()
    set_cutoff(world, value("20"))
    actions.install(instrument_id=INSTRUMENT, actor=None, at=AT)
    assert queries.regulation(INSTRUMENT).parameter(CUTOFF).number(AT.date()) == 20


def test_a_pack_whose_successions_close_a_circle_with_ours_is_refused(tmp_path: Path, settings: Any) -> None:
    cao_bang()
    succession("cao-bang/ubnd-quang-hoa", "cao-bang/ubnd-trung-khanh")
    shutil.copytree(loading.default_root() / INSTRUMENT, tmp_path / INSTRUMENT)
    agencies = tmp_path / INSTRUMENT / "agencies.yaml"
    row = "{predecessor: cao-bang/ubnd-trung-khanh, successor: cao-bang/ubnd-quang-hoa, kind: merge, "
    more = f'successions:\n  - {row}effective_on: 2025-09-01, basis: "QĐ số 1"}}\n'
    agencies.write_text(agencies.read_text() + more)
    settings.REGULATIONS_DIR = str(tmp_path)
    with pytest.raises(SuccessionCircle, match="Trùng Khánh") as refused:
        actions.install(instrument_id=INSTRUMENT, actor=None, at=AT)
    assert "agencies.yaml" in refused.value.next_step


def test_rows_of_another_province_leave_a_pack_alone() -> None:
    cao_bang()
    actions.install(instrument_id=HA_TINH, actor=None, at=AT)
    succession("ha-tinh/so-tttt", "ha-tinh/so-ngoai-vu")
    assert queries.regulation(INSTRUMENT) is queries.pack(INSTRUMENT)
    assert len(queries.regulation(HA_TINH).successions) == 1

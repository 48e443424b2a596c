"""Copying a week: over holidays, make-up Saturdays, Tết, month ends, leap days; what is left behind is named."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.kit.testing import local
from bangtin.hub.schedules import actions, errors
from bangtin.hub.schedules.actions import Copied, Instruction
from bangtin.hub.schedules.models import DayWindow, Slot
from bangtin.hub.schedules.states import SlotState
from bangtin.hub.schedules.tests.provinces import Province
from bangtin.rulebook.texts import Window

At = Callable[[str], Province]


def _copy(desk: Province, first: str, second: str) -> Copied:
    return actions.copy_week(
        cluster=desk.cluster,
        from_monday=date.fromisoformat(first),
        to_monday=date.fromisoformat(second),
        actor=desk.actor,
        at=desk.at,
    )


def _days(found: Copied) -> list[str]:
    return [f"{slot.starts_at.astimezone(local('2026-01-01 00:00').tzinfo):%Y-%m-%d %H:%M}" for slot in found.made]


def test_a_week_before_a_holiday_is_copied_but_for_that_day(province: At) -> None:
    desk = province("cao-bang")
    desk.at = local("2026-11-15 08:00")
    row = desk.version("Mùa màng")
    for day in (16, 17, 20):  # Monday, Tuesday, Friday
        desk.place(row, f"2026-11-{day} 07:30", f"2026-11-{day} 09:00")
    found = _copy(desk, "2026-11-16", "2026-11-23")
    assert _days(found) == ["2026-11-23 07:30", "2026-11-27 07:30"]
    (left,) = found.refused  # 24/11 is a holiday since 2026
    assert "Mùa màng" in left.what and "24/11/2026" in left.what
    assert isinstance(left.refusal, errors.NoHoursSet) and left.refusal.citation == "cao-bang/8.1.b" and left.reason
    assert AuditEntry.objects.get(action="week.copied").details["refused"][0][1] == left.refusal.code


def test_a_make_up_saturday_takes_the_hours_of_a_working_day(province: At) -> None:
    desk = province("cao-bang")
    desk.at = local("2026-08-09 08:00")
    row = desk.version()
    desk.place(row, "2026-08-10 07:30", "2026-08-10 09:00")
    saturday = date(2026, 8, 15)
    windows = [Window.parse("08:00-12:00")]
    actions.set_day_windows(cluster=desk.cluster, on=saturday, windows=windows, actor=desk.actor, at=desk.at)
    desk.place(row, "2026-08-15 08:00", "2026-08-15 10:00")
    desk.place(row, "2026-08-15 11:00", "2026-08-15 12:00")
    found = _copy(desk, "2026-08-10", "2026-08-17")
    # Saturday 22/8 is worked for Monday 31/8: its windows are the regulation's, and no local ones are written
    assert _days(found) == ["2026-08-17 07:30", "2026-08-22 08:00"] and found.hours == ()
    assert isinstance(found.refused[0].refusal, errors.OutsideHours)
    assert DayWindow.objects.count() == 1


def test_hours_chosen_for_days_off_are_copied_with_the_week(province: At) -> None:
    desk = province("lai-chau")
    desk.hours("2026-11-23", "2026-11-29", "07:00-11:00", "13:00-17:00")
    row = desk.version()
    for day in range(23, 30):
        desk.place(row, f"2026-11-{day} 07:00", f"2026-11-{day} 11:00")
    found = _copy(desk, "2026-11-23", "2026-11-30")  # over the end of a month
    assert len(found.made) == 7 and len(found.hours) == 7 and found.refused == ()
    assert _days(found)[0] == "2026-11-30 07:00" and _days(found)[-1] == "2026-12-06 07:00"
    actions.undo(cluster=desk.cluster, actor=desk.actor, at=desk.at)
    assert Slot.objects.filter(state=SlotState.WITHDRAWN).count() == 7
    assert not DayWindow.objects.filter(starts_at__gte=local("2026-11-30 00:00")).exists()


def test_into_tet_only_what_has_hours_is_copied(province: At) -> None:
    desk = province("cao-bang")
    desk.at = local("2027-01-24 08:00")
    row = desk.version()
    for day in ("2027-01-25", "2027-01-28", "2027-01-29"):
        desk.place(row, f"{day} 07:30", f"{day} 09:00")
    found = _copy(desk, "2027-01-25", "2027-02-01")
    assert _days(found) == ["2027-02-01 07:30"]  # 4/2 and 5/2 belong to Tết 2027
    assert {one.refusal.code for one in found.refused} == {errors.NoHoursSet.code}
    always = province("ha-tinh")
    always.at = desk.at
    film = always.version()
    always.place(film, "2027-01-28 20:00", "2027-01-29 02:00")
    assert len(_copy(always, "2027-01-25", "2027-02-01").made) == 1  # round the clock, Tết too, over midnight


def test_over_a_leap_day_every_slot_keeps_its_weekday(province: At) -> None:
    desk = province("ha-tinh")
    desk.at = local("2028-02-20 08:00")
    row = desk.version()
    for day in range(21, 28):
        desk.place(row, f"2028-02-{day} 08:00", f"2028-02-{day} 09:00")
    found = _copy(desk, "2028-02-21", "2028-02-28")
    assert [one[:10] for one in _days(found)] == [
        str(date(2028, 2, 28) + timedelta(days=number)) for number in range(7)
    ]
    assert "2028-02-29 08:00" in _days(found)


def test_what_stands_outside_the_hours_by_instruction_is_not_copied(province: At) -> None:
    desk = province("cao-bang")
    paper = Instruction("15/CĐ-UBND", "UBND tỉnh")
    desk.place(desk.version(), "2026-11-23 18:00", "2026-11-23 19:00", instruction=paper)
    found = _copy(desk, "2026-11-23", "2026-11-30")
    assert found.made == () and isinstance(found.refused[0].refusal, errors.OutsideHours)


def test_what_is_there_already_stays_and_the_copy_says_so(province: At) -> None:
    desk = province("cao-bang")
    desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 09:00")
    desk.place(desk.version("Đã có"), "2026-11-30 08:00", "2026-11-30 10:00")
    found = _copy(desk, "2026-11-23", "2026-11-30")
    assert found.made == () and "Đã có" in found.refused[0].reason
    assert _copy(desk, "2026-11-23", "2026-12-07").refused == ()


def test_a_week_that_is_over_or_the_same_is_refused_and_rights_are_asked(province: At) -> None:
    desk = province("cao-bang")
    for second in ("2026-11-23", "2026-11-09", "2026-11-25"):
        with pytest.raises(errors.InThePast):
            _copy(desk, "2026-11-23", second)
    for who in ("may", "khac", "so-1"):
        with pytest.raises(NotPermitted):
            actions.copy_week(
                cluster=desk.cluster,
                from_monday=date(2026, 11, 23),
                to_monday=date(2026, 11, 30),
                actor=desk.users[who],
                at=desk.at,
            )

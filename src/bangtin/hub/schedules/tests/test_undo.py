"""Undoing: the author's own last edit, through the same checks, and not when the plan moved on."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from bangtin.hub.accounts.models import Role
from bangtin.hub.schedules import actions, errors
from bangtin.hub.schedules.models import Placement, PlanEdit, Slot
from bangtin.hub.schedules.queries.opening import hours
from bangtin.hub.schedules.states import PlacementState, SlotState
from bangtin.hub.schedules.tests.factories import NOW, Desk, monday
from bangtin.hub.schedules.tests.provinces import Province
from bangtin.rulebook.texts import Window


def _slot(desk: Desk, starts: str = "08:00", ends: str = "09:00") -> Slot:
    return desk.place(desk.version(), f"2026-11-23 {starts}", f"2026-11-23 {ends}")


def _undo(desk: Desk, **more: object) -> PlanEdit | None:
    return actions.undo(**{"cluster": desk.cluster, "actor": desk.scheduler, "at": NOW, **more})  # type: ignore[arg-type]  # a test's shorthand


def test_a_placed_slot_is_undone_once_and_then_there_is_nothing_left(desk: Desk) -> None:
    slot = _slot(desk)
    edit = _undo(desk)
    slot.refresh_from_db()
    assert edit is not None and edit.undone_at == NOW and slot.state == SlotState.WITHDRAWN
    assert _undo(desk) is None


def test_moves_and_withdrawals_are_undone_the_last_first(desk: Desk) -> None:
    slot = _slot(desk)
    actions.move(slot=slot, starts_at=monday("14:00"), ends_at=monday("15:00"), actor=desk.scheduler, at=NOW)
    later = NOW + timedelta(minutes=1)
    actions.withdraw(slot=slot, actor=desk.scheduler, at=later)
    _undo(desk, at=later)
    slot.refresh_from_db()
    assert (slot.state, slot.starts_at) == (SlotState.PLACED, monday("14:00"))
    _undo(desk, at=later)
    slot.refresh_from_db()
    assert slot.starts_at == monday("08:00")


def test_an_undo_passes_the_same_checks_as_any_deed(desk: Desk) -> None:
    slot = _slot(desk)
    actions.move(slot=slot, starts_at=monday("14:00"), ends_at=monday("15:00"), actor=desk.scheduler, at=NOW)
    rival = desk.world.users["van-hanh"]
    rival.posts.update(role=Role.SCHEDULER)
    desk.place(desk.version(), "2026-11-23 08:30", "2026-11-23 09:30", actor=rival)
    with pytest.raises(errors.SlotTaken):
        _undo(desk)
    with pytest.raises(errors.AlreadyBegun):
        _undo(desk, at=monday("14:30"))
    assert PlanEdit.objects.get(verb="slot.moved").undone_at is None


def test_an_edit_that_another_changed_since_is_not_undone_and_says_why(desk: Desk) -> None:
    slot = _slot(desk)
    rival = desk.world.users["van-hanh"]
    rival.posts.update(role=Role.SCHEDULER)
    slot.refresh_from_db()
    actions.move(slot=slot, starts_at=monday("10:00"), ends_at=monday("11:00"), actor=rival, at=NOW)
    with pytest.raises(errors.CannotUndo) as caught:
        _undo(desk)
    assert slot.version.title in caught.value.message
    slot.refresh_from_db()
    assert slot.starts_at == monday("10:00")
    assert _undo(desk, actor=rival) is not None  # the other's own edit is the other's to undo


def test_a_slot_taken_down_since_stays_down(desk: Desk) -> None:
    slot = _slot(desk)
    actions.take_down(slot=slot, reason="Sai nội dung", actor=desk.scheduler, at=NOW)
    with pytest.raises(errors.CannotUndo):
        _undo(desk)
    slot.refresh_from_db()
    assert slot.state == SlotState.TAKEN_DOWN


def test_nothing_of_an_edit_is_undone_by_half(desk: Desk) -> None:
    _slot(desk)
    moved = _slot(desk, "14:00", "15:00")
    later = NOW + timedelta(minutes=1)
    made = actions.copy_week(
        cluster=desk.cluster,
        from_monday=date(2026, 11, 23),
        to_monday=date(2026, 11, 30),
        actor=desk.scheduler,
        at=later,
    ).made
    copy = next(one for one in made if one.version == moved.version)
    week = timedelta(days=7)
    actions.move(
        slot=copy,
        starts_at=monday("16:00") + week,
        ends_at=monday("17:00") + week,
        actor=desk.scheduler,
        at=later + timedelta(minutes=1),
    )
    PlanEdit.objects.filter(verb="slot.moved").update(undone_at=NOW)  # as if it were another's
    with pytest.raises(errors.CannotUndo):
        _undo(desk, at=later)
    assert Slot.objects.filter(state=SlotState.PLACED).count() == 4


def test_hours_that_were_set_are_undone(desk: Desk) -> None:
    saturday = date(2026, 11, 28)
    actions.set_day_windows(
        cluster=desk.cluster, on=saturday, windows=[Window.parse("08:00-12:00")], actor=desk.scheduler, at=NOW
    )
    assert hours(desk.cluster, saturday).windows is not None
    _undo(desk)
    assert hours(desk.cluster, saturday).windows is None


def test_changes_of_a_placement_are_undone_one_by_one(province: Callable[[str], Province]) -> None:
    desk = province("cao-bang")
    version = desk.version()
    placement = desk.schedule(desk.playlist(), version, "2026-11-23", "2026-11-27", max_per_day=10)
    actions.change_placement(
        placement=placement,
        spec=actions.PlacementSpec(date(2026, 11, 24), date(2026, 11, 26), max_per_day=5),
        actor=desk.actor,
        at=desk.at + timedelta(minutes=1),
    )
    for expected in ((PlacementState.PLACED, 10), (PlacementState.WITHDRAWN, 10)):
        actions.undo(cluster=desk.cluster, actor=desk.actor, at=desk.at + timedelta(minutes=2))
        row = Placement.objects.get(pk=placement.pk)
        assert (row.state, row.max_per_day) == expected

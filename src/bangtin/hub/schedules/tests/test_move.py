"""Moving, resizing and withdrawing slots; what is refused once they have begun."""

import pytest

from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.programmes.paperwork import SubmissionFacts
from bangtin.hub.schedules import actions, errors
from bangtin.hub.schedules.models import PlanEdit, Slot
from bangtin.hub.schedules.states import SlotState
from bangtin.hub.schedules.tests.factories import NOW, Desk, monday


def _slot(desk: Desk, starts: str = "08:00", ends: str = "09:00") -> Slot:
    return desk.place(desk.version(), f"2026-11-23 {starts}", f"2026-11-23 {ends}")


def _move(desk: Desk, slot: Slot, starts: str, ends: str, at: object = NOW) -> Slot:
    return actions.move(slot=slot, starts_at=monday(starts), ends_at=monday(ends), actor=desk.scheduler, at=at)  # type: ignore[arg-type]  # an instant


def test_a_slot_that_has_not_begun_moves_and_the_trail_says_from_where(desk: Desk) -> None:
    slot = _move(desk, _slot(desk), "14:00", "15:30")
    assert (slot.starts_at, slot.ends_at) == (monday("14:00"), monday("15:30"))
    entry = AuditEntry.objects.get(action="slot.moved")
    assert entry.details["before"]["starts_at"].startswith("2026-11-23T01:00")
    assert PlanEdit.objects.get(verb="slot.moved").by == desk.scheduler


def test_a_slot_is_not_moved_outside_the_hours_nor_over_another(desk: Desk) -> None:
    slot, other = _slot(desk), _slot(desk, "14:00", "15:00")
    with pytest.raises(errors.OutsideHours) as caught:
        _move(desk, slot, "12:00", "13:00")
    assert caught.value.citation == "cao-bang/8.1.a"
    with pytest.raises(errors.SlotTaken):
        _move(desk, slot, "14:30", "15:30")
    assert _move(desk, slot, "14:00", "15:00").starts_at == other.starts_at  # exactly its times: they share the loop
    assert _move(desk, slot, "08:30", "09:30").starts_at == monday("08:30")  # over its own place


def test_of_a_slot_that_runs_only_the_end_moves_and_not_to_before_now(desk: Desk) -> None:
    slot, at = _slot(desk), monday("08:30")
    for starts, ends in (("08:15", "09:00"), ("08:00", "08:20"), ("09:00", "10:00")):
        with pytest.raises(errors.AlreadyBegun):
            _move(desk, slot, starts, ends, at)
    assert _move(desk, slot, "08:00", "08:30", at).ends_at == monday("08:30")
    slot = _slot(desk, "13:30", "14:00")
    assert _move(desk, slot, "13:30", "16:00", monday("13:45")).ends_at == monday("16:00")
    with pytest.raises(errors.OutsideHours):
        _move(desk, slot, "13:30", "18:30", monday("13:45"))


def test_a_slot_that_is_over_stays_as_it_was(desk: Desk) -> None:
    slot = _slot(desk)
    with pytest.raises(errors.AlreadyBegun):
        _move(desk, slot, "08:00", "10:00", monday("09:30"))
    with pytest.raises(errors.AlreadyBegun):
        actions.withdraw(slot=slot, actor=desk.scheduler, at=monday("09:30"))


def test_who_moves_a_slot_that_another_moved_in_the_meantime_is_told(desk: Desk) -> None:
    slot = _slot(desk)
    rival = Slot.objects.get(pk=slot.pk)
    _move(desk, slot, "14:00", "15:00")
    with pytest.raises(StaleState):
        _move(desk, rival, "10:00", "11:00")
    with pytest.raises(StaleState):
        actions.withdraw(slot=rival, actor=desk.scheduler, at=NOW)
    assert Slot.objects.get(pk=slot.pk).starts_at == monday("14:00")


def test_a_withdrawn_slot_frees_its_time_and_is_not_moved_again(desk: Desk) -> None:
    slot = _slot(desk)
    actions.withdraw(slot=slot, actor=desk.scheduler, at=NOW)
    assert slot.state == SlotState.WITHDRAWN
    assert _slot(desk).state == SlotState.PLACED
    with pytest.raises(StaleState):
        _move(desk, slot, "14:00", "15:00")


def test_only_who_builds_the_plan_moves_and_withdraws(desk: Desk) -> None:
    slot = _slot(desk)
    for username in ("van-hanh", "xep-lich-tk", "tham-dinh-1", "quan-tri", "lanh-dao"):
        actor = desk.world.users[username]
        with pytest.raises(NotPermitted):
            actions.move(slot=slot, starts_at=monday("10:00"), ends_at=monday("11:00"), actor=actor, at=NOW)
        with pytest.raises(NotPermitted):
            actions.withdraw(slot=slot, actor=actor, at=NOW)


def test_the_form_learns_the_refusal_before_anything_is_written(desk: Desk) -> None:
    version, slot = desk.version(), _slot(desk)
    spec = actions.SlotSpec(version, monday("12:00"), monday("12:30"))
    refusal = actions.check_placement_now(cluster=desk.cluster, spec=spec, at=NOW)
    assert isinstance(refusal, errors.OutsideHours) and refusal.suggestions
    lawful = actions.SlotSpec(version, monday("10:00"), monday("10:30"))
    assert actions.check_placement_now(cluster=desk.cluster, spec=lawful, at=NOW) is None
    inside, outside = (monday("10:00"), monday("11:00")), (monday("18:00"), monday("19:00"))
    assert actions.check_move_now(slot=slot, starts_at=inside[0], ends_at=inside[1], at=NOW) is None
    found = actions.check_move_now(slot=slot, starts_at=outside[0], ends_at=outside[1], at=NOW)
    assert isinstance(found, errors.OutsideHours)
    assert Slot.objects.get().starts_at == monday("08:00")


def test_faces_that_have_nothing_in_common_may_show_different_things(desk: Desk) -> None:
    one, two = ("ta-lung-1",), ("ta-lung-2", "ta-lung-3")
    first = desk.place(desk.version(), "2026-11-23 08:00", "2026-11-23 09:00", faces=one)
    second = desk.place(desk.version(), "2026-11-23 08:00", "2026-11-23 10:00", faces=two)
    assert (first.faces, second.faces) == (["ta-lung-1"], ["ta-lung-2", "ta-lung-3"])
    with pytest.raises(errors.SlotTaken):  # all three as one: it would cover both
        desk.place(desk.version(), "2026-11-23 08:00", "2026-11-23 09:00")
    with pytest.raises(errors.FacesUnknown):
        desk.place(desk.version(), "2026-11-23 14:00", "2026-11-23 15:00", faces=("trung-khanh-1",))


def test_rights_that_end_before_the_slot_keep_it_off(desk: Desk) -> None:
    version = desk.version()
    SubmissionFacts.objects.create(version=version, follow_code="0" * 12, rights_until=monday("00:00").date())
    desk.place(version, "2026-11-23 08:00", "2026-11-23 09:00")
    with pytest.raises(errors.RightsEnd) as caught:
        desk.place(version, "2026-11-25 08:00", "2026-11-25 09:00")
    assert "23/11/2026" in caught.value.message

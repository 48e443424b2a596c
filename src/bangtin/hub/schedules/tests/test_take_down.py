"""Taking down: at once, by one officer with a reason; another person reviews it; an order has its clock."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.schedules import actions, errors
from bangtin.hub.schedules.models import Filler, RemovalOrder, Slot, TakeDown
from bangtin.hub.schedules.queries import removals
from bangtin.hub.schedules.states import SlotState
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = pytest.mark.django_db
REASON = "Sai tên người"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def _placed(desk: Desk, row: ProgrammeVersion | None = None, *, filler: bool = False) -> Slot:
    row = row or desk.version()
    if filler:
        actions.add_filler(cluster=desk.cluster, version=row, actor=desk.scheduler, at=NOW)
    return desk.place(row, "2026-11-23 07:30", "2026-11-23 09:00")


def _ordered(desk: Desk, programme: Programme, *, hours_ago: float = 0, is_advertising: bool = True) -> RemovalOrder:
    ordered = actions.Ordered("15/YC-STTTT", "Sở TT&TT", NOW - timedelta(hours=hours_ago), is_advertising)
    return actions.record_order(programme=programme, ordered=ordered, actor=desk.world.users["tham-dinh-1"], at=NOW)


def test_a_slot_taken_down_waits_for_another_persons_review(desk: Desk) -> None:
    slot = _placed(desk)
    actions.take_down(slot=slot, reason=REASON, actor=desk.scheduler, at=NOW)
    waiting = removals.to_review().get()
    assert (waiting.slot, waiting.by, waiting.reason) == (slot, desk.scheduler, REASON)
    other = desk.world.users["van-hanh"]
    actions.review_take_down(take_down=waiting, outcome="upheld", findings="Đúng là sai tên", actor=other, at=NOW)
    assert not removals.to_review().exists()
    with pytest.raises(StaleState):
        actions.review_take_down(take_down=waiting, outcome="reversed", findings="Khác ý", actor=other, at=NOW)


def test_nobody_reviews_his_own_take_down_from_whatever_account(desk: Desk) -> None:
    actions.take_down(slot=_placed(desk), reason=REASON, actor=desk.scheduler, at=NOW)
    waiting, second = removals.to_review().get(), desk.world.users["van-hanh"]
    with pytest.raises(errors.OwnTakeDown):
        actions.review_take_down(take_down=waiting, outcome="upheld", findings=REASON, actor=desk.scheduler, at=NOW)
    User.objects.filter(pk=second.pk).update(person=desk.scheduler.person)
    second.refresh_from_db()
    with pytest.raises(errors.OwnTakeDown):
        actions.review_take_down(take_down=waiting, outcome="upheld", findings=REASON, actor=second, at=NOW)
    with pytest.raises(IntegrityError):
        TakeDown.objects.filter(pk=waiting.pk).update(reviewed_by=desk.scheduler, outcome="upheld")


def test_a_programme_goes_from_every_plan_and_filler_at_once_with_its_editions(desk: Desk) -> None:
    row, edition = desk.version(), desk.version(title="Forest fires")
    Programme.objects.filter(pk=edition.programme_id).update(original=row.programme)
    _placed(desk, row, filler=True)
    desk.place(edition, "2026-11-23 09:00", "2026-11-23 10:00")
    made = actions.take_down_everywhere(
        programme=row.programme, reason=REASON, actor=desk.world.users["tham-dinh-1"], at=NOW
    )
    assert (made.slot_count, made.filler_count, made.clusters) == (2, 1, ["cao-bang/ta-lung"])
    assert not Slot.objects.filter(state=SlotState.PLACED).exists() and not Filler.objects.exists()
    for one in (row, edition):
        one.refresh_from_db()
        with pytest.raises(errors.BarredByTakeDown):
            desk.place(one, "2026-11-23 07:30", "2026-11-23 09:00")


def test_once_reversed_it_may_be_placed_again_and_once_upheld_not(desk: Desk) -> None:
    row, other = desk.version(), desk.world.users["tham-dinh-2"]
    for outcome in ("upheld", "reversed"):
        made = actions.take_down_everywhere(
            programme=row.programme, reason=REASON, actor=desk.world.users["tham-dinh-1"], at=NOW
        )
        actions.review_take_down(take_down=made, outcome=outcome, findings="Đã xem lại", actor=other, at=NOW)
        TakeDown.objects.exclude(pk=made.pk).delete()
        if outcome == "upheld":
            with pytest.raises(errors.BarredByTakeDown):
                desk.place(row, "2026-11-23 07:30", "2026-11-23 09:00")
    assert desk.place(row, "2026-11-23 07:30", "2026-11-23 09:00").state == SlotState.PLACED


def test_who_has_no_part_takes_nothing_down_and_reviews_nothing(desk: Desk) -> None:
    slot = _placed(desk)
    programme = slot.version.programme
    for name in ("dai", "quan-tri", "xep-lich-tk", "tai-chinh", "an-toan"):
        with pytest.raises(NotPermitted):
            actions.take_down_everywhere(programme=programme, reason=REASON, actor=desk.world.users[name], at=NOW)
    with pytest.raises(errors.NoReason):
        actions.take_down_everywhere(programme=programme, reason=" ", actor=desk.scheduler, at=NOW)
    made = actions.take_down_everywhere(programme=programme, reason=REASON, actor=desk.scheduler, at=NOW)
    for name in ("dai", "quan-tri", "xep-lich-tk"):
        with pytest.raises(NotPermitted):
            actions.review_take_down(
                take_down=made, outcome="upheld", findings=REASON, actor=desk.world.users[name], at=NOW
            )


def test_an_administrators_second_account_has_no_right_over_content(desk: Desk) -> None:
    second = desk.world.users["xep-lich"]
    User.objects.filter(pk=second.pk).update(person=desk.world.users["quan-tri"].person)
    second.refresh_from_db()
    with pytest.raises(NotPermitted):
        desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 09:00", actor=second)
    Post.objects.filter(user=desk.world.users["quan-tri"], role=Role.ADMINISTRATOR).delete()
    assert desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 09:00", actor=second)


def test_an_order_on_advertising_has_24_hours_from_the_request(desk: Desk) -> None:
    programme = _placed(desk).version.programme
    order = _ordered(desk, programme, hours_ago=20)
    assert [(one.state, one.clusters) for one in removals.orders(at=NOW)] == [("due", (str(desk.cluster),))]
    assert removals.clock(order, at=NOW + timedelta(hours=4)).state == "due"
    assert removals.clock(order, at=NOW + timedelta(hours=4, seconds=1)).state == "overdue"
    actions.take_down_everywhere(
        programme=programme, reason=REASON, actor=desk.scheduler, at=NOW + timedelta(hours=3), order=order
    )
    order.refresh_from_db()
    assert order.done_at == NOW + timedelta(hours=3)
    assert removals.clock(order, at=NOW + timedelta(days=3)).state == "done"


def test_a_late_take_down_is_told_as_late_and_propaganda_has_no_clock(desk: Desk) -> None:
    late = _ordered(desk, _placed(desk).version.programme, hours_ago=30)
    calm = _ordered(desk, desk.place(desk.version(), "2026-11-23 09:00", "2026-11-23 10:00").version.programme,
                    hours_ago=30, is_advertising=False)  # fmt: skip
    assert [removals.clock(one, at=NOW).state for one in (late, calm)] == ["overdue", "open"]
    for one in (late, calm):
        actions.take_down_everywhere(programme=one.programme, reason=REASON, actor=desk.scheduler, at=NOW, order=one)
        one.refresh_from_db()
    assert [removals.clock(one, at=NOW).state for one in (late, calm)] == ["done_late", "done"]


def test_an_order_on_what_is_on_no_plan_is_done_when_it_is_recorded(desk: Desk) -> None:
    order = _ordered(desk, desk.version().programme)
    assert order.done_at == NOW


def test_an_order_needs_its_number_issuer_and_a_time_that_has_come(desk: Desk) -> None:
    programme, actor = desk.version().programme, desk.world.users["tham-dinh-1"]
    for ordered in (
        actions.Ordered("", "Sở", NOW, is_advertising=True),
        actions.Ordered("1", " ", NOW, is_advertising=True),
        actions.Ordered("1", "Sở", NOW + timedelta(minutes=1), is_advertising=True),
    ):
        with pytest.raises(errors.BadOrder):
            actions.record_order(programme=programme, ordered=ordered, actor=actor, at=NOW)

"""Duties on request: asked by a paper, answered by another, taken back; duties lifted by a decision."""

from dataclasses import replace
from datetime import date

import pytest

from bangtin.hub.accounts.models import Role
from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.kit.testing import local
from bangtin.hub.obligations.actions import Asked, record_answer, record_request, waive, withdraw_request
from bangtin.hub.obligations.actions import withdraw_waiver as unwaive
from bangtin.hub.obligations.actions.requests import RequestRefused
from bangtin.hub.obligations.actions.waivers import WaiverRefused
from bangtin.hub.obligations.models import DutyRequest, Waiver
from bangtin.hub.obligations.queries import Duty, occurrences
from bangtin.hub.regulations.tests.factories import INSTRUMENT, World, account, cao_bang

pytestmark = pytest.mark.django_db
AD_HOC = "cao-bang/ad-hoc-report"
HUYEN = "cao-bang/ubnd-quang-hoa"
AT = local("2026-11-20 09:00")
PAPER = Asked("UBND tỉnh", "Báo cáo tình hình cụm Tà Lùng", date(2026, 11, 18), "812/UBND-VX", date(2026, 11, 25))


def duties_of(as_of: str, obligation: str = AD_HOC) -> list[Duty]:
    found = occurrences(
        INSTRUMENT,
        from_on=date(2026, 1, 1),
        until_on=date(2026, 12, 31),
        as_of=local(as_of),
        agency_ids={HUYEN},
    )
    return [one for one in found if one.obligation_id == obligation]


def asked(world: World, paper: Asked = PAPER, user: str = "bao-cao", at: str = "2026-11-20 09:00") -> DutyRequest:
    return record_request(
        instrument_id=INSTRUMENT,
        obligation_id=AD_HOC,
        agency=world.agencies["ubnd-quang-hoa"],
        asked=paper,
        actor=world.users[user],
        at=local(at),
    )


def test_a_request_is_a_duty_with_the_day_its_paper_sets() -> None:
    asked(cao_bang())
    (duty,) = duties_of("2026-11-20 10:00")
    assert (duty.status, duty.due_on, duty.period.start) == ("due_soon", date(2026, 11, 25), date(2026, 11, 18))
    assert duties_of("2026-11-26 00:00")[0].status == "overdue"


def test_a_request_that_sets_no_day_is_never_overdue() -> None:
    asked(cao_bang(), replace(PAPER, due_on=None))
    assert duties_of("2026-12-30 10:00")[0].status == "not_fixed"


def test_before_it_was_recorded_nothing_is_owed() -> None:
    asked(cao_bang())
    assert duties_of("2026-11-20 08:59") == []


@pytest.mark.parametrize(("day", "status"), [(date(2026, 11, 25), "done"), (date(2026, 11, 26), "done_late")])
def test_an_answer_counts_on_the_day_of_its_paper(day: date, status: str) -> None:
    world = cao_bang()
    row = asked(world)
    at = local("2026-11-27 08:00")
    record_answer(request=row, paper="15/BC-UBND", answered_on=day, actor=world.users["bao-cao"], at=at)
    (duty,) = duties_of("2026-11-27 09:00")
    assert duty.status == status and "15/BC-UBND" in duty.evidence[0].text


def test_two_requests_of_one_day_are_answered_each_by_its_own() -> None:
    world = cao_bang()
    first, second = asked(world), asked(world, replace(PAPER, subject="Báo cáo sự cố"))
    record_answer(request=second, paper="16/BC", answered_on=date(2026, 11, 20), actor=world.users["bao-cao"], at=AT)
    by_key = {one.period.key: one.status for one in duties_of("2026-11-20 10:00")}
    assert by_key == {first.key: "due_soon", second.key: "done"}


def test_what_was_asked_by_mistake_is_taken_back_and_stays_in_the_history() -> None:
    world = cao_bang()
    row = asked(world)
    withdraw_request(request=row, reason="Gửi nhầm", actor=world.users["bao-cao"], at=local("2026-11-21 09:00"))
    assert duties_of("2026-11-21 09:30") == [] and len(duties_of("2026-11-20 10:00")) == 1
    assert AuditEntry.objects.filter(action="request.withdrawn", details__reason="Gửi nhầm").exists()
    with pytest.raises(StaleState):
        withdraw_request(request=row, reason="Lần nữa", actor=world.users["bao-cao"], at=local("2026-11-21 10:00"))


def test_an_answered_request_is_neither_answered_again_nor_taken_back() -> None:
    world = cao_bang()
    row, actor = asked(world), world.users["bao-cao"]
    record_answer(request=row, paper="15/BC", answered_on=date(2026, 11, 20), actor=actor, at=AT)
    with pytest.raises(StaleState):
        record_answer(request=row, paper="17/BC", answered_on=date(2026, 11, 20), actor=actor, at=AT)
    with pytest.raises(StaleState):
        withdraw_request(request=row, reason="Nhầm", actor=actor, at=AT)


@pytest.mark.parametrize(
    ("paper", "field"),
    [
        (replace(PAPER, requested_on=date(2026, 11, 21)), "requested_on"),
        (replace(PAPER, requested_on=date(2025, 1, 1)), "requested_on"),
        (replace(PAPER, due_on=date(2026, 11, 17)), "due_on"),
    ],
)
def test_impossible_days_are_refused(paper: Asked, field: str) -> None:
    with pytest.raises(RequestRefused) as caught:
        asked(cao_bang(), paper)
    assert field in caught.value.fields


def test_only_agencies_that_the_clause_names_are_asked() -> None:
    world = cao_bang()
    with pytest.raises(RequestRefused):
        record_request(
            instrument_id=INSTRUMENT,
            obligation_id="cao-bang/incident-notice",
            agency=world.agencies["so-tai-chinh"],
            asked=PAPER,
            actor=world.users["bao-cao"],
            at=AT,
        )


def test_who_records_requests() -> None:
    world = cao_bang()
    account("tong-hop-qh", "Tổng hợp Quảng Hòa", world.agencies["ubnd-quang-hoa"], Role.REPORTER)
    for name in ("dai", "xep-lich", "tai-chinh", "quan-tri"):
        with pytest.raises(NotPermitted):
            asked(world, user=name)
    assert asked(world).pk


def waived(world: World, user: str = "lanh-dao") -> None:
    (duty,) = duties_of("2026-12-20 09:00", "cao-bang/yearly-report")
    waive(duty=duty, basis="Quyết định 99/QĐ-UBND", actor=world.users[user], at=local("2026-12-20 09:00"))


def test_a_lifted_duty_is_not_overdue_from_then_on_and_holds_again_once_taken_back() -> None:
    world = cao_bang()
    waived(world)
    states = [duties_of(at, "cao-bang/yearly-report")[0].status for at in ("2026-12-20 08:59", "2026-12-20 09:00")]
    assert states == ["overdue", "waived"]
    unwaive(waiver=Waiver.objects.get(), reason="Hủy", actor=world.users["lanh-dao"], at=local("2026-12-21 09:00"))
    assert duties_of("2026-12-21 09:00", "cao-bang/yearly-report")[0].status == "overdue"
    assert duties_of("2026-12-20 12:00", "cao-bang/yearly-report")[0].status == "waived"


def test_a_duty_is_lifted_once_and_by_a_leader_alone() -> None:
    world = cao_bang()
    for name in ("bao-cao", "quan-tri", "tham-dinh-1", "dai"):
        with pytest.raises(NotPermitted):
            waived(world, name)
    waived(world)
    with pytest.raises(WaiverRefused):
        waived(world)

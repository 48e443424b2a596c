"""Reminders by mail: each step once, for the accounts of the agency that answers, through a real mail server."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from pytest_django import Settings

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import outbox
from bangtin.hub.kit.models import OutboxMessage
from bangtin.hub.kit.testing import local
from bangtin.hub.kit.tests.postbox import Postbox, opened
from bangtin.hub.obligations.actions import record_evidence, remind
from bangtin.hub.obligations.models import Reminder, Waiver
from bangtin.hub.regulations.tests.factories import World, cao_bang

pytestmark = pytest.mark.django_db
YEARLY = "cao-bang/yearly-report"
HUYEN = "cao-bang/ubnd-quang-hoa"
ID = f"{YEARLY}@{HUYEN}@2026"


@pytest.fixture
def inbox(settings: Settings) -> Iterator[Postbox]:
    with opened(settings) as box:
        yield box


@pytest.fixture
def world() -> World:
    found = cao_bang()
    User.objects.filter(username="xep-lich").update(email="quanghoa@example.vn")
    return found


def _day(text: str) -> datetime:
    return local(f"{text} 07:30")


def _sent(inbox: Postbox, text: str) -> list[Any]:
    """The mails of one day."""
    before = len(inbox.mails)
    remind(at=_day(text))
    outbox.send_due(at=_day(text))
    return inbox.mails[before:]


def test_the_steps_before_on_and_after_the_day_bring_a_mail_each(inbox: Postbox, world: World) -> None:
    days = ("2026-11-13", "2026-11-14", "2026-11-15", "2026-12-07", "2026-12-13", "2026-12-14", "2026-12-15")
    counts = {day: sum("Báo cáo năm" in mail.get_content() for mail in _sent(inbox, day)) for day in days}
    assert list(counts.values()) == [0, 1, 0, 1, 1, 1, 1]
    steps = Reminder.objects.filter(occurrence_id=ID).order_by("-step").values_list("step", flat=True)
    assert list(steps) == [30, 7, 1, 0, -1]


def test_the_mail_says_what_by_when_on_what_ground_and_where(inbox: Postbox, world: World) -> None:
    (mail,) = _sent(inbox, "2026-12-15")
    words = " ".join(mail.get_content().split())
    assert mail["To"] == "quanghoa@example.vn" and "quá hạn" in mail["Subject"]
    assert "Cán bộ xếp lịch Quảng Hòa" in words and "Ngày cuối đúng hạn: 14/12/2026" in words
    assert "“trước ngày 15/12”" in words and "Điều 15" in words and "Quá hạn 1 ngày" in words
    assert f"/nghia-vu/{YEARLY}@" in words


def test_an_account_that_reads_english_gets_english(inbox: Postbox, world: World) -> None:
    User.objects.filter(username="xep-lich").update(language="en")
    (mail,) = _sent(inbox, "2026-12-15")
    assert "Overdue by 1 day." in mail.get_content() and "Quá hạn" not in mail.get_content()


def test_what_is_done_or_lifted_is_not_reminded_of(inbox: Postbox, world: World) -> None:
    agency = world.agencies["ubnd-quang-hoa"]
    at = _day("2026-12-01")
    record_evidence(
        obligation_id=YEARLY, agency=agency, period_start=local("2025-12-15 00:00").date(), subject=agency, at=at
    )
    assert not _sent(inbox, "2026-12-07")


def test_a_waiver_ends_the_reminders_and_its_withdrawal_brings_them_back(inbox: Postbox, world: World) -> None:
    waiver = Waiver.objects.create(occurrence_id=ID, basis="Công văn 12/UBND", recorded_at=_day("2026-12-01"))
    assert not _sent(inbox, "2026-12-07")
    waiver.withdrawn_at = _day("2026-12-08")
    waiver.save()
    assert len(_sent(inbox, "2026-12-08")) == 1


def test_days_without_the_machine_bring_the_newest_step_alone(inbox: Postbox, world: World) -> None:
    assert len(_sent(inbox, "2026-12-16")) == 1
    assert list(Reminder.objects.filter(occurrence_id=ID).values_list("step", flat=True)) == [-1]


def test_two_calls_of_a_day_and_a_second_process_make_one_mail(inbox: Postbox, world: World) -> None:
    assert remind(at=_day("2026-12-14")) == 1 and remind(at=_day("2026-12-14")) == 0
    assert OutboxMessage.objects.count() == 1


def test_each_office_reads_its_own_duties_and_a_locked_account_nothing(inbox: Postbox, world: World) -> None:
    User.objects.filter(username="dai").update(email="dai@example.vn")
    User.objects.filter(username="van-hanh").update(email="khoa@example.vn", is_active=False)
    mails = {mail["To"]: mail.get_content() for mail in _sent(inbox, "2026-12-14")}
    assert set(mails) == {"quanghoa@example.vn", "dai@example.vn"}
    assert "Quảng Hòa" in mails["quanghoa@example.vn"] and "Quảng Hòa" not in mails["dai@example.vn"]


def test_without_a_mail_server_nothing_is_noted_as_reminded(settings: Settings, world: World) -> None:
    settings.EMAIL_HOST = ""
    assert remind(at=_day("2026-12-14")) == 0
    assert not Reminder.objects.exists() and not OutboxMessage.objects.exists()

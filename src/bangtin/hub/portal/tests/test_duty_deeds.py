"""The road of a request, of a lifted duty, and the month of due days, as officers go it on the pages."""

from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import clock
from bangtin.hub.kit.testing import local
from bangtin.hub.obligations.models import DutyRequest, Reminder, Waiver
from bangtin.hub.obligations.queries import duties
from bangtin.hub.portal import duty_board, menu
from bangtin.hub.regulations.tests.factories import World, cao_bang

pytestmark = pytest.mark.django_db
NOW = local("2026-11-23 10:00")
ASKED = {
    "duty": "cao-bang/ad-hoc-report",
    "agency": "cao-bang/ubnd-quang-hoa",
    "subject": "Báo cáo hoạt động cụm Tà Lùng",
    "asked_by": "UBND tỉnh",
    "document_number": "812/UBND-VX",
    "requested_on": "2026-11-20",
    "due_on": "2026-11-27",
}
PAGE = "/nghia-vu/cao-bang/ad-hoc-report@cao-bang/ubnd-quang-hoa@2026-11-20/"
YEARLY = "/nghia-vu/cao-bang/yearly-report@cao-bang/ubnd-quang-hoa@2026/"


@pytest.fixture(autouse=True)
def quick(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(clock, "now", lambda: NOW)
    menu.is_served.cache_clear()


@pytest.fixture
def world() -> World:
    made = cao_bang()
    User.objects.update(language="en")
    return made


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.OK, answer.status_code
    return answer.content.decode()


def test_a_request_goes_from_the_paper_to_its_answer(client: Client, world: World) -> None:
    client.force_login(world.users["bao-cao"])
    assert client.post("/nghia-vu/yeu-cau/moi/", ASKED).headers["Location"].replace("%40", "@") == PAGE
    page = text(client, PAGE)
    assert "812/UBND-VX" in page and "Record the answer" in page
    row = DutyRequest.objects.get()
    answer = {"paper": "15/BC-UBND", "answered_on": "2026-11-23"}
    assert client.post(f"/nghia-vu/yeu-cau/{row.pk}/tra-loi/", answer).status_code == HTTPStatus.FOUND
    after = text(client, PAGE)
    assert "15/BC-UBND" in after and "Record the answer" not in after
    again = client.post(f"/nghia-vu/yeu-cau/{row.pk}/tra-loi/", answer)
    assert (again.status_code, "BT-KIT-002" in again.content.decode()) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)


def test_what_was_typed_stays_when_a_request_is_refused(client: Client, world: World) -> None:
    client.force_login(world.users["bao-cao"])
    answer = client.post("/nghia-vu/yeu-cau/moi/", ASKED | {"requested_on": "2026-11-30"})
    page = answer.content.decode()
    assert (answer.status_code, "BT-DUTY-001" in page, "812/UBND-VX" in page) == (422, True, True)


def test_a_request_recorded_by_mistake_is_gone_from_the_pages(client: Client, world: World) -> None:
    client.force_login(world.users["bao-cao"])
    client.post("/nghia-vu/yeu-cau/moi/", ASKED)
    address = f"/nghia-vu/yeu-cau/{DutyRequest.objects.get().pk}/rut/"
    assert client.post(address, {"reason": "Gửi nhầm"}).status_code == HTTPStatus.FOUND
    assert client.get(PAGE).status_code == HTTPStatus.NOT_FOUND


def test_a_leader_lifts_a_duty_and_lets_it_hold_again(client: Client, world: World) -> None:
    client.force_login(world.users["lanh-dao"])
    assert "Lift the duty" in text(client, YEARLY)
    lift = YEARLY.replace("/nghia-vu/", "/nghia-vu/mien/")
    assert client.post(lift, {"basis": "Quyết định 99/QĐ-UBND"}).status_code == HTTPStatus.FOUND
    assert "Waived" in text(client, YEARLY) and "Quyết định 99/QĐ-UBND" in text(client, YEARLY)
    back = f"/nghia-vu/mien/{Waiver.objects.get().pk}/rut/"
    assert client.post(back, {"reason": "Hủy quyết định"}).status_code == HTTPStatus.FOUND
    assert "Waived" not in text(client, YEARLY) and "Hủy quyết định" in text(client, YEARLY)


def test_the_page_says_when_whom_was_reminded(client: Client, world: World) -> None:
    name = "cao-bang/yearly-report@cao-bang/ubnd-quang-hoa@2026"
    for user in ("xep-lich", "van-hanh"):
        Reminder.objects.create(occurrence_id=name, step=30, user=world.users[user], reminded_at=NOW)
    client.force_login(world.users["lanh-dao"])
    page = text(client, YEARLY)
    assert "30 days before" in page and "to 2 accounts" in page


@pytest.mark.parametrize(
    ("asked", "words"), [("?thang=2026-12", "yearly-report"), ("?thang=1999-01", "11/2026"), ("?thang=x", "11/2026")]
)
def test_the_month_shows_each_last_day(asked: str, words: str, client: Client, world: World) -> None:
    client.force_login(world.users["lanh-dao"])
    assert words in text(client, f"/nghia-vu/theo-ngay/{asked}")


def test_a_month_costs_few_queries(
    client: Client, world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(world.users["lanh-dao"])
    with django_assert_max_num_queries(40):
        text(client, "/nghia-vu/theo-ngay/?thang=2026-12")


def test_many_agencies_of_one_duty_are_one_entry_that_unfolds(world: World) -> None:
    late = duties(year=2026, as_of=local("2026-12-20 08:00"))
    hot = duty_board.by_urgency(late)
    found = duty_board.gathered(hot)
    yearly = next(one for one in found if one.first.obligation_id == "cao-bang/yearly-report")
    assert yearly.count == sum(one.obligation_id == "cao-bang/yearly-report" for one in hot) > 3
    assert sum(one.count for one in found) == len(hot)
    assert len(found) < len(hot)

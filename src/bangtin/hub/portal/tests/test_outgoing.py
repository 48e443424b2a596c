"""Mail addresses of accounts and the page of outgoing mail: for administrators, with a way out of each state."""

from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import Settings

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import outbox
from bangtin.hub.kit.models import MessageState, OutboxMessage
from bangtin.hub.kit.testing import local
from bangtin.hub.regulations.tests.factories import World, cao_bang

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return cao_bang()


@pytest.fixture
def administrator(world: World, client: Client) -> Client:
    client.force_login(world.users["quan-tri"])
    return client


def _mail(**changes: str) -> OutboxMessage:
    row = outbox.put(
        key="a", recipient="so@example.vn", subject="Nhắc <b>hạn</b>", body="…", at=local("2026-11-23 07:00")
    )
    OutboxMessage.objects.filter(pk=row.pk).update(**changes)
    return row


def test_an_administrator_records_an_address_and_takes_it_away(administrator: Client) -> None:
    other = User.objects.get(username="dai")
    address = f"/quan-tri/tai-khoan/{other.pk}/thu/"
    administrator.post(address, {"email": " dai@example.vn "})
    other.refresh_from_db()
    assert other.email == "dai@example.vn"
    assert "dai@example.vn" in administrator.get(f"/quan-tri/tai-khoan/{other.pk}/").content.decode()
    administrator.post(address, {"email": ""})
    other.refresh_from_db()
    assert other.email == ""


def test_what_is_no_address_is_refused_and_named(administrator: Client) -> None:
    other = User.objects.get(username="dai")
    answer = administrator.post(f"/quan-tri/tai-khoan/{other.pk}/thu/", {"email": "khong phai thu\r\nBcc: a@b.vn"})
    page = administrator.get(answer.headers["Location"]).content.decode()
    other.refresh_from_db()
    assert other.email == "" and "BT-ACCOUNT-001" in page and "không phải là địa chỉ thư" in page


def test_the_page_says_when_no_server_is_set_and_when_nothing_was_sent(
    administrator: Client, settings: Settings
) -> None:
    settings.EMAIL_HOST = ""
    page = administrator.get("/quan-tri/thu-di/").content.decode()
    assert "BANGTIN_MAIL_URL" in page and "Chưa có thư nào" in page


def test_a_mail_that_failed_is_sent_again_by_one_click(administrator: Client) -> None:
    row = _mail(state=MessageState.FAILED, error="550 <script>no such user")
    page = administrator.get("/quan-tri/thu-di/").content.decode()
    assert "1 thư không gửi được" in page and "<script>no" not in page and "<b>hạn" not in page
    administrator.post(f"/quan-tri/thu-di/{row.pk}/gui-lai/")
    row.refresh_from_db()
    assert row.state == MessageState.WAITING
    assert administrator.post(f"/quan-tri/thu-di/{row.pk}/gui-lai/").status_code == HTTPStatus.CONFLICT


def test_all_other_offices_are_refused(world: World, client: Client) -> None:
    row, other = _mail(state=MessageState.FAILED), world.users["dai"]
    for name, user in world.users.items():
        if name == "quan-tri":
            continue
        client.force_login(user)
        assert client.get("/quan-tri/thu-di/").status_code == HTTPStatus.FORBIDDEN, name
        for address in (f"/quan-tri/thu-di/{row.pk}/gui-lai/", f"/quan-tri/tai-khoan/{other.pk}/thu/"):
            assert client.post(address, {"email": "x@example.vn"}).status_code == HTTPStatus.FORBIDDEN, name
    other.refresh_from_db()
    row.refresh_from_db()
    assert other.email == "" and row.state == MessageState.FAILED

"""The security of a day: what failed, what was refused, what was changed, and who ticked it."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from bangtin.hub.accounts import actions as accounts
from bangtin.hub.accounts.models import Role
from bangtin.hub.kit import clock
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.actions.watching import check_day
from bangtin.hub.playlog.queries import watching
from bangtin.hub.playlog.tests.factories import START, Screen, screen
from bangtin.hub.portal import audit_details

pytestmark = pytest.mark.django_db
PAGE = "/nhat-ky/an-ninh/"
NOW = START + timedelta(hours=1)


@pytest.fixture
def one(monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    found = screen()
    refusal = found.play(0, k="refusal", shown_ms=0, extra={"x_code": "media_changed"})
    forged = found.play(1, content="f" * 64)
    ingest(device=found.device, body=found.say(refusal, refusal, forged), at=NOW)
    return found


def test_the_day_tells_failures_refusals_and_quarantine(one: Screen) -> None:
    for _number in range(5):
        Client().post("/dang-nhap/", {"username": "dai", "password": "khong-phai"}, REMOTE_ADDR="10.0.0.1")
    found = watching.of_day(clock.local_date(NOW))
    assert [(row.code, row.count) for row in found.refused] == [("media_changed", 2)]
    assert found.quarantined == {"record_unknown_content": 1}
    assert {row.key for row in found.failures} == {"u:dai", "a:10.0.0.1"}
    assert "account.sign_in_locked" in {row.action for row in found.changes}


def test_what_an_officer_had_covered_was_refused_by_no_screen(one: Screen) -> None:
    covered = one.play(2, k="refusal", shown_ms=0, extra={"x_code": watching.BY_ORDER})
    ingest(device=one.device, body=one.say(covered), at=NOW)
    assert [row.code for row in watching.of_day(clock.local_date(NOW)).refused] == ["media_changed"]


def test_a_refusal_is_told_in_words_beside_its_code(one: Screen) -> None:
    client = Client()
    client.force_login(one.world.users["an-toan"])
    for page in (PAGE, "/man-hinh/trung-khanh-1/"):
        assert "tệp khác với bản đã duyệt" in client.get(page).content.decode()


def test_the_daily_tick_stands_in_the_trail_with_who_made_it(one: Screen) -> None:
    client = Client()
    client.force_login(one.world.users["an-toan"])
    assert "media_changed" in client.get(PAGE).content.decode()
    assert client.post(PAGE + "da-xem/", {"nhan-xet": "Đã gọi kỹ thuật"}).status_code == HTTPStatus.FOUND
    (tick,) = watching.of_day(clock.local_date(NOW)).checks
    assert (tick.actor_name, tick.details["remark"]) == (str(one.world.users["an-toan"]), "Đã gọi kỹ thuật")
    assert "Đã gọi kỹ thuật" in client.get(PAGE).content.decode()


def test_a_day_to_come_and_a_post_without_a_part_are_refused(one: Screen) -> None:
    today = clock.local_date(NOW)
    with pytest.raises(Refusal):
        check_day(on=today + timedelta(days=1), remark="", actor=one.world.users["an-toan"], at=NOW)
    client = Client()
    client.force_login(one.world.users["dai"])
    assert client.get(PAGE).status_code == HTTPStatus.FORBIDDEN
    assert client.post(PAGE + "da-xem/").status_code == HTTPStatus.FORBIDDEN


def test_changes_are_told_in_words_and_the_rest_is_folded(one: Screen) -> None:
    for number in range(12):
        accounts.create_account(
            username=f"moi-{number}", password="mat-khau-thu-nghiem", display_name="Mới", actor=None, at=NOW
        )
    user = one.world.users["an-toan"]
    accounts.give_post(user=user, agency=one.world.agencies["so-tttt"], role=Role.REPORTER, actor=None, at=NOW)
    client = Client()
    client.force_login(user)
    page = client.get(PAGE).content.decode()
    shown, _fold, folded = page.partition('<details class="bt-tr-x">')
    assert "Sở Thông tin và Truyền thông" in shown and "cán bộ tổng hợp" in shown and "role:" not in page
    assert shown.count("Tạo tài khoản") == 7 and "Tạo tài khoản" in folded


def test_what_officers_wrote_is_not_cut_like_a_digest(one: Screen) -> None:
    words = "Đã gọi kỹ thuật của đơn vị vận hành, hẹn kiểm tra trong buổi sáng"
    entry = AuditEntry(details={"remark": words, "sha256": "a" * 64, "day": "2026-11-23", "note": ""})
    assert audit_details.details(entry) == f"Ghi nhận: {words} · sha256: {'a' * 12}… · Ngày: 23/11/2026"

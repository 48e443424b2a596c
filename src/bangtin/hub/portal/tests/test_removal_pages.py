"""Taking a programme down from its page, the orders' clock, and the review by another person, as officers do it."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from bangtin.hub.devices import actions as devices
from bangtin.hub.devices.models import Bundle
from bangtin.hub.kit import clock
from bangtin.hub.schedules.models import RemovalOrder, Slot, TakeDown
from bangtin.hub.schedules.states import SlotState
from bangtin.hub.schedules.tests.factories import NOW, Desk, released

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return Desk()


def _client(desk: Desk, name: str) -> Client:
    client = Client()
    client.force_login(desk.world.users[name])
    return client


def _placed(desk: Desk) -> Slot:
    slot = desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 09:00")
    released(desk.cluster)
    devices.publish_bundle(cluster=desk.cluster, actor=desk.scheduler, at=NOW)
    return slot


def test_an_officer_takes_a_programme_off_everywhere_and_another_reviews_it(desk: Desk) -> None:
    slot = _placed(desk)
    code = slot.version.programme.code
    client = _client(desk, "tham-dinh-1")
    address = f"/chuong-trinh/{code}/go/"
    assert address in client.get(f"/chuong-trinh/{code}/").content.decode()
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "Sai tên người", "deed": "now"}).status_code == 302
    slot.refresh_from_db()
    assert slot.state == SlotState.TAKEN_DOWN
    assert Bundle.objects.filter(cluster=desk.cluster).count() == 2  # the screens have it at once
    made = TakeDown.objects.get()
    assert client.post(f"/go-bo/{made.pk}/", {"outcome": "upheld", "findings": "Đúng"}).status_code == 403
    other = _client(desk, "tham-dinh-2")
    assert f"/go-bo/{made.pk}/" in other.get("/go-bo/").content.decode()
    assert other.post(f"/go-bo/{made.pk}/", {"outcome": "upheld", "findings": "Đúng là sai tên"}).status_code == 302
    made.refresh_from_db()
    assert (made.outcome, made.reviewed_by) == ("upheld", desk.world.users["tham-dinh-2"])


def test_an_order_on_advertising_is_recorded_and_shown_overdue_after_24_hours(desk: Desk) -> None:
    code = _placed(desk).version.programme.code
    asked = (NOW - timedelta(hours=25)).astimezone(clock.LOCAL)
    data = {
        "deed": "record",
        "order_number": "15/YC",
        "order_issuer": "Sở TT&TT",
        "order_received_at": f"{asked:%Y-%m-%dT%H:%M}",
        "is_advertising": "on",
    }
    client = _client(desk, "xep-lich")
    assert client.post(f"/chuong-trinh/{code}/go/", data).status_code == 302
    assert RemovalOrder.objects.get().done_at is None
    page = client.get("/go-bo/").content.decode()
    assert "15/YC" in page and re.search(r"overdue|quá hạn", page, re.IGNORECASE)
    client.post(f"/chuong-trinh/{code}/go/", {"reason": "Theo yêu cầu", "deed": "now"})
    assert RemovalOrder.objects.get().done_at == NOW


def test_a_slot_taken_down_is_listed_for_review(desk: Desk) -> None:
    slot = _placed(desk)
    client = _client(desk, "xep-lich")
    client.post(f"/lich/ta-lung/khe/{slot.pk}/go/", {"reason": "Sai giờ"})
    made = TakeDown.objects.get(slot=slot)
    assert client.get(f"/go-bo/{made.pk}/").status_code == 200
    assert f"/go-bo/{made.pk}/" in _client(desk, "van-hanh").get("/go-bo/").content.decode()
    assert Bundle.objects.count() == 2


def test_what_is_missing_is_said_on_the_page(desk: Desk) -> None:
    code = _placed(desk).version.programme.code
    for data, refusal in (({"deed": "now"}, "BT-LICH-022"), ({"deed": "record"}, "BT-LICH-023")):
        answer = _client(desk, "xep-lich").post(f"/chuong-trinh/{code}/go/", data)
        assert answer.status_code == 422 and refusal in answer.content.decode()
    assert not TakeDown.objects.exists() and not RemovalOrder.objects.exists()


def test_each_office_sees_what_is_its_own(desk: Desk) -> None:
    slot = _placed(desk)
    whole = f"/chuong-trinh/{slot.version.programme.code}/go/"
    _client(desk, "xep-lich").post(f"/lich/ta-lung/khe/{slot.pk}/go/", {"reason": "Sai giờ"})
    review = f"/go-bo/{TakeDown.objects.get().pk}/"
    expected = {
        "tham-dinh-1": (200, 200, 200),
        "van-hanh": (200, 200, 200),
        "lanh-dao": (200, 200, 200),
        "dai": (200, 403, 404),
        "xep-lich-tk": (200, 404, 404),
        "quan-tri": (403, 404, 404),
        "tai-chinh": (403, 404, 404),
    }
    for name, statuses in expected.items():
        client = _client(desk, name)
        assert tuple(client.get(one).status_code for one in ("/go-bo/", whole, review)) == statuses, name


def test_from_the_screen_it_is_two_clicks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    slot = _placed(desk)
    monkeypatch.setattr(clock, "now", lambda: slot.starts_at + timedelta(minutes=1))
    page = _client(desk, "xep-lich").get("/man-hinh/ta-lung-1/").content.decode()
    assert f"/lich/ta-lung/khe/{slot.pk}/go/" in page

"""The click paths of the air pages: place, refuse, instruct, set hours, take down, publish, enrol, revoke."""

import html
import re
from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import Settings

from bangtin.bundle import manifest
from bangtin.hub.accounts.models import User
from bangtin.hub.devices.models import Bundle, Device, Enrolment
from bangtin.hub.devices.states import DeviceState
from bangtin.hub.devices.tests.factories import Player, enrolled
from bangtin.hub.kit import clock
from bangtin.hub.kit.testing import local
from bangtin.hub.portal import menu
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules.models import DayWindow, Filler, Slot
from bangtin.hub.schedules.states import SlotState
from bangtin.hub.schedules.tests.conftest import desk
from bangtin.hub.schedules.tests.factories import NOW, Desk, released

__all__ = ["desk"]
pytestmark = pytest.mark.django_db
WEEK = "/lich/ta-lung/2026-w48"


@pytest.fixture(autouse=True)
def sunday(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(clock, "now", lambda: NOW)
    menu.is_served.cache_clear()


@pytest.fixture
def scheduler(desk: Desk, client: Client) -> Client:
    """The browser of the district's scheduler, in English."""
    return _as(client, desk.scheduler)


def _as(client: Client, user: User) -> Client:
    User.objects.update(language="en")
    user.refresh_from_db()
    client.force_login(user)
    return client


def _slots(bundle: Bundle) -> set[str]:
    """The slots whose turns a bundle holds."""
    loops = manifest.parse(bytes(bundle.manifest)).loops
    return {turn.slot for turns in loops.values() for turn in turns}


def _given(version: ProgrammeVersion, **changes: str) -> dict[str, str]:
    return {
        "version": str(version.pk),
        "on": "2026-11-26",
        "starts": "18:00",
        "ends": "18:30",
        "bulletin_class": "ordinary",
        "instruction_number": "",
        "instruction_issuer": "",
        **changes,
    }


def _page(client: Client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == HTTPStatus.OK, (address, answer.status_code)
    return _text(answer.content)


def _text(body: bytes) -> str:
    return html.unescape(re.sub(r"\s+", " ", body.decode()))


def _forms(page: str, address: str) -> list[dict[str, str]]:
    """The hidden fields of each small form that posts to an address."""
    found = []
    for form in re.findall(rf'<form method="post" action="{re.escape(address)}">(.*?)</form>', page):
        fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
        found.append({name: value for name, value in fields if name != "csrfmiddlewaretoken"})
    return found


def test_the_district_comes_straight_to_its_week(scheduler: Client, desk: Desk) -> None:
    answer = scheduler.get("/lich/")
    assert (answer.status_code, answer.headers["Location"]) == (HTTPStatus.FOUND, "/lich/ta-lung/2026-w47")
    assert "Tà Lùng" in _page(scheduler, "/lich/?chon=1")


def test_a_programme_is_placed_inside_the_hours(scheduler: Client, desk: Desk) -> None:
    version = desk.version()
    answer = scheduler.post(WEEK, _given(version, starts="07:30", ends="11:00"))
    assert (answer.status_code, answer.headers["Location"]) == (HTTPStatus.FOUND, WEEK)
    slot = Slot.objects.get()
    assert (slot.starts_at, slot.is_outside_hours) == (local("2026-11-26 07:30"), False)
    page = _page(scheduler, WEEK)
    assert "Phòng cháy rừng" in page and f"/lich/ta-lung/khe/{slot.pk}/" in page


def test_outside_the_hours_it_is_refused_with_the_article_and_a_way_out(scheduler: Client, desk: Desk) -> None:
    version = desk.version()
    answer = scheduler.post(WEEK, _given(version))
    page = _text(answer.content)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and not Slot.objects.exists()
    assert "BT-LICH-003" in page and "/quy-dinh/cao-bang/31-2020/8.1.a" in page
    assert 'value="18:00"' in page and 'value="2026-11-26"' in page  # what was typed stays
    forms = _forms(page, WEEK)
    assert forms and (forms[0]["starts"], forms[0]["ends"]) == ("17:30", "18:00")
    again = scheduler.post(WEEK, forms[0])
    assert again.status_code == HTTPStatus.FOUND
    assert Slot.objects.get().starts_at == local("2026-11-26 17:30")


def test_an_instruction_from_above_lifts_the_hours_and_is_marked(scheduler: Client, desk: Desk) -> None:
    version = desk.version()
    half = scheduler.post(WEEK, _given(version, instruction_number="1234/UBND-VX"))
    assert half.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "BT-LICH-010" in _text(half.content)
    whole = _given(version, instruction_number="1234/UBND-VX", instruction_issuer="UBND tỉnh Cao Bằng")
    assert scheduler.post(WEEK, whole).status_code == HTTPStatus.FOUND
    slot = Slot.objects.get()
    assert slot.is_outside_hours and slot.clause.startswith("cao-bang/7.1")
    assert "1234/UBND-VX" in _page(scheduler, WEEK)
    assert "UBND tỉnh Cao Bằng" in _page(scheduler, f"/lich/ta-lung/khe/{slot.pk}/")


def test_a_form_with_a_hole_keeps_what_was_typed(scheduler: Client, desk: Desk) -> None:
    answer = scheduler.post(WEEK, _given(desk.version(), on="", starts="09:15"))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="09:15"' in _text(answer.content) and not Slot.objects.exists()


def test_a_saturday_takes_the_districts_hours_with_advice(scheduler: Client, desk: Desk) -> None:
    version = desk.version()
    refused = scheduler.post(WEEK, _given(version, on="2026-11-28", starts="08:00", ends="09:00"))
    assert "BT-LICH-004" in _text(refused.content) and "8.1.b" in _text(refused.content)
    hours = "/lich/ta-lung/gio/2026-11-28/"
    answer = scheduler.post(hours, {"tu-0": "08:00", "den-0": "12:00"}, follow=True)
    assert answer.status_code == HTTPStatus.OK and DayWindow.objects.count() == 1
    assert "bt-a" in answer.content.decode()  # 4 hours are lawful; the page says what the text speaks of
    assert scheduler.post(WEEK, _given(version, on="2026-11-28", starts="08:00", ends="09:00")).status_code == 302
    narrower = scheduler.post(hours, {"tu-0": "10:00", "den-0": "12:00"})
    assert narrower.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "BT-LICH-012" in _text(narrower.content)
    assert 'value="10:00"' in _text(narrower.content)


def test_a_working_days_hours_are_the_regulations(scheduler: Client) -> None:
    answer = scheduler.post("/lich/ta-lung/gio/2026-11-26/", {"tu-0": "08:00", "den-0": "12:00"})
    assert "BT-LICH-011" in _text(answer.content) and not DayWindow.objects.exists()


def test_filler_is_added_and_taken_out(scheduler: Client, desk: Desk) -> None:
    version = desk.version(title="Cảnh đẹp Cao Bằng")
    scheduler.post("/lich/ta-lung/nen/", {"nen-version": str(version.pk)})
    filler = Filler.objects.get()
    assert "Cảnh đẹp Cao Bằng" in _page(scheduler, WEEK)
    assert "Cảnh đẹp Cao Bằng" in _page(scheduler, f"/lich/ta-lung/nen/{filler.pk}/bo/")
    scheduler.post(f"/lich/ta-lung/nen/{filler.pk}/bo/")
    assert not Filler.objects.exists()


def test_publishing_says_what_changes_then_names_the_bundle(scheduler: Client, desk: Desk) -> None:
    enrolled(desk)
    desk.place(desk.version(), "2026-11-26 07:30", "2026-11-26 11:00")
    released(desk.cluster)
    before = _page(scheduler, "/lich/ta-lung/phat-hanh/")
    assert "Phòng cháy rừng" in before and not Bundle.objects.exists()
    answer = scheduler.post("/lich/ta-lung/phat-hanh/", {"reason": "tuần 48"}, follow=True)
    assert "Bundle 1 of" in _text(answer.content) and Bundle.objects.get().number == 1
    assert "Phòng cháy rừng" not in _page(scheduler, "/lich/ta-lung/phat-hanh/")


def test_an_empty_plan_is_not_published(scheduler: Client) -> None:
    answer = scheduler.post("/lich/ta-lung/phat-hanh/")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "BT-MAY-001" in _text(answer.content)


def test_a_slot_is_taken_down_with_its_reason_and_the_screens_drop_it(scheduler: Client, desk: Desk) -> None:
    desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 11:00")
    slot = desk.place(desk.version(title="Tiêm phòng cúm"), "2026-11-26 07:30", "2026-11-26 11:00")
    released(desk.cluster)
    scheduler.post("/lich/ta-lung/phat-hanh/")
    first = Bundle.objects.get()
    assert str(slot.pk) in _slots(first)
    address = f"/lich/ta-lung/khe/{slot.pk}/go/"
    assert scheduler.post(address, {"reason": ""}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    answer = scheduler.post(address, {"reason": "Nội dung đã cũ"}, follow=True)
    slot.refresh_from_db()
    assert (slot.state, slot.taken_down_reason) == (SlotState.TAKEN_DOWN, "Nội dung đã cũ")
    assert answer.status_code == HTTPStatus.OK and Bundle.objects.count() == 2
    newest = Bundle.objects.order_by("-number").first()
    assert newest and str(slot.pk) not in _slots(newest)
    assert scheduler.post(address, {"reason": "lần nữa"}).status_code == HTTPStatus.CONFLICT


def test_an_instant_says_what_plays_and_why(scheduler: Client, desk: Desk) -> None:
    desk.place(desk.version(), "2026-11-26 07:30", "2026-11-26 11:00")
    released(desk.cluster)
    scheduler.post("/lich/ta-lung/phat-hanh/")
    page = _page(scheduler, "/luc/ta-lung-1/2026-11-26T09:41")
    assert "Phòng cháy rừng" in page and "8.1.a" in page and "Cán bộ thẩm định 1" in page
    night = _page(scheduler, "/luc/ta-lung-1/2026-11-26T22:00")
    assert "Phòng cháy rừng" not in night and "8.1.a" in night


def test_a_player_is_enrolled_by_the_code_on_its_screen(client: Client, desk: Desk) -> None:
    security = _as(client, desk.world.users["an-toan"])
    player = Player.new()
    code = player.begin().code
    assert code not in _page(security, "/man-hinh/ket-noi/")  # read from the screen itself, never from the page
    wrong = security.post("/man-hinh/ket-noi/", {"code": "00000-00000", "face": "ta-lung-1"})
    assert "BT-MAY-005" in _text(wrong.content) and "00000-00000" in _text(wrong.content)
    answer = security.post("/man-hinh/ket-noi/", {"code": code.lower(), "face": "ta-lung-1"})
    assert answer.status_code == HTTPStatus.FOUND
    device = Device.objects.get()
    assert (device.face_id, device.public_key, Enrolment.objects.get().device) == (
        "ta-lung-1",
        player.public_key,
        device,
    )


def test_a_key_is_revoked_only_with_the_screens_name_typed(client: Client, desk: Desk) -> None:
    enrolled(desk)
    security = _as(client, desk.world.users["an-toan"])
    address = "/man-hinh/ta-lung-1/thu-hoi/"
    for phrase in ("", "ta-lung-2"):
        answer = security.post(address, {"reason": "Máy bị mất", "phrase": phrase})
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert 'value="Máy bị mất"' in _text(answer.content)
    assert Device.objects.get().state == DeviceState.ACTIVE
    assert security.post(address, {"reason": "Máy bị mất", "phrase": "ta-lung-1"}).status_code == HTTPStatus.FOUND
    assert Device.objects.get().state == DeviceState.REVOKED
    assert security.get(address).status_code == HTTPStatus.NOT_FOUND


def test_the_kit_holds_what_a_player_trusts_and_no_secret(client: Client, desk: Desk) -> None:
    security = _as(client, desk.world.users["an-toan"])
    answer = security.post("/man-hinh/ket-noi/bo-khoi-dong/")
    assert set(answer.json()) == {"hub", "province", "root"}
    assert "attachment" in answer.headers["Content-Disposition"]

"""Rights: every address of schedule, screens, enrolment and play log, over every office; default deny."""

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from pytest_django import Settings

from bangtin.hub.devices.models import Bundle, Device
from bangtin.hub.devices.states import DeviceState
from bangtin.hub.devices.tests.factories import enrolled
from bangtin.hub.kit import clock
from bangtin.hub.portal import menu
from bangtin.hub.portal.routes import air
from bangtin.hub.regulations.tests.factories import CAST
from bangtin.hub.schedules import actions
from bangtin.hub.schedules.models import DayWindow, Filler, Slot
from bangtin.hub.schedules.states import SlotState
from bangtin.hub.schedules.tests.conftest import desk
from bangtin.hub.schedules.tests.factories import NOW, Desk

__all__ = ["desk"]
pytestmark = pytest.mark.django_db
ALL = frozenset(CAST)
READERS = ALL - {"tai-chinh", "quan-tri"}
KEEPERS = frozenset({"an-toan", "quan-tri"})
OWN = frozenset({"xep-lich", "van-hanh"})  # Quảng Hòa, whose cluster Tà Lùng is
WATCHERS = frozenset({"tham-dinh-1", "tham-dinh-2", "bao-cao", "lanh-dao"}) | KEEPERS | OWN
READS = {
    "/lich/?chon=1": READERS,
    "/lich/ta-lung/": READERS,
    "/lich/ta-lung/2026-w48/": READERS,
    "/lich/ta-lung/khe/{slot}/": READERS,
    "/lich/ta-lung/khe/{slot}/go/": OWN,
    "/lich/ta-lung/nen/{filler}/bo/": OWN,
    "/lich/ta-lung/gio/2026-11-28/": OWN,
    "/lich/ta-lung/phat-hanh/": OWN,
    "/lich/ta-lung/nen-thay/": OWN,
    "/lich/ta-lung/dien-thoai/": READERS,
    "/luc/ta-lung-1/2026-11-23T09:41": READERS,
    "/luc/ta-lung-1/2026-11-23/": READERS,
    "/luc/ta-lung-1/": READERS,
    "/man-hinh/": ALL - {"tai-chinh"},
    "/man-hinh/ta-lung-1/": WATCHERS,
    "/man-hinh/ta-lung-1/thu-hoi/": KEEPERS,
    "/man-hinh/ket-noi/": KEEPERS,
    "/nhat-ky/": READERS,
    "/nhat-ky/tai/?cum=ta-lung&ngay=2026-11-23": READERS,
    "/nhat-ky/bang-tinh/?cum=ta-lung&ngay=2026-11-23": READERS,
    "/nhat-ky/to-in/?cum=ta-lung&ngay=2026-11-23": READERS,
    "/nhat-ky/luot/?cum=ta-lung&ngay=2026-11-23&phan=nen&chac=claimed": READERS,
    "/nhat-ky/luot/{slot}/": READERS,
}
# the only names that may be written to, and by whom
WRITES = {
    "week": {"xep-lich"},
    "slot": {"xep-lich"},
    "slot-take-down": OWN,
    "filler-add": {"xep-lich"},
    "filler-remove": OWN,
    "day-hours": OWN,
    "publish": OWN,
    "stand-in": OWN,
    "schedule-feed-address": READERS,
    "enrol": KEEPERS,
    "enrol-kit": KEEPERS,
    "screen-revoke": KEEPERS,
}
PATTERNS = [one for one in air.urlpatterns if isinstance(one, URLPattern)]
DENIED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


@pytest.fixture(autouse=True)
def sunday(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(clock, "now", lambda: NOW)
    menu.is_served.cache_clear()


@pytest.fixture
def slot(desk: Desk) -> Slot:
    """A slot, a filler and a player at Tà Lùng."""
    enrolled(desk)
    spare = desk.version(title="Cảnh đẹp Cao Bằng")
    actions.add_filler(cluster=desk.cluster, version=spare, actor=desk.scheduler, at=NOW)
    return desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 11:00")


def _arguments(slot: Slot) -> dict[str, object]:
    return {
        "cluster": "ta-lung",
        "week": "2026-w48",
        "slot_id": slot.pk,
        "filler_id": Filler.objects.get().pk,
        "on": "2026-11-28",
        "face": "ta-lung-1",
    }


def _posts(slot: Slot) -> dict[str, tuple[str, dict[str, str]]]:
    """For each writable name: its address and a form that would do the deed."""
    version, ordinary = str(slot.version_id), {"bulletin_class": "ordinary"}
    given: dict[str, dict[str, str]] = {
        "week": {"version": version, "on": "2026-11-23", "starts": "13:30", "ends": "14:00", **ordinary},
        "slot": {"on": "2026-11-23", "starts": "13:30", "ends": "14:00"},
        "slot-take-down": {"reason": "thử"},
        "filler-add": {"nen-version": version},
        "filler-remove": {},
        "day-hours": {"tu-0": "08:00", "den-0": "12:00"},
        "publish": {},
        "schedule-feed-address": {"deed": "open"},
        "stand-in": {"deed": "stand_in", "until": "09:00", "reason": "Thay nguồn"},
        "enrol": {"code": "00000-00000", "face": "ta-lung-2"},
        "enrol-kit": {},
        "screen-revoke": {"reason": "thử", "phrase": "ta-lung-1"},
    }  # fmt: skip
    made = {}
    for name, form in given.items():
        pattern = next(one for one in PATTERNS if one.name == name)
        wanted = {*pattern.pattern.converters, *getattr(pattern.pattern.regex, "groupindex", {})}
        made[name] = (reverse(name, kwargs={k: v for k, v in _arguments(slot).items() if k in wanted}), form)
    return made


@pytest.mark.once
def test_a_page_opens_for_its_offices_only(client: Client, desk: Desk, slot: Slot) -> None:
    filler = Filler.objects.get().pk
    for name in CAST:
        client.force_login(desk.world.users[name])
        for pattern, allowed in READS.items():
            status = client.get(pattern.format(slot=slot.pk, filler=filler), follow=True).status_code
            assert (status == HTTPStatus.OK) if name in allowed else (status in DENIED), (name, pattern, status)


@pytest.mark.once
def test_a_deed_is_refused_to_all_other_offices(client: Client, desk: Desk, slot: Slot) -> None:
    posts = _posts(slot)
    for name in CAST:
        client.force_login(desk.world.users[name])
        for route, (address, form) in posts.items():
            if name not in WRITES[route]:
                status = client.post(address, form).status_code
                assert status in DENIED, (name, route, status)
    slot.refresh_from_db()
    assert (Slot.objects.count(), slot.state, Filler.objects.count()) == (1, SlotState.PLACED, 1)
    assert not DayWindow.objects.exists() and not Bundle.objects.exists()
    assert Device.objects.get().state == DeviceState.ACTIVE


def test_what_may_be_read_only_is_not_written_to(client: Client, desk: Desk, slot: Slot) -> None:
    for name in CAST:
        client.force_login(desk.world.users[name])
        for pattern in (
            "/lich/",
            "/man-hinh/",
            "/nhat-ky/",
            f"/nhat-ky/luot/{slot.pk}/",
            "/luc/ta-lung-1/2026-11-23T09:41",
        ):
            assert client.post(pattern).status_code == HTTPStatus.METHOD_NOT_ALLOWED, (name, pattern)


def test_another_districts_slot_is_not_found_under_this_cluster(client: Client, desk: Desk, slot: Slot) -> None:
    client.force_login(desk.world.users["xep-lich-tk"])
    assert client.post(f"/lich/trung-khanh/khe/{slot.pk}/go/", {"reason": "thử"}).status_code == HTTPStatus.NOT_FOUND
    slot.refresh_from_db()
    assert slot.state == SlotState.PLACED


def test_a_visitor_is_sent_to_the_sign_in(client: Client, slot: Slot) -> None:
    for pattern in ("/lich/", "/man-hinh/", "/man-hinh/ket-noi/", "/nhat-ky/", "/luc/ta-lung-1/2026-11-23T09:41"):
        answer = client.get(pattern)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (HTTPStatus.FOUND, "/dang-nhap/")


@pytest.mark.parametrize(
    "address",
    [
        "/nhat-ky/?ngay=0001-01-01",
        "/nhat-ky/?ngay=9999-12-31",
        "/luc/ta-lung-1/0001-01-01T00:00",
        "/luc/ta-lung-1/9999-12-31T23:59",
        "/luc/ta-lung-9/2026-11-23T09:41",
        "/lich/ta-lung/0001-w01/",
        "/lich/ta-lung/9999-w52/",
        "/lich/ta-lung/2026-w99/",
        "/lich/ta-lung/gio/9999-12-31/",
        "/lich/khong-co/2026-w48/",
        "/man-hinh/khong-co/",
        "/nhat-ky/?cum=khong-co",
        "/nhat-ky/luot/?ban=99999999999999999999999&chac=x&phan=y&trang=0",
        "/nhat-ky/luot/999999999999999999999999/",
    ],
)
def test_an_address_that_names_nothing_is_never_a_crash(client: Client, desk: Desk, address: str) -> None:
    client.force_login(desk.scheduler)
    assert client.get(address).status_code in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}


def test_every_address_of_these_parts_is_walked_here(slot: Slot) -> None:
    named = {str(one.name) for one in PATTERNS}
    read = {
        "schedule",
        "instant-day",
        "instant-pick",
        "log-paper",
        "log-xlsx",
        "schedule-feed",
        "schedule-cluster",
        "screens",
        "screen",
        "log",
        "log-csv",
        "log-rows",
        "slot-records",
        "instant",
    }
    # walked where their pages are tested, and for every office in tests/conventions
    elsewhere = {"airtime", "airtime-csv", "airtime-signed", "airtime-xlsx", "security-check", "security-day"}
    assert named - read - elsewhere == set(WRITES)

"""Orders, information requests and dispatches on their pages: every office, every deed, what is sent for them."""

from datetime import date
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern
from pytest_django import DjangoAssertNumQueries, Settings

from bangtin.hub.kit.testing import local
from bangtin.hub.plans.models import InformationRequest, ProductionOrder
from bangtin.hub.plans.tests.factories import asked, ordered, planned
from bangtin.hub.portal import menu
from bangtin.hub.portal.routes.plans import urlpatterns
from bangtin.hub.portal.tests.content import NOTICE, signed_in
from bangtin.hub.programmes.models import Programme
from bangtin.hub.regulations.tests.factories import CAST, World
from bangtin.hub.schedules import actions
from bangtin.hub.schedules.models import Dispatch
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = pytest.mark.django_db
LEADS = {"tham-dinh-1", "tham-dinh-2", "bao-cao"}
RECEIVES = {"xep-lich", "van-hanh"}
GIVES = {"dai", "ngoai-vu", "lanh-dao"}
DENIED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
READS = {
    "/dat-hang/": LEADS | GIVES,
    "/dat-hang/moi/": LEADS,
    "/dat-hang/{order}/": LEADS | {"dai"},
    "/dat-hang/{order}/huy/": LEADS,
    "/dat-hang/{order}/da-giao/": {"dai"},
    "/dat-hang/{order}/khong-co/": set(),
    "/yeu-cau/": LEADS | GIVES,
    "/yeu-cau/moi/": LEADS,
    "/yeu-cau/{request}/": LEADS | {"ngoai-vu"},
    "/yeu-cau/{request}/tra-loi/": {"ngoai-vu"},
    "/yeu-cau/{request}/rut/": LEADS,
    "/cap-phat/": LEADS | RECEIVES | {"xep-lich-tk"},
    "/cap-phat/moi/": LEADS,
    "/cap-phat/lua-chon/": LEADS,
    "/cap-phat/lua-chon/{version}/": LEADS,
    "/cap-phat/kho-chung/": RECEIVES | {"xep-lich-tk"},
    "/cap-phat/{dispatch}/": LEADS | RECEIVES,
    "/cap-phat/{dispatch}/danh-muc.pdf": LEADS | RECEIVES,
    "/cap-phat/{dispatch}/xac-nhan/": RECEIVES,
    "/cap-phat/{dispatch}/{line}/": RECEIVES,
}


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    menu.is_served.cache_clear()


@pytest.fixture
def desk(settings: Settings, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The schedule desk, with the pages' clock at its morning."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("bangtin.hub.kit.clock.now", lambda: NOW)
    return Desk()


def sent(desk: Desk) -> Dispatch:
    return actions.dispatch(
        instrument=desk.world.instrument,
        receiver=desk.world.agencies["ubnd-quang-hoa"],
        contents=actions.Contents([desk.version()], month=date(2026, 11, 1)),
        actor=desk.world.users["tham-dinh-1"],
        at=NOW,
    )


@pytest.mark.once
def test_a_page_opens_for_its_offices_alone_and_asks_little(
    desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    row = sent(desk)
    version = row.lines.get().version
    names = {
        "order": ordered(desk.world, at=NOW).pk,
        "request": asked(desk.world, at=NOW).pk,
        "dispatch": row.pk,
        "line": row.lines.get().pk,
        "version": version.pk,
    }
    for name in CAST:
        client = signed_in(desk.world.users[name])
        for pattern, allowed in READS.items():
            if pattern.endswith(".pdf") and name not in {"tham-dinh-1", "dai"}:
                continue
            with django_assert_max_num_queries(20, info=f"{name} {pattern}"):
                answer = client.get(pattern.format(**names))
            is_open = answer.status_code == HTTPStatus.OK
            assert is_open if name in allowed else answer.status_code in DENIED, (name, pattern, answer.status_code)


def test_every_address_is_walked() -> None:
    posts = {"library-take", "information-file"}
    known = [pattern.split("/")[1:] for pattern in READS]
    for one in urlpatterns:
        assert isinstance(one, URLPattern)
        parts = str(one.pattern).split("/")
        assert one.name in posts or any(len(parts) == len(other) for other in known), one.name


def test_an_officer_orders_and_the_broadcaster_sends_a_programme_for_it(desk: Desk) -> None:
    officer, station = signed_in(desk.world.users["tham-dinh-1"]), signed_in(desk.world.users["dai"])
    given = {
        "title": "Phim ngắn về thác Bản Giốc",
        "brief": "Phim 3 phút cho cụm Trùng Khánh.",
        "categories": ["scenic_places", "culture"],
        "producer": "cao-bang/dai-ptth",
        "due_on": "2026-12-10",
        "cost_vnd": "45000000",
    }
    refused = officer.post("/dat-hang/moi/", {**given, "due_on": "2026-11-01"})
    assert (refused.status_code, "BT-DATHANG-001" in refused.content.decode()) == (422, True)
    assert officer.post("/dat-hang/moi/", given).status_code == HTTPStatus.FOUND
    row = ProductionOrder.objects.get()
    assert "Danh lam thắng cảnh" in officer.get(f"/dat-hang/{row.pk}/").content.decode()
    officer.post(f"/dat-hang/{row.pk}/dat/", {"letter_number": "125/STTTT"})
    assert row.title in station.get("/").content.decode()
    form = station.get(f"/chuong-trinh/gui/?cho=don-{row.pk}").content.decode()
    assert f'value="don-{row.pk}" selected' in form
    assert station.post("/chuong-trinh/gui/", {**NOTICE, "made_for": f"don-{row.pk}"}).status_code == HTTPStatus.FOUND
    row.refresh_from_db()
    assert (row.state, Programme.objects.get().production_order_id) == ("delivered", row.pk)
    officer.post(f"/dat-hang/{row.pk}/nghiem-thu/", {"note": ""})
    paid = {"cost_vnd": "45000000", "paid_on": "2026-11-22", "payment_number": "UNC 17"}
    officer.post(f"/dat-hang/{row.pk}/thanh-toan/", paid)
    page = officer.get(f"/dat-hang/{row.pk}/").content.decode()
    assert "45.000.000" in page
    assert str(NOTICE["title"]) in page


def test_a_request_is_asked_answered_with_a_file_and_the_file_is_a_download(desk: Desk) -> None:
    world: World = desk.world
    officer, person = signed_in(world.users["bao-cao"]), signed_in(world.users["ngoai-vu"])
    given = {
        "agency": "cao-bang/so-ngoai-vu",
        "subject": "Số đoàn khách quốc tế",
        "what": "Số đoàn, quốc tịch, mục đích.",
        "due_on": "2026-11-27",
    }
    assert officer.post("/yeu-cau/moi/", given).status_code == HTTPStatus.FOUND
    row = InformationRequest.objects.get()
    assert row.subject in person.get("/").content.decode()
    unstated = person.post(f"/yeu-cau/{row.pk}/tra-loi/", {"answer": "42 đoàn"})
    assert unstated.status_code == 422
    answer = {
        "answer": "42 đoàn",
        "is_publishable": "on",
        "is_lawful": "on",
        "attached": [SimpleUploadedFile("số liệu.txt", "42 đoàn".encode()), SimpleUploadedFile("b.txt", b"b")],
    }
    assert person.post(f"/yeu-cau/{row.pk}/tra-loi/", answer).status_code == HTTPStatus.FOUND
    kept = row.files.first()
    assert kept is not None and row.files.count() == 2
    found = officer.get(f"/yeu-cau/tep/{kept.pk}/")
    assert found["Content-Disposition"].startswith("attachment")
    assert signed_in(world.users["dai"]).get(f"/yeu-cau/tep/{kept.pk}/").status_code in DENIED
    assert "42 đoàn" in officer.get(f"/yeu-cau/{row.pk}/").content.decode()
    officer.post(f"/yeu-cau/{row.pk}/da-dung/", {"note": "Bản tin tháng 12"})
    row.refresh_from_db()
    assert row.state == "used"


def test_a_monthly_supply_is_sent_acknowledged_and_told_of_on_the_pages(desk: Desk) -> None:
    first, second = desk.version(), desk.version(title="Tiêm phòng cúm")
    officer, operator = signed_in(desk.world.users["tham-dinh-1"]), signed_in(desk.world.users["van-hanh"])
    page = officer.get("/cap-phat/moi/?cho=cao-bang/ubnd-quang-hoa").content.decode()
    assert first.title in page and second.title in page
    none = officer.post("/cap-phat/moi/?cho=cao-bang/ubnd-quang-hoa", {"kind": "supply"})
    assert none.status_code == 422
    given = {"kind": "supply", "versions": [first.pk, second.pk], "note": "Ưu tiên phòng cháy"}
    assert officer.post("/cap-phat/moi/?cho=cao-bang/ubnd-quang-hoa", given).status_code == HTTPStatus.FOUND
    row = Dispatch.objects.get()
    assert f"/cap-phat/{row.pk}/" in operator.get("/").content.decode()
    operator.post(f"/cap-phat/{row.pk}/xac-nhan/")
    line = row.lines.get(version=second)
    operator.post(f"/cap-phat/{row.pk}/{line.pk}/", {"outcome": "not_placed", "reason": "Trùng nội dung"})
    page = officer.get(f"/cap-phat/{row.pk}/").content.decode()
    assert "Trùng nội dung" in page
    paper = operator.get(f"/cap-phat/{row.pk}/danh-muc.pdf")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")


def test_a_locality_takes_from_the_library_on_its_page(desk: Desk) -> None:
    version = desk.version()
    officer, taker = signed_in(desk.world.users["tham-dinh-1"]), signed_in(desk.world.users["xep-lich"])
    assert version.title not in taker.get("/cap-phat/kho-chung/").content.decode()
    officer.post(f"/cap-phat/lua-chon/{version.pk}/", {"verdict": "shared"})
    assert version.title in taker.get("/cap-phat/kho-chung/").content.decode()
    taken = taker.post(f"/cap-phat/kho-chung/{version.pk}/", {"receiver": "cao-bang/ubnd-quang-hoa"})
    assert taken.status_code == HTTPStatus.FOUND
    assert Dispatch.objects.get().is_taken


def test_a_planned_order_is_hidden_from_its_producer(desk: Desk, client: Client) -> None:
    row = planned(desk.world, at=local("2026-11-22 08:00"))
    client.force_login(desk.world.users["dai"])
    assert client.get(f"/dat-hang/{row.pk}/").status_code == HTTPStatus.NOT_FOUND

"""The compilation of a quarter, the list of the focal point, an agency's own programmes, filler that stands in."""

from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from bangtin.hub.accounts.models import Role
from bangtin.hub.agencies.models import Agency
from bangtin.hub.devices.tests.factories import planned, published
from bangtin.hub.kit import clock
from bangtin.hub.playlog.tests.factories import screen
from bangtin.hub.portal import menu
from bangtin.hub.regulations.tests.factories import account
from bangtin.hub.schedules import actions
from bangtin.hub.schedules.models import Dispatch
from bangtin.hub.schedules.tests.factories import NOW, Desk, monday
from bangtin.hub.schedules.tests.test_compiling import BORDER, film
from bangtin.hub.schedules.tests.test_dispatch import LAI_CHAU, other_province, sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(clock, "now", lambda: NOW)
    menu.is_served.cache_clear()


def test_the_department_sends_the_quarters_films_to_every_cluster(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    _instrument, version = other_province(LAI_CHAU, "LC-2026-0001")
    film(version, "ma-lu-thang-1", "bang-tin-thanh-pho-1")
    client.force_login(version.submitted_by)
    with django_assert_max_num_queries(20):
        page = client.get("/cap-phat/tong-hop-quy/").content.decode()
    assert version.title in page and "10.1.b" in page
    refused = client.post("/cap-phat/tong-hop-quy/", {})
    assert refused.status_code >= HTTPStatus.BAD_REQUEST
    assert client.post("/cap-phat/tong-hop-quy/", {"versions": [version.pk]}).status_code == HTTPStatus.FOUND
    assert Dispatch.objects.count() == 2
    assert client.get("/cap-phat/tong-hop-quy/", {"ngay": "2026-01-15"}).status_code == HTTPStatus.OK
    board = account("dau-moi", "Đầu mối", Agency.objects.get(pk=BORDER), Role.OPERATOR)
    client.force_login(board)
    assert client.get("/cap-phat/tong-hop-quy/").status_code == HTTPStatus.FORBIDDEN
    with django_assert_max_num_queries(20):
        tasks = client.get("/cap-phat/viec/").content.decode()
    assert version.title in tasks


def test_a_department_whose_text_compiles_nothing_has_no_such_page(client: Client) -> None:
    desk = Desk()
    client.force_login(desk.world.users["tham-dinh-1"])
    assert client.get("/cap-phat/tong-hop-quy/").status_code == HTTPStatus.FORBIDDEN
    assert "/cap-phat/tong-hop-quy/" not in client.get("/cap-phat/").content.decode()


def test_the_focal_points_list_is_of_those_who_receive(client: Client) -> None:
    desk = Desk()
    row = sent(desk, desk.version(title="Tiêm phòng cúm"))
    for who, status in (("xep-lich", 200), ("van-hanh", 200), ("xep-lich-tk", 200), ("dai", 403), ("quan-tri", 403)):
        client.force_login(desk.world.users[who])
        answer = client.get("/cap-phat/viec/")
        assert answer.status_code == status, who
        assert ("Tiêm phòng cúm" in answer.content.decode()) == (who in {"xep-lich", "van-hanh"}), who
    actions.acknowledge(dispatch=row, actor=desk.scheduler, at=NOW)
    client.force_login(desk.scheduler)
    assert "/cap-phat/viec/" in client.get("/cap-phat/").content.decode()


def test_an_agency_sees_its_own_programmes_on_the_screens(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    one = screen()
    client.force_login(one.world.users["dai"])
    with django_assert_max_num_queries(20):
        page = client.get("/da-phat/").content.decode()
    assert one.version.title in page
    for who, status in (("ngoai-vu", 200), ("lanh-dao", 200), ("tai-chinh", 403), ("quan-tri", 403), ("van-hanh", 403)):
        client.force_login(one.world.users[who])
        answer = client.get("/da-phat/")
        assert answer.status_code == status, who
        assert one.version.title not in answer.content.decode(), who


def test_who_runs_the_cluster_lets_filler_stand_in_and_brings_the_plan_back(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    tmp_path: object,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    settings.DATA_DIR = tmp_path
    desk = Desk()
    planned(desk)
    published(desk)
    monkeypatch.setattr(clock, "now", lambda: monday("08:00"))
    client.force_login(desk.scheduler)
    with django_assert_max_num_queries(20):
        assert client.get("/lich/ta-lung/nen-thay/").status_code == HTTPStatus.OK
    empty = client.post("/lich/ta-lung/nen-thay/", {"deed": "stand_in", "until": "", "reason": ""})
    assert empty.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    short = client.post("/lich/ta-lung/nen-thay/", {"deed": "stand_in", "until": "09:00", "reason": "x"})
    assert short.status_code >= HTTPStatus.BAD_REQUEST
    done = client.post("/lich/ta-lung/nen-thay/", {"deed": "stand_in", "until": "09:00", "reason": "Thay nguồn"})
    assert done.status_code == HTTPStatus.FOUND
    assert "09:00" in client.get("/lich/ta-lung/nen-thay/").content.decode()
    assert client.post("/lich/ta-lung/nen-thay/", {"deed": "back"}).status_code == HTTPStatus.FOUND
    for who in ("xep-lich-tk", "dai", "quan-tri", "tham-dinh-1"):
        client.force_login(desk.world.users[who])
        assert client.get("/lich/ta-lung/nen-thay/").status_code == HTTPStatus.FORBIDDEN, who


def test_the_screens_page_names_who_keeps_the_cluster(client: Client) -> None:
    one = screen()
    client.force_login(one.world.users["van-hanh"])
    client.force_login(one.world.users["xep-lich-tk"])
    page = client.get("/man-hinh/trung-khanh-1/").content.decode()
    assert "huyện Trùng Khánh" in page and "8.1" in page

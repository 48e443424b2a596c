"""The content pages by clicking: a programme is sent, checked, decided on, confirmed; refused where it must be."""

import re
from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from bangtin.hub.accounts.models import Post, Role
from bangtin.hub.appraisal.actions import decide
from bangtin.hub.appraisal.tests.factories import met
from bangtin.hub.kit import clock, tasks
from bangtin.hub.portal import menu
from bangtin.hub.portal.tests.content import points
from bangtin.hub.programmes.actions import check
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.tests.factories import received, remade, submitted
from bangtin.hub.regulations.tests.factories import World, cao_bang

pytestmark = pytest.mark.django_db
PASSWORD = "mat-khau-thu-nghiem"


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    menu.is_served.cache_clear()


@pytest.fixture
def world() -> World:
    return cao_bang()


def given(**changes: object) -> dict[str, object]:
    """The submission form filled in with a text notice; `changes` replace fields."""
    fields: dict[str, object] = {
        "way": "text",
        "template": "notice",
        "text_title": "Cửa khẩu mở cửa",
        "text_fact": "7 giờ – 19 giờ",
        "title": "Giờ mở cửa khẩu Tà Lùng",
        "agency": "cao-bang/dai-ptth",
        "month": f"{clock.local_date(timezone.now()):%Y-%m}",
        "category": "grassroots_essential",
        "language": "vi",
        "clusters": ["cao-bang/ta-lung"],
        "still_s": "8",
        "is_declared": "on",
    }
    return fields | changes


def page(answer: Any) -> str:
    return str(answer.content.decode())


def decision(version: ProgrammeVersion, **changes: object) -> dict[str, object]:
    given = {"version": version.pk, "digest": version.content_digest, "outcome": "approved", "grounds": ""}
    return given | points(version) | changes


@pytest.mark.django_db(transaction=True)
def test_three_accounts_walk_a_notice_from_sign_in_to_ready() -> None:
    cao_bang()
    client = Client()

    def sign_in(name: str) -> None:
        answer = client.post("/dang-nhap/", {"username": name, "password": PASSWORD}, follow=True)
        assert (answer.status_code, answer.request["PATH_INFO"]) == (HTTPStatus.OK, "/")

    sign_in("dai")
    assert client.get("/chuong-trinh/gui/").status_code == HTTPStatus.OK
    answer = client.post("/chuong-trinh/gui/", given(), follow=True)
    version = ProgrammeVersion.objects.get()
    assert version.receipt in page(answer)
    assert f"/chuong-trinh/{version.programme.code}/1/tien-do/" in page(answer)
    tasks.run_all()
    ended = client.get(f"/chuong-trinh/{version.programme.code}/1/tien-do/")
    assert ended.headers["HX-Refresh"] == "true"
    client.post("/dang-xuat")
    assert client.get("/").status_code == HTTPStatus.FOUND

    address = f"/tham-dinh/{version.programme.code}/"
    for name, state in (("tham-dinh-1", "proposed"), ("tham-dinh-2", "ready")):
        sign_in(name)
        version.refresh_from_db()
        assert address in page(client.get("/"))
        bench = client.get(address)
        assert "7 giờ – 19 giờ" in page(bench)
        assert version.content_digest[:8] in page(bench)
        answer = client.post(address, decision(version), follow=True)
        assert answer.request["PATH_INFO"] == "/tham-dinh/"
        version.refresh_from_db()
        assert version.state == state
        client.post("/dang-xuat")
    sign_in("xep-lich")
    assert version.title in page(client.get("/"))


def test_a_file_that_is_no_media_is_refused_with_its_reason(client: Client, world: World) -> None:
    client.force_login(world.users["dai"])
    upload = SimpleUploadedFile("trang.mp4", b"<html><body>khong phai phim</body></html>" * 50)
    client.post("/chuong-trinh/gui/", given(way="file", file=upload))
    version = ProgrammeVersion.objects.get()
    check(version=version, at=clock.now())
    version.refresh_from_db()
    answer = page(client.get(f"/chuong-trinh/{version.programme.code}/"))
    assert version.state == "unusable"
    assert "BT-TEP-002" in answer and "not_media" not in answer


def test_what_was_typed_stays_when_a_field_does_not_hold(client: Client, world: World) -> None:
    client.force_login(world.users["dai"])
    answer = client.post("/chuong-trinh/gui/", given(text_title="", title="Giờ mở cửa khẩu"))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "7 giờ – 19 giờ" in page(answer)
    assert "id_text_title-error" in page(answer)
    assert not ProgrammeVersion.objects.exists()


def test_a_file_must_be_chosen_where_a_file_is_sent(client: Client, world: World) -> None:
    client.force_login(world.users["dai"])
    answer = client.post("/chuong-trinh/gui/", given(way="file"))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "id_file-error" in page(answer)


def test_nobody_sends_for_another_agency(client: Client, world: World) -> None:
    client.force_login(world.users["dai"])
    answer = client.post("/chuong-trinh/gui/", given(agency="cao-bang/so-ngoai-vu"))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not ProgrammeVersion.objects.exists()


def test_a_returned_programme_gets_a_new_version_under_its_number(client: Client, world: World) -> None:
    version = received(world)
    client.force_login(world.users["tham-dinh-1"])
    address = f"/tham-dinh/{version.programme.code}/"
    short = client.post(address, decision(version, outcome="returned", grounds="sai"))
    assert short.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "BT-APPR-001" in page(short)
    client.post(address, decision(version, outcome="returned", grounds="Đề nghị ghi rõ giờ đóng cửa."))
    client.force_login(world.users["dai"])
    mine = page(client.get(f"/chuong-trinh/{version.programme.code}/"))
    assert "Đề nghị ghi rõ giờ đóng cửa." in mine
    again = f"/chuong-trinh/{version.programme.code}/gui/"
    assert again in mine
    assert "Cửa khẩu mở cửa lúc 7 giờ" in page(client.get(again))
    answer = client.post(again, given(text_title="Cửa khẩu mở cửa 7 giờ, đóng 19 giờ"), follow=True)
    assert f"{version.programme.code}/2" in page(answer)


def test_an_officer_who_sent_it_reads_why_he_may_not_decide(client: Client, world: World) -> None:
    dai = world.users["dai"]
    version = received(world)
    Post.objects.create(user=dai, agency=world.agencies["so-tttt"], role=Role.APPRAISER)
    client.force_login(dai)
    address = f"/tham-dinh/{version.programme.code}/"
    bench = page(client.get(address))
    assert 'name="outcome"' not in bench
    refused = client.post(address, decision(version))
    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert "BT-APPR-002" in page(refused)
    version.refresh_from_db()
    assert version.state == "received"


def test_the_first_officer_does_not_confirm(client: Client, world: World) -> None:
    version = received(world)
    decide(
        version=version,
        outcome="approved",
        grounds="",
        actor=world.users["tham-dinh-1"],
        at=clock.now(),
        answers=met(version),
    )
    client.force_login(world.users["tham-dinh-1"])
    address = f"/tham-dinh/{version.programme.code}/"
    assert 'name="outcome"' not in page(client.get(address))
    refused = client.post(address, decision(version))
    assert (refused.status_code, "BT-APPR-003" in page(refused)) == (HTTPStatus.FORBIDDEN, True)


def test_a_decision_on_a_page_that_is_behind_is_not_recorded(client: Client, world: World) -> None:
    version = received(world)
    old = decision(version, outcome="returned", grounds="Đề nghị sửa giờ đóng cửa.")
    submitted(world, programme=version.programme)
    client.force_login(world.users["tham-dinh-1"])
    answer = client.post(f"/tham-dinh/{version.programme.code}/", old)
    assert (answer.status_code, "BT-APPR-004" in page(answer)) == (HTTPStatus.CONFLICT, True)
    assert not version.decisions.exists()


def test_a_decision_on_content_that_changed_is_not_recorded(client: Client, world: World) -> None:
    version = received(world)
    old = decision(version)
    changed = remade(version)
    client.force_login(world.users["tham-dinh-1"])
    answer = client.post(f"/tham-dinh/{changed.programme.code}/", old)
    assert (answer.status_code, "BT-APPR-005" in page(answer)) == (HTTPStatus.CONFLICT, True)


def test_a_second_officer_confirms_nothing_that_was_proposed_after_he_looked(client: Client, world: World) -> None:
    version = received(world)
    client.force_login(world.users["tham-dinh-2"])
    answer = client.post(f"/tham-dinh/{version.programme.code}/", decision(version, digest="0" * 64))
    assert (answer.status_code, "BT-APPR-005" in page(answer)) == (HTTPStatus.CONFLICT, True)


@pytest.mark.parametrize(
    ("name", "address", "most"),
    [
        ("tham-dinh-1", "/chuong-trinh/", 30),
        ("tham-dinh-1", "/tham-dinh/", 30),
        ("tham-dinh-1", "/", 60),
        ("dai", "/", 60),
        ("dai", "/chuong-trinh/", 30),
    ],
)
def test_a_list_asks_the_database_as_often_for_many_rows_as_for_one(
    client: Client,
    world: World,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    name: str,
    address: str,
    most: int,
) -> None:
    client.force_login(world.users[name])
    for number in range(2):
        received(world, title=f"Thông báo {number}")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(6):
        received(world, title=f"Thông báo thêm {number}")
    with django_assert_max_num_queries(most) as many:
        assert client.get(address).status_code == HTTPStatus.OK
    assert len(many) <= len(few) + 1


def test_the_list_is_narrowed_by_words_and_state(client: Client, world: World) -> None:
    received(world, title="Phòng cháy rừng")
    received(world, title="Giờ cửa khẩu")
    client.force_login(world.users["tham-dinh-1"])
    found = page(client.get("/chuong-trinh/", {"q": "cửa khẩu"}))
    assert "Giờ cửa khẩu" in found
    assert "Phòng cháy rừng" not in found
    assert "Giờ cửa khẩu" not in page(client.get("/chuong-trinh/", {"trang_thai": "ready"}))
    assert client.get("/tim/", {"q": "cháy"}, follow=True).status_code == HTTPStatus.OK


def test_the_steps_of_the_form_lead_to_its_parts_without_a_script(client: Client, world: World) -> None:
    client.force_login(world.users["dai"])
    answer = page(client.get("/chuong-trinh/gui/"))
    steps = answer.split('class="bt-steps"')[1].split("</ol>")[0]
    parts = re.findall(r'href="#(buoc-\d)"', steps)
    assert parts == ["buoc-1", "buoc-2", "buoc-3", "buoc-4"]
    assert all(f'id="{part}" data-step' in answer for part in parts)
    assert answer.count("<form id=") == 1 and "14.2" in answer

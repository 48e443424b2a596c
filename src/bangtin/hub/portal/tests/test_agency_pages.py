"""The administration's pages of agencies, days off and local settings: by role, with previews, refusals and history."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from bangtin.hub.accounts.models import Post
from bangtin.hub.agencies.models import Agency, AgencyName, Succession
from bangtin.hub.kit import clock
from bangtin.hub.kit.testing import local
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import LocalValue
from bangtin.hub.regulations.tests.factories import INSTRUMENT, World, cao_bang

pytestmark = pytest.mark.django_db
NOW = local("2026-11-23 09:00")
LIST, SETTINGS, DAYS = "/quan-tri/co-quan/", "/quan-tri/thong-so/", "/quan-tri/lich-nghi/"
OLD, NEW = "cao-bang/ubnd-quang-hoa", "cao-bang/ubnd-xa-phuc-hoa"
CHANGE = f"{LIST}{OLD}/ke-thua/"
CUTOFF = f"{SETTINGS}{INSTRUMENT}/intake.cutoff_day/"
BASIS = "Nghị quyết thử nghiệm số 01/NQ"
NAME = {"name_vi": "Ủy ban nhân dân xã Phục Hòa", "short_vi": "UBND xã Phục Hòa", "since": "2025-07-01", "basis": BASIS}


@pytest.fixture
def world(settings: Any) -> World:
    settings.CLOCK_OFFSET_S = 0.0
    settings.CLOCK_OFFSET_S = (NOW - clock.now()).total_seconds()
    return cao_bang()


@pytest.fixture
def admin(world: World) -> Client:
    return signed_in(world, "quan-tri")


def signed_in(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.users[who])
    return client


def merger(**changes: object) -> dict[str, object]:
    posts = [str(pk) for pk in Post.objects.filter(agency_id=OLD).values_list("pk", flat=True)]
    made = {
        "kind": "merge",
        "successor": NEW,
        "effective_on": "2025-07-01",
        "basis": BASIS,
        "posts": posts,
        "step": "preview",
    }
    return made | changes


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.once
def test_every_page_is_the_administrators_alone(world: World, admin: Client) -> None:
    admin.post(f"{LIST}moi/", NAME | {"agency_id": NEW})
    admin.post(CHANGE, merger(step="record"))
    admin.post(CUTOFF, {"value": "20", "since": "2026-01-01", "basis": BASIS})
    name = AgencyName.objects.exclude(recorded_at=None).get()
    pages = [
        LIST,
        f"{LIST}moi/",
        f"{LIST}{OLD}/",
        CHANGE,
        f"{LIST}ten/{name.pk}/bo/",
        f"{LIST}ke-thua/{Succession.objects.get().pk}/rut/",
        SETTINGS,
        CUTOFF,
        f"{SETTINGS}{LocalValue.objects.get().pk}/rut/",
    ]
    for who in world.users:
        client, expected = signed_in(world, who), 200 if who == "quan-tri" else 403
        assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, expected), who
        if who != "quan-tri":
            assert {
                client.post(page, merger(step="record")).status_code for page in pages if page not in {LIST, SETTINGS}
            } == {403}
    assert Succession.objects.count() == 1 and LocalValue.objects.count() == 1


def test_a_commune_is_recorded_and_takes_over_after_a_last_look(world: World, admin: Client) -> None:
    answer = admin.post(f"{LIST}moi/", NAME | {"agency_id": NEW})
    assert answer.headers["Location"] == f"{LIST}{NEW}/"
    preview = admin.post(CHANGE, merger())
    assert preview.status_code == 200 and not Succession.objects.exists()
    shown = text_of(preview)
    assert "Cán bộ xếp lịch Quảng Hòa" in shown and "Tà Lùng" in shown and escape(BASIS) in shown
    assert "xã Phục Hòa" in shown
    answer = admin.post(CHANGE, merger(step="record"))
    assert answer.headers["Location"] == f"{LIST}{OLD}/"
    page = text_of(admin.get(f"{LIST}{OLD}/"))
    assert "30/06/2025" in page and "xã Phục Hòa" in page and "Quản trị hệ thống" in page
    listed = text_of(admin.get(LIST))
    assert f"{LIST}{NEW}/" in listed
    assert Post.objects.filter(agency_id=NEW, starts_on=date(2025, 7, 1)).count() == 2
    week = signed_in(world, "xep-lich").get("/lich/")
    assert "ta-lung" in week.headers["Location"]


def test_what_was_typed_stays_when_it_is_refused(world: World, admin: Client) -> None:
    admin.post(f"{LIST}moi/", NAME | {"agency_id": NEW})
    answer = admin.post(CHANGE, merger(effective_on="2019-01-01", basis="QĐ số 7"))
    assert answer.status_code == 422
    shown = text_of(answer)
    assert "BT-SUCCESSION-001" in shown and 'value="2019-01-01"' in shown and "QĐ số 7" in shown
    again = admin.post(CHANGE, merger(step="edit"))
    assert again.status_code == 200 and 'value="2025-07-01"' in text_of(again)
    assert not Succession.objects.exists()


def test_a_succession_is_withdrawn_with_a_reason_that_stays(world: World, admin: Client) -> None:
    admin.post(f"{LIST}moi/", NAME | {"agency_id": NEW})
    admin.post(CHANGE, merger(step="record"))
    row = Succession.objects.get()
    address = f"{LIST}ke-thua/{row.pk}/rut/"
    assert admin.post(address, {"reason": ""}).status_code == 422
    assert admin.post(address, {"reason": "Ghi nhầm xã"}).status_code == 302
    page = text_of(admin.get(f"{LIST}{OLD}/"))
    assert "Ghi nhầm xã" in page
    assert Agency.objects.get(pk=OLD).ends_on is None
    assert admin.post(address, {"reason": "Lần nữa"}).status_code == 422


def test_a_new_name_is_dated_and_can_be_taken_back(world: World, admin: Client) -> None:
    page = f"{LIST}cao-bang/so-tttt/"
    given = {"name_vi": "Sở Khoa học và Công nghệ", "since": "2025-03-01", "basis": BASIS}
    assert admin.post(page, given).status_code == 302
    assert admin.post(page, given).status_code == 422
    agency = Agency.objects.get(pk="cao-bang/so-tttt")
    assert agency.name(date(2025, 3, 1)) == "Sở Khoa học và Công nghệ"
    assert agency.name(date(2025, 2, 28)) == "Sở Thông tin và Truyền thông"
    name = AgencyName.objects.exclude(recorded_at=None).get()
    assert admin.post(f"{LIST}ten/{name.pk}/bo/").status_code == 302
    assert Agency.objects.get(pk=agency.pk).name() == "Sở Thông tin và Truyền thông"
    assert "Sở Khoa học và Công nghệ" in text_of(admin.get(page))  # in the history


def test_a_name_of_the_regulation_is_not_taken_back(world: World, admin: Client) -> None:
    name = AgencyName.objects.filter(agency_id=OLD).get()
    assert admin.post(f"{LIST}ten/{name.pk}/bo/").status_code == 422
    assert AgencyName.objects.filter(pk=name.pk).exists()


def test_a_setting_is_not_set_until_a_paper_sets_it(world: World, admin: Client) -> None:
    assert "intake.cutoff_day" in text_of(admin.get(SETTINGS))
    answer = admin.post(CUTOFF, {"value": "20", "since": "2026-01-01", "basis": BASIS})
    assert answer.status_code == 302
    assert escape(BASIS) in text_of(admin.get(SETTINGS))
    parameter = regulations.regulation(INSTRUMENT).parameter("intake.cutoff_day")
    assert (parameter.number(date(2025, 12, 31)), parameter.number(date(2026, 1, 1))) == (None, 20)
    row = LocalValue.objects.get()
    assert admin.post(f"{SETTINGS}{row.pk}/rut/", {"reason": "Ghi nhầm"}).status_code == 302
    assert regulations.regulation(INSTRUMENT).parameter("intake.cutoff_day").number(date(2026, 1, 1)) is None
    assert "Ghi nhầm" in text_of(admin.get(CUTOFF))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"value": "45"}, "value"),
        ({"value": "hai mươi"}, "value"),
        ({"value": ""}, "value"),
        ({"basis": ""}, "basis"),
        ({"since": "2019-01-01"}, "since"),
    ],
)
def test_a_value_the_loader_would_refuse_is_refused_here(
    world: World, admin: Client, typed: dict[str, str], field: str
) -> None:
    answer = admin.post(CUTOFF, {"value": "20", "since": "2026-01-01", "basis": "QĐ số 7"} | typed)
    assert answer.status_code == 422
    assert f'id="id_{field}"' in text_of(answer) and ("QĐ số 7" in text_of(answer) or field == "basis")
    assert not LocalValue.objects.exists()


def test_what_the_regulation_fixes_is_no_setting(world: World, admin: Client) -> None:
    page = f"{SETTINGS}{INSTRUMENT}/reports.unit_day/"
    assert admin.get(page).status_code == 404
    assert admin.post(page, {"value": "12-10", "since": "2026-01-01", "basis": BASIS}).status_code == 404


def test_days_off_keep_who_set_them_and_what_was_removed(world: World, admin: Client) -> None:
    given = {"on": "2026-11-28", "kind": "working", "name_vi": "Làm bù", "basis": "Thông báo số 9"}
    assert admin.post(DAYS, given).status_code == 302
    assert admin.post(f"{DAYS}2026-11-28/bo/").status_code == 302
    page = text_of(admin.get(DAYS))
    assert page.count("Thông báo số 9") == 2 and "Quản trị hệ thống" in page
    assert "Thông báo số 9" not in text_of(admin.get(f"{DAYS}?nam=2025"))


def test_an_unknown_agency_or_row_is_no_page(world: World, admin: Client) -> None:
    for page in (f"{LIST}cao-bang/khong-co/", f"{LIST}ten/99999/bo/", f"{LIST}ke-thua/99999/rut/", f"{SETTINGS}9/rut/"):
        assert admin.get(page).status_code == 404, page
    assert admin.get(f"{LIST}ten/{10**30}/bo/").status_code == 404

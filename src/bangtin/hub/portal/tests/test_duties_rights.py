"""Rights: every page of duties, register, reports and administration, over every role; default deny."""

from datetime import date
from http import HTTPStatus
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import Settings

from bangtin.hub.accounts.models import Role
from bangtin.hub.kit.testing import local
from bangtin.hub.obligations.models import CalendarFeed, DutyRequest, Waiver
from bangtin.hub.portal import menu
from bangtin.hub.portal.urls import urlpatterns
from bangtin.hub.regulations.tests.factories import CAST, World, account, cao_bang
from bangtin.hub.reports.actions import compile_report
from bangtin.hub.reports.models import Report

pytestmark = pytest.mark.django_db
STATION = "cao-bang/station-programmes@cao-bang/dai-ptth@2026-11"
ALL = frozenset(CAST)
NO_DUTIES = {"tai-chinh", "quan-tri"}
PROVINCE = {"tham-dinh-1", "tham-dinh-2", "bao-cao", "an-toan", "lanh-dao"}
READS = {
    "/nghia-vu/": ALL - NO_DUTIES,
    f"/nghia-vu/{STATION}/": PROVINCE | {"dai"},
    "/nghia-vu/theo-ngay/": ALL - {"tai-chinh", "quan-tri"},
    "/nghia-vu/lich-dien-thoai/": ALL - {"tai-chinh", "quan-tri"},
    "/nghia-vu/yeu-cau/moi/": PROVINCE,
    "/nghia-vu/yeu-cau/{request}/tra-loi/": PROVINCE,
    "/nghia-vu/yeu-cau/{request}/rut/": PROVINCE,
    f"/nghia-vu/mien/{STATION}/": {"lanh-dao"},
    "/nghia-vu/mien/{waiver}/rut/": {"lanh-dao"},
    "/quy-dinh/": ALL,
    "/quy-dinh/cao-bang/31-2020/": ALL,
    "/quy-dinh/cao-bang/31-2020/8.1.a": ALL,
    "/bao-cao/": ALL - {"quan-tri"},
    "/bao-cao/{report}/": PROVINCE,
    "/bao-cao/{report}/so/plays_count/": PROVINCE,
    "/bao-cao/{report}/tai/": PROVINCE,
    "/bao-cao/{report}/chot/": {"bao-cao"},
    "/bao-cao/{report}/gui/": {"bao-cao"},
    "/toan-tinh/": {"lanh-dao"},
    "/quan-tri/": {"quan-tri"},
    "/quan-tri/co-quan/": {"quan-tri"},
    "/quan-tri/co-quan/moi/": {"quan-tri"},
    "/quan-tri/co-quan/cao-bang/ubnd-quang-hoa/": {"quan-tri"},
    "/quan-tri/co-quan/cao-bang/ubnd-quang-hoa/ke-thua/": {"quan-tri"},
    "/quan-tri/thong-so/": {"quan-tri"},
    "/quan-tri/thong-so/cao-bang/31-2020-qd-ubnd/intake.cutoff_day/": {"quan-tri"},
    "/quan-tri/tai-khoan/": {"quan-tri"},
    "/quan-tri/tai-khoan/moi/": {"quan-tri"},
    "/quan-tri/tai-khoan/{user}/": {"quan-tri"},
    "/quan-tri/tai-khoan/chuc-vu/{post}/ket-thuc/": {"quan-tri"},
    "/quan-tri/lich-nghi/": {"quan-tri"},
    "/quan-tri/nhat-ky/": {"quan-tri"},
    "/tro-giup/": ALL,
}
WRITES = {
    "/nghia-vu/yeu-cau/moi/": PROVINCE,
    "/nghia-vu/yeu-cau/{request}/tra-loi/": PROVINCE,
    "/nghia-vu/yeu-cau/{request}/rut/": PROVINCE,
    f"/nghia-vu/mien/{STATION}/": {"lanh-dao"},
    "/nghia-vu/mien/{waiver}/rut/": {"lanh-dao"},
    "/nghia-vu/lich-dien-thoai/{feed}/dong/": {"bao-cao"},
    "/bao-cao/lap/": {"bao-cao"},
    "/bao-cao/{report}/dem-lai/": {"bao-cao"},
    "/bao-cao/{report}/chot/": {"bao-cao"},
    "/bao-cao/{report}/gui/": {"bao-cao"},
    "/quan-tri/tai-khoan/moi/": {"quan-tri"},
    "/quan-tri/tai-khoan/{user}/": {"quan-tri"},
    "/quan-tri/tai-khoan/{user}/mat-khau/": {"quan-tri"},
    "/quan-tri/tai-khoan/{user}/khoa/": {"quan-tri"},
    "/quan-tri/tai-khoan/chuc-vu/{post}/ket-thuc/": {"quan-tri"},
    "/quan-tri/lich-nghi/": {"quan-tri"},
    "/quan-tri/lich-nghi/2026-11-27/bo/": {"quan-tri"},
    "/quan-tri/co-quan/moi/": {"quan-tri"},
    "/quan-tri/co-quan/cao-bang/ubnd-quang-hoa/": {"quan-tri"},
    "/quan-tri/co-quan/cao-bang/ubnd-quang-hoa/ke-thua/": {"quan-tri"},
    "/quan-tri/co-quan/ten/1/bo/": {"quan-tri"},
    "/quan-tri/co-quan/ke-thua/1/rut/": {"quan-tri"},
    "/quan-tri/thong-so/cao-bang/31-2020-qd-ubnd/intake.cutoff_day/": {"quan-tri"},
    "/quan-tri/thong-so/1/rut/": {"quan-tri"},
}
DENIED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


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


@pytest.fixture
def report(world: World) -> Report:
    return compile_report(
        kind="cao-bang/consolidated-report",
        agency=world.agencies["so-tttt"],
        year=2026,
        actor=world.users["bao-cao"],
        at=local("2026-11-23 10:00"),
    )


def _address(pattern: str, world: World, report: Report) -> str:
    other = world.users["dai"]
    post = other.posts.get()
    keys = {"request": _request(world), "waiver": _waiver(), "feed": _feed(world)}
    return quote(pattern.format(report=report.pk, user=other.pk, post=post.pk, **keys))


def _request(world: World) -> int:
    given = {"requested_on": date(2026, 11, 20), "subject": "Báo cáo", "asked_by": "UBND tỉnh"}
    made = {**given, "recorded_at": local("2026-11-20 10:00")}
    row, _made = DutyRequest.objects.get_or_create(
        obligation_id="cao-bang/ad-hoc-report", agency=world.agencies["so-tttt"], key="2026-11-20", defaults=made
    )
    return row.pk


def _waiver() -> int:
    made = {"basis": "Quyết định số 1", "recorded_at": local("2026-11-20 10:00")}
    return Waiver.objects.get_or_create(occurrence_id=STATION, defaults=made)[0].pk


def _feed(world: World) -> int:
    made = {"agency": world.agencies["so-tttt"], "made_at": local("2026-11-20 10:00")}
    return CalendarFeed.objects.get_or_create(user=world.users["bao-cao"], serial="s", defaults=made)[0].pk


@pytest.mark.once
def test_a_page_opens_for_its_offices_only(client: Client, world: World, report: Report) -> None:
    for name in CAST:
        client.force_login(world.users[name])
        for pattern, allowed in READS.items():
            status = client.get(_address(pattern, world, report), follow=True).status_code
            assert (status == HTTPStatus.OK) if name in allowed else (status in DENIED), (name, pattern, status)


@pytest.mark.once
def test_a_deed_is_refused_to_all_other_offices(client: Client, world: World, report: Report) -> None:
    given = {"kind": report.kind, "agency": report.agency_id, "year": "2026"}
    for name in CAST:
        client.force_login(world.users[name])
        for pattern, allowed in WRITES.items():
            if name not in allowed:
                status = client.post(_address(pattern, world, report), given).status_code
                assert status in DENIED, (name, pattern, status)
    assert Report.objects.get().state == "writing"


def test_a_report_officer_edits_no_other_agencys_report(client: Client, world: World, report: Report) -> None:
    stranger = account("bao-cao-dai", "Tổng hợp Đài", world.agencies["dai-ptth"], Role.REPORTER)
    client.force_login(stranger)
    assert client.get(f"/bao-cao/{report.pk}/").status_code == HTTPStatus.NOT_FOUND
    assert client.post(f"/bao-cao/{report.pk}/", {"muc-I": "chen vào"}).status_code == HTTPStatus.NOT_FOUND
    foreign = {"kind": "cao-bang/yearly-report", "agency": "cao-bang/ubnd-quang-hoa", "year": "2026"}
    assert client.post("/bao-cao/lap/", foreign).status_code == HTTPStatus.FORBIDDEN


def test_a_visitor_is_sent_to_the_sign_in(client: Client, settings: Settings) -> None:
    settings.LOGIN_URL = "/dang-nhap/"
    for address in ("/nghia-vu/", "/quy-dinh/", "/bao-cao/", "/toan-tinh/", "/quan-tri/nhat-ky/", "/tro-giup/"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (HTTPStatus.FOUND, "/dang-nhap/")


def test_every_address_of_these_parts_is_walked_here() -> None:
    ours = ("nghia-vu", "quy-dinh", "bao-cao", "toan-tinh", "quan-tri", "tro-giup")
    named = {getattr(one, "name", None) for one in urlpatterns if str(one.pattern).lstrip("^").startswith(ours)}
    # walked where delegation is tested, and for every office in tests/conventions
    elsewhere = {"admin-account-person", "admin-account-part", "admin-delegations"}
    assert named - elsewhere == {
        "duties", "duty", "register", "instrument", "clause", "reports", "report-compile", "report", "report-recount",
        "report-freeze", "report-send", "report-docx", "figure", "province", "admin", "admin-agencies",
        "admin-accounts", "admin-account-add", "admin-account", "admin-account-password", "admin-account-lock",
        "admin-post-end", "admin-days-off", "admin-day-remove", "admin-audit", "help",
        "admin-agency-add", "admin-agency", "admin-name-remove", "admin-succession", "admin-succession-withdraw",
        "admin-settings", "admin-setting", "admin-setting-withdraw", "admin-account-email", "admin-mail",
        "admin-mail-again", "issued-text", "issued-text-load", "duties-month", "duties-feeds", "duties-feed-close",
        "request-new", "request-answer", "request-withdraw", "duty-waive", "waiver-withdraw",
    }  # fmt: skip

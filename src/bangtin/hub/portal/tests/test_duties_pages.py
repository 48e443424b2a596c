"""Click paths through duties, register, reports, province and administration, with Django's client."""

import re
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.kit import clock
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.kit.testing import local
from bangtin.hub.obligations.models import Evidence
from bangtin.hub.portal import duty_board, menu
from bangtin.hub.regulations.actions import install
from bangtin.hub.regulations.models import CalendarDay, Instrument
from bangtin.hub.regulations.tests.factories import World, account
from bangtin.hub.reports.models import Report, Section
from bangtin.hub.reports.tests.factories import Year, a_year

pytestmark = pytest.mark.django_db
NOW = local("2026-11-23 10:00")


@pytest.fixture(autouse=True)
def quick(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.LANGUAGE_CODE = "en"
    monkeypatch.setattr(clock, "now", lambda: NOW)
    menu.is_served.cache_clear()
    translation.activate("en")


@pytest.fixture
def year() -> Year:
    made = a_year()
    User.objects.update(language="en")
    return made


@pytest.fixture
def world(year: Year) -> World:
    return year.world


def _page(client: Client, user: User, address: str, status: int = HTTPStatus.OK) -> str:
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == status, answer.status_code
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_boards_title_is_the_answer_and_a_cell_opens_its_duty(client: Client, world: World) -> None:
    Instrument.objects.update(installed_at=local("2026-10-01 08:00"))
    page = _page(client, world.users["tham-dinh-1"], "/nghia-vu/?nam=2026")
    assert "1 duty overdue" in page
    assert 'href="/nghia-vu/cao-bang/station-programmes%40cao-bang/dai-ptth%402026-10/"' in page
    one = _page(client, world.users["tham-dinh-1"], "/nghia-vu/cao-bang/station-programmes@cao-bang/dai-ptth@2026-11/")
    assert "at least one programme a month" in one
    assert "CB-2026" in one


def test_a_contributor_reads_the_own_agencys_duties_only(client: Client, world: World) -> None:
    page = _page(client, world.users["ngoai-vu"], "/nghia-vu/?nam=2026")
    assert "yearly-report%40cao-bang/so-ngoai-vu" in page
    assert "dai-ptth" not in page


def test_filters_stand_in_the_address(client: Client, world: World) -> None:
    page = _page(client, world.users["lanh-dao"], "/nghia-vu/?nam=2026&co-quan=cao-bang/so-tai-chinh")
    assert "so-tai-chinh%402026" in page
    assert "station-programmes%40" not in page
    assert "No date fixed" in _page(client, world.users["lanh-dao"], "/nghia-vu/?nam=2026&trang-thai=not_fixed")
    assert "No duty matches" in _page(client, world.users["lanh-dao"], "/nghia-vu/?nam=2026&co-quan=khong-co")


@pytest.mark.parametrize("address", ["/nghia-vu/khong-co/", "/nghia-vu/a@b@99999/", "/nghia-vu/a@b@20xx/"])
def test_an_unknown_duty_is_not_found(address: str, client: Client, world: World) -> None:
    _page(client, world.users["lanh-dao"], address, HTTPStatus.NOT_FOUND)


def test_our_ordinals_are_never_cited() -> None:
    assert duty_board.place("cao-bang/15.1-2") == "15.1"


def test_the_register_opens_at_the_clause(client: Client, world: World) -> None:
    for address in ("/quy-dinh/cao-bang/31-2020/8.1.a", "/quy-dinh/cao-bang/31-2020-qd-ubnd/8.1.a/"):
        page = _page(client, world.users["dai"], address)
        assert '<tr id="8.1.a" class="bt-cur"' in page
        assert "07:30 – 11:00" in page
    assert "Slips in the printed text" in _page(client, world.users["dai"], "/quy-dinh/cao-bang/31-2020/16")


@pytest.mark.parametrize("place", ["7.2.%C4%91", "7.2.d", "99", "8.1.z"])
def test_a_clause_that_is_not_there_is_not_found(place: str, client: Client, world: World) -> None:
    _page(client, world.users["dai"], f"/quy-dinh/cao-bang/31-2020/{place}", HTTPStatus.NOT_FOUND)


def test_the_register_is_searched_without_marks(client: Client, world: World) -> None:
    page = _page(client, world.users["dai"], "/quy-dinh/cao-bang/31-2020/?q=bao+cao")
    assert 'id="15.1-1"' in page
    assert "No clause has these words" in _page(client, world.users["dai"], "/quy-dinh/cao-bang/31-2020/?q=zzzz")


def test_a_report_goes_from_the_list_to_sent(client: Client, world: World) -> None:
    writer = account("bao-cao-qh", "Tổng hợp Quảng Hòa", world.agencies["ubnd-quang-hoa"], Role.REPORTER)
    client.force_login(writer)
    given = {"kind": "cao-bang/yearly-report", "agency": "cao-bang/ubnd-quang-hoa", "year": "2026"}
    assert client.post("/bao-cao/lap/", given).status_code == HTTPStatus.FOUND
    report = Report.objects.get()
    address = f"/bao-cao/{report.pk}/"
    mark = re.search(r'name="dau-I" value="([0-9a-f]+)"', client.get(address).content.decode())
    assert mark
    assert client.post(address, {"muc-I": "Huyện biên giới.", "dau-I": mark[1]}).status_code == HTTPStatus.FOUND
    assert Section.objects.get(report=report, number="I").body == "Huyện biên giới."
    stale = client.post(address, {"muc-I": "Viết đè.", "dau-I": mark[1]})
    assert stale.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Viết đè." in stale.content.decode()
    assert client.post(f"{address}gui/").status_code == HTTPStatus.CONFLICT
    assert client.post(f"{address}chot/").status_code == HTTPStatus.FOUND
    assert client.post(f"{address}gui/").status_code == HTTPStatus.FOUND
    assert Evidence.objects.filter(obligation_id="cao-bang/yearly-report").count() == 1
    paper = client.get(f"{address}tai/")
    assert b"".join(paper.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]  # FileResponse
    assert "Đã gửi" in client.get(address).content.decode()


def test_the_list_of_reports_tells_close_days_and_stands_reports_without_a_day(client: Client, world: World) -> None:
    install(instrument_id="ha-tinh/2432-qd-ubnd", actor=None, at=clock.now())
    page = _page(client, world.users["lanh-dao"], "/bao-cao/?nam=2026")
    assert "figures close on 14/12/2026, the last day on time is 14/12/2026" in page
    assert "/quy-dinh/cao-bang/31-2020/15.1" in page


def test_a_figure_leads_to_its_rows_and_submissions(client: Client, world: World) -> None:
    client.force_login(world.users["bao-cao"])
    given = {"kind": "cao-bang/consolidated-report", "agency": "cao-bang/so-tttt", "year": "2026"}
    client.post("/bao-cao/lap/", given)
    report = Report.objects.get()
    editor = client.get(f"/bao-cao/{report.pk}/?so=plays_count").content.decode()
    assert f"/bao-cao/{report.pk}/so/plays_count/" in editor
    for name in report.figures.values_list("name", flat=True):
        page = client.get(f"/bao-cao/{report.pk}/so/{name}/")
        assert page.status_code == HTTPStatus.OK, name
    rows = client.get(f"/bao-cao/{report.pk}/so/plays_count/").content.decode()
    assert "CB-2026" in rows
    assert client.get(f"/bao-cao/{report.pk}/so/khong-co/").status_code == HTTPStatus.NOT_FOUND


def test_the_leaders_page_invents_no_number(client: Client, world: World) -> None:
    page = _page(client, world.users["lanh-dao"], "/toan-tinh/")
    assert "not known" in page
    assert "0 / 4" in page or "screens need a look" in page


def test_an_account_is_made_with_a_password_shown_once(client: Client, world: World) -> None:
    client.force_login(world.users["quan-tri"])
    answer = client.post("/quan-tri/tai-khoan/moi/", {"username": "can-bo-moi", "display_name": "Cán bộ mới"})
    shown = re.findall(r'<code class="bt-secret">([^<]+)</code>', answer.content.decode())
    made = User.objects.get(username="can-bo-moi")
    assert answer.headers["Cache-Control"] == "no-store"
    assert made.check_password(shown[1])
    assert shown[1] not in client.get(f"/quan-tri/tai-khoan/{made.pk}/").content.decode()
    post = {"agency": "cao-bang/so-tttt", "role": "appraiser", "starts_on": ""}
    assert client.post(f"/quan-tri/tai-khoan/{made.pk}/", post).status_code == HTTPStatus.FOUND
    assert made.posts.get().role == Role.APPRAISER
    again = client.post("/quan-tri/tai-khoan/moi/", {"username": "can-bo-moi", "display_name": "Khác"})
    assert (again.status_code, "BT-ACCOUNT-001" in again.content.decode()) == (422, True)


def test_an_administrators_own_post_is_refused_on_the_page(client: Client, world: World) -> None:
    admin = world.users["quan-tri"]
    client.force_login(admin)
    post = {"agency": "cao-bang/so-tttt", "role": "appraiser", "starts_on": ""}
    answer = client.post(f"/quan-tri/tai-khoan/{admin.pk}/", post)
    assert "BT-ACCOUNT-002" in answer.content.decode()
    assert admin.posts.count() == 1


def test_a_make_up_day_is_recorded_and_taken_back(client: Client, world: World) -> None:
    client.force_login(world.users["quan-tri"])
    day = {"on": "2026-11-28", "kind": "working", "name_vi": "Làm bù", "basis": "Thông báo 1/TB"}
    assert client.post("/quan-tri/lich-nghi/", day).status_code == HTTPStatus.FOUND
    assert CalendarDay.objects.get().basis == "Thông báo 1/TB"
    assert "Thông báo 1/TB" in client.get("/quan-tri/lich-nghi/?nam=2026").content.decode()
    assert client.post("/quan-tri/lich-nghi/", day | {"basis": ""}).status_code == 422
    assert client.post("/quan-tri/lich-nghi/2026-11-28/bo/").status_code == HTTPStatus.FOUND
    assert not CalendarDay.objects.exists()
    assert client.get("/quan-tri/lich-nghi/khong-phai-ngay/bo/").status_code == HTTPStatus.NOT_FOUND


def test_a_changed_entry_of_the_trail_is_named(client: Client, world: World) -> None:
    admin = world.users["quan-tri"]
    assert "entries holds" in _page(client, admin, "/quan-tri/nhat-ky/")
    entry = AuditEntry.objects.order_by("id").first()
    assert entry
    AuditEntry.objects.filter(pk=entry.pk).update(actor_name="Người khác")
    page = _page(client, admin, "/quan-tri/nhat-ky/")
    assert "The chain is broken at 1 entry" in page
    assert f"Entry {entry.pk} of" in page


@pytest.mark.parametrize(
    ("name", "address", "most"),
    [
        ("tham-dinh-1", "/nghia-vu/?nam=2026", 30),
        ("tham-dinh-1", "/quy-dinh/cao-bang/31-2020/8", 30),
        ("bao-cao", "/bao-cao/", 30),
        ("lanh-dao", "/toan-tinh/", 60),
        ("quan-tri", "/quan-tri/tai-khoan/", 16),
        ("quan-tri", "/quan-tri/co-quan/", 16),
        ("quan-tri", "/quan-tri/nhat-ky/", 16),
    ],
)
def test_a_list_asks_a_fixed_number_of_questions(
    name: str,
    address: str,
    most: int,
    client: Client,
    world: World,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(world.users[name])
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == HTTPStatus.OK

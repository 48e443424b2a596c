"""Each office's first page and its limits on content: combined and ended posts, what is told when, sign-in."""

import re
from http import HTTPStatus
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.appraisal.models import Decision
from bangtin.hub.kit import clock
from bangtin.hub.kit.testing import local
from bangtin.hub.portal import menu
from bangtin.hub.portal.tests.content import GROUNDS, NOTICE, PASSWORD, signed_in, word
from bangtin.hub.programmes.actions import check, submit
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import in_state, received, submission, submitted
from bangtin.hub.regulations.tests.factories import CAST, World, account, cao_bang

pytestmark = pytest.mark.django_db
DENIED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
NOW = local("2026-11-23 09:41")


@pytest.fixture(autouse=True)
def morning(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Monday 23/11/2026, 09:41, with files of its own."""
    settings.DATA_DIR = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(clock, "now", lambda: NOW)
    menu.is_served.cache_clear()


@pytest.fixture
def world() -> World:
    made = cao_bang()
    User.objects.update(language="en")
    translation.activate("en")
    return made


def _page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.OK, (address, answer.status_code)
    return re.sub(r"\s+", " ", answer.content.decode())


def _bench(version: ProgrammeVersion) -> str:
    return f"/tham-dinh/{version.programme.code}/"


def test_the_first_page_answers_every_office_with_its_own_work(world: World) -> None:
    version = received(world)
    for name, user in world.users.items():
        page = _page(signed_in(user), "/")
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", page)
        assert heading, name
        assert heading[1].strip(), name
        assert (version.title in page) == (name in {"dai", "tham-dinh-1", "tham-dinh-2"}), name


def test_what_is_ready_waits_for_the_district_that_was_wanted(world: World) -> None:
    version = in_state(received(world), VersionState.READY)
    assert version.title in _page(signed_in(world.users["xep-lich"]), "/")
    assert version.title not in _page(signed_in(world.users["xep-lich-tk"]), "/")


def test_an_empty_first_page_says_so(world: World) -> None:
    page = _page(signed_in(world.users["tham-dinh-1"]), "/")
    assert "No programme waits for appraisal" in page


def test_an_account_without_a_post_gets_a_page_and_no_rights(world: World) -> None:
    nobody = User.objects.create_account("khong-vai", PASSWORD, "Không chức vụ")
    client = signed_in(nobody)
    _page(client, "/")
    for address in ("/chuong-trinh/", "/chuong-trinh/gui/", "/tham-dinh/", _bench(received(world))):
        assert client.get(address).status_code in DENIED, address


def test_what_is_urgent_stands_before_everything(world: World) -> None:
    received(world, title="Bản tin thường")
    received(world, title="Tạm dừng thông quan", is_urgent=True)
    page = _page(signed_in(world.users["tham-dinh-1"]), "/")
    assert page.index("Tạm dừng thông quan") < page.index("Bản tin thường")
    assert "1 urgent" in page


def test_the_first_page_asks_as_often_for_twelve_programmes_as_for_three(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    officer = signed_in(world.users["tham-dinh-1"])
    for number in range(3):
        received(world, title=f"Bản tin {number}")
    _page(officer, "/")
    with django_assert_max_num_queries(70) as few:
        _page(officer, "/")
    for number in range(9):
        received(world, title=f"Thêm {number}")
    with django_assert_max_num_queries(len(few.captured_queries)):
        _page(officer, "/")


def test_nobody_decides_on_what_they_sent_from_another_post(world: World) -> None:
    both = account("hai-vai", "Hai chức vụ", world.agencies["dai-ptth"], Role.CONTRIBUTOR)
    Post.objects.create(user=both, agency=world.agencies["so-tttt"], role=Role.APPRAISER)
    version = check(version=submit(submission=submission(), source=None, actor=both, at=NOW), at=NOW)
    officer = signed_in(both)
    page = _page(officer, _bench(version))
    assert 'name="outcome"' not in page
    answer = officer.post(_bench(version), word(version, "approved"))
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "BT-APPR-002" in answer.content.decode()
    assert not Decision.objects.exists()


def test_whoever_administers_has_no_word_on_content(world: World) -> None:
    version = received(world)
    user = world.users["tham-dinh-1"]
    Post.objects.create(user=user, agency=world.agencies["so-tttt"], role=Role.ADMINISTRATOR)
    client = signed_in(user)
    for address in (_bench(version), "/tham-dinh/", "/chuong-trinh/", f"/chuong-trinh/{version.programme.code}/"):
        assert client.get(address).status_code in DENIED, address
    assert client.post(_bench(version), word(version, "approved")).status_code in DENIED
    assert not Decision.objects.exists()


def test_an_appraiser_of_an_agency_without_the_mandate_does_not_appraise(world: World) -> None:
    version = received(world)
    client = signed_in(account("td-so", "Thẩm định sở khác", world.agencies["so-vhttdl"], Role.APPRAISER))
    assert client.get("/tham-dinh/").status_code in DENIED
    assert client.post(_bench(version), word(version, "approved")).status_code in DENIED


def test_a_post_that_ended_yesterday_opens_nothing(world: World) -> None:
    version = received(world)
    Post.objects.filter(user=world.users["tham-dinh-1"]).update(ends_on="2026-11-22")
    client = signed_in(world.users["tham-dinh-1"])
    assert client.get("/tham-dinh/").status_code in DENIED
    assert client.post(_bench(version), word(version, "approved")).status_code in DENIED


@pytest.mark.parametrize("state", [VersionState.RETURNED, VersionState.REJECTED, VersionState.UNUSABLE])
def test_only_a_contributor_of_the_agency_sends_again(world: World, state: VersionState) -> None:
    version = in_state(received(world), state)
    address = f"/chuong-trinh/{version.programme.code}/gui/"
    for who in CAST:
        client = signed_in(world.users[who])
        answers = {client.get(address).status_code, client.post(address, {"way": "text"}).status_code}
        if who == "dai":
            assert answers == {HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY}
        else:
            assert answers <= DENIED, (who, answers)
    assert ProgrammeVersion.objects.count() == 1


def test_a_form_without_its_token_is_refused(world: World) -> None:
    version = received(world)
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.users["tham-dinh-1"])
    assert client.post(_bench(version), word(version, "approved")).status_code == HTTPStatus.FORBIDDEN
    client.force_login(world.users["dai"])
    assert client.post("/chuong-trinh/gui/", NOTICE).status_code == HTTPStatus.FORBIDDEN
    assert ProgrammeVersion.objects.count() == 1


def test_a_proposal_is_not_told_to_the_agency_before_the_second_officer_spoke(world: World) -> None:
    version = received(world)
    signed_in(world.users["tham-dinh-1"]).post(_bench(version), word(version, "rejected"))
    station = signed_in(world.users["dai"])
    address = f"/chuong-trinh/{version.programme.code}/"
    assert GROUNDS not in _page(station, address)
    assert GROUNDS in _page(signed_in(world.users["tham-dinh-2"]), address)
    version.refresh_from_db()
    signed_in(world.users["tham-dinh-2"]).post(_bench(version), word(version, "approved", ""))
    assert GROUNDS in _page(station, address)


def test_a_decision_on_a_version_that_is_not_there_is_not_found(world: World) -> None:
    version = received(world)
    wrong = {**word(version, "approved"), "version": 999_999}
    officer = signed_in(world.users["tham-dinh-1"])
    assert officer.post(_bench(version), wrong).status_code == HTTPStatus.NOT_FOUND
    for address in ("/chuong-trinh/CB-2026-9999/", "/tham-dinh/CB-2026-9999/", "/tep/999999/anh"):
        assert officer.get(address).status_code == HTTPStatus.NOT_FOUND, address


def test_the_receipt_names_number_hour_and_content(world: World) -> None:
    version = submitted(world, at=local("2026-11-22 23:30"))
    address = f"/chuong-trinh/{version.programme.code}/1/bien-nhan/"
    station = signed_in(world.users["dai"])
    assert "23:30" in _page(station, address)
    checked = check(version=version, at=NOW)
    page = _page(station, address)
    assert checked.receipt in page
    assert checked.content_digest[:8] in page


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(world: World) -> None:
    def page(name: str) -> str:
        answer = Client().post("/dang-nhap/", {"username": name, "password": "sai-mat-khau"})
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
        text = re.sub(r"X-CSRFToken[^}]*}", "", text)
        return f"{answer.status_code} {text.replace(name, 'TÊN')}"

    assert page("tham-dinh-1") == page("khong-co-ai")


def test_signing_in_leads_to_the_wanted_page_and_never_away(world: World) -> None:
    client = Client()
    assert client.get("/chuong-trinh/").headers["Location"] == "/dang-nhap/?next=/chuong-trinh/"
    given = {"username": "dai", "password": PASSWORD, "next": "/chuong-trinh/"}
    assert client.post("/dang-nhap/", given).headers["Location"] == "/chuong-trinh/"
    away = {**given, "next": "https://example.org/"}
    assert Client().post("/dang-nhap/", away).headers["Location"] == "/"

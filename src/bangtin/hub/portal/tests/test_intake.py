"""The intake desk's pages: letters registered, receipts on paper and followed, a month's batch, secrets refused."""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from bangtin.hub.kit import clock
from bangtin.hub.kit.testing import local
from bangtin.hub.obligations.models import Evidence
from bangtin.hub.portal import intake_board, menu
from bangtin.hub.portal.tests.content import NOTICE, signed_in
from bangtin.hub.programmes.actions import Facts
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.paperwork import IntakeBatch, SecretNotice
from bangtin.hub.programmes.tests.factories import MORNING, submitted
from bangtin.hub.regulations.actions import install
from bangtin.hub.regulations.models import LocalValue
from bangtin.hub.regulations.tests.factories import CAST, World, cao_bang

pytestmark = pytest.mark.django_db
SEND, REGISTER, SECRETS = "/chuong-trinh/gui/", "/chuong-trinh/van-thu/", "/bi-mat/"
MONTH = "/tiep-nhan/cao-bang/31-2020-qd-ubnd/{month:%Y-%m}/"
LETTER = NOTICE | {"channel": "document_system", "letter_number": "125/ĐPTTH-TS", "letter_on": "2026-01-05"}
RECEIVERS = {"tham-dinh-1", "tham-dinh-2", "bao-cao"}


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


def words(answer: Any) -> str:
    return str(answer.content.decode())


def this_month(**changes: Any) -> dict[str, Any]:
    return {"month": f"{clock.local_date(clock.now()):%Y-%m}"} | changes


def test_the_form_is_refused_without_the_declaration_and_keeps_what_was_typed(world: World) -> None:
    given = {name: value for name, value in (NOTICE | this_month()).items() if name != "is_declared"}
    answer = signed_in(world.users["dai"]).post(SEND, given | {"rights_owner": "Đài Cao Bằng"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Đài Cao Bằng" in words(answer) and "id_is_declared-error" in words(answer)
    assert not ProgrammeVersion.objects.exists()


def test_what_is_stated_stands_on_the_programmes_page(world: World) -> None:
    client = signed_in(world.users["dai"])
    given = NOTICE | this_month(rights_owner="Đài Cao Bằng", more_categories=["tourism"], more_languages=["en"])
    answer = client.post(SEND, given, follow=True)
    assert "Đài Cao Bằng" in words(answer)
    row = ProgrammeVersion.objects.get().facts
    assert (row.categories, row.languages) == (["grassroots_essential", "tourism"], ["en"])


def test_only_what_the_regulations_here_ask_for_is_asked(world: World) -> None:
    client = signed_in(world.users["dai"])
    page = words(client.get(SEND))
    assert "id_wanted_from" in page and "id_rights_author" in page
    assert not any(name in page for name in ("id_nature", "id_published_on", "id_finished"))
    install(instrument_id="ha-tinh/2432-qd-ubnd", actor=None, at=local("2026-01-01 08:00"))
    assert "id_nature" in words(client.get(SEND))


def test_a_secret_is_refused_on_the_page_and_told_to_the_security_office_alone(world: World) -> None:
    title = "TỐI MẬT: phương án tác chiến"
    answer = signed_in(world.users["dai"]).post(SEND, NOTICE | this_month(title=title))
    assert "BT-PROG-010" in words(answer)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    officer = signed_in(world.users["an-toan"])
    assert SECRETS in words(officer.get("/"))
    page = words(officer.get(SECRETS))
    assert "Phóng viên Đài" in page and "tác chiến" not in page
    notice = SecretNotice.objects.get()
    officer.post(SECRETS, {"notice": notice.pk, "note": "Báo cáo số 12/BC-ANTT"})
    notice.refresh_from_db()
    assert notice.handled_by == world.users["an-toan"]
    assert "Báo cáo số 12/BC-ANTT" in words(officer.get(SECRETS))


def test_an_intake_officer_registers_a_letter_and_the_agency_sees_it(world: World) -> None:
    answer = signed_in(world.users["tham-dinh-1"]).post(REGISTER, LETTER | this_month(), follow=True)
    version = ProgrammeVersion.objects.get()
    assert (version.programme.agency_id, version.facts.channel) == ("cao-bang/dai-ptth", "document_system")
    assert "125/ĐPTTH-TS" in words(answer)
    assert version.receipt in words(signed_in(world.users["dai"]).get(f"/chuong-trinh/{version.programme.code}/"))


@pytest.mark.parametrize("missing", ["letter_number", "letter_on", "channel", "agency", "is_declared"])
def test_a_letter_without_its_number_day_way_or_agency_is_not_registered(world: World, missing: str) -> None:
    given = {name: value for name, value in (LETTER | this_month()).items() if name != missing}
    answer = signed_in(world.users["tham-dinh-1"]).post(REGISTER, given)
    assert f"id_{missing}" in words(answer)
    assert not ProgrammeVersion.objects.exists()


def test_the_receipt_is_a_pdf_of_one_page(world: World) -> None:
    facts = Facts(is_declared=True, wanted_from=MORNING.date(), rights_until=MORNING.date())
    version = submitted(world, facts=facts)
    client = signed_in(world.users["dai"])
    for page in ("", "1/bien-nhan/"):
        assert "23/11/2026 – …" in words(client.get(f"/chuong-trinh/{version.programme.code}/{page}"))
    answer = client.get(f"/chuong-trinh/{version.programme.code}/1/bien-nhan.pdf")
    assert (answer.status_code, answer.headers["Content-Type"]) == (HTTPStatus.OK, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert "CB-2026-0001-1.pdf" in answer.headers["Content-Disposition"]


def test_a_receipt_is_followed_without_an_account_and_tells_no_title(client: Client, world: World) -> None:
    version = submitted(world)
    code = version.facts.follow_code.lower()
    page = words(client.post("/theo-doi/", {"receipt": " cb-2026-0001/1 ", "code": f"{code[:5]} {code[5:]}"}))
    assert version.receipt in page and version.title not in page


def test_a_wrong_number_and_a_wrong_code_get_the_same_answer_until_it_is_too_many(client: Client, world: World) -> None:
    version = submitted(world)
    wrong = client.post("/theo-doi/", {"receipt": version.receipt, "code": "AAAAAAAAAA"})
    unknown = client.post("/theo-doi/", {"receipt": "CB-2026-9999/1", "code": "AAAAAAAAAA"})
    shown = [words(one).replace(version.receipt, "").replace("CB-2026-9999/1", "") for one in (wrong, unknown)]
    tokens = [part.split('"')[0] for one in shown for part in one.split('csrfmiddlewaretoken" value="')[1:]]
    for token in tokens:
        shown = [one.replace(token, "") for one in shown]
    assert shown[0] == shown[1]
    for _try in range(5):
        last = client.post("/theo-doi/", {"receipt": version.receipt, "code": "AAAAAAAAAA"})
    assert last.status_code == HTTPStatus.TOO_MANY_REQUESTS
    right = client.post("/theo-doi/", {"receipt": version.receipt, "code": version.facts.follow_code})
    assert right.status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_a_months_batch_says_what_came_from_whom_and_who_still_owes(world: World) -> None:
    client = signed_in(world.users["tham-dinh-1"])
    now = clock.now()
    month = clock.local_date(now).replace(day=1)
    before = words(client.get(MONTH.format(month=month)))
    assert "Đài" in before
    assert batch_of(world, month).missing
    version = submitted(world, at=now, month=month)
    page = words(client.get(MONTH.format(month=month)))
    assert version.title in page
    board = batch_of(world, month)
    assert (board.missing, board.count, board.cutoff_on) == ((), 1, None)


def batch_of(world: World, month: date) -> intake_board.Batch:
    user, now = world.users["tham-dinh-1"], clock.now()
    return intake_board.batch(world.instrument, month, user=user, now=now, today=clock.local_date(now))


def test_a_day_set_here_is_the_cut_off(world: World) -> None:
    LocalValue.objects.create(
        instrument=world.instrument,
        parameter="intake.cutoff_day",
        since=date(2026, 1, 1),
        value=20,
        basis="Công văn 12/STTTT",
        recorded_at=local("2026-01-01 08:00"),
    )
    assert batch_of(world, date(2026, 10, 1)).cutoff_on == date(2026, 10, 20)


def test_closing_the_intake_meets_the_months_duty_once(world: World) -> None:
    client = signed_in(world.users["tham-dinh-1"])
    now = clock.now()
    month = clock.local_date(now).replace(day=1)
    submitted(world, at=now, month=month)
    address = MONTH.format(month=month)
    assert client.post(address).status_code == HTTPStatus.FOUND
    batch = IntakeBatch.objects.get()
    assert (batch.programmes_count, batch.month) == (1, month)
    assert Evidence.objects.get().obligation_id == "cao-bang/monthly-intake"
    assert client.post(address).status_code == HTTPStatus.CONFLICT
    following = MONTH.format(month=month + timedelta(days=40))
    assert client.post(following).status_code == HTTPStatus.CONFLICT


def test_the_pages_open_for_their_offices_only(world: World) -> None:
    month = MONTH.format(month=clock.local_date(clock.now()))
    allowed = {REGISTER: RECEIVERS, SECRETS: {"an-toan"}, month: RECEIVERS | {"lanh-dao"}}
    for name in CAST:
        client = signed_in(world.users[name])
        for address, offices in allowed.items():
            status = client.get(address).status_code
            assert (status == HTTPStatus.OK) == (name in offices), (name, address, status)
        if name not in RECEIVERS:
            assert client.post(month).status_code in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}, name
    assert not IntakeBatch.objects.exists()
    assert Client().get(month).status_code == HTTPStatus.FOUND
    assert signed_in(world.users["tham-dinh-1"]).get("/tiep-nhan/").headers["Location"] == month


def test_a_batch_is_read_in_a_fixed_number_of_queries(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    now = clock.now()
    month = clock.local_date(now).replace(day=1)
    for _one in range(6):
        submitted(world, at=now, month=month)
    client = signed_in(world.users["tham-dinh-1"])
    with django_assert_max_num_queries(40):
        client.get(MONTH.format(month=month))

"""Content figures: each kind of content of the regulation, each agency, what aired and how soon; own agencies only."""

import csv
import io
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from bangtin.hub.kit import clock
from bangtin.hub.portal import figure_board, menu
from bangtin.hub.portal.tests.content import signed_in
from bangtin.hub.programmes.models import Programme
from bangtin.hub.programmes.paperwork import SubmissionFacts
from bangtin.hub.reports.queries.content_figures import content_figures
from bangtin.hub.reports.tests.factories import AT, Year, a_year

pytestmark = pytest.mark.django_db
INSTRUMENT = "cao-bang/31-2020-qd-ubnd"


@pytest.fixture(autouse=True)
def quick(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(clock, "now", lambda: AT)
    menu.is_served.cache_clear()


@pytest.fixture
def year() -> Year:
    made = a_year()
    tagged = ["policy_law_external_border", "tourism"]
    SubmissionFacts.objects.create(
        version=made.approved, categories=tagged, follow_code="AAAAAAAAAA", subject={"forms": ["radio"]}
    )
    Programme.objects.update(category=tagged[0])
    return made


def test_each_kind_counts_what_was_sent_what_aired_and_how_soon(year: Year) -> None:
    on = AT.date()
    found = content_figures(instrument_id=INSTRUMENT, from_on=on.replace(month=1, day=1), until_on=on)
    tourism, policy = found.kinds["tourism"], found.kinds["policy_law_external_border"]
    assert (tourism.sent, tourism.plays, tourism.aired_ms) == (1, 24, 240_000)
    assert policy.sent == Programme.objects.count()
    assert dict(tourism.forms) == {"radio": 1}
    assert tourism.usual_wait is not None and tourism.usual_wait > timedelta()
    assert found.agencies[year.approved.programme.agency_id].plays == 24


@pytest.mark.parametrize(
    ("wait", "words"),
    [(timedelta(minutes=25), "25 phút"), (timedelta(hours=3), "3,0 giờ"), (timedelta(days=3), "3,0 ngày")],
)
def test_a_wait_of_minutes_is_told_in_minutes(wait: timedelta, words: str) -> None:
    assert figure_board.length(wait) == words


def test_other_agencies_are_left_out_of_an_agencys_own_figures(year: Year) -> None:
    on = AT.date()
    found = content_figures(
        instrument_id=INSTRUMENT, from_on=on.replace(month=1), until_on=on, agency_ids=["cao-bang/so-ngoai-vu"]
    )
    assert set(found.agencies) <= {"cao-bang/so-ngoai-vu"}


def test_the_page_names_every_kind_also_those_of_which_nothing_came(
    year: Year, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(year.world.users["tham-dinh-1"])
    with django_assert_max_num_queries(20):
        text = client.get("/thong-ke/", {"ky": "nam"}).content.decode()
    assert "Thông tin cơ sở" in text and "Xúc tiến đầu tư" in text


def test_the_spreadsheet_holds_the_same_figures(year: Year) -> None:
    client = signed_in(year.world.users["tham-dinh-1"])
    answer = client.get("/thong-ke/", {"ky": "nam", "tep": "csv"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert any(row[1:5] == ["Du lịch", "1", "1", "24"] for row in rows)


@pytest.mark.parametrize("asked", [{"tu": "x"}, {"tu": "9999-12-31"}, {"ky": "'"}, {"quy-dinh": "../.."}])
def test_odd_addresses_show_the_present_period(year: Year, asked: dict[str, str]) -> None:
    client = signed_in(year.world.users["tham-dinh-1"])
    assert client.get("/thong-ke/", asked).status_code == HTTPStatus.OK


def test_an_administrator_reads_no_figures(year: Year) -> None:
    client: Client = signed_in(year.world.users["quan-tri"])
    assert client.get("/thong-ke/").status_code == HTTPStatus.FORBIDDEN

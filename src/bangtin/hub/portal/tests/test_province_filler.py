"""The page of the province's filler: who fills it, who reads it, what is said of what comes next, and the way back."""

import html
import re
from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import clock
from bangtin.hub.portal import menu
from bangtin.hub.portal.tests.content import signed_in
from bangtin.hub.regulations.tests.factories import CAST
from bangtin.hub.schedules import actions, queries
from bangtin.hub.schedules.models import ProvinceFiller
from bangtin.hub.schedules.tests.conftest import desk
from bangtin.hub.schedules.tests.factories import NOW, Desk
from bangtin.hub.schedules.tests.provinces import Province

__all__ = ["desk"]
pytestmark = pytest.mark.django_db
PAGE = "/lich/nen-tinh/"
READERS = frozenset(CAST) - {"tai-chinh", "quan-tri"}
LEADS = frozenset({"tham-dinh-1", "tham-dinh-2", "bao-cao"})
CAO_BANG = "cao-bang/31-2020-qd-ubnd"


@pytest.fixture(autouse=True)
def sunday(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(clock, "now", lambda: NOW)
    menu.is_served.cache_clear()


@pytest.fixture
def lead(desk: Desk) -> Client:
    """The browser of an officer of the lead agency, in English."""
    User.objects.update(language="en")
    user = desk.world.users["tham-dinh-1"]
    user.refresh_from_db()
    return signed_in(user)


def _lent(desk: Desk, title: str = "Thác Bản Giốc") -> ProvinceFiller:
    return actions.add_province_filler(version=desk.version(title=title), actor=desk.world.users["bao-cao"], at=NOW)


def test_every_account_reads_or_is_kept_out_and_the_lead_agency_alone_fills_it(desk: Desk) -> None:
    held, other = _lent(desk), desk.version(title="Đèo Mã Phục")
    given = {"van-ban": CAO_BANG, "version": str(other.pk)}
    for name in CAST:
        client = signed_in(desk.world.users[name])
        answer = client.get(PAGE)
        expected = HTTPStatus.OK if name in READERS else HTTPStatus.FORBIDDEN
        assert answer.status_code == expected, name
        assert ('name="version"' in answer.text) == (name in LEADS), name
        if name not in LEADS:
            assert "/bo/" not in answer.text
            assert client.post(PAGE, given).status_code == HTTPStatus.FORBIDDEN, name
            assert client.post(f"{PAGE}{held.pk}/bo/").status_code == HTTPStatus.FORBIDDEN, name
    assert [row.version_id for row in ProvinceFiller.objects.all()] == [held.version_id]


def test_what_is_added_reaches_the_clusters_and_what_is_taken_out_comes_back_by_undo(desk: Desk, lead: Client) -> None:
    version = desk.version(title="Đèo Mã Phục")
    assert "is empty" in lead.get(PAGE).text
    page = html.unescape(lead.post(PAGE, {"van-ban": CAO_BANG, "version": version.pk}, follow=True).text)
    row = ProvinceFiller.objects.get()
    assert queries.all_filler(desk.cluster) == [version]
    assert "once its plan is approved and published" in page and f'action="{PAGE}{row.pk}/bo/"' in page
    assert f'<option value="{version.pk}"' not in page  # nothing is in it twice
    out = html.unescape(lead.post(f"{PAGE}{row.pk}/bo/", follow=True).text)
    assert not ProvinceFiller.objects.exists() and queries.all_filler(desk.cluster) == []
    (undo,) = re.findall(rf'<form action="({PAGE}[^"]*)"', out)
    lead.post(undo)
    assert ProvinceFiller.objects.get().version == version


def test_what_cannot_be_added_is_refused_on_the_page(desk: Desk, lead: Client) -> None:
    version = desk.version(title="Đèo Mã Phục")
    version.decisions.all().delete()  # its state says ready, but nobody's approval stands behind it
    answer = lead.post(PAGE, {"van-ban": CAO_BANG, "version": version.pk})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "BT-LICH-005" in answer.text
    assert f'<option value="{version.pk}" selected' in answer.text
    assert lead.post(PAGE, {"van-ban": CAO_BANG}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert lead.post(PAGE, {"van-ban": CAO_BANG, "version": "x" * 40}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert lead.post(PAGE).status_code == HTTPStatus.FORBIDDEN
    assert lead.get(f"{PAGE}999/bo/").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert lead.post(f"{PAGE}999/bo/").status_code == HTTPStatus.NOT_FOUND
    assert not ProvinceFiller.objects.exists()


def test_each_regulation_has_its_own_and_its_own_keepers(desk: Desk, lead: Client) -> None:
    elsewhere = Province("lai-chau")
    version = elsewhere.version("Biên giới Ma Lù Thàng")
    name = version.programme.instrument_id
    assert lead.post(PAGE, {"van-ban": name, "version": version.pk}).status_code == HTTPStatus.FORBIDDEN
    assert lead.post(PAGE, {"van-ban": CAO_BANG, "version": version.pk}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert lead.get(PAGE).text.count('name="version"') == 1
    own = signed_in(elsewhere.users["so-1"])
    own.post(PAGE, {"van-ban": name, "version": version.pk})
    row = ProvinceFiller.objects.get()
    assert row.instrument_id == name
    assert lead.post(f"{PAGE}{row.pk}/bo/").status_code == HTTPStatus.FORBIDDEN


def test_it_is_found_from_the_schedule_and_more_rows_ask_no_more(
    desk: Desk, lead: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    assert PAGE in lead.get("/lich/?chon=1").text
    assert PAGE in lead.get("/lich/ta-lung/2026-w48/").text
    _lent(desk)
    with django_assert_max_num_queries(20) as few:
        lead.get(PAGE)
    for number in range(4):
        _lent(desk, f"Cảnh {number}")
    with django_assert_max_num_queries(len(few)):
        page = lead.get(PAGE).text
    assert page.count("/bo/") == 5

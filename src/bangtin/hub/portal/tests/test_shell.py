"""The frame: menu by office, look, language, the kind of day."""

from collections.abc import Iterator
from datetime import date
from http import HTTPStatus

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

from bangtin.hub.accounts.models import User
from bangtin.hub.portal import context, menu


@pytest.fixture(autouse=True)
def every_page_is_served(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(menu, "is_served", lambda _address: True)
    with translation.override("en"):
        yield


def _keys(*roles: str) -> set[str]:
    return {entry.key for group in menu.groups(roles, path="/") for entry in group.entries}


def test_an_office_sees_only_its_entries() -> None:
    assert "appraisal" in _keys("appraiser")
    assert "appraisal" not in _keys("contributor")
    assert "accounts" not in _keys("appraiser")


def test_two_posts_see_the_union() -> None:
    assert _keys("contributor", "finance") == _keys("contributor") | _keys("finance")


@pytest.mark.parametrize(
    "role", ["contributor", "appraiser", "scheduler", "operator", "finance", "leader", "administrator"]
)
def test_no_office_has_more_than_fourteen_entries(role: str) -> None:
    assert len(_keys(role)) <= 14


def test_the_longest_matching_entry_is_the_current_one() -> None:
    groups = menu.groups(["contributor"], path="/chuong-trinh/gui/")
    assert [entry.key for group in groups for entry in group.entries if entry.is_current] == ["submit"]


def test_overdue_counts_are_hot() -> None:
    groups = menu.groups(["appraiser"], path="/", waiting={"duties": 4, "duties_hot": 1})
    duty = next(entry for group in groups for entry in group.entries if entry.key == "duties")
    assert (duty.count, duty.is_hot) == (1, True)


def test_an_entry_without_a_page_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menu, "is_served", lambda address: address == "/")
    assert _keys("appraiser") == {"work"}


def test_the_phone_has_three_tabs_before_more() -> None:
    assert [tab.key for tab in menu.tabs(["appraiser"], path="/")] == ["work", "programmes", "screens"]
    assert [tab.key for tab in menu.tabs(["operator"], path="/")] == ["work", "schedule", "screens"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "kind"),
    [(date(2026, 11, 23), "working day"), (date(2026, 11, 22), "weekend"), (date(2026, 9, 2), "public holiday")],
)
def test_the_top_bar_says_what_kind_of_day_it_is(on: date, kind: str) -> None:
    assert context.day_kind(on) == kind


def test_initials_keep_the_number_of_a_desk() -> None:
    assert context.initials("Cán bộ thẩm định 1") == "C1"


def test_a_strange_theme_cookie_is_ignored(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.COOKIES[context.THEME_COOKIE] = "pink"
    assert context.theme(request) == "auto"


@pytest.mark.django_db
def test_the_choice_of_language_is_kept_with_the_account(client: Client) -> None:
    from bangtin.hub.portal.views import preferences

    user = User.objects.create_account("doc", "mot-mat-khau-dai", "Người đọc")
    request = RequestFactory().post("/ngon-ngu", {"language": "en", "next": "/nghia-vu/"})
    request.user = user
    answer = preferences.set_language(request)
    user.refresh_from_db()
    assert (answer.status_code, answer.headers["Location"]) == (HTTPStatus.FOUND, "/nghia-vu/")
    assert user.language == "en"


@pytest.mark.django_db
def test_going_back_never_leaves_the_site() -> None:
    from bangtin.hub.portal.views import preferences

    user = User.objects.create_account("doc", "mot-mat-khau-dai", "Người đọc")
    request = RequestFactory().post("/giao-dien", {"theme": "dark", "next": "https://example.org/"})
    request.user = user
    assert preferences.set_theme(request).headers["Location"] == "/"
    user.refresh_from_db()
    assert user.theme == "dark"

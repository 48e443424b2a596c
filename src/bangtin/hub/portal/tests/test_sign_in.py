"""Signing in: guessing is slowed down and ends by itself; a password made by someone else is replaced at once."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from bangtin.hub.accounts import actions
from bangtin.hub.accounts.actions import signing_in
from bangtin.hub.accounts.models import SignInFailure, User
from bangtin.hub.kit import clock
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.portal import menu
from bangtin.hub.regulations.tests.factories import World, cao_bang
from bangtin.hub.schedules.tests.factories import NOW

pytestmark = pytest.mark.django_db
RIGHT, WRONG, NEW = "thac-ban-gioc-2026", "khong-phai-mat-khau", "non-nuoc-cao-bang-2026"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    menu.is_served.cache_clear()
    made = cao_bang()
    made.users["dai"].set_password(RIGHT)
    made.users["dai"].save()
    return made


def _try(client: Client, password: str, username: str = "dai", address: str = "10.0.0.1") -> int:
    form = {"username": username, "password": password}
    return int(client.post("/dang-nhap/", form, REMOTE_ADDR=address).status_code)


def test_the_fifth_failure_locks_the_account_for_a_while_even_for_the_right_password(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [_try(client, WRONG) for _number in range(5)] == [200, 200, 200, 200, 429]
    answer = client.post("/dang-nhap/", {"username": "dai", "password": RIGHT}, REMOTE_ADDR="10.0.0.9")
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    until = signing_in.locked_until(signing_in.Attempt("dai", ""), at=NOW)
    assert until and f"{until.astimezone(clock.LOCAL):%H:%M}" in answer.content.decode()
    assert WRONG not in answer.content.decode()
    monkeypatch.setattr(clock, "now", lambda: NOW + signing_in.LOCKED_FOR + timedelta(seconds=1))
    assert _try(client, RIGHT) == HTTPStatus.FOUND
    assert not SignInFailure.objects.filter(key="u:dai").exists()


def test_a_lock_stands_in_the_audit_trail(client: Client, world: World) -> None:
    for _number in range(5):
        _try(client, WRONG)
    entry = AuditEntry.objects.get(action="account.sign_in_locked")
    assert entry.subject_id == str(world.users["dai"].pk)


def test_a_name_that_no_account_bears_is_answered_the_same(client: Client, world: World) -> None:
    assert [_try(client, WRONG, "khong-co-ai") for _number in range(5)] == [200, 200, 200, 200, 429]


def test_one_address_cannot_try_name_after_name(client: Client, world: World) -> None:
    answers = [_try(client, WRONG, f"ten-{number}") for number in range(signing_in.MOST["a"])]
    assert answers[-1] == HTTPStatus.TOO_MANY_REQUESTS
    assert _try(client, RIGHT) == HTTPStatus.TOO_MANY_REQUESTS
    assert _try(client, RIGHT, address="10.0.0.2") == HTTPStatus.FOUND


def test_failures_of_long_ago_are_forgotten(client: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(4):
        _try(client, WRONG)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=1))
    assert [_try(client, WRONG), _try(client, RIGHT)] == [HTTPStatus.OK, HTTPStatus.FOUND]


def test_a_password_from_someone_else_opens_one_page_alone(client: Client, world: World) -> None:
    user, admin = world.users["dai"], world.users["quan-tri"]
    given = actions.generated_password()
    actions.set_password(user=user, password=given, actor=admin, at=NOW)
    assert _try(client, given) == HTTPStatus.FOUND
    assert client.get("/").headers["Location"] == "/mat-khau/"
    assert client.get("/mat-khau/").status_code == HTTPStatus.OK
    for wrong in (
        {"password": NEW, "again": "khac"},
        {"password": "ngan", "again": "ngan"},
        dict.fromkeys(("password", "again"), given),
    ):
        assert client.post("/mat-khau/", wrong).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post("/mat-khau/", {"password": NEW, "again": NEW}).headers["Location"] == "/"
    assert client.get("/").status_code == HTTPStatus.OK


def test_accounts_made_by_the_machine_are_asked_only_if_told(world: World) -> None:
    def make(username: str, actor: User | None, is_provisional: bool | None = None) -> None:
        actions.create_account(
            username=username,
            password=NEW,
            display_name="Cán bộ",
            actor=actor,
            at=NOW,
            is_provisional=is_provisional,
        )

    make("mau", None)
    make("lenh", None, is_provisional=True)
    make("nguoi", world.users["quan-tri"])
    asked = dict(
        User.objects.filter(username__in=("mau", "lenh", "nguoi")).values_list("username", "is_password_provisional")
    )
    assert asked == {"mau": False, "lenh": True, "nguoi": True}

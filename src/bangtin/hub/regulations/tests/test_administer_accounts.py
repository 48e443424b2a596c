"""Accounts and posts in the administrator's hands."""

from datetime import date, timedelta

import pytest

from bangtin.hub.accounts import actions
from bangtin.hub.accounts.models import Post, Role
from bangtin.hub.accounts.queries import has_role
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.kit.testing import local
from bangtin.hub.regulations.tests.factories import World, cao_bang

AT = local("2026-11-23 09:00")
TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return cao_bang()


@pytest.mark.parametrize("name", ["dai", "tham-dinh-1", "lanh-dao", "an-toan", "bao-cao"])
def test_nobody_but_an_administrator_keeps_accounts(world: World, name: str) -> None:
    actor, other = world.users[name], world.users["ngoai-vu"]
    post = Post.objects.get(user=other)
    with pytest.raises(NotPermitted):
        actions.create_account(username="m", password="mot-mat-khau-dai", display_name="M", actor=actor, at=AT)
    with pytest.raises(NotPermitted):
        actions.give_post(user=other, agency=world.agencies["so-tttt"], role=Role.APPRAISER, actor=actor, at=AT)
    with pytest.raises(NotPermitted):
        actions.end_post(post=post, ends_on=TODAY, actor=actor, at=AT)
    with pytest.raises(NotPermitted):
        actions.deactivate(user=other, actor=actor, at=AT)
    with pytest.raises(NotPermitted):
        actions.set_password(user=other, password="mot-mat-khau-dai", actor=actor, at=AT)


def test_an_administrator_gives_no_post_to_the_own_account(world: World) -> None:
    admin = world.users["quan-tri"]
    with pytest.raises(actions.OwnAccount):
        actions.give_post(user=admin, agency=world.agencies["so-tttt"], role=Role.APPRAISER, actor=admin, at=AT)
    assert not has_role(admin, Role.APPRAISER, on=TODAY)


def test_an_administrator_does_not_lock_the_own_account(world: World) -> None:
    admin = world.users["quan-tri"]
    with pytest.raises(actions.OwnAccount):
        actions.deactivate(user=admin, actor=admin, at=AT)
    with pytest.raises(actions.OwnAccount):
        actions.end_post(post=Post.objects.get(user=admin), ends_on=TODAY, actor=admin, at=AT)


def test_a_post_holds_to_the_end_of_its_last_day(world: World) -> None:
    user = world.users["dai"]
    actions.end_post(post=Post.objects.get(user=user), ends_on=TODAY, actor=world.users["quan-tri"], at=AT)
    assert has_role(user, Role.CONTRIBUTOR, on=TODAY)
    assert not has_role(user, Role.CONTRIBUTOR, on=TODAY + timedelta(days=1))
    assert AuditEntry.objects.filter(action="post.ended", actor_name="Quản trị hệ thống").exists()


def test_a_post_does_not_end_in_the_past(world: World) -> None:
    post = Post.objects.get(user=world.users["dai"])
    with pytest.raises(actions.AccountRefused):
        actions.end_post(post=post, ends_on=date(2026, 11, 1), actor=world.users["quan-tri"], at=AT)


def test_a_locked_account_has_no_right_until_it_is_opened(world: World) -> None:
    user, admin = world.users["dai"], world.users["quan-tri"]
    actions.deactivate(user=user, actor=admin, at=AT)
    assert not has_role(user, Role.CONTRIBUTOR, on=TODAY)
    actions.reactivate(user=user, actor=admin, at=AT)
    assert has_role(user, Role.CONTRIBUTOR, on=TODAY)
    assert list(AuditEntry.objects.filter(action__startswith="account.").values_list("action", flat=True)) == [
        "account.locked",
        "account.opened",
    ]


def test_a_generated_password_is_strong_and_new_each_time(world: World) -> None:
    first, second = actions.generated_password(), actions.generated_password()
    assert first != second
    made = actions.create_account(
        username="moi", password=first, display_name="Cán bộ mới", actor=world.users["quan-tri"], at=AT
    )
    assert made.check_password(first)


def test_one_may_change_the_own_password(world: World) -> None:
    user = world.users["dai"]
    actions.set_password(user=user, password="mot-mat-khau-khac", actor=user, at=AT)
    assert user.check_password("mot-mat-khau-khac")

"""A post held in another's stead: dated, given by its holder or an administrator, ended by itself or taken back."""

from datetime import date, timedelta

import pytest

from bangtin.hub.accounts import actions, queries
from bangtin.hub.accounts.models import Delegation, Post, Role, User
from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.kit.testing import local
from bangtin.hub.regulations.tests.factories import World, cao_bang

pytestmark = pytest.mark.django_db
NOW = local("2026-11-23 09:00")
MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)


@pytest.fixture
def world() -> World:
    return cao_bang()


def _delegate(world: World, *, to: str = "bao-cao", by: str = "tham-dinh-1", **changes: object) -> Delegation:
    post = Post.objects.get(user=world.users["tham-dinh-1"], role=Role.APPRAISER)
    days: dict[str, object] = {"starts_on": MONDAY, "ends_on": FRIDAY, "reason": "Đi công tác", "post": post, **changes}
    return actions.delegate_post(to=world.users[to], actor=world.users[by], at=NOW, **days)  # type: ignore[arg-type]  # a test's shorthand


def _appraises(user: User, on: date) -> bool:
    return queries.has_role(user, Role.APPRAISER, on=on)


def test_the_delegate_holds_the_post_on_its_days_and_no_other(world: World) -> None:
    made = _delegate(world)
    user = world.users["bao-cao"]
    held = [_appraises(user, MONDAY + timedelta(days=number)) for number in (-1, 0, 4, 5)]
    assert held == [False, True, True, False]
    assert made.given.delegated_from == made.post
    assert AuditEntry.objects.filter(action="post.delegated").count() == 1


def test_a_post_of_ones_own_comes_before_one_in_anothers_stead(world: World) -> None:
    made = _delegate(world)
    Post.objects.create(user=made.delegate, agency=made.post.agency, role=Role.APPRAISER, starts_on=MONDAY)
    first = queries.posts_on(made.delegate, MONDAY).filter(role=Role.APPRAISER).first()
    assert first is not None and first.delegated_from is None


def test_a_delegation_is_taken_back_by_either_and_by_an_administrator(world: World) -> None:
    for name in ("tham-dinh-1", "bao-cao", "quan-tri"):
        made = _delegate(world)
        actions.withdraw_delegation(delegation=made, actor=world.users[name], at=NOW)
        assert not _appraises(made.delegate, MONDAY)
        with pytest.raises(StaleState):
            actions.withdraw_delegation(delegation=made, actor=world.users[name], at=NOW)
    with pytest.raises(NotPermitted):
        actions.withdraw_delegation(delegation=_delegate(world), actor=world.users["tham-dinh-2"], at=NOW)


def test_it_gives_no_right_once_the_post_itself_or_its_holder_is_gone(world: World) -> None:
    made = _delegate(world)
    Post.objects.filter(pk=made.post_id).update(ends_on=MONDAY)
    assert [_appraises(made.delegate, MONDAY), _appraises(made.delegate, FRIDAY)] == [True, False]
    Post.objects.filter(pk=made.post_id).update(ends_on=None)
    actions.deactivate(user=world.users["tham-dinh-1"], actor=world.users["quan-tri"], at=NOW)
    assert not _appraises(made.delegate, FRIDAY)


def test_nobody_stands_in_for_himself_from_whatever_account(world: World) -> None:
    with pytest.raises(actions.DelegationRefused):
        _delegate(world, to="tham-dinh-1")
    actions.join_person(
        user=world.users["bao-cao"],
        same_as=world.users["tham-dinh-1"],
        reason="Cùng một người",
        actor=world.users["quan-tri"],
        at=NOW,
    )
    world.users["bao-cao"].refresh_from_db()
    with pytest.raises(actions.DelegationRefused):
        _delegate(world)


def test_a_delegation_needs_days_to_come_a_reason_and_an_open_account_without_that_post(world: World) -> None:
    wrong: tuple[dict[str, object], ...] = (
        {"starts_on": MONDAY - timedelta(days=1)},
        {"ends_on": MONDAY - timedelta(days=1)},
        {"ends_on": MONDAY + timedelta(days=366)},
        {"reason": " "},
        {"to": "tham-dinh-2"},
    )
    for changes in wrong:
        with pytest.raises(actions.DelegationRefused):
            _delegate(world, **changes)  # type: ignore[arg-type]  # a test's shorthand
    assert not Delegation.objects.exists()


def test_a_post_held_in_anothers_stead_is_not_passed_on(world: World) -> None:
    made = _delegate(world)
    with pytest.raises(actions.DelegationRefused):
        _delegate(world, post=made.given, to="an-toan", by="bao-cao")


def test_only_the_holder_or_an_administrator_delegates_and_no_administrator_to_himself(world: World) -> None:
    assert _delegate(world, by="quan-tri").made_by == world.users["quan-tri"]
    with pytest.raises(NotPermitted):
        _delegate(world, by="tham-dinh-2", to="an-toan")
    with pytest.raises(actions.OwnAccount):
        _delegate(world, by="quan-tri", to="quan-tri")

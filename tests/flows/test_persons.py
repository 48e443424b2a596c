"""Two accounts of one person are one person; an administrator says so, in writing."""

import pytest

from bangtin.hub.accounts import actions, queries
from bangtin.hub.accounts.models import PersonChange, Role, User
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.kit.testing import local
from bangtin.hub.programmes.policies import has_editorial_right
from bangtin.hub.regulations.tests.factories import World, account, cao_bang

pytestmark = pytest.mark.django_db
NOW = local("2026-11-23 09:00")


@pytest.fixture
def world() -> World:
    return cao_bang()


def _join(world: World, one: str, other: str, *, reason: str = "Cùng một người, theo quyết định") -> User:
    users = world.users
    return actions.join_person(user=users[one], same_as=users[other], reason=reason, actor=users["quan-tri"], at=NOW)


def test_every_account_is_a_person_of_its_own_at_first(world: World) -> None:
    assert len({user.person for user in world.users.values()}) == len(world.users)


def test_a_second_account_made_for_a_person_is_that_person(world: World) -> None:
    made = actions.create_account(
        username="dai-2",
        password="k7mw-2xbd-99aa-qqpp",
        display_name="Phóng viên Đài",
        actor=world.users["quan-tri"],
        at=NOW,
        same_person_as=world.users["dai"],
    )
    assert queries.is_same_person(made, world.users["dai"])


def test_joining_two_accounts_is_kept_with_its_reason(world: World) -> None:
    before = world.users["tham-dinh-2"].person
    joined = _join(world, "tham-dinh-2", "dai")
    row = PersonChange.objects.get()
    assert (row.before, row.after, row.by) == (before, joined.person, world.users["quan-tri"])
    assert AuditEntry.objects.filter(action="account.joined").count() == 1
    assert set(queries.accounts_of(world.users["dai"])) == {joined, world.users["dai"]}


def test_parting_an_account_makes_it_a_person_again_and_keeps_the_history(world: World) -> None:
    joined = _join(world, "tham-dinh-2", "dai")
    actions.part_person(user=joined, reason="Ghép nhầm người", actor=world.users["quan-tri"], at=NOW)
    assert not queries.is_same_person(joined, world.users["dai"])
    assert PersonChange.objects.count() == 2


def test_a_person_is_not_changed_without_a_reason_twice_or_by_another_office(world: World) -> None:
    with pytest.raises(actions.AccountRefused):
        _join(world, "tham-dinh-2", "dai", reason="  ")
    _join(world, "tham-dinh-2", "dai")
    with pytest.raises(actions.AccountRefused):
        _join(world, "dai", "tham-dinh-2")
    with pytest.raises(NotPermitted):
        actions.join_person(
            user=world.users["dai"],
            same_as=world.users["ngoai-vu"],
            reason="Cùng một người",
            actor=world.users["tham-dinh-1"],
            at=NOW,
        )


def test_no_administrator_changes_who_he_is(world: World) -> None:
    with pytest.raises(actions.OwnAccount):
        _join(world, "quan-tri", "dai")
    with pytest.raises(actions.OwnAccount):
        _join(world, "dai", "quan-tri")


def test_an_administrator_gives_his_second_account_nothing(world: World) -> None:
    second = account("quan-tri-2", "Quản trị, tài khoản hai", world.agencies["so-tttt"], Role.CONTRIBUTOR)
    User.objects.filter(pk=second.pk).update(person=world.users["quan-tri"].person)
    second.refresh_from_db()
    with pytest.raises(actions.OwnAccount):
        actions.give_post(
            user=second, agency=world.agencies["so-tttt"], role=Role.APPRAISER, actor=world.users["quan-tri"], at=NOW
        )


def test_who_administers_the_system_has_no_editorial_right_from_a_second_account_either(world: World) -> None:
    second = account("tham-dinh-3", "Cán bộ thẩm định 3", world.agencies["so-tttt"], Role.APPRAISER)
    assert has_editorial_right(second, on=NOW.date())
    actions.join_person(
        user=second, same_as=world.users["quan-tri"], reason="Cùng một người", actor=_other_administrator(world), at=NOW
    )
    second.refresh_from_db()
    assert not has_editorial_right(second, on=NOW.date())


def _other_administrator(world: World) -> User:
    return account("quan-tri-2", "Quản trị 2", world.agencies["so-tttt"], Role.ADMINISTRATOR)

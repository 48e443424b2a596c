"""`bangtin account` makes accounts with a post, lists them and mends passwords."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from bangtin.hub.accounts.models import User
from bangtin.hub.regulations.tests.factories import World, cao_bang

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return cao_bang()


def add(username: str = "moi", agency: str = "cao-bang/so-tttt") -> None:
    call_command("account", "add", username, name="Cán bộ mới", agency=agency, role="administrator")


def test_a_new_account_signs_in_with_the_password_shown_once(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    add()
    password = capsys.readouterr().out.split()[-1]
    user = User.objects.get(username="moi")
    assert user.check_password(password)
    assert [post.role for post in user.posts.all()] == ["administrator"]


def test_an_unknown_agency_is_bad_input(world: World) -> None:
    with pytest.raises(CommandError) as refused:
        add(agency="cao-bang/khong-co")
    assert refused.value.returncode == 2
    assert not User.objects.filter(username="moi").exists()


def test_a_taken_name_is_refused_with_its_code(world: World) -> None:
    with pytest.raises(CommandError, match="BT-ACCOUNT-001"):
        add(username="dai")


def test_a_lost_password_is_replaced(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("account", "set-password", "dai")
    password = capsys.readouterr().out.split()[-1]
    assert User.objects.get(username="dai").check_password(password)


def test_the_list_names_every_post(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("account", "list", is_json=True)
    rows = json.loads(capsys.readouterr().out)["accounts"]
    assert {row["username"] for row in rows} == set(world.users)

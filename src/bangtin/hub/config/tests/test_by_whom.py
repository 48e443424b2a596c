"""Deeds of the command line name the account of the machine; what destroys keys asks first."""

import io
import os
import pwd
import sys

import pytest
from django.core.management import CommandError, call_command

from bangtin.hub.config.commanding import OurCommand, caller
from bangtin.hub.config.management.commands import bench, demo, serve, work
from bangtin.hub.devices import actions
from bangtin.hub.kit import audit, clock
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.schedules.tests.conftest import desk
from bangtin.hub.schedules.tests.factories import Desk

__all__ = ["desk"]
pytestmark = pytest.mark.django_db


class Terminal(io.StringIO):
    """A terminal on which the answer is typed."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def repository(desk: Desk) -> None:
    actions.create_repository(at=clock.now())


def newest() -> AuditEntry:
    return AuditEntry.objects.order_by("-id")[0]


def version() -> int:
    return AuditEntry.objects.filter(action="keys.published").count()


def test_a_rotation_names_the_account_of_the_machine() -> None:
    call_command("keys", "rotate", "snapshot")
    assert (newest().action, newest().actor_id) == ("keys.published", None)
    assert newest().details["by"] == f"cli:{pwd.getpwuid(os.getuid()).pw_name}"
    assert list(audit.broken()) == []


def test_an_account_without_a_name_is_named_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 3_999_999_999)
    assert caller() == "cli:3999999999"


def test_what_the_program_does_by_itself_names_nobody(desk: Desk) -> None:
    call_command("keys", "rotate", "snapshot")
    entry = audit.record("day.sealed", newest(), actor=None, at=clock.now())
    assert "by" not in entry.details
    assert OurCommand.is_a_persons_deed
    assert not any(one.Command.is_a_persons_deed for one in (bench, demo, serve, work))


@pytest.mark.parametrize("answer", ["\n", "n\n", ""])
def test_on_a_terminal_no_key_is_destroyed_without_a_yes(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    before = version()
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    with pytest.raises(CommandError) as refused:
        call_command("keys", "rotate", "snapshot")
    assert (refused.value.returncode, version()) == (1, before)


@pytest.mark.parametrize(("answer", "more"), [("y\n", []), ("có\n", []), ("", ["--yes"])])
def test_a_yes_or_the_option_rotates(monkeypatch: pytest.MonkeyPatch, answer: str, more: list[str]) -> None:
    before = version()
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    call_command("keys", "rotate", "snapshot", *more)
    assert version() == before + 1

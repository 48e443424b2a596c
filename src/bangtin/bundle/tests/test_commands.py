"""Commands to one screen: signed, for that screen, once, for ten minutes, ordered where they must be (trust 6.7)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bangtin.bundle import commands, dsse, publishing, trusted
from bangtin.bundle.approvals import Officer, Officers, Policy
from bangtin.bundle.commands import Command
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.tests import world
from bangtin.bundle.tests.world import AT, CLUSTER, FAR, KEYS

STEPS = (commands.STEP_BLANK, commands.STEP_RESTORE)
OFFICERS = Officers(
    {
        **world.officers().by_id,
        "be": Officer("phong-vhxh", "operator", STEPS, AT - timedelta(days=300), FAR),
    }
)
TRUSTED = trusted.load(
    publishing.new_repository(
        KEYS, clusters=[CLUSTER, world.OTHER], policy=Policy.default().encode(), officers=OFFICERS.encode(), at=AT
    ),
    anchor=world.ANCHOR,
    at=AT,
)


def command(kind: str = "blank", n: int = 1, **changes: object) -> Command:
    made = Command("dev-1", 1, n, kind, AT, AT + timedelta(minutes=10))
    return replace(made, **changes)  # type: ignore[arg-type]  # each test names fields of Command


def ordered(made: Command, *, of: Command | None = None, officer: str = "be", **changes: object) -> Command:
    """`made` with the order of `officer` in it, for the command `of` if another one is meant."""
    statement = commands.order(
        of or made, cluster=CLUSTER, statement_id="c-1", officer=officer, post="operator", agency="phong-vhxh",
        at=made.at, instrument="31/2020/QĐ-UBND", clause="7.2", grounds="0" * 64,
    )  # fmt: skip
    payload = replace(statement, **changes).payload()  # type: ignore[arg-type]  # fields of Statement
    return replace(made, orders=(dsse.sign("approval", payload, KEYS.of("approvals")),))


def check(made: Command | bytes, *, role: str = "hub", **changes: object) -> Command:
    body = made if isinstance(made, bytes) else commands.encode(made, KEYS.of(role))
    arguments: dict[str, object] = {
        "keys": TRUSTED,
        "officers": OFFICERS,
        "policy": Policy.default(),
        "device": world.device(),
        "floor": 0,
        "at": AT,
    }
    return commands.check(body, **{**arguments, **changes})  # type: ignore[arg-type]  # each test names arguments


def refused(code: str, made: Command | bytes, **changes: object) -> None:
    with pytest.raises(BundleRefusal) as caught:
        check(made, **changes)  # type: ignore[arg-type]  # each test names arguments
    assert (caught.value.code, caught.value.step) == (code, "6.7"), str(caught.value)


@pytest.mark.parametrize(
    ("kind", "args"),
    [
        ("volume", {"percent": 0}),
        ("volume", {"percent": 100}),
        ("screenshot", {}),
        ("screenshot", {"face": "ta-lung-1"}),
        ("restart", {}),
        ("revoke", {}),
        ("prove", {"nonce": "a" * 32}),
    ],
)
def test_a_command_that_needs_no_order_is_taken_as_it_was_made(kind: str, args: dict[str, object]) -> None:
    made = command(kind, args=args)
    assert check(made) == made


@pytest.mark.parametrize("kind", ["blank", "restore"])
def test_blank_and_restore_are_taken_with_one_officers_order(kind: str) -> None:
    made = ordered(command(kind))
    assert check(made) == made
    refused("command_unordered", command(kind))


def test_t56_a_command_for_a_neighbour_is_refused() -> None:
    refused("command_elsewhere", command("restart", device="dev-2"))
    refused("command_elsewhere", command("restart", epoch=2))


def test_t56_a_command_replayed_is_refused() -> None:
    made = command("restart", n=7)
    assert check(made, floor=6).n == 7
    refused("command_replayed", made, floor=7)
    refused("command_replayed", made, floor=8)


@pytest.mark.parametrize(
    "made",
    [
        command("restart", at=AT - timedelta(minutes=10), ends=AT),
        command("restart", at=AT + timedelta(minutes=6), ends=AT + timedelta(minutes=9)),
        command("restart", ends=AT + timedelta(minutes=10, seconds=1)),
    ],
)
def test_a_command_counts_for_ten_minutes(made: Command) -> None:
    refused("command_over", made)


@pytest.mark.parametrize("role", ["approvals", "c-ta-lung", "alerts", "timestamp"])
def test_a_command_by_another_role_is_refused(role: str) -> None:
    refused("command_unsigned", command("restart"), role=role)


@pytest.mark.parametrize(
    "changed",
    [
        lambda: ordered(command("blank"), of=command("restore")),
        lambda: ordered(command("blank"), of=command("blank", device="dev-2")),
        lambda: ordered(command("blank"), of=command("blank", epoch=2)),
        lambda: ordered(command("blank"), officer="hoa"),
        lambda: ordered(command("blank"), step="command.restore"),
        lambda: ordered(command("blank"), decision="withdrawn"),
        lambda: ordered(command("blank"), clusters=(world.OTHER,)),
        lambda: ordered(command("blank"), until_at=AT),
    ],
)
def test_an_order_counts_for_exactly_what_was_ordered(changed: Callable[[], Command]) -> None:
    refused("command_unordered", changed())


def test_an_order_of_another_class_is_none() -> None:
    refused("command_unordered", ordered(command("blank"), class_="emergency"))


@pytest.mark.parametrize(
    ("kind", "args"),
    [
        ("volume", {}),
        ("volume", {"percent": 101}),
        ("volume", {"percent": -1}),
        ("prove", {}),
        ("prove", {"nonce": "../etc"}),
        ("restart", {"shell": "rm"}),
        ("screenshot", {"face": "../1"}),
        ("format", {}),
    ],
)
def test_a_command_says_only_what_its_kind_may_say(kind: str, args: dict[str, object]) -> None:
    refused("command_malformed", dsse.sign("command", command(kind, args=args).payload(), KEYS.of("hub")))


def test_a_large_command_is_not_read() -> None:
    refused("command_too_large", b"x" * 4_097)


def test_policy_may_ask_for_two_officers_before_a_screen_goes_dark() -> None:
    strict = replace(
        Policy.default(),
        classes={
            **Policy.default().classes,
            "command": replace(Policy.default().classes["ordinary"], steps=((commands.STEP_BLANK, 2),)),
        },
    )
    refused("command_unordered", ordered(command("blank")), policy=strict)

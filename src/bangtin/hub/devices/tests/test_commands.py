"""Commands to screens: who may give them, what is signed, how the screen hears, what its answer leaves."""

from datetime import timedelta
from typing import Any

import pytest

from bangtin.bundle import commands, trusted
from bangtin.bundle.approvals import Officers, Policy
from bangtin.bundle.devices import DeviceRecord
from bangtin.bundle.errors import BundleRefusal
from bangtin.hub.devices import errors, hints, queries
from bangtin.hub.devices.actions import ceremonies
from bangtin.hub.devices.actions.commands import Answer, Order, order, take_answers
from bangtin.hub.devices.models import Command, Device
from bangtin.hub.devices.queries import commanding
from bangtin.hub.devices.states import CommandKind, CommandResult
from bangtin.hub.devices.tests.factories import Player, enrolled, record_of
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(seconds=30)
BLANK = Order(CommandKind.BLANK, "Nội dung lạ, nghi bị can thiệp")


def _device(player: Player) -> Device:
    assert player.device is not None
    player.device.refresh_from_db()
    return player.device


def _told(desk: Desk, player: Player, wanted: Order = BLANK) -> Command:
    return order(devices=[_device(player)], wanted=wanted, actor=desk.scheduler, at=NOW)[0]


def _checked(
    player: Player, envelope: bytes, *, floor: int = 0, at: Any = SOON, device: DeviceRecord | None = None
) -> commands.Command:
    """As the screen judges it."""
    files = queries.current_files()
    found = {name.rsplit(".", 2)[-2]: body for name, body in files.items() if name.startswith("targets/")}
    return commands.check(
        envelope,
        keys=trusted.load(files, anchor=queries.anchor(), at=at),
        officers=Officers.parse(found["officers"]),
        policy=Policy.parse(found["policy"]),
        device=device or record_of(player, at=NOW),
        floor=floor,
        at=at,
    )


def test_one_officer_covers_a_screen_and_the_screen_takes_the_order_once(desk: Desk) -> None:
    player = enrolled(desk)
    row = _told(desk, player)
    command = _checked(player, bytes(row.envelope))
    assert (command.kind, command.n, command.ends - command.at) == ("blank", 1, timedelta(minutes=10))
    with pytest.raises(BundleRefusal, match="command_replayed"):
        _checked(player, bytes(row.envelope), floor=1)
    entry = AuditEntry.objects.filter(action="command.ordered").get()
    assert (entry.actor_id, entry.details["kind"], entry.details["reason"]) == (row.ordered_by_id, "blank", row.reason)


def test_a_screen_that_joined_under_a_former_key_of_the_hub_is_commanded_by_the_new_one(desk: Desk) -> None:
    player = enrolled(desk)
    held = record_of(player, at=NOW)  # as the screen keeps it
    ceremonies.publish(papers=ceremonies.prepare(ceremonies.rotation(["hub"]), at=NOW), at=NOW)
    assert _checked(player, bytes(_told(desk, player).envelope), device=held).kind == "blank"


def test_a_command_for_one_screen_is_none_for_its_neighbour(desk: Desk) -> None:
    first, second = enrolled(desk), enrolled(desk, face="ta-lung-2")
    with pytest.raises(BundleRefusal, match="command_elsewhere"):
        _checked(second, bytes(_told(desk, first).envelope))


def test_a_command_is_over_after_ten_minutes_and_polls_carry_it_no_more(desk: Desk) -> None:
    player = enrolled(desk)
    row = _told(desk, player)
    device, late = _device(player), NOW + timedelta(minutes=10)
    assert commanding.pending(device, at=SOON) == [bytes(row.envelope)]
    assert commanding.pending(device, at=late) == []
    with pytest.raises(BundleRefusal, match="command_over"):
        _checked(player, bytes(row.envelope), at=late)


def test_a_device_that_was_told_nothing_costs_a_poll_no_query(desk: Desk, django_assert_num_queries: Any) -> None:
    device = _device(enrolled(desk))
    with django_assert_num_queries(0):
        assert commanding.pending(device, at=NOW) == []


def test_what_a_player_answers_is_kept_once_and_covers_the_screen_until_it_is_restored(desk: Desk) -> None:
    player = enrolled(desk)
    _told(desk, player)
    device = _device(player)
    done = Answer(1, CommandResult.DONE, "", SOON)
    assert [row.n for row in take_answers(device=device, answers=[done], at=SOON)] == [1]
    assert take_answers(device=device, answers=[done], at=SOON) == []
    assert _device(player).covered_at == SOON
    assert commanding.pending(_device(player), at=SOON) == []
    _told(desk, player, Order(CommandKind.RESTORE, "Đã kiểm tra, nội dung đúng"))
    take_answers(device=_device(player), answers=[Answer(2, CommandResult.DONE, "", SOON)], at=SOON)
    assert _device(player).covered_at is None


def test_what_a_player_refused_covers_nothing(desk: Desk) -> None:
    player = enrolled(desk)
    row = _told(desk, player)
    refused = Answer(1, CommandResult.REFUSED, "command_over", SOON)
    take_answers(device=_device(player), answers=[refused], at=SOON)
    row.refresh_from_db()
    assert (row.result, row.code, _device(player).covered_at) == ("refused", "command_over", None)


def test_others_command_no_screen_of_the_cluster(desk: Desk) -> None:
    device = _device(enrolled(desk))
    for username in ("dai", "quan-tri", "xep-lich-tk", "an-toan", "bao-cao"):
        with pytest.raises(NotPermitted):
            order(devices=[device], wanted=BLANK, actor=desk.world.users[username], at=NOW)
    assert not Command.objects.exists()


def test_who_runs_the_cluster_and_who_orders_emergencies_command_it(desk: Desk) -> None:
    player = enrolled(desk)
    for username in ("xep-lich", "tham-dinh-1", "lanh-dao"):
        row = order(devices=[_device(player)], wanted=BLANK, actor=desk.world.users[username], at=NOW)[0]
        assert _checked(player, bytes(row.envelope)).kind == "blank"


def test_nothing_is_sent_without_a_reason_a_right_volume_or_a_player(desk: Desk) -> None:
    device = _device(enrolled(desk))
    for wanted in (Order(CommandKind.BLANK), Order(CommandKind.VOLUME, percent=101), Order(CommandKind.VOLUME)):
        with pytest.raises(errors.BadCommand):
            order(devices=[device], wanted=wanted, actor=desk.scheduler, at=NOW)
    with pytest.raises(errors.NoPlayer):
        order(devices=[], wanted=BLANK, actor=desk.scheduler, at=NOW)


def test_the_open_stream_of_the_screen_hears_the_command_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    player, heard = enrolled(desk), []
    monkeypatch.setattr(hints, "send_command", lambda device, envelope: heard.append((device, envelope)))
    with django_capture_on_commit_callbacks(execute=True):
        row = _told(desk, player, Order(CommandKind.RESTART))
    assert heard == [(row.device_id, bytes(row.envelope))]

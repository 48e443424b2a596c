"""The hub is put back from a backup: screens that have heard more than it knows listen to it again."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bangtin.bundle import verify
from bangtin.bundle.errors import BundleRefusal
from bangtin.hub.devices import queries
from bangtin.hub.devices.actions.commands import Order, order
from bangtin.hub.devices.actions.restores import note_restore
from bangtin.hub.devices.models import Bundle, Device, RepositoryFile, Restore
from bangtin.hub.devices.queries.restores import LEAP
from bangtin.hub.devices.states import CommandKind
from bangtin.hub.devices.tests.factories import Player, enrolled, planned, published, record_of
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.schedules.tests.factories import NOW, Desk

MINUTE = timedelta(minutes=1)


class Backup:
    """The signed repository and the bundles as they are now, to be put back later."""

    def __init__(self) -> None:
        self._files = list(RepositoryFile.objects.all())
        self._bundles = set(Bundle.objects.values_list("pk", flat=True))

    def put_back(self) -> None:
        Bundle.objects.exclude(pk__in=self._bundles).delete()
        RepositoryFile.objects.all().delete()
        RepositoryFile.objects.bulk_create(self._files)


def _heard(player: Player, *, floors: verify.Floors | None = None, at: Any = NOW) -> verify.Accepted:
    return verify.accept(
        queries.current_files(), anchor=queries.anchor(), at=at, device=record_of(player), floors=floors
    )


def test_what_the_hub_publishes_after_a_restore_is_beyond_all_that_screens_have_seen(desk: Desk) -> None:
    player = enrolled(desk)
    planned(desk)
    published(desk)
    backup = Backup()
    for n in (1, 2, 3):
        published(desk, at=NOW + n * MINUTE)
    seen = _heard(player, at=NOW + 3 * MINUTE).floors
    backup.put_back()
    published(desk, at=NOW + 4 * MINUTE)
    with pytest.raises(BundleRefusal, match="rollback"):
        _heard(player, floors=seen, at=NOW + 4 * MINUTE)
    backup.put_back()
    note_restore(reason="Đĩa máy chủ hỏng", at=NOW + 5 * MINUTE)
    bundle = published(desk, at=NOW + 5 * MINUTE)
    accepted = _heard(player, floors=seen, at=NOW + 5 * MINUTE)
    assert accepted.manifest.number == bundle.number == LEAP + 1
    assert published(desk, at=NOW + 6 * MINUTE).number == LEAP + 2
    _heard(player, floors=accepted.floors, at=NOW + 6 * MINUTE)


def test_a_second_restore_goes_beyond_the_first(desk: Desk) -> None:
    planned(desk)
    for _time in range(2):
        note_restore(reason="Đĩa máy chủ hỏng", at=NOW)
    assert published(desk).number == 2 * LEAP + 1
    assert AuditEntry.objects.filter(action="hub.restored").count() == 2


def test_orders_to_screens_go_on_beyond_it_too(desk: Desk) -> None:
    player = enrolled(desk)
    assert player.device is not None
    note_restore(reason="Đĩa máy chủ hỏng", at=NOW)
    wanted = Order(CommandKind.BLANK, "Nội dung lạ, nghi bị can thiệp")
    (row,) = order(devices=[Device.objects.get(pk=player.device.pk)], wanted=wanted, actor=desk.scheduler, at=NOW)
    assert row.n == LEAP + 1


def test_the_command_asks_for_a_reason_and_says_what_is_next(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError):
        call_command("keys", "restored", "--reason", " ")
    assert not Restore.objects.exists()
    call_command("keys", "restored", "--reason", "Đĩa máy chủ hỏng")
    assert "phát hành lại mọi kế hoạch" in capsys.readouterr().out
    assert Restore.objects.get().reason == "Đĩa máy chủ hỏng"

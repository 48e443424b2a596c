"""Two at once, in threads of their own on both engines: one release is answered once, one time is placed once."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, connections

from bangtin.hub.kit.errors import Refusal, StaleState
from bangtin.hub.kit.testing import local
from bangtin.hub.schedules import actions, errors
from bangtin.hub.schedules.models import PlanRelease, Slot
from bangtin.hub.schedules.states import ReleaseState
from bangtin.hub.schedules.tests.provinces import Province

PATIENCE_S = 60


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="an in-memory database has one connection; tried in a file")
def test_the_races_end_right_on_postgresql() -> None:
    try_all()


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is tried above")
def test_the_races_end_right_on_sqlite(tmp_path: Path) -> None:
    script = "from bangtin.hub.schedules.tests import test_race; test_race.try_in_a_file()"
    environment = os.environ | {
        "BANGTIN_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "bangtin.hub.config.settings",
        "BANGTIN_DATABASE_URL": f"sqlite:///{tmp_path / 'race.sqlite3'}",
    }
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {script}"],
        env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]


def try_in_a_file() -> None:
    """The SQLite half, in a database file of its own."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    try_all()


def try_all() -> None:
    """Every race once, in one province."""
    desk = Province("cao-bang")
    _two_approvals(desk)
    _two_placements(desk)
    _move_and_undo(desk)


def _two_approvals(desk: Province) -> None:
    monday, friday = date(2026, 11, 23), date(2026, 11, 27)
    desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 09:00")
    asked = actions.ask_release(cluster=desk.cluster, from_on=monday, until_on=friday, actor=desk.actor, at=desk.at)

    def approve(who: str) -> Callable[[], object]:
        return lambda: actions.approve_release(
            release=PlanRelease.objects.get(pk=asked.pk), actor=desk.users[who], at=desk.at
        )

    found = _at_once([approve("hai"), approve("may")])
    assert [type(one) for one in found if one is not None] == [StaleState], found
    assert PlanRelease.objects.get().state == ReleaseState.APPROVED


def _two_placements(desk: Province) -> None:
    rows = [desk.version(), desk.version()]

    def place(number: int) -> Callable[[], object]:
        ends = f"2026-11-25 {10 + number}:00"
        return lambda: desk.place(rows[number], "2026-11-25 09:00", ends)

    found = _at_once([place(0), place(1)])
    assert [type(one) for one in found if one is not None] == [errors.SlotTaken], found
    assert Slot.objects.filter(starts_at=local("2026-11-25 09:00")).count() == 1


def _move_and_undo(desk: Province) -> None:
    slot = desk.place(desk.version(), "2026-11-26 07:30", "2026-11-26 08:30")

    def move() -> object:
        starts_at, ends_at = local("2026-11-26 14:00"), local("2026-11-26 15:00")
        held = Slot.objects.get(pk=slot.pk)
        return actions.move(slot=held, starts_at=starts_at, ends_at=ends_at, actor=desk.actor, at=desk.at)

    def undo() -> object:
        return actions.undo(cluster=desk.cluster, actor=desk.actor, at=desk.at)

    found = [type(one) for one in _at_once([move, undo]) if one is not None]
    slot.refresh_from_db()
    # the undo takes back the move or, before it, the slot, which then is not there to be moved
    assert (slot.state == "placed" and not found) or (slot.state == "withdrawn" and found == [StaleState]), found


def _at_once(deeds: Sequence[Callable[[], object]]) -> list[Exception | None]:
    """What each deed was refused with, all begun at the same moment."""
    gate = threading.Barrier(len(deeds), timeout=PATIENCE_S)
    found: list[Exception | None] = [None] * len(deeds)

    def work(number: int) -> None:
        try:
            gate.wait()
            deeds[number]()
        except Refusal as refusal:
            found[number] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(deeds))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(PATIENCE_S)
    assert not any(one.is_alive() for one in threads)
    return found

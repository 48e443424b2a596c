"""One batch sent five times each by two processes at once, on both engines: its lines are stored once."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Sum

from bangtin.hub.devices.models import Device
from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.models import Airtime, Batch, PlayRecord
from bangtin.hub.playlog.tests.factories import START, TURN_MS, screen

TURNS, TIMES = 20, 5
PATIENCE_S = 60
_CODE = "import django; django.setup(); from bangtin.hub.playlog.tests import test_race; test_race."


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="an in-memory database has one connection; tried in a file")
def test_two_processes_with_the_same_batch_store_it_once_on_postgresql(tmp_path: Path) -> None:
    """T63: to the one `append`, to the nine others `known`."""
    try_both(tmp_path)
    assert outcomes(tmp_path) == ["append", *["known"] * (2 * TIMES - 1)]


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is tried above")
def test_two_processes_with_the_same_batch_store_it_once_on_sqlite(tmp_path: Path) -> None:
    """T63: to the one `append`, to the nine others `known`."""
    url = f"sqlite:///{tmp_path / 'race.sqlite3'}"
    environment = {"BANGTIN_DATA_DIR": str(tmp_path), "BANGTIN_DATABASE_URL": url}
    done = _process(f"try_in_a_file({str(tmp_path)!r})", environment)
    _out, err = done.communicate(timeout=300)
    assert done.returncode == 0, err[-2_000:]
    assert outcomes(tmp_path) == ["append", *["known"] * (2 * TIMES - 1)]


def outcomes(folder: Path) -> list[str]:
    """What the two were told."""
    return sorted(word for n in (1, 2) for word in (folder / f"told-{n}").read_text().split())


def try_in_a_file(folder: str) -> None:
    """The SQLite half, in a database file of its own."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    try_both(Path(folder))


def try_both(folder: Path) -> None:
    """Two processes wait for one another, then send."""
    one = screen()
    (folder / "body").write_bytes(one.say(*(one.play(turn) for turn in range(TURNS))))
    database = str(connection.settings_dict["NAME"])
    senders = [_process(f"send({database!r}, {one.device.pk!r}, {str(folder)!r}, {n})", {}) for n in (1, 2)]
    told = [sender.communicate(timeout=PATIENCE_S) for sender in senders]
    assert [sender.returncode for sender in senders] == [0, 0], [err[-1_000:] for _out, err in told]
    assert (Batch.objects.count(), PlayRecord.objects.count()) == (1, TURNS)
    assert Airtime.objects.aggregate(total=Sum("shown_ms"))["total"] == TURNS * TURN_MS


def send(database: str, device_id: str, folder: str, number: int) -> None:
    """One of the two processes: say that it is ready, wait for the other, send the batch again and again."""
    connection.settings_dict["NAME"] = database
    device, body = Device.objects.get(pk=device_id), (Path(folder) / "body").read_bytes()
    (Path(folder) / f"ready-{number}").touch()
    limit = time.monotonic() + PATIENCE_S
    while not all((Path(folder) / f"ready-{each}").exists() for each in (1, 2)):
        assert time.monotonic() < limit
        time.sleep(0.001)
    at = START + timedelta(minutes=5)
    told = [ingest(device=device, body=body, at=at).outcome for _ in range(TIMES)]
    (Path(folder) / f"told-{number}").write_text(" ".join(told))


def _process(call: str, settings: dict[str, str]) -> "subprocess.Popen[str]":
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bangtin.hub.config.settings", **settings}
    return subprocess.Popen(
        [sys.executable, "-c", _CODE + call],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

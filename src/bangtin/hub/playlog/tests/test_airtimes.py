"""Airtime under each mark adds up to the same sum, and files handed out can be told from changed ones."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from bangtin.bundle.errors import BundleRefusal
from bangtin.hub.devices import actions as devices
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.actions.handing_out import ENDING, check_file, hand_out
from bangtin.hub.playlog.queries.airtimes import MARKS, Airtime, airtimes, total
from bangtin.hub.playlog.tests.factories import START, TURN_MS, Screen, screen

pytestmark = pytest.mark.django_db
DAY = START.date()


@pytest.fixture
def played() -> Screen:
    one = screen()
    filler = one.play(2, item="i2", content=one.manifest.items[1].digest, class_="filler", slot="")
    body = one.say(one.play(0), one.play(1, shown_ms=4_000), filler)
    one.commit(at=START + timedelta(seconds=45))
    ingest(device=one.device, body=body, at=START + timedelta(minutes=5))
    return one


def test_every_mark_adds_up_to_the_same_sum(played: Screen) -> None:
    sums = [total(airtimes(by=mark, from_on=DAY, until_on=DAY)) for mark in MARKS]
    # the filler stood where the plan held the slot: contradicted, so it is told and not added in
    expected = Airtime("", plays=2, sure_ms=TURN_MS, claimed_ms=4_000, doubted_ms=TURN_MS)
    assert sums == [expected] * len(MARKS)


def test_each_mark_has_its_keys(played: Screen) -> None:
    keys = {mark: [one.key for one in airtimes(by=mark, from_on=DAY, until_on=DAY)] for mark in MARKS}
    assert keys["item"] == [played.version.pk, played.filler.pk]
    assert (keys["language"], keys["cluster"], keys["day"]) == (["vi"], ["cao-bang/trung-khanh"], [DAY])
    assert keys["agency"] == [played.version.programme.agency_id]


def test_other_days_and_clusters_are_left_out(played: Screen) -> None:
    later = DAY + timedelta(days=1)
    assert airtimes(by="item", from_on=later, until_on=later) == []
    assert airtimes(by="item", from_on=DAY, until_on=DAY, cluster_ids=["cao-bang/ta-lung"]) == []
    with pytest.raises(ValueError, match="expected one of"):
        airtimes(by="weather", from_on=DAY, until_on=DAY)


def test_a_file_handed_out_is_told_from_one_that_was_changed(played: Screen, tmp_path: Path) -> None:
    devices.create_repository(at=START)
    body = hand_out(made={"a.csv": b"ngay,giay\n"}, actor=played.slot.placed_by, at=START)
    packed = zipfile.ZipFile(io.BytesIO(body))
    assert sorted(packed.namelist()) == ["a.csv", "a.csv" + ENDING]
    data, envelope = packed.read("a.csv"), packed.read("a.csv" + ENDING)
    assert check_file(data=data, envelope=envelope).name == "a.csv"
    with pytest.raises(BundleRefusal) as refused:
        check_file(data=data + b"1", envelope=envelope)
    assert refused.value.code == "file_changed"
    assert AuditEntry.objects.filter(action="airtime.handed_out").exists()


def test_the_command_names_a_changed_file(played: Screen, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    devices.create_repository(at=START)
    body = hand_out(made={"a.csv": b"ngay,giay\n"}, actor=played.slot.placed_by, at=START)
    zipfile.ZipFile(io.BytesIO(body)).extractall(tmp_path)
    file = tmp_path / "a.csv"
    call_command("playlog", "check-file", str(file), "--json")
    assert json.loads(capsys.readouterr().out)["ok"] is True
    file.write_bytes(b"ngay,giay,\n")
    with pytest.raises(SystemExit):
        call_command("playlog", "check-file", str(file), "--json")
    assert json.loads(capsys.readouterr().out)["code"] == "file_changed"

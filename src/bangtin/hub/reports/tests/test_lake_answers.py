"""What reads records answers the same before a day is sealed, after, and once its rows have left the database."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from bangtin.hub.exchange import pack
from bangtin.hub.kit.testing import local
from bangtin.hub.playlog.actions import ingest, sealing
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.playlog.queries import as_run, explain_at, package, proof_of_play, watching
from bangtin.hub.playlog.queries.day_sheets import day_sheet
from bangtin.hub.playlog.queries.lake_totals import Total, airtime
from bangtin.hub.playlog.queries.placement_days import placement_days
from bangtin.hub.playlog.tests.factories import START, Screen, screen
from bangtin.hub.playlog.tests.test_lake import DAY, LATER, MUCH_LATER, played
from bangtin.hub.programmes.models import Programme
from bangtin.hub.reports.queries import content_figures

pytestmark = pytest.mark.django_db
DAY_AFTER = DAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def answers(found: Screen) -> dict[str, Any]:
    """Everything that is answered from records, of one day."""
    cluster, version = found.slot.cluster, found.version
    wanted = ("phat-song.csv", "phat-song.jsonl", "lo-ban-ghi.jsonl")
    marks = (("month", "agency"), ("day", "category", "cluster"), ("programme", "language"), ())
    return {
        "slot": proof_of_play(found.slot, at=LATER),
        "sheet": day_sheet(cluster, DAY, at=START + timedelta(minutes=5)),
        "records": [(one.pk, one.at, one.grade, one.version) for one in as_run(cluster, DAY)],
        "why": explain_at(found.device.face, START + timedelta(seconds=35), now=LATER).record,
        "package": {
            one.name: b"".join(one.chunks) for one in package.members(version.programme, at=LATER) if one.name in wanted
        },
        "backup": [one.n for one in pack.records(cluster, DAY, DAY).iterator()],
        "shown": pack.shown(cluster, DAY, DAY),
        "waits": content_figures._waits(Programme.objects.all()),
        "placements": list(placement_days(cluster, START, LATER)),
        "airtime": [airtime(by=by, from_on=DAY, until_on=DAY_AFTER) for by in marks],
    }


def test_every_answer_is_the_same_open_sealed_and_pruned() -> None:
    found = played()
    first = answers(found)
    sealing.seal_due(at=LATER)
    assert answers(found) == first
    sealing.prune_due(at=MUCH_LATER)
    assert not PlayRecord.objects.exists()
    assert answers(found) == first
    assert (first["slot"].plays, first["slot"].aired_ms, first["sheet"].aired_ms) == (20, 200_000, 200_000)
    assert (len(first["records"]), first["why"].n, first["backup"]) == (20, 4, list(range(1, 21)))
    assert json.loads(first["package"]["phat-song.jsonl"].splitlines()[0])["line"]
    assert (len(first["package"]["phat-song.csv"].splitlines()), len(first["shown"])) == (21, 1)
    assert len(first["package"]["lo-ban-ghi.jsonl"].splitlines()) == 4
    assert list(first["waits"].values()) == [timedelta(days=3)]
    assert [(one.plays, one.aired_ms) for [one] in first["airtime"]] == [(20, 200_000)] * 4


def test_airtime_adds_late_rows_to_sealed_ones() -> None:
    found = played()
    sealing.seal_due(at=LATER)
    sealing.prune_due(at=MUCH_LATER)
    _late(found)
    key = ("2026-11", found.version.programme.agency_id)
    assert airtime(by=("month", "agency"), from_on=DAY, until_on=DAY_AFTER) == [Total(key, 21, 210_000)]
    sealing.seal_due(at=MUCH_LATER)
    assert airtime(by=("month", "agency"), from_on=DAY, until_on=DAY_AFTER) == [Total(key, 21, 210_000)]
    assert airtime(by=("month",), from_on=DAY, until_on=DAY, provinces=["lai-chau"]) == []


def test_airtime_by_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="expected marks"):
        airtime(by=("weather",), from_on=DAY, until_on=DAY)


def test_the_pages_of_a_pruned_day_show_its_records(client: Client) -> None:
    found = played()
    sealing.seal_due(at=LATER)
    sealing.prune_due(at=MUCH_LATER)
    client.force_login(found.world.users["xep-lich-tk"])
    narrowed = f"/nhat-ky/luot/?ngay={DAY}&cum={found.slot.cluster.slug}&phan"
    for address in (f"{narrowed}=khe&chac=corroborated", f"/nhat-ky/luot/{found.slot.pk}/"):
        page = client.get(address).content.decode()
        assert page.count("07:3") >= 20, address
    for address in (f"{narrowed}=nen", f"{narrowed}=ngoai", f"{narrowed}=khe&tieng=vi'"):
        assert client.get(address).content.decode().count("07:3") == 0, address


def test_the_command_seals_and_proves_a_day_and_names_a_changed_byte(settings: Any, tmp_path: Path) -> None:
    settings.CLOCK_OFFSET_S = 0.0
    played()
    sealing.seal_due(at=LATER)
    told = StringIO()
    assert _command("verify", told) == 0
    answer = json.loads(told.getvalue())
    assert (answer["ok"], answer["parts"][0]["rows"], answer["parts"][0]["batches"]) == (True, 20, 4)
    [path] = tmp_path.rglob("*.parquet")
    path.write_bytes(path.read_bytes()[:-1] + b"X")
    told = StringIO()
    assert _command("verify", told) == 1
    [problem] = json.loads(told.getvalue())["parts"][0]["problems"]
    assert (problem["code"], problem["subject"]) == ("plays_changed", path.name)


def _command(deed: str, told: StringIO) -> int:
    import sys

    kept, sys.stdout = sys.stdout, told
    try:
        call_command("playlog", deed, day=DAY.isoformat(), is_json=True)
    except SystemExit as ended:
        return int(str(ended.code))
    finally:
        sys.stdout = kept
    return 0


def _late(found: Screen) -> None:
    ingest(device=found.device, body=found.say(found.play(20)), at=local("2027-03-01 08:00"))


def test_what_screens_refused_on_a_day_is_the_same_once_its_rows_are_gone() -> None:
    found = screen()
    refusal = found.play(0, k="refusal", item="", content="", slot="", class_="", shown_ms=0, extra={"x_code": "x_y"})
    ingest(device=found.device, body=found.say(refusal, b"{}"), at=START)
    first = watching.of_day(DAY)
    sealing.seal_due(at=LATER)
    sealing.prune_due(at=MUCH_LATER)
    again = watching.of_day(DAY)
    assert (again.refused, again.quarantined) == (first.refused, first.quarantined)
    assert [one.code for one in again.refused] == ["x_y"]

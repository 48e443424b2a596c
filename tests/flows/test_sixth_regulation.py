"""A sixth province without a line of code: an invented regulation is checked, added, obeyed, shown and taken back."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import clock
from bangtin.hub.kit.errors import NotFound, Refusal
from bangtin.hub.kit.testing import local
from bangtin.hub.regulations import actions, queries
from bangtin.hub.regulations.actions.packs import PackDiffers, PackInUse, PackRefused
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.regulations.tests.factories import World, account
from bangtin.hub.schedules.tests import factories
from bangtin.rulebook import inspecting, sketching

GIVEN = Path(__file__).resolve().parents[1] / "regulations"
ID = "song-ngan/07-2026-qd-ubnd"
AT = datetime(2026, 6, 1, tzinfo=UTC)


def _bangtin(folder: Path, *words: str, language: str = "vi") -> subprocess.CompletedProcess[str]:
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("BANGTIN_", "DJANGO_"))}
    environment = {**keep, "BANGTIN_DATA_DIR": str(folder), "BANGTIN_LANGUAGE": language}
    command = [sys.executable, "-m", "bangtin.hub.config.main", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)


def _json(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    return json.loads(line)


def test_it_is_checked_added_and_obeyed_from_the_command_line(tmp_path: Path) -> None:
    checked = _json(_bangtin(tmp_path, "regulation", "check", str(GIVEN), "--mutate", "--json"))
    (told,) = checked["instruments"]
    assert checked["ok"] and told["id"] == ID
    assert told["cases"] == told["cases_passed"] >= 60
    assert told["survivors"] == told["errors"] == told["to_fill"] == told["advice"] == []

    added = _json(_bangtin(tmp_path, "regulation", "add", str(GIVEN), "--json"))
    assert added["regulations"] == [{"id": ID, "outcome": "added", "changes": []}]
    assert f"* {ID}" in _bangtin(tmp_path, "regulation", "list").stdout.splitlines()

    def hours(on: str) -> Any:
        return _json(_bangtin(tmp_path, "hours", "--cluster", "song-ngan/ben-doi", "--on", on, "--json"))

    assert hours("2026-07-15")["windows"] == [["05:15", "09:45"], ["16:30", "21:30"]]
    assert hours("2026-12-14")["windows"] == [["06:45", "18:15"]]
    assert hours("2026-07-12")["minimum_minutes"] == 300

    span = ("--from", "2026-11-01", "--to", "2026-11-30", "--as-of", "2026-11-10")
    found = _json(_bangtin(tmp_path, "obligations", "--instrument", ID, *span, "--json"))
    (report,) = [each for each in found if each["id"] == "song-ngan/water-year-report@song-ngan/huyen-ben-doi@2026"]
    assert (report["period_start"], report["period_end"]) == ("2025-11-01", "2026-10-31")
    assert (report["rolled_from"], report["last_on_time_on"]) == ("2026-11-07", "2026-11-09")
    assert report["status"] == "overdue"

    clauses = tmp_path / "regulations" / ID / "clauses.yaml"
    clauses.write_text(clauses.read_text(encoding="utf-8").replace("kind: ", "kinds: ", 1), encoding="utf-8")
    refused = _bangtin(tmp_path, "regulation", "add", str(GIVEN))
    assert refused.returncode != 0 and "không đọc được" in refused.stderr and "Traceback" not in refused.stderr
    assert _json(_bangtin(tmp_path, "regulation", "add", str(GIVEN), "--replace", "--json"))["regulations"]

    again = _bangtin(tmp_path, "regulation", "remove", ID)
    assert again.returncode == 0
    assert not list((tmp_path / "regulations").rglob("*.yaml"))


@pytest.fixture
def world() -> World:
    actions.add_pack(folder=GIVEN, actor=None, at=AT)
    agencies = {row.pk.split("/")[1]: row for row in Agency.objects.filter(pk__startswith="song-ngan/")}
    cast = {
        "dai": ("Trạm Biên phòng", "tram-bien-phong", Role.CONTRIBUTOR),
        "tham-dinh-1": ("Cán bộ thẩm định", "ban-luu-vuc", Role.APPRAISER),
        "tham-dinh-2": ("Cán bộ xác nhận", "ban-luu-vuc", Role.APPRAISER),
        "xep-lich": ("Cán bộ xếp lịch Bến Đợi", "huyen-ben-doi", Role.SCHEDULER),
    }
    # The schedule desk's own factories know Cao Bằng's names; here they stand for Sông Ngân's.
    return World(
        instrument=Instrument.objects.get(pk=ID),
        agencies={**agencies, "dai-ptth": agencies["tram-bien-phong"], "so-tttt": agencies["ban-luu-vuc"]},
        clusters={"ta-lung": Cluster.objects.get(pk="song-ngan/ben-doi")},
        faces={},
        users={name: account(name, title, agencies[at], role) for name, (title, at, role) in cast.items()},
    )


@pytest.mark.django_db
def test_its_pages_open_for_an_officer_of_the_province(world: World, settings: Any) -> None:
    settings.CLOCK_OFFSET_S = 0.0
    settings.CLOCK_OFFSET_S = (local("2026-07-13 08:00") - clock.now()).total_seconds()
    client = _client(world.users["xep-lich"])
    register = client.get("/quy-dinh/song-ngan/07-2026/")
    assert register.status_code == 200
    assert "07/2026/QĐ-UBND" in register.content.decode()
    repealed = client.get("/quy-dinh/song-ngan/07-2026/10.2").content.decode()
    assert "12/2027/QĐ-UBND" in repealed and "01/06/2027" in repealed
    duties = client.get("/nghia-vu/")
    assert duties.status_code == 200
    assert "Báo cáo năm nước" in duties.content.decode()
    schedule = client.get("/lich/", {"cluster": "song-ngan/ben-doi"}, follow=True)
    assert schedule.status_code == 200
    assert "Bảng tin bến Đợi" in schedule.content.decode()


@pytest.mark.django_db
def test_a_slot_outside_its_dry_season_hours_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(factories.SIZES, "ta-lung", (768, 384))
    desk = factories.Desk(world=world)
    version, at = desk.version(), local("2027-07-12 08:00")
    with pytest.raises(Refusal) as caught:
        desk.place(version, "2027-07-15 10:00", "2027-07-15 10:30", at=at)
    assert caught.value.citation == "song-ngan/6.1"
    assert "05:15–09:45, 16:30–21:30" in str(caught.value)
    assert desk.place(version, "2027-07-15 09:00", "2027-07-15 09:30", at=at).pk


@pytest.mark.django_db
def test_adding_the_same_again_changes_nothing() -> None:
    first = actions.add_pack(folder=GIVEN, actor=None, at=AT)
    second = actions.add_pack(folder=GIVEN, actor=None, at=AT)
    assert [each.outcome for each in (*first, *second)] == ["added", "unchanged"]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    """A copy of the pack to change."""
    shutil.copytree(GIVEN, tmp_path / "own")
    yield tmp_path / "own"


def _edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / ID / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.django_db
def test_a_changed_pack_says_what_changed_and_waits_for_a_word(own: Path) -> None:
    actions.add_pack(folder=own, actor=None, at=AT)
    _edit(own, "parameters/duties.yaml", "value: 6}", "value: 8}")
    _edit(own, "cases/duties.yaml", "T14:0", "T16:0")
    with pytest.raises(PackDiffers, match=r"Thông số incident\.hours: 6 → 8\."):
        actions.add_pack(folder=own, actor=None, at=AT)
    assert queries.pack(ID).parameter("incident.hours").number(AT.date()) == 6
    (added,) = actions.add_pack(folder=own, is_replacing=True, actor=None, at=AT)
    assert added.outcome == "replaced"
    assert queries.pack(ID).parameter("incident.hours").number(AT.date()) == 8


@pytest.mark.django_db
def test_a_pack_with_a_fault_or_an_open_place_leaves_nothing(own: Path, settings: Any, tmp_path: Path) -> None:
    _edit(own, "parameters/duties.yaml", "value: 18}", "value: 17}")
    with pytest.raises(PackRefused, match=r"cases/duties\.yaml:\d+: điều khoản song-ngan/8\.3"):
        actions.add_pack(folder=own, actor=None, at=AT)
    folder = sketching.write("ben-mo", number="01/2026/QĐ-UBND", into=tmp_path / "new")
    with pytest.raises(PackRefused, match=inspecting.TO_FILL):
        actions.add_pack(folder=folder, actor=None, at=AT)
    assert not Instrument.objects.exists()
    assert not list(Path(settings.DATA_DIR).rglob("*.yaml"))


@pytest.mark.django_db
def test_the_day_it_takes_effect_can_be_given() -> None:
    day = AT.date()
    actions.add_pack(folder=GIVEN, effective_on=day, actor=None, at=AT)
    assert queries.pack(ID).instrument.effective_on == day
    assert Instrument.objects.get(pk=ID).effective_on == day
    with pytest.raises(PackRefused, match="2027"):
        actions.add_pack(folder=GIVEN, effective_on=day.replace(year=2028), is_replacing=True, actor=None, at=AT)
    assert queries.pack(ID).instrument.effective_on == day


@pytest.mark.django_db
def test_it_is_taken_back_only_while_nothing_depends_on_it(world: World) -> None:
    with pytest.raises(PackInUse):
        actions.remove_pack(instrument_id=ID, actor=None, at=AT)
    assert queries.pack(ID).id == ID
    User.objects.all().delete()
    actions.remove_pack(instrument_id=ID, actor=None, at=AT)
    assert ID not in queries.available()
    assert not Agency.objects.filter(pk__startswith="song-ngan/").exists()
    with pytest.raises(NotFound):
        actions.remove_pack(instrument_id="cao-bang/31-2020-qd-ubnd", actor=None, at=AT)


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client

"""The package of a programme: opened again and each digest checked; names from outside never become names inside."""

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from bangtin.hub.appraisal.tests.factories import approved
from bangtin.hub.kit import files
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.actions.packing import hand_out, may_take
from bangtin.hub.playlog.tests.factories import START, screen
from bangtin.hub.programmes.models import ProgrammeVersion, Rendition
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import MORNING, in_state
from bangtin.hub.regulations.tests.factories import World, cao_bang
from bangtin.hub.schedules.models import Filler

pytestmark = pytest.mark.django_db
HOSTILE = "../../etc/\u202ecron\x01d/a\\b:<script>.MP4"


def opened(data: bytes) -> tuple[zipfile.ZipFile, dict[str, object]]:
    package = zipfile.ZipFile(io.BytesIO(data))
    assert package.testzip() is None
    return package, json.loads(package.read("manifest.json"))


def hostile(version: ProgrammeVersion, data: bytes) -> ProgrammeVersion:
    """The version with a source and a rendition in the store, and names as bad as they come."""
    stored = files.put([data], max_bytes=1 << 30).sha256
    ProgrammeVersion.objects.filter(pk=version.pk).update(
        source_sha256=stored, source_name=HOSTILE, title='=HYPERLINK("x")\n../<b>Lễ hội</b>'
    )
    Rendition.objects.filter(version=version).update(sha256=stored, mime="../../x", geometry="../../../etc")
    return version


def test_every_member_is_listed_with_its_size_and_digest_and_no_name_comes_from_outside() -> None:
    world = cao_bang()
    version = hostile(approved(world), b"media" * 700_000)
    placer, cluster = world.users["xep-lich"], world.clusters["ta-lung"]
    Filler.objects.create(cluster=cluster, version=version, position=0, added_by=placer, added_at=MORNING)
    pieces = list(hand_out(programme=version.programme, actor=world.users["bao-cao"], at=MORNING))
    package, manifest = opened(b"".join(pieces))
    assert max(len(piece) for piece in pieces) < 3 << 20
    members = {one["name"]: one for one in manifest["members"]}  # type: ignore[attr-defined]  # the manifest is any JSON
    assert set(members) | {"manifest.json"} == set(package.namelist())
    for name, listed in members.items():
        data = package.read(name)
        assert (listed["size"], listed["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        assert not name.startswith("/") and ".." not in name and name.isascii() and "\\" not in name
    assert package.getinfo("phien-ban-1/tep-goc.mp4").compress_type == zipfile.ZIP_STORED
    assert package.read("phien-ban-1/tep-goc.mp4") == b"media" * 700_000
    assert (manifest["code"], manifest["wrong"], manifest["missing"]) == (version.programme.code, [], [])
    versions = json.loads(package.read("phien-ban.json"))
    assert versions[0]["source_name"] == HOSTILE
    assert len(json.loads(package.read("quyet-dinh.json"))) == 2
    assert all(one["grounds"] for one in json.loads(package.read("quyet-dinh.json")))
    assert {one["answer"] for one in json.loads(package.read("tieu-chi.json"))} == {"met"}
    assert json.loads(package.read("gop-y.json")) == []
    beside = json.loads(package.read("viec-lien-quan.json"))
    assert {"appraisal.consultation", "schedules.takedown", "translation.translationjob"} <= beside.keys()
    assert beside["schedules.filler"][0]["version_id"] == version.pk
    deeds = [json.loads(line)["action"] for line in package.read("nhat-ky-kiem-soat.jsonl").splitlines()]
    assert "programme.exported" in deeds and len(deeds) > 3
    assert version.programme.code in package.read("DOC-TRUOC.txt").decode()


def test_plays_go_along_with_the_signed_lines_and_batches() -> None:
    made = screen()
    ingest(device=made.device, body=made.say(made.play(0), made.play(1)), at=START)
    package, _manifest = opened(b"".join(hand_out(programme=made.version.programme, actor=None, at=START)))
    rows = list(csv.DictReader(io.StringIO(package.read("phat-song.csv").decode("utf-8-sig"))))
    assert [row["shown_ms"] for row in rows] == ["10000", "10000"]
    lines = [json.loads(line) for line in package.read("phat-song.jsonl").splitlines()]
    assert all(line["line"] and line["batch_id"] for line in lines)
    assert len(package.read("lo-ban-ghi.jsonl").splitlines()) == 1


def test_bytes_that_are_no_longer_theirs_and_files_that_are_gone_are_said() -> None:
    world = cao_bang()
    version = hostile(approved(world), b"right")
    sha256 = hashlib.sha256(b"right").hexdigest()
    files.path(sha256).write_bytes(b"wrong")
    _package, manifest = opened(b"".join(hand_out(programme=version.programme, actor=None, at=MORNING)))
    assert {one["expected"] for one in manifest["wrong"]} == {sha256}  # type: ignore[attr-defined]  # the manifest is any JSON
    files.path(sha256).unlink()
    package, manifest = opened(b"".join(hand_out(programme=version.programme, actor=None, at=MORNING)))
    assert manifest["missing"] == [sha256]
    assert sha256 in package.read("DOC-TRUOC.txt").decode()


@pytest.fixture
def world() -> World:
    return cao_bang()


def test_appraisers_reporters_and_leaders_who_see_it_take_it_and_nobody_else(world: World) -> None:
    version = approved(world)
    takers = {name for name, user in world.users.items() if may_take(user, version.programme, on=MORNING.date())}
    assert takers == {"tham-dinh-1", "tham-dinh-2", "bao-cao", "lanh-dao"}
    before = AuditEntry.objects.count()
    with pytest.raises(NotPermitted):
        hand_out(programme=version.programme, actor=world.users["dai"], at=MORNING)
    assert AuditEntry.objects.count() == before
    in_state(version, VersionState.PROPOSED)
    takers = {name for name, user in world.users.items() if may_take(user, version.programme, on=MORNING.date())}
    assert takers == {"tham-dinh-1", "tham-dinh-2"}


def test_the_command_writes_the_package_once(world: World, tmp_path: Path) -> None:
    version, target = approved(world), tmp_path / "ho-so.zip"
    call_command("programme", "export", version.programme.code, str(target))
    assert opened(target.read_bytes())[1]["code"] == version.programme.code
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["ho-so.zip"]
    for code, path in ((version.programme.code, target), ("CB-0000-0000", tmp_path / "x.zip")):
        with pytest.raises(CommandError) as refused:
            call_command("programme", "export", code, str(path))
        assert refused.value.returncode == 2

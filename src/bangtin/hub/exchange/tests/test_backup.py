"""The monthly backup of border clusters: what is in it, where it goes, whether it is still what it was."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bangtin.hub.devices.models import Device
from bangtin.hub.exchange.actions import run, verify
from bangtin.hub.exchange.models import Consignment
from bangtin.hub.exchange.tests.factories import BOARD, BORDER, MAPPING, Source, lai_chau, map_with, source
from bangtin.hub.kit import clock, files
from bangtin.hub.kit.testing import local
from bangtin.hub.playlog.models import Batch, PlayRecord
from bangtin.hub.programmes.actions import Facts, Submission, submit
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.paperwork import SubmissionFacts
from bangtin.hub.regulations.tests.factories import World

pytestmark = pytest.mark.django_db
PLAYED = local("2026-10-10 08:00")
NOVEMBER = local("2026-11-02 08:00")
BOTH = MAPPING.replace("agencies:", "  - {cluster: lai-chau/bang-tin-thanh-pho, code: BT, by: folder}\nagencies:")


@pytest.fixture
def world() -> World:
    return lai_chau()


def played(world: World, cluster: str = BORDER, *, nature: str = "propaganda") -> ProgrammeVersion:
    """A programme that a cluster's screen played once in October."""
    stored = files.put([f"{cluster}{nature}".encode()], max_bytes=1 << 20)
    category = {BOARD: "disaster_rescue"}.get(cluster, "policy_law_external_border")
    facts = Facts(channel="paper", letter_number="1", letter_on=PLAYED.date() - timedelta(days=2), is_declared=True)
    version = submit(
        submission=Submission(
            agency_id="lai-chau/so-ngoai-vu",
            title="Cửa khẩu",
            language="vi",
            cluster_ids=(cluster,),
            month=PLAYED.date(),
            category=category,
            source_name="../../a.mp4",
            facts=facts,
        ),
        source=stored,
        actor=world.users["tham-dinh"],
        at=PLAYED - timedelta(days=1),
    )
    SubmissionFacts.objects.filter(version=version).update(nature=nature)
    recorded(world, version, cluster)
    return version


def recorded(world: World, version: ProgrammeVersion, cluster: str) -> None:
    face = next(one for one in world.faces.values() if one.cluster_id == cluster)
    device, _made = Device.objects.get_or_create(
        id=f"d-{face.pk}",
        defaults={
            "face": face,
            "public_key": f"k-{face.pk}",
            "record": b"",
            "enrolled_by": world.users["tham-dinh"],
            "enrolled_at": PLAYED,
        },
    )
    n = PlayRecord.objects.filter(device=device).count() + 1
    batch = Batch.objects.create(
        device=device, epoch=1, from_n=n, to_n=n, before="", head=str(n), checkpoint=b"", received_at=PLAYED
    )
    PlayRecord.objects.create(
        batch=batch,
        device=device,
        cluster_id=cluster,
        epoch=1,
        n=n,
        boot=1,
        kind="play",
        version=version,
        face_id=face.pk,
        from_ms=clock.to_ms(PLAYED),
        at=PLAYED,
        mono_ms=0,
        shown_ms=10_000,
        clock="hub",
        end="end",
        grade="corroborated",
        line=b"{}",
    )


def test_each_closed_month_of_a_border_cluster_goes_out_once_with_log_and_copies(world: World) -> None:
    folder = map_with(BOTH)
    version, advert = played(world), played(world, nature="advertising")
    played(world, BOARD)
    assert run(at=NOVEMBER).backups == 1
    assert run(at=NOVEMBER).backups == 0
    row = Consignment.objects.get(kind=Consignment.Kind.BACKUP)
    assert (row.cluster_id, str(row.from_on), str(row.until_on)) == (BORDER, "2026-10-01", "2026-10-31")
    assert (row.state, row.entries) == (Consignment.State.VERIFIED, 2)
    data = (folder / "out" / row.name).read_bytes()
    assert hashlib.sha256(data).hexdigest() == row.sha256
    package = zipfile.ZipFile(folder / "out" / row.name)
    manifest = json.loads(package.read("manifest.json"))
    assert (manifest["missing"], manifest["wrong"]) == ([], [])
    for one in manifest["members"]:
        assert hashlib.sha256(package.read(one["name"])).hexdigest() == one["sha256"]
        assert ".." not in one["name"] and not one["name"].startswith("/")
    names = set(package.namelist())
    assert f"tuyen-truyen/{version.programme.code}-1/tep-goc.mp4" in names
    assert f"quang-cao/{advert.programme.code}-1/tep-goc.mp4" in names
    assert b"10000" in package.read("nhat-ky-phat.csv")


def test_a_running_month_is_not_backed_up_yet(world: World) -> None:
    map_with()
    played(world)
    assert run(at=local("2026-10-31 22:00")).backups == 0
    assert not Consignment.objects.filter(kind=Consignment.Kind.BACKUP).exists()


def test_a_backup_that_was_changed_on_the_other_side_is_found_and_sent_again(world: World) -> None:
    folder = map_with()
    played(world)
    run(at=NOVEMBER)
    row = Consignment.objects.get(kind=Consignment.Kind.BACKUP)
    assert verify(row=row, at=NOVEMBER).state == Consignment.State.VERIFIED
    target = folder / "out" / row.name
    target.write_bytes(b"x" + target.read_bytes()[1:])
    assert verify(row=row, at=NOVEMBER).state == Consignment.State.BROKEN
    assert run(at=NOVEMBER).backups == 1
    row.refresh_from_db()
    assert row.state == Consignment.State.VERIFIED


@pytest.fixture
def there(world: World, data_dir: Path) -> Iterator[Source]:
    (data_dir / "secrets").mkdir(exist_ok=True)
    (data_dir / "secrets" / "nguon-token").write_text("Bearer abc\n")
    with source() as found:
        map_with(found.mapping)
        yield found


def test_a_backup_by_http_is_verified_by_the_digest_in_the_answer(world: World, there: Source) -> None:
    played(world)
    assert run(at=NOVEMBER).backups == 1
    row = Consignment.objects.get(kind=Consignment.Kind.BACKUP)
    assert row.state == Consignment.State.VERIFIED
    assert hashlib.sha256(there.packages[row.name]).hexdigest() == row.sha256


def test_a_backup_waits_while_nobody_answers(world: World, there: Source) -> None:
    played(world)
    port = there.port
    map_with(there.mapping.replace(str(port), "9"))
    found = run(at=NOVEMBER)
    assert (found.backups, len(found.problems)) == (0, 2)
    row = Consignment.objects.get(kind=Consignment.Kind.BACKUP)
    assert row.state == Consignment.State.WAITING and row.message
    map_with(there.mapping)
    assert run(at=NOVEMBER).backups == 1

import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.kit import files
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.kit.files import StoredFile
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.kit.testing import local
from bangtin.hub.programmes import queries
from bangtin.hub.programmes.actions import BadSubmission, NoNewVersion, NoSuchFile, submit
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import MORNING, in_state, submission, submitted, submitted_file
from bangtin.hub.regulations.tests.factories import World

pytestmark = pytest.mark.django_db
TCVN3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam"
VNI = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam"


def test_receipts_count_without_a_gap_and_start_anew_each_year(world: World) -> None:
    receipts = [submitted(world).receipt, submitted(world).receipt]
    # 17:30 UTC on 31 December is the new year in Viet Nam
    receipts.append(submitted(world, at=local("2027-01-01 00:30")).receipt)
    assert receipts == ["CB-2026-0001/1", "CB-2026-0002/1", "CB-2027-0001/1"]


def test_a_refused_submission_takes_no_number(world: World) -> None:
    with pytest.raises(BadSubmission):
        submitted(world, title="")
    assert submitted(world).receipt == "CB-2026-0001/1"


def test_a_failure_after_the_number_was_drawn_gives_it_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr("bangtin.hub.kit.audit.record", fail)
        submitted(world)
    assert submitted(world).receipt == "CB-2026-0001/1"


def test_a_version_keeps_what_came_in(world: World) -> None:
    version = submitted_file(world, b"bytes", name="../../etc/thác\u202e.mp4\0")
    assert (version.source_name, version.source_size_bytes) == ("thác.mp4", 5)
    assert files.path(version.source_sha256).read_bytes() == b"bytes"
    assert version.programme.month.day == 1
    assert list(version.programme.clusters.values_list("id", flat=True)) == ["cao-bang/ta-lung"]
    entry = AuditEntry.objects.get(action="version.submitted")
    kinds = ["policy_law_external_border"]
    stated = {"channel": "online", "nature": "propaganda", "categories": kinds, "is_declared": True}
    assert entry.details == {"receipt": version.receipt, "sha256": version.source_sha256, "facts": stated}


def test_the_same_bytes_are_told_and_taken(world: World) -> None:
    first = submitted_file(world, b"bytes", name="a.mp4")
    second = submitted_file(world, b"bytes", name="b.mp4")
    finding = second.findings.get()
    assert (finding.code, finding.params) == ("duplicate", {"receipt": first.receipt})
    assert first.receipt in queries.finding_sentence(finding)
    assert list(queries.same_bytes(first.source_sha256)) == [first, second]


@pytest.mark.parametrize("user", ["tham-dinh-1", "xep-lich", "an-toan", "lanh-dao", "quan-tri", "ngoai-vu"])
def test_only_a_contributor_of_the_agency_submits(world: World, user: str) -> None:
    with pytest.raises(NotPermitted):
        submitted(world, by=user)


def test_an_administrator_does_not_submit_even_with_a_contributor_post(world: World) -> None:
    agency = world.agencies["dai-ptth"]
    Post.objects.create(user=world.users["quan-tri"], agency=agency, role=Role.CONTRIBUTOR)
    with pytest.raises(NotPermitted):
        submitted(world, by="quan-tri")


def test_an_ended_post_gives_no_right(world: World) -> None:
    Post.objects.filter(user=world.users["dai"]).update(ends_on=MORNING.date() - timedelta(days=1))
    with pytest.raises(NotPermitted):
        submitted(world)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "ab"}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "Thông báo\u202egiả"}, "title"),
        ({"title": TCVN3}, "title"),
        ({"title": VNI}, "title"),
        ({"language": "xx"}, "language"),
        ({"still_ms": 500}, "still_ms"),
        ({"cluster_ids": ()}, "cluster_ids"),
        ({"cluster_ids": ("cao-bang/ta-lung", "lai-chau/khac")}, "cluster_ids"),
        ({"text": None}, "file"),
        ({"text": {"template": "html", "fields": {}}}, "text.template"),
        ({"text": {"template": "notice", "fields": {}}}, "text.title"),
        ({"text": {"template": "notice", "fields": {"title": "a" * 121}}}, "text.title"),
        ({"text": {"template": "notice", "fields": {"title": "Tin", "script": "x"}}}, "text.script"),
        ({"text": {"template": "bilingual", "fields": {"title": "Tin", "language": "en"}}}, "text.translation"),
        (
            {"text": {"template": "bilingual", "fields": {"title": "Tin", "translation": "News", "language": "fr"}}},
            "text.language",
        ),
    ],
)
def test_a_field_that_does_not_hold_is_named(world: World, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadSubmission) as caught:
        submitted(world, **changes)
    assert field in caught.value.fields
    assert not Programme.objects.exists()


def test_titles_and_notices_are_kept_in_normal_form_c(world: World) -> None:
    decomposed = "Thông báo\u0301"
    notice = {"template": "bilingual", "fields": {"title": decomposed, "translation": "开放", "language": "zh"}}
    version = submitted(world, title=decomposed, text=notice)
    assert version.text is not None
    assert version.title == version.text["fields"]["title"] == "Thông báó"


def test_bytes_that_are_not_in_the_store_are_refused(world: World) -> None:
    with pytest.raises(NoSuchFile):
        submit(submission=submission(text=None), source=StoredFile("0" * 64, 1), actor=world.users["dai"], at=MORNING)


@pytest.mark.parametrize("state", [VersionState.RETURNED, VersionState.UNUSABLE, VersionState.REJECTED])
def test_after_a_refusal_any_contributor_sends_the_next_version(world: World, state: VersionState) -> None:
    first = in_state(submitted(world), state)
    second = submitted(world, by=colleague(world), programme=first.programme)
    assert second.receipt == "CB-2026-0001/2"
    assert list(queries.versions_of(first.programme)) == [second, first]
    assert list(queries.mine(world.users["dai"], MORNING.date())) == [second]


@pytest.mark.parametrize(
    "state", [VersionState.SUBMITTED, VersionState.RECEIVED, VersionState.PROPOSED, VersionState.READY]
)
def test_while_a_version_is_open_only_its_sender_replaces_it(world: World, state: VersionState) -> None:
    first = in_state(submitted(world), state)
    with pytest.raises(NoNewVersion):
        submitted(world, by=colleague(world), programme=first.programme)
    assert submitted(world, programme=first.programme).number == 2


def test_another_agency_sends_no_version_of_our_programme(world: World) -> None:
    first = in_state(submitted(world), VersionState.RETURNED)
    with pytest.raises(NotPermitted):
        submitted(world, by="ngoai-vu", agency_id="cao-bang/so-ngoai-vu", programme=first.programme)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is tried in a process of its own below")
def test_numbers_have_no_gap_when_many_submit_at_once_on_postgresql(world: World) -> None:
    assert submit_at_once(world) == expected_codes()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is tried above")
def test_numbers_have_no_gap_when_many_submit_at_once_on_sqlite(tmp_path: Path) -> None:
    script = "from bangtin.hub.programmes.tests import test_submit; test_submit.try_in_a_file()"
    environment = os.environ | {
        "BANGTIN_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "bangtin.hub.config.settings",
        "BANGTIN_DATABASE_URL": f"sqlite:///{tmp_path / 'numbers.sqlite3'}",
    }
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {script}"],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]


def try_in_a_file() -> None:
    """The SQLite half of the race, in a database file of its own."""
    from django.core.management import call_command

    from bangtin.hub.regulations.tests.factories import cao_bang

    call_command("migrate", verbosity=0)
    assert submit_at_once(cao_bang()) == expected_codes()


THREADS, EACH = 4, 5


def expected_codes() -> list[str]:
    return [f"CB-2026-{number:04d}" for number in range(1, THREADS * EACH + 1)]


def submit_at_once(world: World) -> list[str]:
    """Several threads submit; the codes that were given, sorted."""
    barrier = threading.Barrier(THREADS)

    def work() -> None:
        barrier.wait()
        for _ in range(EACH):
            submitted(world)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(version.programme.code for version in ProgrammeVersion.objects.select_related("programme"))


def colleague(world: World) -> str:
    """The name of another contributor of the same agency."""
    user = User.objects.create_account("dai-2", "mat-khau-thu-nghiem", "Biên tập viên Đài")
    Post.objects.create(user=user, agency=world.agencies["dai-ptth"], role=Role.CONTRIBUTOR)
    world.users["dai-2"] = user
    return "dai-2"

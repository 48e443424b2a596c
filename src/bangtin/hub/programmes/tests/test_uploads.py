"""Files on their way in: begun within bounds, whole or not at all, used once, and gone when their time is over."""

import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bangtin.hub.kit import files, spool
from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.programmes import queries
from bangtin.hub.programmes.actions import (
    BadSubmission,
    DiskFull,
    NoSuchUpload,
    TooManyUploads,
    UploadGone,
    UploadTooLarge,
    UploadUnfinished,
    submit,
    uploads,
)
from bangtin.hub.programmes.actions.uploads import LIFE, MOST_AT_ONCE, Announced
from bangtin.hub.programmes.models import Upload
from bangtin.hub.programmes.states import UploadState
from bangtin.hub.programmes.tests.factories import MORNING, submission
from bangtin.hub.regulations.tests.factories import World

pytestmark = pytest.mark.django_db
DATA = b"thac ban gioc" * 1000


@pytest.fixture(autouse=True)
def committed(django_capture_on_commit_callbacks: Any) -> Iterator[None]:
    """What an action does after its commit is done here too."""
    with django_capture_on_commit_callbacks(execute=True):
        yield


def begun(world: World, *, size: int = len(DATA), name: str = "phim.mp4", by: str = "dai") -> Upload:
    return uploads.begin(announced=Announced(size, name), actor=world.users[by], at=MORNING)


def came(upload: Upload, data: bytes) -> None:
    tail = spool.open_end(upload.pk, offset=spool.length(upload.pk))
    tail.write(data)
    tail.close()


def whole(world: World, data: bytes = DATA, **more: Any) -> Upload:
    upload = begun(world, size=len(data), **more)
    came(upload, data)
    return uploads.complete(upload=upload, sha256=spool.digest(upload.pk), at=MORNING)


def test_the_length_of_the_file_is_all_that_tells_how_much_has_come(world: World) -> None:
    upload = begun(world)
    assert spool.length(upload.pk) == 0
    came(upload, DATA[:5])
    assert spool.length(upload.pk) == spool.synced_length(upload.pk) == 5
    with pytest.raises(spool.WrongOffset) as wrong:
        spool.open_end(upload.pk, offset=4)
    assert wrong.value.length == 5


def test_two_writers_of_one_file_are_one_too_many(world: World) -> None:
    upload = begun(world)
    tail = spool.open_end(upload.pk, offset=0)
    with pytest.raises(spool.Busy):
        spool.open_end(upload.pk, offset=0)
    tail.close()
    spool.open_end(upload.pk, offset=0).close()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 42, "a" * 44, "a" * 42 + "/", "", "ạ" * 43])
def test_no_name_from_outside_becomes_a_path(name: str) -> None:
    with pytest.raises(ValueError, match="expected an id"):
        spool.path(name)


def test_the_name_is_kept_for_people_alone(world: World) -> None:
    upload = begun(world, name="../../etc/tha\u0301c\u202e.mp4\0")
    assert upload.name == "thác.mp4"
    assert spool.path(upload.pk).parent.name == "uploads"


def test_only_contributors_and_who_registers_letters_begin_uploads(world: World) -> None:
    for who in ("an-toan", "xep-lich", "quan-tri", "lanh-dao"):
        with pytest.raises(NotPermitted):
            begun(world, by=who)


def test_what_is_too_large_or_finds_no_room_is_refused_before_it_comes(world: World, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1_000
    with pytest.raises(UploadTooLarge):
        begun(world, size=1_001)
    settings.MAX_UPLOAD_BYTES = spool.free_bytes() * 2
    with pytest.raises(DiskFull):
        begun(world, size=spool.free_bytes())


def test_an_account_has_a_share_in_number_and_in_bytes(world: World, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1_000
    for _time in range(4):
        begun(world, size=1_000)
    with pytest.raises(TooManyUploads):
        begun(world, size=1)
    begun(world, size=1_000, by="ngoai-vu")
    settings.MAX_UPLOAD_BYTES = 1_000_000
    for _time in range(MOST_AT_ONCE - 4):
        begun(world, size=1)
    with pytest.raises(TooManyUploads):
        begun(world, size=1)


def test_another_accounts_upload_is_none(world: World) -> None:
    upload = begun(world)
    other = world.users["ngoai-vu"]
    with pytest.raises(NoSuchUpload):
        uploads.of_owner(upload.pk, actor=other, at=MORNING)
    with pytest.raises(NoSuchUpload):
        uploads.cancel(upload=upload, actor=other, at=MORNING)
    with pytest.raises(NoSuchUpload):
        submit(submission=submission(text=None), source=whole(world), actor=other_of_same_agency(world), at=MORNING)
    assert queries.own_upload(other, upload.pk) is None


def other_of_same_agency(world: World) -> Any:
    world.users["ngoai-vu"].posts.update(agency=world.agencies["dai-ptth"])
    return world.users["ngoai-vu"]


def test_a_file_that_has_not_come_whole_is_not_handed_in(world: World) -> None:
    upload = begun(world)
    came(upload, DATA[:-1])
    with pytest.raises(UploadUnfinished):
        uploads.complete(upload=upload, sha256="0" * 64, at=MORNING)
    with pytest.raises(UploadUnfinished):
        submit(submission=submission(text=None), source=upload, actor=world.users["dai"], at=MORNING)


def test_a_finished_file_becomes_a_version_without_a_second_copy(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    upload = whole(world, name="thác.mp4")
    inode = spool.path(upload.pk).stat().st_ino
    with django_capture_on_commit_callbacks(execute=True):
        version = submit(submission=submission(text=None), source=upload, actor=world.users["dai"], at=MORNING)
    assert (version.source_sha256, version.source_size_bytes) == (hashlib.sha256(DATA).hexdigest(), len(DATA))
    assert version.source_name == "thác.mp4"
    assert files.path(version.source_sha256).stat().st_ino == inode
    assert not spool.path(upload.pk).exists()
    upload.refresh_from_db()
    assert (upload.state, upload.version) == (UploadState.USED, version)
    with pytest.raises(UploadGone):
        submit(submission=submission(text=None), source=upload, actor=world.users["dai"], at=MORNING)


def test_a_refused_submission_leaves_the_file_for_the_next_try(world: World) -> None:
    upload = whole(world)
    with pytest.raises(BadSubmission):
        submit(submission=submission(text=None, title=""), source=upload, actor=world.users["dai"], at=MORNING)
    assert not files.has(upload.sha256)
    upload.refresh_from_db()
    assert upload.state == UploadState.COMPLETE
    assert submit(submission=submission(text=None), source=upload, actor=world.users["dai"], at=MORNING).receipt


def test_one_file_makes_one_version_even_if_two_forms_send_it(world: World) -> None:
    upload = whole(world)
    rival = Upload.objects.get(pk=upload.pk)
    submit(submission=submission(text=None), source=upload, actor=world.users["dai"], at=MORNING)
    with pytest.raises((StaleState, UploadGone)):
        submit(submission=submission(text=None), source=rival, actor=world.users["dai"], at=MORNING)


def test_the_same_bytes_are_recognised_in_ones_own_agency_only(world: World) -> None:
    on = MORNING.date()
    first = submit(submission=submission(text=None), source=whole(world), actor=world.users["dai"], at=MORNING)
    assert queries.earlier_of_own(whole(world), on=on) == first
    assert queries.earlier_of_own(whole(world, by="ngoai-vu"), on=on) is None
    again = submit(submission=submission(text=None), source=whole(world), actor=world.users["dai"], at=MORNING)
    assert [row.params for row in again.findings.all()] == [{"receipt": first.receipt}]


def test_time_runs_out_for_what_nobody_works_on(world: World) -> None:
    upload, other = begun(world), begun(world)
    came(upload, DATA)
    later = MORNING + LIFE
    uploads.of_owner(other.pk, actor=world.users["dai"], at=later - timedelta(hours=2))
    assert uploads.expire(at=later) == 1
    upload.refresh_from_db()
    assert upload.state == UploadState.EXPIRED
    assert not spool.path(upload.pk).exists()
    other.refresh_from_db()
    assert (other.state, other.expires_at) == (UploadState.OPEN, later - timedelta(hours=2) + LIFE)
    with pytest.raises(UploadGone):
        uploads.complete(upload=upload, sha256="0" * 64, at=later)
    uploads.expire(at=later + timedelta(days=31))
    assert not Upload.objects.filter(pk=upload.pk).exists()


def test_files_that_no_row_knows_are_swept(world: World) -> None:
    kept = begun(world)
    came(kept, b"x")
    stray = spool.new_id()
    spool.open_end(stray, offset=0).close()
    uploads.expire(at=MORNING)
    assert spool.ids() == [kept.pk]


def test_a_cancelled_file_is_gone_and_the_trail_says_who(world: World) -> None:
    upload = whole(world)
    uploads.cancel(upload=upload, actor=world.users["dai"], at=MORNING)
    assert not spool.path(upload.pk).exists()
    with pytest.raises(UploadGone):
        uploads.cancel(upload=upload, actor=world.users["dai"], at=MORNING)
    trail = AuditEntry.objects.filter(subject_id=upload.pk).values_list("action", "actor_id")
    assert list(trail) == [
        ("upload.begun", world.users["dai"].pk),
        ("upload.completed", None),
        ("upload.removed", world.users["dai"].pk),
    ]


def test_a_store_on_another_disk_gets_a_checked_copy(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = whole(world)

    def other_disk(*_: object, **__: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", other_disk)
    assert uploads.hand_over(upload, actor=world.users["dai"]).sha256 == upload.sha256
    assert files.path(upload.sha256).read_bytes() == DATA
    with pytest.raises(ValueError, match="copied"):
        files.adopt(spool.path(upload.pk), sha256="0" * 64)
    assert isinstance(files.path(upload.sha256), Path)

"""The form that sends a file which came up by itself: one's own, whole, once; kept when another field does not hold."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bangtin.hub.kit import clock, files, spool
from bangtin.hub.portal.tests.content import NOTICE, signed_in
from bangtin.hub.programmes.actions import uploads
from bangtin.hub.programmes.actions.uploads import Announced
from bangtin.hub.programmes.models import ProgrammeVersion, Upload
from bangtin.hub.regulations.tests.factories import World, cao_bang

pytestmark = pytest.mark.django_db
ADDRESS = "/chuong-trinh/gui/"


@pytest.fixture
def world() -> World:
    return cao_bang()


@pytest.fixture
def author(world: World) -> Iterator[Client]:
    yield signed_in(world.users["dai"])


def came(world: World, *, by: str = "dai", data: bytes = b"thac", is_whole: bool = True) -> Upload:
    actor, at = world.users[by], clock.now()
    upload = uploads.begin(announced=Announced(len(data), "thác.mp4"), actor=actor, at=at)
    tail = spool.open_end(upload.pk, offset=0)
    tail.write(data if is_whole else data[:-1])
    tail.close()
    return uploads.complete(upload=upload, sha256=spool.digest(upload.pk), at=at) if is_whole else upload


def given(**changes: object) -> dict[str, Any]:
    return NOTICE | {"way": "file", "text_title": ""} | changes


def test_the_form_sends_the_id_of_a_file_that_is_up(author: Client, world: World) -> None:
    upload = came(world)
    assert author.post(ADDRESS, given(upload=upload.pk)).status_code == HTTPStatus.FOUND
    version = ProgrammeVersion.objects.get()
    assert (version.source_sha256, version.source_name) == (upload.sha256, "thác.mp4")


def test_subtitles_go_with_the_form_and_stay_with_the_version(author: Client, world: World) -> None:
    said = SimpleUploadedFile("phụ đề.srt", b"1\n00:00:01,000 --> 00:00:02,000\nx\n")
    assert author.post(ADDRESS, given(upload=came(world).pk, subtitles=said)).status_code == HTTPStatus.FOUND
    version = ProgrammeVersion.objects.get()
    assert version.subtitles_name == "phụ đề.srt" and files.has(version.subtitles_sha256)
    large = SimpleUploadedFile("sách.srt", b"x" * 2_100_000)
    answer = author.post(ADDRESS, given(upload=came(world, data=b"khac").pk, subtitles=large))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert ProgrammeVersion.objects.count() == 1


def test_a_form_with_a_fault_keeps_the_chosen_file(author: Client, world: World) -> None:
    upload = came(world)
    answer = author.post(ADDRESS, given(upload=upload.pk, title=""))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert f'data-upload-chosen="{upload.pk}"' in answer.content.decode()
    assert author.post(ADDRESS, given(upload=upload.pk)).status_code == HTTPStatus.FOUND


@pytest.mark.parametrize("kind", ["another's", "unfinished", "used", "made up"])
def test_no_other_file_can_be_named(author: Client, world: World, kind: str) -> None:
    makers: dict[str, Callable[[], object]] = {
        "another's": lambda: came(world, by="ngoai-vu").pk,
        "unfinished": lambda: came(world, is_whole=False).pk,
        "used": lambda: used(author, world),
        "made up": lambda: "../../etc/passwd",
    }
    named = makers[kind]()
    before = ProgrammeVersion.objects.count()
    answer = author.post(ADDRESS, given(upload=named))
    assert answer.status_code in {HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY}
    assert ProgrammeVersion.objects.count() == before


def used(author: Client, world: World) -> str:
    upload = came(world)
    author.post(ADDRESS, given(upload=upload.pk))
    return upload.pk


def test_a_text_notice_leaves_the_uploads_alone(author: Client, world: World) -> None:
    upload = came(world)
    assert author.post(ADDRESS, NOTICE | {"upload": upload.pk}).status_code == HTTPStatus.FOUND
    upload.refresh_from_db()
    assert upload.state == "complete"

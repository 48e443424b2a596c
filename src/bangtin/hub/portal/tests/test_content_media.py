"""Preview files: by ranges, with types that a browser cannot take for a page, never from a shared cache."""

from http import HTTPStatus
from pathlib import Path

import pytest
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from pytest_django import Settings

from bangtin.hub.kit import files
from bangtin.hub.portal.tests.content import signed_in
from bangtin.hub.programmes.models import ProgrammeVersion, Rendition
from bangtin.hub.programmes.tests.factories import received
from bangtin.hub.regulations.tests.factories import World, cao_bang

pytestmark = pytest.mark.django_db
BYTES = bytes(range(256)) * 4


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> World:
    settings.DATA_DIR = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return cao_bang()


@pytest.fixture
def version(world: World) -> ProgrammeVersion:
    """A version with a film of 1,024 bytes for Tà Lùng."""
    made = received(world)
    _film(made, "video/mp4")
    return made


def _film(version: ProgrammeVersion, mime: str) -> None:
    stored = files.put([BYTES], max_bytes=len(BYTES))
    Rendition.objects.filter(version=version).update(sha256=stored.sha256, size_bytes=len(BYTES), mime=mime)


def _get(world: World, version: ProgrammeVersion, **headers: str) -> HttpResponseBase:
    return signed_in(world.users["tham-dinh-1"]).get(f"/tep/{version.pk}/1920x640", headers=headers)


def _body(answer: HttpResponseBase) -> bytes:
    assert isinstance(answer, StreamingHttpResponse)
    return answer.getvalue()


def test_a_film_is_given_whole(world: World, version: ProgrammeVersion) -> None:
    answer = _get(world, version)
    assert (answer.status_code, _body(answer)) == (HTTPStatus.OK, BYTES)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "part", "told"),
    [
        ("bytes=0-0", BYTES[:1], "bytes 0-0/1024"),
        ("bytes=100-199", BYTES[100:200], "bytes 100-199/1024"),
        ("bytes=1000-", BYTES[1000:], "bytes 1000-1023/1024"),
        ("bytes=1000-99999", BYTES[1000:], "bytes 1000-1023/1024"),
        ("bytes=-24", BYTES[-24:], "bytes 1000-1023/1024"),
    ],
)
def test_a_film_is_given_in_parts(world: World, version: ProgrammeVersion, asked: str, part: bytes, told: str) -> None:
    answer = _get(world, version, Range=asked)
    assert (answer.status_code, _body(answer)) == (HTTPStatus.PARTIAL_CONTENT, part)
    assert answer.headers["Content-Range"] == told


def test_a_part_beyond_the_end_is_refused(world: World, version: ProgrammeVersion) -> None:
    answer = _get(world, version, Range="bytes=1024-")
    assert answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    assert answer.headers["Content-Range"] == "bytes */1024"


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "application/pdf", ""])
def test_what_is_no_picture_or_film_is_never_shown_as_a_page(
    world: World, version: ProgrammeVersion, mime: str
) -> None:
    _film(version, mime)
    answer = _get(world, version)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_bytes_from_outside_are_boxed_in(world: World, version: ProgrammeVersion) -> None:
    answer = _get(world, version)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_preview_is_asked_for_anew_but_not_sent_twice(world: World, version: ProgrammeVersion) -> None:
    first = _get(world, version)
    # rights may end, renditions may be made anew: the browser asks each time
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = _get(world, version, **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == HTTPStatus.NOT_MODIFIED


@pytest.mark.parametrize("geometry", ["1x1", "am-thanh", "..%2f..%2fetc%2fpasswd", "1920X640", "0"])
def test_a_geometry_that_was_not_made_is_not_found(world: World, version: ProgrammeVersion, geometry: str) -> None:
    client = signed_in(world.users["tham-dinh-1"])
    assert client.get(f"/tep/{version.pk}/{geometry}").status_code == HTTPStatus.NOT_FOUND


def test_a_text_notice_has_no_file(world: World) -> None:
    made = received(world)
    client = signed_in(world.users["tham-dinh-1"])
    assert client.get(f"/tep/{made.pk}/1920x640").status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"/tep/{made.pk}/anh").status_code == HTTPStatus.NOT_FOUND


def test_a_file_that_the_store_lost_is_not_found(world: World, version: ProgrammeVersion) -> None:
    row = Rendition.objects.get(version=version)
    files.path(row.sha256).unlink()
    assert _get(world, version).status_code == HTTPStatus.NOT_FOUND


def test_the_picture_of_a_finding_is_seen_by_who_sees_the_version_alone(
    world: World, version: ProgrammeVersion
) -> None:
    frame = files.put([BYTES], max_bytes=len(BYTES)).sha256
    version.findings.create(code="black", severity="note", at_ms=1_500, params={"lasts_ms": 2_000}, frame_sha256=frame)
    answers = {
        name: signed_in(world.users[name]).get(f"/tep/{version.pk}/canh/1500") for name in ("tham-dinh-1", "quan-tri")
    }
    assert answers["tham-dinh-1"].headers["Content-Type"] == "image/webp"
    assert _body(answers["tham-dinh-1"]) == BYTES
    assert answers["quan-tri"].status_code == HTTPStatus.NOT_FOUND
    assert signed_in(world.users["tham-dinh-1"]).get(f"/tep/{version.pk}/canh/1").status_code == HTTPStatus.NOT_FOUND
    page = signed_in(world.users["tham-dinh-1"]).get(f"/chuong-trinh/{version.programme.code}/").content.decode()
    assert f"/tep/{version.pk}/canh/1500" in page

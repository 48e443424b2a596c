"""One real file of each kind that is taken goes all the way: checked, made for the screen, looked at there."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bangtin.hub.kit import files
from bangtin.hub.programmes import queries
from bangtin.hub.programmes.actions import check
from bangtin.hub.programmes.media import inspecting, office, streams
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests import samples
from bangtin.hub.programmes.tests.factories import MORNING, submitted_file
from bangtin.hub.regulations.tests.factories import World

pytestmark = [pytest.mark.django_db, pytest.mark.media]
RED, GREEN = (220, 0, 0), (0, 160, 0)


def aired(world: World, data: bytes, name: str, **changes: Any) -> ProgrammeVersion:
    """The file as it was handed in, checked; what came of it is whole."""
    version = check(version=submitted_file(world, data, name=name, **changes), at=MORNING)
    assert (version.state, version.refusal_code) == (VersionState.RECEIVED, ""), name
    assert version.content_digest == queries.content_digest(version)
    return version


def on_screen(version: ProgrammeVersion) -> Image.Image:
    """What stands on the face, a third into it."""
    row = version.renditions.get()
    assert (row.width, row.height) == (1920, 640)
    path = files.path(row.sha256)
    return streams.still(path) if row.mime == "video/mp4" else Image.open(path).convert("RGB")


def colour(picture: Image.Image, x: int, y: int) -> str:
    pixel = picture.getpixel((x, y))
    assert isinstance(pixel, tuple)
    names = {"red": RED, "green": GREEN, "dark": (11, 18, 32), "black": (0, 0, 0), "white": (255, 255, 255)}
    return min(names, key=lambda one: sum(abs(a - b) for a, b in zip(names[one], pixel, strict=True)))


@pytest.mark.parametrize("name", samples.VIDEOS)
def test_a_video_of_each_codec_and_container_plays_as_h264(world: World, tmp_path: Path, name: str) -> None:
    version = aired(world, samples.moving(name, tmp_path).read_bytes(), name)
    row = version.renditions.get()
    made = inspecting.inspect(files.path(row.sha256))
    assert (version.kind, made.codec, made.sound_codec, made.width, made.height) == ("video", "h264", "aac", 1920, 640)
    assert 300 <= row.duration_ms <= 700


@pytest.mark.parametrize("name", samples.SOUNDS)
def test_a_sound_of_each_kind_plays_as_aac(world: World, tmp_path: Path, name: str) -> None:
    version = aired(world, samples.heard(name, tmp_path).read_bytes(), name)
    assert (version.kind, version.renditions.get().mime) == ("sound", "audio/mp4")


@pytest.mark.parametrize("name", samples.PICTURES)
def test_a_picture_of_each_kind_fills_the_screen(world: World, name: str) -> None:
    version = aired(world, samples.seen(name), name)
    assert version.kind == "picture"
    assert [colour(on_screen(version), x, 320) for x in (20, 960, 1900)] == ["red", "red", "red"]


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.pdf", samples.printed("1 0 0", "0 1 0")), ("a.tiff", samples.scanned(RED, GREEN))],
)
def test_pages_follow_one_another_each_as_long_as_a_picture(world: World, name: str, data: bytes) -> None:
    version = aired(world, data, name, still_ms=2_000)
    row = version.renditions.get()
    assert (version.kind, row.mime, row.duration_ms) == ("video", "video/mp4", 4_000)
    assert [colour(picture, 960, 320) for picture in _moments(row.sha256, 1_000, 3_000)] == ["red", "green"]
    assert version.findings.get(code="slides").params == {"pages": 2}


def test_documents_pictures_and_clips_are_taken_alike(world: World, tmp_path: Path) -> None:
    kinds = [
        aired(world, samples.printed("1 0 0"), "a.pdf").kind,
        aired(world, samples.seen("a.png"), "a.png").kind,
        aired(world, samples.moving("h264.mkv", tmp_path).read_bytes(), "a.mkv").kind,
    ]
    assert kinds == ["picture", "picture", "video"]


def test_a_document_becomes_slides_where_libreoffice_reads_it_else_is_refused(world: World) -> None:
    for name, make in samples.DOCUMENTS.items():
        version = check(version=submitted_file(world, make(), name=name, still_ms=2_000), at=MORNING)
        if office.reads(name.rpartition(".")[2]):
            row = version.renditions.get()
            assert (version.kind, row.duration_ms) == ("video", 4_000)
            assert version.findings.get(code="slides").params == {"pages": 2}
            assert colour(on_screen(version), 960, 600) == "white"
        else:
            assert (version.state, version.refusal_code) == (VersionState.UNUSABLE, "no_office")
            assert "PDF" in version.refusal_message


def test_without_libreoffice_the_sender_is_told_to_send_a_pdf(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "executable", lambda: "")
    version = check(version=submitted_file(world, samples.written(), name="a.docx"), at=MORNING)
    assert (version.refusal_code, version.refusal_number) == ("no_office", "BT-TEP-021")
    assert "DOCX" in version.refusal_message and "PDF" in version.refusal_message
    assert version.findings.get(code="no_office").severity == "must_fix"


def test_plain_text_is_set_in_as_many_screens_as_it_needs(world: World) -> None:
    version = aired(world, samples.PLAIN.encode(), "a.txt", still_ms=2_000)
    row = version.renditions.get()
    assert version.kind == "video" and row.duration_ms % 2_000 == 0 and row.duration_ms >= 4_000
    light = on_screen(version).convert("L").point(lambda value: 255 * (value > 200)).getbbox()
    assert light is not None and light[0] < 100 and light[1] < 120


def _moments(sha256: str, *moments: int) -> list[Image.Image]:
    """The pictures of a clip at these milliseconds."""
    with tempfile.TemporaryDirectory() as name:
        inspecting.make_frames(files.path(sha256), Path(name), moments=moments)
        return [Image.open(Path(name) / f"{at_ms}.webp").convert("RGB").resize((1920, 640)) for at_ms in moments]

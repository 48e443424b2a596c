"""The technical check on real files; the bad ones are refused by code, the good ones play upright and unstretched."""

import resource
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bangtin.hub.kit import files, tasks
from bangtin.hub.programmes import queries
from bangtin.hub.programmes.actions import check, resume_checks
from bangtin.hub.programmes.media import ffmpeg, inspecting, judging, streams
from bangtin.hub.programmes.models import ProgrammeVersion, Rendition
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests import hostile
from bangtin.hub.programmes.tests.clips import Clips
from bangtin.hub.programmes.tests.factories import MORNING, received, submitted, submitted_file
from bangtin.hub.regulations.tests.factories import World

pytestmark = [pytest.mark.django_db, pytest.mark.media]

REFUSED = {
    "empty.mp4": "empty",
    "page.mp4": "not_media",
    "playlist.mp4": "not_media",
    "noise.mp4": "truncated",
    "cut.mp4": "truncated",
    "cut-index.mp4": "truncated",
    "cut.wav": "truncated",
    "cut.jpg": "truncated",
    "encrypted.mp4": "encrypted",
    "moving.gif": "container",
    "odd.mkv": "codec",
    "huge.mp4": "too_large",
    "instant.mp4": "no_duration",
    "bomb.png": "too_large",
    "large.webp": "too_large",
}


def checked(world: World, clips: Clips, name: str, **changes: Any) -> ProgrammeVersion:
    version = submitted_file(world, clips.data(name), name=name, **changes)
    return check(version=version, at=MORNING)


def probe(version: ProgrammeVersion) -> dict[str, Any]:
    assert version.probe is not None
    return dict(version.probe)


def codes(version: ProgrammeVersion) -> set[str]:
    return set(version.findings.values_list("code", flat=True))


@pytest.mark.parametrize(("name", "code"), REFUSED.items())
def test_a_bad_file_is_refused_by_code_and_sentence(world: World, clips: Clips, name: str, code: str) -> None:
    version = checked(world, clips, name)
    assert (version.state, version.refusal_code) == (VersionState.UNUSABLE, code)
    assert len(version.refusal_message) > 20
    assert not version.renditions.exists()


def test_a_cut_clip_says_at_which_second_it_stops(world: World, clips: Clips) -> None:
    version = checked(world, clips, "cut.mp4")
    at_ms = probe(version)["refusal"]["at_ms"]
    assert 300 <= at_ms <= 1_700
    assert f"{at_ms / 1000:.1f}".replace(".", ",") in version.refusal_message


def test_a_large_picture_is_refused_from_its_header(world: World, clips: Clips) -> None:
    version = checked(world, clips, "bomb.png")
    assert probe(version)["refusal"] == {"width": 20_000, "height": 20_000, "limit": 50}
    assert "000" in version.refusal_message


def test_a_good_clip_is_made_for_each_geometry_of_its_clusters(world: World, clips: Clips) -> None:
    version = checked(world, clips, "good.mp4", cluster_ids=("cao-bang/ta-lung", "cao-bang/trung-khanh"))
    assert (version.state, version.kind, version.progress_percent) == (VersionState.RECEIVED, "video", 100)
    rows = {row.geometry: row for row in version.renditions.all()}
    assert set(rows) == {"1024x512", "1920x640"}
    assert {(row.width, row.height, row.duration_ms, row.mime) for row in rows.values()} == {
        (1024, 512, 2000, "video/mp4"),
        (1920, 640, 2000, "video/mp4"),
    }
    assert version.content_digest == queries.content_digest(version)
    assert 0 < files.path(version.poster_sha256).stat().st_size <= 6_000


def test_a_clip_is_letterboxed_and_never_stretched(world: World, clips: Clips) -> None:
    version = checked(world, clips, "good.mp4")
    frame = streams.still(files.path(version.renditions.get().sha256))
    # 1920 × 1080 in 1920 × 640 is 1138 wide: dark to 391, red to 960, blue to 1529, dark
    assert [name(frame, x, 320) for x in (100, 380, 402, 940, 980, 1518, 1540)] == [
        "dark", "dark", "red", "red", "blue", "blue", "dark",
    ]  # fmt: skip
    assert "geometry" in codes(version)


def test_a_phone_clip_plays_upright_at_a_constant_rate_in_h264(world: World, clips: Clips) -> None:
    version = checked(world, clips, "phone.mov")
    row = version.renditions.get()
    made = inspecting.inspect(files.path(row.sha256))
    assert (made.codec, made.sound_codec, made.rotation, made.is_vfr) == ("h264", "aac", 0, False)
    assert made.fps_milli in (25_000, 30_000)
    assert {"rotated", "vfr", "converted", "geometry"} <= codes(version)
    # Stored 640 × 360 lying, shown 360 × 640: in 1920 × 640 it stands from 780 to 1140. Turned right, top goes right.
    frame = streams.still(files.path(row.sha256))
    assert [name(frame, x, 320) for x in (760, 800, 940, 980, 1120, 1160)] == [
        "dark", "blue", "blue", "red", "red", "dark",
    ]  # fmt: skip


def test_pixels_that_are_not_square_are_shown_in_their_shape(world: World, clips: Clips) -> None:
    version = checked(world, clips, "wide-pixels.mp4")
    assert (probe(version)["width"], probe(version)["height"]) == (384, 288)
    assert version.state == VersionState.RECEIVED


def test_a_silent_clip_is_taken_and_told(world: World, clips: Clips) -> None:
    version = checked(world, clips, "silent.webm")
    assert {"no_sound", "converted", "low_resolution"} <= codes(version)
    assert not inspecting.inspect(files.path(version.renditions.get().sha256)).has_sound


def test_a_picture_with_alpha_stands_on_a_dark_ground(world: World, clips: Clips) -> None:
    version = checked(world, clips, "alpha.png", still_ms=3_000)
    row = version.renditions.get()
    assert (version.kind, row.mime, row.width, row.height, row.duration_ms) == (
        "picture", "image/png", 1920, 640, 3_000,
    )  # fmt: skip
    picture = Image.open(files.path(row.sha256))
    assert picture.getpixel((960, 320)) == (255, 255, 255)
    assert picture.getpixel((960, 20)) == picture.getpixel((5, 5)) == (11, 18, 32)
    assert "alpha" in codes(version)


def test_a_turned_photograph_stands_upright(world: World, clips: Clips) -> None:
    version = checked(world, clips, "turned.jpg")
    picture = Image.open(files.path(version.renditions.get().sha256))
    assert [name(picture, 960, y) for y in (40, 300, 340, 600)] == ["red", "red", "blue", "blue"]
    assert [name(picture, x, 100) for x in (790, 810, 1110, 1130)] == ["dark", "red", "red", "dark"]


@pytest.mark.parametrize(("file", "at_middle"), [("print.jpg", "red"), ("grey.png", "grey"), ("wide.webp", "green")])
def test_pictures_of_other_kinds_keep_their_colours(world: World, clips: Clips, file: str, at_middle: str) -> None:
    version = checked(world, clips, file)
    assert name(Image.open(files.path(version.renditions.get().sha256)), 960, 320) == at_middle


def test_sound_becomes_one_even_file_for_all_faces(world: World, clips: Clips) -> None:
    version = checked(world, clips, "voice.wav")
    row = version.renditions.get()
    assert (version.kind, row.geometry, row.width, row.mime) == ("sound", "", 0, "audio/mp4")
    assert 900 <= row.duration_ms <= 1_100
    assert version.poster_sha256 == ""


def test_a_quiet_sound_is_told_and_plays_as_loud_as_any_other(world: World, clips: Clips) -> None:
    version = checked(world, clips, "quiet.wav")
    row = version.findings.get(code="loudness")
    assert (row.severity, row.params["lufs"]) == ("handled", "−46,8")
    made = judging.judge(files.path(version.renditions.get().sha256), name="a.m4a")
    assert "loudness" not in {one.code for one in made.remarks}


def test_the_kind_follows_the_content_not_the_name(world: World, clips: Clips) -> None:
    version = submitted_file(world, clips.data("alpha.png"), name="phim.mp4")
    assert check(version=version, at=MORNING).kind == "picture"


def test_a_text_notice_has_a_rendition_without_a_file(world: World) -> None:
    version = received(world)
    row = version.renditions.get()
    assert (row.sha256, row.geometry, row.width, row.height, row.duration_ms) == ("", "1920x640", 1920, 640, 8_000)
    assert queries.descriptor(version)["text"] == version.text


def test_the_same_bytes_are_not_made_twice(world: World, clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    first = checked(world, clips, "alpha.png")

    def never(*_: object, **__: object) -> None:
        raise AssertionError("made again")

    monkeypatch.setattr(inspecting, "make_still", never)
    second = checked(world, clips, "alpha.png", title="Nhan đề khác", still_ms=4_000)
    assert second.renditions.get().sha256 == first.renditions.get().sha256
    assert second.renditions.get().duration_ms == 4_000
    assert second.content_digest != first.content_digest


def test_a_check_that_was_killed_goes_on_with_what_is_missing(
    world: World, clips: Clips, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    real = ffmpeg.make_video
    made: list[int] = []

    def killed_at_the_second(*arguments: object, width: int, **named: object) -> None:
        if made:
            raise Killed
        made.append(width)
        real(*arguments, width=width, **named)  # type: ignore[arg-type]  # passed through as they came

    both = ("cao-bang/ta-lung", "cao-bang/trung-khanh")
    version = submitted_file(world, clips.data("silent.webm"), name="a.webm", cluster_ids=both)
    monkeypatch.setattr(ffmpeg, "make_video", killed_at_the_second)
    with pytest.raises(Killed):
        check(version=version, at=MORNING)
    version.refresh_from_db()
    assert (version.state, version.renditions.count()) == (VersionState.SUBMITTED, 1)
    assert 0 < version.progress_percent < 100
    monkeypatch.setattr(ffmpeg, "make_video", real)
    assert resume_checks() == 1
    kept = version.renditions.get().pk
    check(version=version, at=MORNING)
    assert version.state == VersionState.RECEIVED
    assert version.renditions.filter(pk=kept).exists() and version.renditions.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_worker_checks_what_was_handed_in(world: World) -> None:
    version = submitted(world)
    tasks.run_all()
    version.refresh_from_db()
    assert version.state == VersionState.RECEIVED


def test_a_second_check_changes_nothing(world: World) -> None:
    version = received(world)
    before = version.content_digest, list(Rendition.objects.values_list("pk", flat=True))
    check(version=version, at=MORNING)
    assert (version.content_digest, list(Rendition.objects.values_list("pk", flat=True))) == before


def test_the_largest_files_stay_under_a_gigabyte(clips: Clips, tmp_path: Path) -> None:
    large = clips["large.png"]
    assert inspecting.inspect(large).width == 7_050
    inspecting.make_still(large, tmp_path / "still", width=1920, height=640)
    assert Image.open(tmp_path / "still").size == (1920, 640)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1_000_000


def name(picture: Image.Image, x: int, y: int) -> str:
    """The colour there in one word."""
    pixel = picture.convert("RGB").getpixel((x, y))
    assert isinstance(pixel, tuple)
    red, green, blue = pixel
    if max(pixel) < 50:
        return "dark"
    if max(pixel) - min(pixel) < 20:
        return "grey"
    return {red: "red", green: "green", blue: "blue"}[max(pixel)]


def test_what_was_seen_is_kept_with_its_time_and_weight(world: World, clips: Clips) -> None:
    version = checked(world, clips, "dark.mp4")
    rows = {row.code: row for row in version.findings.all()}
    assert version.state == VersionState.RECEIVED
    assert (rows["black"].severity, rows["no_sound"].severity, rows["geometry"].severity) == ("note", "note", "handled")
    assert rows["black"].at_ms is not None and abs(rows["black"].at_ms - 1_000) < 150


def test_a_clip_that_flashes_is_refused_with_the_place_where_it_does(world: World, clips: Clips) -> None:
    version = checked(world, clips, "flashing.mp4")
    assert (version.state, version.refusal_code, version.refusal_number) == (
        VersionState.UNUSABLE, "flash", "BT-TEP-016",
    )  # fmt: skip
    row = version.findings.get(code="flash")
    assert row.severity == "must_fix" and row.at_ms is not None
    assert not version.renditions.exists()


def test_a_pdf_of_one_page_is_shown_as_a_picture(world: World) -> None:
    data = hostile.pdf(content=b"1 0 0 rg 0 0 595 842 re f")
    version = check(version=submitted_file(world, data, name="a.pdf"), at=MORNING)
    row = version.renditions.get()
    assert (version.state, version.kind, row.mime) == (VersionState.RECEIVED, "picture", "image/png")
    picture = Image.open(files.path(row.sha256))
    assert [name(picture, x, 320) for x in (700, 800, 960, 1120, 1220)] == ["dark", "red", "red", "red", "dark"]


@pytest.mark.parametrize(
    ("file", "data", "code"),
    [
        ("a.pdf", hostile.pdf(content=b"BT /F1 40 Tf 72 700 Td (TUYET MAT) Tj ET"), "secret_mark"),
        ("a.pdf", hostile.pdf("/OpenAction<</S/Launch/F(x)>>"), "active_content"),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:05,000\nx\n", "container"),
    ],
)
def test_documents_that_may_not_air_are_refused_by_code(world: World, file: str, data: bytes, code: str) -> None:
    version = check(version=submitted_file(world, data, name=file), at=MORNING)
    assert (version.state, version.refusal_code) == (VersionState.UNUSABLE, code)

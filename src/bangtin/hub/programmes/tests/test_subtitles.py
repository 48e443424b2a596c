"""Subtitles that came beside a video: looked at like it, drawn into its renditions, kept and forgotten with it."""

from pathlib import Path

import pytest
from PIL import Image

from bangtin.hub.kit import files
from bangtin.hub.programmes import queries
from bangtin.hub.programmes.actions import check, purge_secret, renditions
from bangtin.hub.programmes.media import inspecting, streams
from bangtin.hub.programmes.media.inspecting import Inspection
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.paperwork import Place
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.clips import Clips
from bangtin.hub.programmes.tests.factories import MORNING, submitted_file
from bangtin.hub.regulations.tests.factories import World

pytestmark = [pytest.mark.django_db, pytest.mark.media]
SAID = "1\n00:00:00,300 --> 00:00:01,300\n<b>Cửa khẩu Tà Lùng</b>\nmở cửa lúc 7 giờ\n"


def with_subtitles(world: World, data: bytes, said: str, *, name: str = "a.srt") -> ProgrammeVersion:
    stored = files.put([said.encode()], max_bytes=1 << 20)
    version = submitted_file(world, data, name="a.mp4", subtitles=stored, subtitles_name=name)
    assert (version.subtitles_sha256, version.subtitles_name) == (stored.sha256, name)
    return check(version=version, at=MORNING)


def white(picture: Image.Image) -> tuple[int, int, int, int] | None:
    """Where it is white: left, top, right, bottom."""
    return picture.convert("RGB").resize((1920, 640)).convert("L").point(lambda value: 255 * (value > 225)).getbbox()


def test_subtitles_stand_low_in_the_picture_while_they_last_and_only_then(
    world: World, clips: Clips, tmp_path: Path
) -> None:
    version = with_subtitles(world, clips.data("good.mp4"), SAID)
    row = version.renditions.get()
    made = inspecting.make_frames(files.path(row.sha256), tmp_path, moments=[100, 700, 1_700])
    before, during, after = [white(Image.open(tmp_path / f"{at_ms}.webp")) for at_ms in made]
    assert (before, after) == (None, None)
    assert during is not None and during[1] > 400 and during[0] > 300 and during[2] < 1_620
    assert row.profile.endswith(version.subtitles_sha256[:16])
    assert abs((during[0] + during[2]) / 2 - 960) < 40


def test_the_same_video_with_other_subtitles_is_made_anew(world: World, clips: Clips) -> None:
    source = renditions.Source(clips["silent.webm"], Inspection("video", "matroska", "vp8"))
    rows = [ProgrammeVersion(kind="video", source_sha256="a" * 64, subtitles_sha256=one * 64) for one in "bbc"]
    first, same, other = [renditions.profile(row, source) for row in rows]
    assert first == same != other
    assert renditions.profile(ProgrammeVersion(kind="video"), source) not in {first, other}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Không phải phụ đề", "malformed"),
        ("1\n00:00:00,100 --> 00:00:02,000\nCoäng hoøa xaõ hoäi chuû nghóa\n", "legacy_encoding"),
        ("1\n00:00:00,100 --> 00:00:02,000\nTUYỆT MẬT\n", "secret_mark"),
    ],
)
def test_subtitles_that_cannot_be_read_keep_the_video_back(world: World, clips: Clips, said: str, code: str) -> None:
    version = with_subtitles(world, clips.data("silent.webm"), said)
    assert (version.state, version.refusal_code) == (VersionState.UNUSABLE, code)


def test_subtitles_too_fast_to_read_or_too_long_are_told(world: World, clips: Clips) -> None:
    said = "1\n00:00:00,100 --> 00:00:00,400\nMột dòng chữ quá dài để đọc\n\n2\n00:00:01,000 --> 00:00:09,000\nx\n"
    version = with_subtitles(world, clips.data("silent.webm"), said)
    rows = {row.code: row for row in version.findings.all()}
    assert version.state == VersionState.RECEIVED
    assert (rows["subtitle_fast"].at_ms, rows["subtitle_fast"].severity) == (100, "note")
    assert "subtitle_late" in rows and rows["subtitle_fast"].frame_sha256


def test_subtitles_beside_a_picture_are_told_and_not_shown(world: World, clips: Clips) -> None:
    version = with_subtitles(world, clips.data("alpha.png"), SAID)
    assert version.state == VersionState.RECEIVED
    assert version.findings.filter(code="unused_subtitles").exists()


def test_a_finding_bears_the_picture_of_its_moment(world: World, clips: Clips) -> None:
    version = check(version=submitted_file(world, clips.data("dark.mp4"), name="a.mp4"), at=MORNING)
    row = version.findings.get(code="black")
    picture = Image.open(files.path(row.frame_sha256)).convert("L")
    assert picture.size == (320, 180) and max(picture.tobytes()) < 40
    assert row.frame_sha256 in queries.stored_files(version)
    assert not version.findings.get(code="no_sound").frame_sha256


def test_a_clip_refused_for_flashing_shows_where_it_flashes(world: World, clips: Clips) -> None:
    version = check(version=submitted_file(world, clips.data("flashing.mp4"), name="a.mp4"), at=MORNING)
    row = version.findings.get(code="flash")
    assert version.state == VersionState.UNUSABLE and files.has(row.frame_sha256)


def test_what_a_secret_left_behind_is_forgotten_to_the_last_picture(
    world: World, clips: Clips, django_capture_on_commit_callbacks: object
) -> None:
    version = with_subtitles(world, clips.data("dark.mp4"), SAID)
    kept = queries.stored_files(version)
    assert len(kept) >= 5 and all(files.has(one) for one in kept)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # the fixture is a function
        purge_secret(version=version, place=Place.DOCUMENT, actor=None, at=MORNING)
    assert not any(files.has(one) for one in kept)
    version.refresh_from_db()
    assert (version.subtitles_sha256, version.subtitles_name) == ("", "")


def test_frames_are_given_even_where_the_clip_ends_before(clips: Clips, tmp_path: Path) -> None:
    assert inspecting.make_frames(clips["silent.webm"], tmp_path, moments=[0, 90_000]) == [0, 90_000]
    assert streams.still(clips["good.mp4"]).size == (1920, 1080)

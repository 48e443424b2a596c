"""Copies for looking at: made after the check of a film and of sound, once a rendition."""

from pathlib import Path

import pytest
from PIL import Image

from bangtin.hub.kit import files
from bangtin.hub.programmes.actions import check
from bangtin.hub.programmes.actions.check import copy_version
from bangtin.hub.programmes.media import inspecting, preview
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.review_copies import Look, ReviewCopy
from bangtin.hub.programmes.tests.clips import Clips
from bangtin.hub.programmes.tests.factories import MORNING, received, submitted_file
from bangtin.hub.regulations.tests.factories import World

pytestmark = [pytest.mark.django_db, pytest.mark.media]


def _looks(version: ProgrammeVersion) -> dict[str, ReviewCopy]:
    """What the task after the check makes."""
    copy_version.func(version.pk)
    return {one.look: one for one in version.review_copies.all()}


def test_a_film_has_a_light_copy_frames_and_the_shape_of_its_sound_and_the_same_film_lends_them(
    world: World, clips: Clips
) -> None:
    version = check(version=submitted_file(world, clips.data("good.mp4"), name="good.mp4"), at=MORNING)
    found = _looks(version)
    assert set(found) == {Look.PROXY, Look.SHEET, Look.WAVE}
    light = inspecting.inspect(files.path(found["proxy"].sha256))
    assert light.height <= 480
    assert abs(light.duration_ms - version.renditions.all()[0].duration_ms) < 120
    with Image.open(files.path(found["sheet"].sha256)) as sheet:
        assert sheet.width > 6 * 200
        # the last of twelve frames is there: blue right of the middle
        shown = sheet.convert("L").getpixel((5 * 244 + 150, sheet.height - 40))
        assert isinstance(shown, int) and shown > 15
    with Image.open(files.path(found["wave"].sha256)) as wave:
        assert wave.size == (1200, 96)

    again = check(version=submitted_file(world, clips.data("good.mp4"), name="again.mp4"), at=MORNING)
    assert {one.sha256 for one in _looks(again).values()} == {one.sha256 for one in found.values()}


def test_a_film_without_sound_has_no_shape_of_it_and_a_notice_needs_no_copies(world: World, clips: Clips) -> None:
    version = check(version=submitted_file(world, clips.data("silent.webm"), name="silent.webm"), at=MORNING)
    assert set(_looks(version)) == {Look.PROXY, Look.SHEET}
    assert not _looks(received(world))


def test_a_rendition_that_ffmpeg_cannot_read_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(b"no film")
    assert preview.make(tmp_path / "film", tmp_path, duration_ms=1000, has_picture=True, has_sound=True) == ()

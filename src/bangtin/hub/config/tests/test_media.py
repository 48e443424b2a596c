"""The demo's notices are pictures with letters in them, and its clips move."""

import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from bangtin.hub.config import machine
from bangtin.hub.config.demo.media import lettering, making
from bangtin.hub.config.demo.media.lettering import Style


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("media")
    making.make(made, clip_s=2)
    return made


def frame(clip: Path, second: float) -> Image.Image:
    target = clip.with_suffix(f".{second}.png")
    command = [str(machine.ffmpeg()), "-v", "error", "-y", "-ss", str(second), "-i", str(clip), "-frames:v", "1"]
    subprocess.run([*command, str(target)], check=True, timeout=60)
    return Image.open(target).convert("RGB")


@pytest.mark.media
@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("gio-lam-thu-tuc-ta-lung.png", (1920, 640)),
        ("tiem-phong-cum.jpg", (1920, 1080)),
        ("non-nuoc-cao-bang.jpg", (1024, 512)),
    ],
)
def test_a_still_notice_has_a_landscape_and_light_letters(folder: Path, name: str, size: tuple[int, int]) -> None:
    picture = Image.open(folder / name).convert("RGB")
    assert picture.size == size
    assert min(ImageStat.Stat(picture).stddev) > 25
    foot = picture.crop((0, size[1] * 2 // 3, size[0], size[1])).convert("L")
    assert sum(foot.histogram()[200:]) > foot.width * foot.height * 0.005


@pytest.mark.media
@pytest.mark.parametrize(("name", "size"), [("thac-ban-gioc.mp4", (1024, 512)), ("phong-chay-rung.mp4", (1280, 720))])
def test_a_clip_moves_and_is_no_card_of_bars(folder: Path, name: str, size: tuple[int, int]) -> None:
    early, late = frame(folder / name, 0.9), frame(folder / name, 1.6)
    assert early.size == size
    assert min(ImageStat.Stat(late).stddev) > 25
    moved = ImageChops.difference(early, late).convert("L").point(lambda value: 255 if value > 24 else 0)
    assert ImageStat.Stat(moved).mean[0] / 255 > 0.002


@pytest.mark.media
def test_one_file_is_no_clip_at_all(folder: Path) -> None:
    assert (folder / "ban-tin-toi.mp4").read_text().startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("text", ["Giờ làm thủ tục", "Border gate", "口岸通关时间", "Ngày 23/11 · Bản Giốc – 瀑布"])
def test_every_letter_of_the_three_languages_has_a_shape(text: str) -> None:
    for letter in text.replace(" ", ""):
        cut = lettering.font(lettering.script(letter), 40, 700)
        assert cut.getmask(letter).getbbox(), letter


def test_wrapping_keeps_every_word_within_the_limit() -> None:
    style = Style(40)
    lines = lettering.wrap("Hanh khô: không đốt nương, không để lửa lan", style, limit_px=400)
    assert " ".join(lines) == "Hanh khô: không đốt nương, không để lửa lan"
    assert all(lettering.width_px(line, style) <= 400 for line in lines)

"""Makes the demo's files: little public notices, drawn here and encoded by ffmpeg, and one that is no clip at all."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from bangtin.hub.config import machine
from bangtin.hub.config.demo.media import landscapes
from bangtin.hub.config.demo.media.landscapes import Landscape, Size
from bangtin.hub.config.demo.media.lettering import Style, plate

FPS = 25
FADE_S = 0.6
YELLOW, PALE = "#ffd84d", "#bcd6ff"
BAD_CLIP = """<!DOCTYPE html>
<html lang="vi"><head><title>403</title></head>
<body><p>Phiên đăng nhập đã hết hạn. Đăng nhập lại để tải tệp.</p></body></html>
"""


class CannotEncode(RuntimeError):
    """ffmpeg is missing or failed; the message says which and what it said last."""


@dataclass(frozen=True)
class Clip:
    """A moving notice: a landscape, the words on its plate, `seconds` long."""

    name: str
    size: Size
    landscape: Landscape
    lines: list[tuple[str, Style]]
    seconds: int


def make(folder: Path, *, clip_s: int = 4) -> None:
    """Write all files of the demo into `folder`: two .mp4, a .png, two .jpg and the HTML page named .mp4.

    Raises: CannotEncode.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(max_workers=3) as pool:
        moving = [pool.submit(encode, clip, folder) for clip in clips(clip_s)]
        pool.submit(draw_pictures, folder).result()
        for job in moving:
            job.result()
    (folder / "ban-tin-toi.mp4").write_text(BAD_CLIP, encoding="utf-8")


def clips(seconds: int) -> tuple[Clip, ...]:
    """The two moving notices: one in the shape of the screen, one in that of a television."""
    fall, wood = (1024, 512), (1280, 720)
    return (
        Clip(
            "thac-ban-gioc.mp4",
            fall,
            landscapes.waterfall(fall, extra_px=120),
            [
                ("Thác Bản Giốc: giữ sạch dòng thác", Style(46)),
                ("Please take your litter home · 请把垃圾带走", Style(32, 600, YELLOW)),
            ],
            seconds,
        ),
        Clip(
            "phong-chay-rung.mp4",
            wood,
            landscapes.forest(wood, extra_px=160),
            [
                ("Hanh khô: không đốt nương, không để lửa lan", Style(52)),
                ("Thấy khói trong rừng, gọi ngay 114", Style(50, 700, YELLOW)),
            ],
            seconds,
        ),
    )


def draw_pictures(folder: Path) -> None:
    """Write the still notices."""
    two, wide, hd = (1024, 512), (1920, 640), (1920, 1080)
    gate = [
        ("Giờ làm thủ tục tại cửa khẩu Tà Lùng", Style(66)),
        ("07:00 – 17:00 · 口岸通关时间", Style(72, 700, YELLOW)),
        ("Nội dung mẫu · Opening hours of the border gate", Style(36, 600, PALE)),
    ]
    _still(wide, landscapes.gate(wide), gate).save(folder / "gio-lam-thu-tuc-ta-lung.png", "PNG")
    jab = [
        ("Tiêm phòng cúm cho người từ 65 tuổi", Style(84)),
        ("Trạm y tế xã, sáng thứ Năm hằng tuần", Style(70, 700, YELLOW)),
    ]
    _still(hd, landscapes.clinic(hd), jab).save(folder / "tiem-phong-cum.jpg", "JPEG")
    home = [("Cao Bằng, non nước nghìn năm", Style(54)), ("Công viên địa chất toàn cầu", Style(36, 600, PALE))]
    _still(two, landscapes.waterfall(two, extra_px=0), home).save(folder / "non-nuoc-cao-bang.jpg", "JPEG")


def encode(clip: Clip, folder: Path) -> Path:
    """Draw a clip frame by frame into ffmpeg: H.264, 25 frames a second, no sound.

    Raises: CannotEncode.
    """
    program = machine.ffmpeg()
    if program is None:
        raise CannotEncode("ffmpeg is missing: apt-get install ffmpeg")
    target = folder / clip.name
    command = [
        *(str(program), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"),
        *("-s", f"{clip.size[0]}x{clip.size[1]}", "-r", str(FPS), "-i", "-"),
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "21", "-pix_fmt", "yuv420p", "-movflags", "+faststart"),
        str(target),
    ]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin and process.stderr
    try:
        for frame in _frames(clip):
            process.stdin.write(frame)
        process.stdin.close()
    except BrokenPipeError:
        pass  # ffmpeg has ended early; its own words say why
    words = process.stderr.read().decode(errors="replace")
    if process.wait() != 0:
        raise CannotEncode(f"{clip.name}: {words.strip()[-300:]}")
    return target


def _frames(clip: Clip) -> Iterator[bytes]:
    whole = _words(clip.size, clip.lines)
    box = whole.getbbox() or (0, 0, *clip.size)
    words = whole.crop(box)  # painting the empty rest would take most of the time
    opaque = words.getchannel("A")

    def frame(number: int) -> bytes:
        second = number / FPS
        picture = clip.landscape.at(second, clip.size)
        part = min(1.0, second / FADE_S)
        mask = opaque if part == 1 else opaque.point(lambda alpha: round(alpha * part))
        picture.paste(words, box[:2], mask)
        return picture.tobytes()

    return map(frame, range(clip.seconds * FPS))


def _still(size: Size, landscape: Landscape, lines: list[tuple[str, Style]]) -> Image.Image:
    picture = landscape.at(0, size)
    words = _words(size, lines)
    picture.paste(words, (0, 0), words)
    return picture


def _words(size: Size, lines: list[tuple[str, Style]]) -> Image.Image:
    return plate(size, lines, left_px=size[0] // 24, bottom_px=size[1] // 18)

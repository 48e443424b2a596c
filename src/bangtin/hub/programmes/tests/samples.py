"""One small real file of every kind that is taken, made by ffmpeg, Pillow and the libraries of office files."""

import io
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import docx
import pillow_heif
from PIL import Image

from bangtin.hub.programmes.media import ffmpeg
from bangtin.hub.programmes.tests import hostile

_PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.4")
_SOUND = ("-f", "lavfi", "-i", "sine=440:d=0.4")
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")

# name: how ffmpeg makes it
VIDEOS: Mapping[str, tuple[str, ...]] = {
    "h264.mp4": _H264,
    "h264.mov": _H264,
    "h264.mkv": (*_H264, "-c:a", "libopus"),
    "h264.ts": _H264,
    "h264.avi": (*_H264, "-c:a", "libmp3lame"),
    "hevc.mp4": ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-c:a", "aac"),
    "prores.mov": ("-c:v", "prores_ks", "-c:a", "pcm_s16le"),
    "vp9.webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"),
    "av1.mkv": ("-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime", "-c:a", "libopus"),
    "mpeg2.ts": ("-c:v", "mpeg2video", "-c:a", "mp2"),
    "mpeg2.mxf": ("-c:v", "mpeg2video", "-ar", "48000", "-c:a", "pcm_s16le"),
}
SOUNDS: Mapping[str, tuple[str, ...]] = {
    "a.mp3": ("-c:a", "libmp3lame"),
    "a.wav": (),
    "a.m4a": ("-c:a", "aac"),
    "a.opus": ("-c:a", "libopus"),
}
PICTURES: Mapping[str, str] = {"a.jpg": "JPEG", "a.png": "PNG", "a.webp": "WEBP", "a.heic": "HEIF", "a.tiff": "TIFF"}
PLAIN = "Cửa khẩu Tà Lùng mở cửa lúc 7 giờ.\n\nBà con mang theo giấy thông hành.\n" * 6
SUBTITLES = "1\n00:00:00,000 --> 00:00:00,400\nChào\n"


def moving(name: str, folder: Path) -> Path:
    """A clip with a tone."""
    return _made(folder / name, *_PICTURE, *_SOUND, *VIDEOS[name])


def heard(name: str, folder: Path) -> Path:
    """A tone alone."""
    return _made(folder / name, *_SOUND, *SOUNDS[name])


def seen(name: str) -> bytes:
    """A red picture, wide as the screen."""
    pillow_heif.register_heif_opener()
    target = io.BytesIO()
    Image.new("RGB", (480, 160), (220, 0, 0)).save(target, PICTURES[name])
    return target.getvalue()


def scanned(*colours: tuple[int, int, int]) -> bytes:
    """A TIFF with a page of each colour."""
    target = io.BytesIO()
    first, *others = [Image.new("RGB", (480, 160), colour) for colour in colours]
    first.save(target, "TIFF", save_all=True, append_images=others)
    return target.getvalue()


def printed(*colours: str, box: str = "0 0 600 200") -> bytes:
    """A PDF with a page of each colour, the colour as three numbers 0…1."""
    pages = []
    for number, colour in enumerate(colours):
        content = f"{colour} rg 0 0 9999 9999 re f"
        pages.append(
            f"{10 + number} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents {60 + number} 0 R>>endobj\n"
            f"{60 + number} 0 obj<</Length {len(content)}>>stream\n{content}\nendstream endobj\n"
        )
    kids = " ".join(f"{10 + number} 0 R" for number in range(len(colours)))
    return (
        "%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        f"2 0 obj<</Type/Pages/Kids[{kids}]/Count {len(colours)}>>endobj\n"
        f"{''.join(pages)}trailer<</Root 1 0 R/Size 99>>\n%%EOF"
    ).encode()


def written() -> bytes:
    """A Word file of two pages."""
    document, target = docx.Document(), io.BytesIO()
    document.add_paragraph("Thông báo cửa khẩu Tà Lùng")
    document.add_paragraph("Trang hai").paragraph_format.page_break_before = True
    document.save(target)
    return target.getvalue()


def presented() -> bytes:
    """A PowerPoint file of two slides, made by hand as small as the programs that read it allow."""
    return hostile.pptx(["Chào mừng", "Hẹn gặp lại"])


def _made(path: Path, *arguments: str) -> Path:
    subprocess.run([ffmpeg.executable(), "-v", "error", "-y", *arguments, str(path)], check=True)
    return path


DOCUMENTS: Mapping[str, Callable[[], bytes]] = {"a.docx": written, "a.pptx": presented}

"""Makes renditions with ffmpeg: upright, letterboxed, constant frame rate, H.264 and AAC at an even loudness."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from bangtin.hub.programmes.media import limits, sandbox
from bangtin.hub.programmes.media.inspecting import Inspection
from bangtin.hub.programmes.media.limits import Unusable

# A change of what ffmpeg is asked for is a new profile: older renditions are then not used again.
VIDEO_PROFILE = "h264-aac-1"
SOUND_PROFILE = "aac-1"
SLIDES_PROFILE = "h264-slides-1"
_LOUDNESS = "loudnorm=I=-23:TP=-1.5:LRA=11,aresample=48000"  # EBU R128
_SLOWEST = 20  # seconds of work for a second of clip, before it counts as hung
_KEYFRAME_S = 2
_SLIDES_FPS = 25
_BEGIN = ("-nostdin", "-hide_banner", "-v", "error", "-y")
_END = (
    "-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn", "-fflags", "+bitexact",
    "-threads", "2", "-filter_threads", "1", "-progress", "pipe:1",
)  # fmt: skip

Progress = Callable[[int], None]


class NoFfmpeg(RuntimeError):
    """This machine has no ffmpeg; `bangtin doctor` says how to get one."""


def executable() -> str:
    """The ffmpeg to run: the one set in the settings, the system's, or the one of imageio-ffmpeg.

    Raises: NoFfmpeg.
    """
    found = settings.FFMPEG or shutil.which("ffmpeg")
    if found:
        return str(found)
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError) as error:
        raise NoFfmpeg("no ffmpeg: install the system package or the extra [ffmpeg]") from error


def even(pixels: int) -> int:
    """The next even number: H.264 with 4:2:0 has no odd sides."""
    return pixels + pixels % 2


@dataclass(frozen=True)
class Titles:
    """Subtitles drawn for a face: the list of their pictures, and how many pixels from the top they begin."""

    pictures: Path
    top: int


def make_video(
    source: Path,
    target: Path,
    *,
    inspection: Inspection,
    width: int,
    height: int,
    on_percent: Progress,
    titles: Titles | None = None,
) -> None:
    """Write an MP4 for a face of `width` × `height`; `on_percent` hears 0…100 on the way.

    Raises: Unusable("timed_out" or "conversion"), NoFfmpeg.
    """
    program = video_program(source, target, inspection=inspection, width=width, height=height, titles=titles)
    _run(program, duration_ms=inspection.duration_ms, on_percent=on_percent)


def video_program(
    source: Path,
    target: Path,
    *,
    inspection: Inspection,
    width: int,
    height: int,
    titles: Titles | None = None,
) -> list[str]:
    """The command line that makes a video rendition. Raises: NoFfmpeg."""
    fps = frame_rate(inspection.fps_milli)
    picture = _picture(inspection, even(width), even(height), fps)
    how, beside = ["-map", "0:v:0", "-vf", picture], []
    if titles:
        beside = ["-f", "concat", "-safe", "1", "-i", f"file:{titles.pictures}"]
        how = ["-filter_complex", f"[0:v:0]{picture}[seen];[seen][1:v:0]overlay=0:{titles.top}[shown]"]
        how += ["-map", "[shown]"]
    arguments = [
        *beside, *how, "-map", "0:a:0?", *_h264(fps), "-t", f"{inspection.duration_ms / 1000:.3f}",
        *_sound(), "-movflags", "+faststart", "-f", "mp4",
    ]  # fmt: skip
    return _program(source, target, arguments, inspection)


def make_slides(folder: Path, target: Path, *, pages: int, still_ms: int, on_percent: Progress) -> None:
    """Write an MP4 that shows the pages in the folder (`limits.SLIDE_NAME`) one after the other, each `still_ms` long.

    Raises: Unusable("timed_out" or "conversion"), NoFfmpeg.
    """
    lasts_ms = pages * still_ms
    # the last page has none behind it that says how long it stands: it is held, and cut at the end
    picture = f"tpad=stop_mode=clone:stop_duration={still_ms / 1000:.3f},fps={_SLIDES_FPS},format=yuv420p"
    program = [
        *_BEGIN, "-framerate", f"1000/{still_ms}", "-f", "image2", "-i", f"file:{folder}/{limits.SLIDE_NAME}",
        "-vf", picture, *_h264(_SLIDES_FPS), "-tune", "stillimage", "-t", f"{lasts_ms / 1000:.3f}",
        "-movflags", "+faststart", "-f", "mp4", *_END, f"file:{target}",
    ]  # fmt: skip
    _run([executable(), *program], duration_ms=lasts_ms, on_percent=on_percent)


def make_sound(source: Path, target: Path, *, inspection: Inspection, on_percent: Progress) -> None:
    """Write an M4A of even loudness. Raises: Unusable("timed_out" or "conversion"), NoFfmpeg."""
    arguments = ["-map", "0:a:0", *_sound(), "-movflags", "+faststart", "-f", "mp4"]
    program = _program(source, target, arguments, inspection)
    _run(program, duration_ms=inspection.duration_ms, on_percent=on_percent)


def frame_rate(fps_milli: int) -> int:
    """25 for film and European rates, 30 for the others: a constant rate that the screens' pages keep."""
    return 25 if fps_milli <= 25_500 or abs(fps_milli - 50_000) < 500 else 30


def _picture(inspection: Inspection, width: int, height: int, fps: int) -> str:
    """The filters, after ffmpeg has turned the picture upright by itself."""
    first = ["yadif=deint=interlaced"] if inspection.is_interlaced else []
    if not inspection.is_square:
        first.append("scale=trunc(iw*sar/2)*2:ih,setsar=1")
    fitted = f"scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2"
    return ",".join(
        [
            *first,
            f"fps={fps}",
            f"{fitted}:flags=bicubic:out_color_matrix=bt709:out_range=tv",
            f"pad={width}:{height}:(ow-iw)/2:(oh-ih)/2:color=black",
            "setsar=1",
            "format=yuv420p",
        ]
    )


def _h264(fps: int) -> list[str]:
    return [
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-maxrate", "10M", "-bufsize", "20M",
        "-profile:v", "high", "-pix_fmt", "yuv420p", "-g", str(fps * _KEYFRAME_S), "-x264-params", "open-gop=0",
        "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
    ]  # fmt: skip


def _sound() -> list[str]:
    return ["-af", _LOUDNESS, "-c:a", "aac", "-b:a", "128k", "-ac", "2"]


def _program(source: Path, target: Path, arguments: list[str], inspection: Inspection) -> list[str]:
    return [
        executable(), *_BEGIN, "-protocol_whitelist", "file",
        "-format_whitelist", limits.DEMUXERS[inspection.container],
        "-threads", "2", "-i", f"file:{source}", *arguments, *_END, f"file:{target}",
    ]  # fmt: skip


def _run(program: list[str], *, duration_ms: int, on_percent: Progress) -> None:
    timeout_s = 120 + _SLOWEST * duration_ms / 1000

    def listen(line: str) -> None:
        name, _, value = line.partition("=")
        if name == "out_time_us" and value.lstrip("-").isdigit():
            on_percent(max(0, min(100, int(value) // 10 // max(1, duration_ms))))

    try:
        finished = sandbox.run(program, timeout_s=timeout_s, cpu_s=int(timeout_s * 2), on_line=listen)
    except sandbox.TimedOut as error:
        raise Unusable("timed_out") from error
    if finished.code != 0:
        raise Unusable("conversion", {"detail": finished.stderr.strip()[-300:]})

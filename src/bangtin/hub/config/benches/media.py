"""How much of ffmpeg's speed is left when renditions are made in the bounded process."""

import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bangtin.hub.config.benches.idle import DidNotStart
from bangtin.hub.config.benches.shape import Result
from bangtin.hub.programmes.media import ffmpeg, inspecting
from bangtin.hub.programmes.media.inspecting import Inspection
from bangtin.hub.programmes.media.limits import Unusable

CLIP_S = 10.0
ROUNDS = 6
WIDTH, HEIGHT = 1920, 640
BOUNDS = {"throughput_lost_percent": 5.0}
_LIMIT_S = 900
_NICE = ("nice", "-n", "5")  # what the bounded process runs at: a busy machine then slows both alike


def run(*, scale: float = 1.0) -> Result:
    """Make a rendition of a Full HD clip by our way and by the same command run bare, six times.

    Each goes first three times, and the best time of each counts. `throughput_lost_percent` is 100 × (1 − bare / ours);
    a negative one is noise. `scale` shortens the clip. Raises: DidNotStart without ffmpeg.
    """
    with tempfile.TemporaryDirectory(prefix="bangtin-bench-") as name:
        folder = Path(name)
        try:
            source = _clip(folder / "source.mp4", CLIP_S * scale)
            inspection = inspecting.inspect(source)
            times = [_round(source, folder, inspection, is_bare_first=bool(turn % 2)) for turn in range(ROUNDS)]
            look_s = _timed_look(source)
        except (ffmpeg.NoFfmpeg, Unusable, subprocess.SubprocessError) as error:
            raise DidNotStart(f"media: {error}") from error
    ours_s, bare_s = min(ours for ours, _ in times), min(bare for _, bare in times)
    clip_s = inspection.duration_ms / 1000
    figures = {
        "throughput_lost_percent": round(100 * (1 - bare_s / ours_s), 2),
        "ours_s": round(ours_s, 2),
        "clip_seconds_a_second": round(clip_s / ours_s, 2),
        "technical_check_s": round(look_s, 2),
    }
    baseline = {"bare_s": round(bare_s, 2), "bare_clip_seconds_a_second": round(clip_s / bare_s, 2)}
    ratios = {"ours_to_bare": round(bare_s / ours_s, 3)}
    return Result("media", figures, baseline, ratios, BOUNDS, is_full_size=scale >= 1.0)


def _round(source: Path, folder: Path, inspection: Inspection, *, is_bare_first: bool) -> tuple[float, float]:
    """Seconds of our way and of the bare command."""
    target = folder / "made.mp4"
    program = [*_NICE, *ffmpeg.video_program(source, target, inspection=inspection, width=WIDTH, height=HEIGHT)]

    def ours() -> None:
        ffmpeg.make_video(
            source, target, inspection=inspection, width=WIDTH, height=HEIGHT, on_percent=lambda percent: None
        )

    def bare() -> None:
        subprocess.run(program, check=True, capture_output=True, timeout=_LIMIT_S)

    if is_bare_first:
        bare_s = _timed(bare)
        return _timed(ours), bare_s
    return _timed(ours), _timed(bare)


def _timed(work: Callable[[], None]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _timed_look(source: Path) -> float:
    from bangtin.hub.programmes.media import judging

    began = time.monotonic()
    judging.judge(source, name=source.name, screens=[(WIDTH, HEIGHT)])
    return time.monotonic() - began


def _clip(path: Path, seconds: float) -> Path:
    """A moving pattern in Full HD with a tone."""
    picture = ("-f", "lavfi", "-i", f"testsrc2=s=1920x1080:r=30:d={seconds:.2f}")
    sound = ("-f", "lavfi", "-i", f"sine=440:d={seconds:.2f}")
    codec = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")
    command = [ffmpeg.executable(), "-v", "error", "-nostdin", "-y", *picture, *sound, *codec, str(path)]
    subprocess.run(command, check=True, timeout=_LIMIT_S)
    return path

"""Media made once, and a post: a hub in this process with a real player beside it."""

import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

from bangtin.player.tests.post import Clips


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    """A blue film of 2 s with a tone, a film of 3 MB, a red picture, a picture with alpha, a tone."""
    folder = tmp_path_factory.mktemp("clips")
    tone = ["-f", "lavfi", "-i", "sine=440:d=2"]
    encode = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-c:a", "aac", "-shortest"]
    noise = ["-f", "lavfi", "-i", "testsrc2=s=1024x512:r=25:d=2", "-vf", "noise=alls=60:allf=t"]
    return Clips(
        film=_make(folder / "film.mp4", ["-f", "lavfi", "-i", "color=c=0x1e88e5:s=1024x512:r=25:d=2", *tone, *encode]),
        large=_make(folder / "large.mp4", [*noise, "-c:v", "libx264", "-b:v", "14M", "-pix_fmt", "yuv420p"]),
        picture=_make(folder / "red.png", ["-f", "lavfi", "-i", "color=c=0xe53935:s=1024x512", "-frames:v", "1"]),
        tall=_make(folder / "green.png", ["-f", "lavfi", "-i", "color=c=0x43a047:s=256x512", "-frames:v", "1"]),
    )


def _make(path: Path, arguments: list[str]) -> Path:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-y", *arguments, str(path)]
    subprocess.run(command, check=True)
    return path

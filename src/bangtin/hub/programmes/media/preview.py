"""Makes what officers look at, in one bounded run of ffmpeg over a finished rendition: a light copy, frames, sound.

The rendition is our own file of a known kind, so the copy costs little; its times are those of the film.
"""

from pathlib import Path

from bangtin.hub.programmes.media import ffmpeg, sandbox

PROXY, SHEET, WAVE = "proxy.mp4", "sheet.jpg", "wave.png"
MIMES = {PROXY: "video/mp4", SHEET: "image/jpeg", WAVE: "image/png"}
FRAMES = 12
_COLUMNS, _FRAME_WIDTH, _PROXY_HEIGHT = 6, 240, 480
_WAVE = "1200x96"
_WAVE_COLOUR = "0x98a3b7"  # a grey that both themes bear
_SLOWEST = 6


def make(rendition: Path, folder: Path, *, duration_ms: int, has_picture: bool, has_sound: bool) -> tuple[str, ...]:
    """Write the files into `folder`, the names of `MIMES`; give those that were made, none if ffmpeg failed.

    Raises: ffmpeg.NoFfmpeg.
    """
    names = [*((PROXY, SHEET) if has_picture else ()), *((WAVE,) if has_sound else ())]
    if not names:
        return ()
    seconds = max(duration_ms, 100) / 1000
    program = _program(rendition, folder, seconds=seconds, has_picture=has_picture, has_sound=has_sound)
    timeout_s = 60 + _SLOWEST * seconds
    try:
        finished = sandbox.run(program, timeout_s=timeout_s, cpu_s=int(timeout_s * 2))
    except sandbox.TimedOut:
        return ()
    made = tuple(name for name in names if (folder / name).is_file() and (folder / name).stat().st_size)
    return made if finished.code == 0 else ()


def _program(rendition: Path, folder: Path, *, seconds: float, has_picture: bool, has_sound: bool) -> list[str]:
    found = [
        ffmpeg.executable(), "-nostdin", "-hide_banner", "-v", "error", "-y", "-protocol_whitelist", "file",
        "-format_whitelist", "mov", "-threads", "2", "-i", f"file:{rendition}", "-filter_complex",
        _graph(seconds, has_picture=has_picture, has_sound=has_sound),
    ]  # fmt: skip
    if has_picture:
        sound = ["-map", "0:a:0", "-c:a", "aac", "-b:a", "64k", "-ac", "1"] if has_sound else []
        found += [
            "-map", "[light]", *sound, "-c:v", "libx264", "-preset", "veryfast", "-crf", "30", "-g", "25",
            "-pix_fmt", "yuv420p", "-map_metadata", "-1", "-movflags", "+faststart", f"file:{folder / PROXY}",
            "-map", "[tiles]", "-frames:v", "1", "-q:v", "6", "-update", "1", f"file:{folder / SHEET}",
        ]  # fmt: skip
    if has_sound:
        found += ["-map", "[wave]", "-frames:v", "1", "-update", "1", f"file:{folder / WAVE}"]
    return found


def _graph(seconds: float, *, has_picture: bool, has_sound: bool) -> str:
    parts = []
    if has_picture:
        light = f"[one]scale=-2:'min({_PROXY_HEIGHT},ih)'[light]"
        rate = FRAMES / seconds
        tiles = f"[two]fps={rate:.6f}:start_time=0:round=up,scale={_FRAME_WIDTH}:-2,"
        tiles += f"tile={_COLUMNS}x{FRAMES // _COLUMNS}:padding=4[tiles]"
        parts += ["[0:v:0]split=2[one][two]", light, tiles]
    if has_sound:
        parts.append(f"[0:a:0]aformat=channel_layouts=mono,showwavespic=s={_WAVE}:colors={_WAVE_COLOUR}[wave]")
    return ";".join(parts)

"""Bounds of what is looked at and made; a file beyond them is refused with a code before it costs anything."""

from dataclasses import dataclass, field

PICTURE_PIXELS = 50_000_000
WEBP_PIXELS = 30_000_000  # its decoder holds four copies
VIDEO_PIXELS = 4_096 * 2_304
SIDE_LEAST, SIDE_MOST = 16, 30_000
STREAMS = 16
PACKETS = 1_500_000
INDEX_BYTES = 64 << 20
DURATION_LEAST_MS = 200
DURATION_MOST_MS = 3_600_000
POSTER_BYTES = 6_000

MEMORY_BYTES = 960 << 20
FILE_BYTES = 4 << 30
INSPECT_S = 16
MEASURE_S = 10
FLASHES_S = 3
OFFICE_S = 25
FRAMES_S = 12
FRAMES = 12
BYTES_A_SECOND = 20 << 20

# What pages and drawn subtitles are called between the process that draws them and ffmpeg.
SLIDE_NAME = "page-%04d.png"
TITLES_LIST = "titles.txt"

DEMUXERS = {
    "mp4": "mov,mp4,m4a,3gp,3g2,mj2",
    "matroska": "matroska,webm",
    "avi": "avi",
    "mpegts": "mpegts",
    "mpeg": "mpeg",
    "mxf": "mxf",
    "ogg": "ogg",
    "flac": "flac",
    "wav": "wav",
    "mp3": "mp3",
}
VIDEO_CODECS = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mpeg2video", "mpeg1video", "mjpeg", "prores"})
SOUND_CODECS = frozenset({"aac", "mp3", "opus", "vorbis", "flac", "alac", "ac3", "eac3", "mp2"})
DECODERS = ",".join(
    [
        *sorted(VIDEO_CODECS | SOUND_CODECS),
        "libdav1d",
        "libaom-av1",
        "mp3float",
        "libopus",
        "libvorbis",
        "mp2float",
    ]
    + [f"pcm_{name}" for name in ("u8", "s16le", "s24le", "s32le", "f32le", "f64le", "s16be", "s24be", "alaw", "mulaw")]
)


@dataclass
class Unusable(Exception):
    """A file cannot be aired. `code` is stable (docs: the codes of `bangtin check`); `params` fill its sentence."""

    code: str
    params: dict[str, int | str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.code

"""Video and sound, in the bounded process only: PyAV demuxes all of it and decodes a little."""

from array import array
from itertools import pairwise
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream
from PIL import Image

from bangtin.hub.programmes.media import limits, structure
from bangtin.hub.programmes.media.limits import Unusable

_DECODE_FRAMES = 12
_SEEK_FRAMES = 300  # from the key frame before the moment that is wanted
_FRAME_SIDE = 320
_WORDS_MOST, _WORD_LONGEST = 100, 200
_HDR = {16, 18}  # transfer curves PQ and HLG (ITU-T H.273)


def inspect(path: Path, container: str) -> dict[str, object]:
    """What the clip or sound is, and whether all of it is there.

    Raises: Unusable.
    """
    is_cut = structure.is_mp4_cut(path) if container == "mp4" else container == "wav" and structure.is_riff_cut(path)
    try:
        with _open(path, container) as source:
            found, streams = _main_stream(source), source.streams
            sound = next(iter(streams.audio), None)
            _check_codecs(found, sound)
            timing = _Timing(found, source)
            timing.read(is_cut=is_cut)
            facts: dict[str, object] = {
                "kind": "video" if isinstance(found, VideoStream) else "sound",
                "container": container,
                "codec": found.codec_context.codec.canonical_name,
                "sound_codec": sound.codec_context.codec.canonical_name if sound else "",
                "has_sound": sound is not None,
                "duration_ms": timing.duration_ms,
                "words": _words(source),
            }
            if not isinstance(found, VideoStream):
                return facts
            facts |= {"is_vfr": timing.is_vfr, "fps_milli": timing.fps_milli}
        with _open(path, container) as source:
            return facts | _picture_facts(source)
    except av.FFmpegError as error:
        raise Unusable("truncated" if is_cut else "malformed") from error


def _words(source: InputContainer) -> list[str]:
    """What the file says of itself and its streams: title, comment, description; bounded."""
    tags = [source.metadata, *(stream.metadata for stream in source.streams)]
    return [str(value)[:_WORD_LONGEST] for tag in tags for value in tag.values()][:_WORDS_MOST]


def frames(path: Path, container: str, folder: Path, moments: list[int]) -> list[int]:
    """Write the picture at each moment (milliseconds) as `MS.webp`, small; give the moments that there is one of."""
    found: list[int] = []
    with _open(path, container) as source:
        video = source.streams.video[0]
        base, begin = float(video.time_base or 0), video.start_time or 0
        for at_ms in sorted(moments)[: limits.FRAMES]:
            wanted = begin + round(at_ms / 1000 / base) if base else 0
            try:
                source.seek(wanted, stream=video, backward=True)
                frame = _at(source, video, wanted)
            except av.FFmpegError:
                continue
            if frame is not None:
                picture = _picture(frame).rotate(round(frame.rotation), expand=True)
                picture.thumbnail((_FRAME_SIDE, _FRAME_SIDE))
                picture.save(folder / f"{at_ms}.webp", "WEBP", quality=60)
                found.append(at_ms)
    return found


def _at(source: InputContainer, video: VideoStream, wanted: int) -> "av.VideoFrame | None":
    """The first frame at or after the stamp; the last one before it if the clip ends first, or is long in coming."""
    frame = None
    for number, frame in enumerate(source.decode(video)):
        if number >= _SEEK_FRAMES or (frame.pts is not None and frame.pts >= wanted):
            return frame
    return frame


def still(path: Path) -> Image.Image:
    """A frame from the first third of one of our own renditions, for its poster."""
    with _open(path, "mp4") as source:
        video = source.streams.video[0]
        source.seek(int((source.duration or 0) // 3))
        return _picture(next(source.decode(video)))


def _picture(frame: av.VideoFrame) -> Image.Image:
    plain = frame.reformat(format="rgb24")
    plane = plain.planes[0]
    return Image.frombuffer("RGB", (plain.width, plain.height), bytes(plane), "raw", "RGB", plane.line_size, 1)


def _open(path: Path, container: str) -> InputContainer:
    # No playlist, no network, no other demuxer or decoder than those we take.
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": limits.DEMUXERS[container],
        "codec_whitelist": limits.DECODERS,
    }
    source = av.open(f"file:{path}", mode="r", options=options, metadata_errors="replace")
    if len(source.streams) > limits.STREAMS:
        source.close()
        raise Unusable("malformed")
    return source


def _main_stream(source: InputContainer) -> "av.stream.Stream":
    pictures = [one for one in source.streams.video if not one.disposition & av.stream.Disposition.attached_pic]
    found = next(iter(pictures), None) or next(iter(source.streams.audio), None)
    if found is None or found.codec_context is None:
        raise Unusable("codec", {"codec": "?"})
    if isinstance(found, VideoStream):
        width, height = found.codec_context.width, found.codec_context.height
        if width * height > limits.VIDEO_PIXELS:
            most = limits.VIDEO_PIXELS // 1_000_000
            raise Unusable("too_large", {"width": width, "height": height, "limit": most})
        if 0 < min(width, height) < limits.SIDE_LEAST:
            raise Unusable("too_small", {"width": width, "height": height, "limit": limits.SIDE_LEAST})
    return found


def _check_codecs(found: "av.stream.Stream", sound: "av.stream.Stream | None") -> None:
    for stream in filter(None, (found, sound)):
        name = stream.codec_context.codec.canonical_name if stream.codec_context else "?"
        allowed = limits.VIDEO_CODECS if isinstance(stream, VideoStream) else limits.SOUND_CODECS
        if name not in allowed and not name.startswith("pcm_"):
            raise Unusable("codec", {"codec": name[:40]})


class _Timing:
    """Demuxes a whole stream, keeping only its time stamps (8 bytes a packet)."""

    def __init__(self, stream: "av.stream.Stream", source: InputContainer) -> None:
        self._stream, self._source = stream, source
        self._base = float(stream.time_base or 0)
        self._stamps = array("q")
        self._end = 0

    def read(self, *, is_cut: bool) -> None:
        """Read to the end. Raises: Unusable truncated, no_duration, too_long, malformed."""
        try:
            for packet in self._source.demux(self._stream):
                if packet.pts is None:
                    continue
                if len(self._stamps) >= limits.PACKETS:
                    raise Unusable("too_long", {"limit_min": limits.DURATION_MOST_MS // 60_000})
                self._stamps.append(packet.pts)
                self._end = max(self._end, packet.pts + (packet.duration or 0))
        except av.FFmpegError:
            is_cut = True
        declared_s = float(self._source.duration or 0) / av.time_base
        missing_s = declared_s - self.duration_ms / 1000
        frames = self._stream.frames
        is_short = frames and len(self._stamps) < frames - max(2, frames // 100)
        if declared_s * 1000 > limits.DURATION_MOST_MS and not is_cut:
            raise Unusable("too_long", {"limit_min": limits.DURATION_MOST_MS // 60_000})
        if is_cut or is_short or (not frames and missing_s > max(1.0, declared_s * 0.02)):
            raise Unusable("truncated", {"at_ms": self.duration_ms} if self._stamps else {})
        if self.duration_ms < limits.DURATION_LEAST_MS:
            raise Unusable("no_duration")
        if self.duration_ms > limits.DURATION_MOST_MS:
            raise Unusable("too_long", {"limit_min": limits.DURATION_MOST_MS // 60_000})

    @property
    def duration_ms(self) -> int:
        """From the first stamp to the end of the last packet, at most one day."""
        if not self._stamps:
            return 0
        return max(0, min(round((self._end - min(self._stamps)) * self._base * 1000), 86_400_000))

    @property
    def fps_milli(self) -> int:
        """Frames in 1000 seconds, averaged over the clip."""
        return min(240_000, round(len(self._stamps) * 1_000_000 / max(1, self.duration_ms)))

    @property
    def is_vfr(self) -> bool:
        """Whether more than one frame in twenty stands a quarter or more off the usual distance."""
        stamps = sorted(self._stamps)
        steps = sorted(after - before for before, after in pairwise(stamps))
        usual = steps[len(steps) // 2] if steps else 0
        odd = sum(1 for step in steps if abs(step - usual) * 4 > usual)
        return odd * 20 > len(steps)


def _picture_facts(source: InputContainer) -> dict[str, object]:
    """Geometry, turn and nature of the pictures, from the first frames as decoded."""
    video = source.streams.video[0]
    video.codec_context.thread_count = 1
    frame, is_interlaced = None, False
    for number, frame in enumerate(source.decode(video)):
        is_interlaced = is_interlaced or frame.interlaced_frame
        if number >= _DECODE_FRAMES:
            break
    if frame is None:
        raise Unusable("malformed")
    aspect = video.sample_aspect_ratio or 1
    width, height = round(frame.width * aspect), frame.height
    rotation = round(frame.rotation) % 360
    if rotation in (90, 270):
        width, height = height, width
    return {
        "width": width,
        "height": height,
        "rotation": rotation,
        "is_interlaced": is_interlaced,
        "has_alpha": frame.format.name.startswith(("yuva", "rgba", "bgra", "gbra", "argb")),
        "is_hdr": int(frame.color_trc) in _HDR,
        "is_square": aspect == 1,
    }

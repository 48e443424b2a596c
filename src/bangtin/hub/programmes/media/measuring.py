"""Measures a clip or sound in one pass of ffmpeg: black, freeze, interlace, silence, loudness, clipping, flashes."""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil, isfinite
from pathlib import Path

from bangtin.hub.programmes.media import ffmpeg, flashes, inspecting, limits, sandbox
from bangtin.hub.programmes.media.inspecting import Inspection, Remark
from bangtin.hub.programmes.media.limits import Unusable
from bangtin.hub.programmes.media.thresholds import Thresholds

_SECONDS_A_SECOND = 0.25  # seconds of work for a second of clip
_BYTES_A_SECOND = 2 << 20
_FPS_MOST = 60
_SPANS_MOST = 20
_NO_LOUDNESS = -69.9  # LUFS; ffmpeg's word for "nothing loud enough to measure"
_IDET_LEAST = 25
_FIELD_HEIGHTS = {480, 486, 512, 576, 608, 1080, 1088}
_PEAK = "lavfi.astats.Overall.Peak_level"
_SPAN_KEYS = {
    "lavfi.black_start": ("black", True),
    "lavfi.black_end": ("black", False),
    "lavfi.freezedetect.freeze_start": ("freeze", True),
    "lavfi.freezedetect.freeze_end": ("freeze", False),
    "lavfi.silence_start": ("silence", True),
    "lavfi.silence_end": ("silence", False),
}
_LOUDNESS = re.compile(r"^\s+I:\s+(-?[\d.]+) LUFS", re.MULTILINE)
_IDET = re.compile(r"Multi frame detection: TFF:\s*(\d+) BFF:\s*(\d+) Progressive:\s*(\d+)")


@dataclass
class _Heard:
    """What ffmpeg has told so far: spans in seconds, blocks at full scale and the first one's time."""

    spans: list[tuple[str, float, float]] = field(default_factory=list)
    open: dict[str, float] = field(default_factory=dict)
    clipped: int = 0
    clipped_at: float = 0.0
    _time: float = 0.0

    def listen(self, line: str) -> None:
        """Take a line of the metadata filters."""
        if line.startswith("frame:"):
            self._time = _number(line.rpartition("pts_time:")[2])
            return
        key, _, value = line.partition("=")
        if key == _PEAK:
            self.clipped_at = self.clipped_at if self.clipped else self._time
            self.clipped += 1
        elif key.partition(".1")[0] in _SPAN_KEYS:
            name, is_start = _SPAN_KEYS[key.partition(".1")[0]]
            if is_start:
                self.open.setdefault(name, _number(value))
            elif name in self.open and len(self.spans) < 1_000:
                self.spans.append((name, self.open.pop(name), _number(value)))

    def close(self, ends_s: float) -> None:
        """End what lasted to the end of the clip."""
        self.spans += [(name, begin, ends_s) for name, begin in self.open.items()]
        self.open = {}


def measure(path: Path, inspection: Inspection, *, lines: Thresholds, workplace: Path | None = None) -> list[Remark]:
    """What eyes and ears would remark, in the order of the clip. A pass that takes too long or fails is itself a
    remark (`unmeasured`), never a refusal: whether the file is whole is judged by others.

    Raises: NoFfmpeg.
    """
    if inspection.kind not in {"video", "sound"}:
        return []
    with tempfile.TemporaryDirectory(prefix="measure-", dir=workplace) as folder:
        raw = Path(folder) / "small.raw"
        heard = _Heard()
        program = _program(path, raw, inspection, lines)
        timeout_s = (
            limits.MEASURE_S + inspection.duration_ms / 1000 * _SECONDS_A_SECOND + path.stat().st_size / _BYTES_A_SECOND
        )
        try:
            finished = sandbox.run(program, timeout_s=timeout_s, cpu_s=int(timeout_s * 2) + 1, on_line=heard.listen)
        except sandbox.TimedOut:
            return [Remark("unmeasured")]
        if finished.code != 0:
            return [Remark("unmeasured")]
        heard.close(inspection.duration_ms / 1000)
        found = [*_of_spans(heard, lines), *_of_sound(heard, finished.stderr, lines, inspection)]
        if inspection.kind == "video":
            found += [*_of_interlace(finished.stderr, inspection, lines), *_of_flashes(raw, inspection)]
    return sorted(found, key=lambda one: one.at_ms or 0)


def _number(words: str) -> float:
    try:
        value = float(words)
    except ValueError:
        return 0.0
    return min(max(value, 0.0), 86_400.0) if isfinite(value) else 0.0


def _fps_milli(inspection: Inspection) -> int:
    return min(_FPS_MOST, max(5, ceil(inspection.fps_milli / 1000))) * 1000


def _program(path: Path, raw: Path, inspection: Inspection, lines: Thresholds) -> list[str]:
    graph, outputs = [], []
    if inspection.kind == "video":
        graph.append(_picture_filters(inspection, lines))
        outputs += ["-map", "[small]", "-f", "rawvideo", f"file:{raw}", "-map", "[seen]", "-f", "null", "-"]
    if inspection.has_sound or inspection.kind == "sound":
        graph.append(_sound_filters(lines))
        outputs += ["-map", "[heard]", "-f", "null", "-"]
    return [
        ffmpeg.executable(), "-nostdin", "-hide_banner", "-nostats", "-v", "info", "-y", "-protocol_whitelist", "file",
        "-format_whitelist", limits.DEMUXERS[inspection.container], "-threads", "2", "-i", f"file:{path}",
        "-filter_complex_threads", "1", "-filter_complex", ";".join(graph), *outputs,
    ]  # fmt: skip


def _picture_filters(inspection: Inspection, lines: Thresholds) -> str:
    seen = lines.picture
    fps = _fps_milli(inspection) // 1000
    spans = ",".join(f"metadata=mode=print:direct=1:file=-:key={key}" for key in _SPAN_KEYS if "silence" not in key)
    return (
        "[0:v:0]split=2[a][b];"
        f"[a]idet,scale=480:270:flags=fast_bilinear,"
        f"blackdetect=d={seen.black_s}:pix_th={seen.black_level}:pic_th={seen.black_share},"
        f"freezedetect=n={seen.freeze_noise_db}dB:d={seen.freeze_s},{spans}[seen];"
        f"[b]fps={fps},scale={flashes.COLUMNS}:{flashes.ROWS}:flags=area,format=rgb24[small]"
    )


def _sound_filters(lines: Thresholds) -> str:
    heard = lines.sound
    return (
        "[0:a:0]ebur128=peak=true:framelog=verbose,"
        f"silencedetect=n={heard.silence_db}dB:d={heard.silence_s},"
        "ametadata=mode=print:direct=1:file=-:key=lavfi.silence_start,ametadata=mode=print:direct=1:file=-:key=lavfi.silence_end,"
        "astats=metadata=1:reset=1:measure_perchannel=none:measure_overall=Peak_level,"
        f"ametadata=mode=print:direct=1:file=-:key={_PEAK}:value={heard.full_scale_db}:function=greater[heard]"
    )


def _of_spans(heard: _Heard, lines: Thresholds) -> Iterator[Remark]:
    least = {"black": lines.picture.black_s, "freeze": lines.picture.freeze_s, "silence": lines.sound.silence_s}
    dark = [(begin, end) for name, begin, end in heard.spans if name == "black"]
    counted = dict.fromkeys(least, 0)
    for name, begin, end in sorted(heard.spans, key=lambda one: one[1]):
        is_dark_still = name == "freeze" and any(a - 0.5 <= begin and end <= b + 0.5 for a, b in dark)
        if end - begin < least[name] - 0.05 or is_dark_still or counted[name] >= _SPANS_MOST:
            continue
        counted[name] += 1
        yield Remark(name, round(begin * 1000), {"lasts_ms": round((end - begin) * 1000)})


def _of_sound(heard: _Heard, said: str, lines: Thresholds, inspection: Inspection) -> Iterator[Remark]:
    if heard.clipped >= lines.sound.clipped_blocks:
        yield Remark("clipping", round(heard.clipped_at * 1000), {"tenths": heard.clipped})
    found = _LOUDNESS.findall(said)
    if not found or not (inspection.has_sound or inspection.kind == "sound"):
        return
    loudness = float(found[-1])
    target = lines.sound.loudness_lufs
    if loudness > _NO_LOUDNESS and abs(loudness - target) > lines.sound.loudness_tolerance:
        yield Remark("loudness", None, {"lufs": _signed(loudness), "target": _signed(target)})


def _signed(value: float) -> str:
    return f"{value:.1f}".replace(".", ",").replace("-", "−").replace(",0", "")


def _of_interlace(said: str, inspection: Inspection, lines: Thresholds) -> Iterator[Remark]:
    found = _IDET.findall(said)
    # idet takes the fine patterns of small pictures for fields; only the sizes of television are ever interlaced.
    if not found or inspection.is_interlaced or inspection.height not in _FIELD_HEIGHTS:
        return
    top, bottom, whole = (int(count) for count in found[-1])
    if max(top, bottom) >= max(_IDET_LEAST, lines.picture.interlaced_share * (top + bottom + whole)):
        yield Remark("interlaced")


def _of_flashes(raw: Path, inspection: Inspection) -> Iterator[Remark]:
    try:
        found = inspecting.find_flashes(raw, fps_milli=_fps_milli(inspection))
    except Unusable:
        yield Remark("unmeasured")
        return
    for begins, ends in found[:_SPANS_MOST]:
        yield Remark("flash", begins, {"lasts_ms": ends - begins})

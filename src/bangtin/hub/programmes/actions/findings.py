"""What the technical check tells about a usable file: codes and numbers, worded by `queries.finding_sentence`."""

from collections.abc import Iterator

from bangtin.hub.programmes import queries
from bangtin.hub.programmes.media import ffmpeg
from bangtin.hub.programmes.media.inspecting import Inspection
from bangtin.hub.programmes.models import Finding, Kind, ProgrammeVersion, Severity

_LONG_MS = 180_000
_ENLARGED = 1.5
_BARS_PERCENT = 2
_WORD_MS, _LOOK_MS = 350, 2_000  # ui 10: 0.35 s a word and 2 s


def of(version: ProgrammeVersion, inspection: Inspection | None) -> list[Finding]:
    """The findings, not yet stored."""
    found = list(_of_text(version)) if inspection is None else list(_of_file(version, inspection))
    return [Finding(version=version, code=code, severity=severity, params=params) for code, severity, params in found]


_Row = tuple[str, Severity, dict[str, object]]


def _of_text(version: ProgrammeVersion) -> Iterator[_Row]:
    fields = (version.text or {}).get("fields", {})
    words = sum(len(str(value).split()) for name, value in fields.items() if name != "language")
    needed_ms = words * _WORD_MS + _LOOK_MS
    if needed_ms > version.still_ms:
        yield "reading_time", Severity.NOTE, {"words": words, "needed_ms": needed_ms, "still_ms": version.still_ms}


def _of_file(version: ProgrammeVersion, inspection: Inspection) -> Iterator[_Row]:
    if inspection.rotation:
        yield "rotated", Severity.HANDLED, {"degrees": inspection.rotation}
    if inspection.has_alpha:
        yield "alpha", Severity.HANDLED, {}
    if inspection.is_vfr:
        yield "vfr", Severity.HANDLED, {"fps": ffmpeg.frame_rate(inspection.fps_milli)}
    if inspection.is_interlaced:
        yield "interlaced", Severity.HANDLED, {}
    if inspection.kind == Kind.VIDEO and inspection.codec != "h264":
        yield "converted", Severity.HANDLED, {"codec": inspection.codec}
    if inspection.is_hdr:
        yield "hdr", Severity.NOTE, {}
    if inspection.is_animated:
        yield "animated", Severity.NOTE, {}
    if inspection.kind == Kind.VIDEO and not inspection.has_sound:
        yield "no_sound", Severity.NOTE, {}
    if inspection.duration_ms > _LONG_MS:
        yield "long", Severity.NOTE, {"duration_ms": inspection.duration_ms}
    if inspection.kind != Kind.SOUND:
        for width, height in queries.geometries(version.programme):
            yield from _of_geometry(inspection, width, height)


def _of_geometry(inspection: Inspection, width: int, height: int) -> Iterator[_Row]:
    scale = min(width / inspection.width, height / inspection.height)
    used = inspection.width * inspection.height * scale * scale / (width * height)
    bars = round(100 * (1 - used))
    common: dict[str, object] = {
        "geometry": f"{width}x{height}",
        "width": inspection.width,
        "height": inspection.height,
    }
    if bars >= _BARS_PERCENT:
        yield "letterboxed", Severity.HANDLED, common | {"percent": bars}
    if scale > _ENLARGED:
        yield "low_resolution", Severity.NOTE, common

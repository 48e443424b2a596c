"""The technical check of one file, apart from any database: what it is, what is wrong, and how much that weighs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bangtin.hub.programmes.media import ffmpeg, inspecting, measuring, thresholds
from bangtin.hub.programmes.media.inspecting import Inspection, Remark
from bangtin.hub.programmes.media.thresholds import Thresholds

# These keep a file from going further; every other code informs.
ERRORS = frozenset(
    {
        "empty", "not_media", "truncated", "too_large", "video_too_large", "too_small", "container", "codec",
        "no_duration", "too_long", "encrypted", "timed_out", "too_complex", "conversion", "malformed",
        "flash", "secret_mark", "legacy_encoding", "active_content",
    }
)  # fmt: skip
# Of these the rendition is free: the hub has put them right by itself.
HANDLED = frozenset({"rotated", "alpha", "vfr", "interlaced", "converted", "geometry", "loudness"})
_LONG_MS = 180_000


@dataclass(frozen=True)
class Judgement:
    """`kind` is video, picture, sound, document, subtitle or empty; sizes and length 0 where there is none."""

    kind: str
    container: str
    width: int
    height: int
    duration_ms: int
    inspection: Inspection | None
    remarks: tuple[Remark, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing that was found keeps the file from going further."""
        return self.refusal is None

    @property
    def refusal(self) -> Remark | None:
        """The reason not to take the file: a secret's mark before all others, else the first; None if there is none."""
        found = [one for one in self.remarks if one.code in ERRORS]
        return next((one for one in found if one.code == "secret_mark"), found[0] if found else None)


def severity(one: Remark) -> str:
    """`error` or `warning`."""
    return "error" if one.code in ERRORS else "warning"


def judge(
    path: Path, *, name: str, screens: Sequence[tuple[int, int]] = (), workplace: Path | None = None
) -> Judgement:
    """Everything the technical check has to say of a file for these screens.

    `workplace` is the folder for what is decoded on the way (the system's where not given). Never raises for what a
    file holds. Raises: NoFfmpeg for video and sound.
    """
    lines = thresholds.load()
    found = inspecting.look(path, name=name, screens=screens)
    inspection = found.inspection
    remarks = list(found.remarks)
    if inspection is not None:
        remarks += _of_facts(inspection)
        remarks += _of_screens(inspection, screens, lines)
        remarks += measuring.measure(path, inspection, lines=lines, workplace=workplace)
    return Judgement(
        kind=found.kind,
        container=found.container,
        width=found.width,
        height=found.height,
        duration_ms=found.duration_ms,
        inspection=_with(inspection, remarks),
        remarks=tuple(remarks),
    )


def read_screen(words: str) -> tuple[int, int]:
    """`1920x640` as (1920, 640). Raises: ValueError."""
    match = re.fullmatch(r"(\d{2,5})[x×](\d{2,5})", words)
    if match is None or not all(16 <= int(side) <= 16_384 for side in match.groups()):
        raise ValueError(words)
    return int(match.group(1)), int(match.group(2))


def _with(inspection: Inspection | None, remarks: list[Remark]) -> Inspection | None:
    """The inspection, told of the interlace that only the whole pass could see."""
    if inspection is None or inspection.is_interlaced or all(one.code != "interlaced" for one in remarks):
        return inspection
    return Inspection(**(vars(inspection) | {"is_interlaced": True}))


def _of_facts(inspection: Inspection) -> Iterator[Remark]:
    if inspection.rotation:
        yield Remark("rotated", None, {"degrees": inspection.rotation})
    if inspection.has_alpha:
        yield Remark("alpha")
    if inspection.is_vfr:
        yield Remark("vfr", None, {"fps": ffmpeg.frame_rate(inspection.fps_milli)})
    if inspection.is_interlaced:
        yield Remark("interlaced")
    if inspection.kind == "video" and inspection.codec != "h264":
        yield Remark("converted", None, {"codec": inspection.codec})
    if inspection.is_hdr:
        yield Remark("hdr")
    if inspection.is_animated:
        yield Remark("animated")
    if inspection.kind == "video" and not inspection.has_sound:
        yield Remark("no_sound")
    if inspection.duration_ms > _LONG_MS:
        yield Remark("long", None, {"duration_ms": inspection.duration_ms})


def _of_screens(inspection: Inspection, screens: Sequence[tuple[int, int]], lines: Thresholds) -> Iterator[Remark]:
    if inspection.kind == "sound":
        return
    for width, height in screens:
        scale = min(width / inspection.width, height / inspection.height)
        used = inspection.width * inspection.height * scale * scale / (width * height)
        bars = round(100 * (1 - used))
        common: dict[str, int | str] = {
            "geometry": f"{width}x{height}",
            "width": inspection.width,
            "height": inspection.height,
        }
        if bars >= lines.picture.bars_percent:
            yield Remark("geometry", None, common | {"percent": bars})
        if scale > lines.picture.enlarged:
            yield Remark("low_resolution", None, common)

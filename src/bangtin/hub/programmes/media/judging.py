"""The technical check of one file, apart from any database: what it is, what is wrong, and how much that weighs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from bangtin.hub.programmes.media import ffmpeg, inspecting, measuring, office, thresholds
from bangtin.hub.programmes.media.inspecting import Inspection, Remark
from bangtin.hub.programmes.media.thresholds import Thresholds

# These keep a file from going further; every other code informs.
ERRORS = frozenset(
    {
        "empty", "not_media", "truncated", "too_large", "video_too_large", "too_small", "container", "codec",
        "no_duration", "too_long", "encrypted", "timed_out", "too_complex", "conversion", "malformed",
        "flash", "secret_mark", "legacy_encoding", "active_content", "too_many_pages", "no_subtitles",
    }
)  # fmt: skip
# Of these the rendition is free: the hub has put them right by itself.
HANDLED = frozenset({"rotated", "alpha", "vfr", "interlaced", "converted", "geometry", "loudness", "slides"})
_LONG_MS = 180_000
_LATE_MS = 1_000


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
    path: Path,
    *,
    name: str,
    screens: Sequence[tuple[int, int]] = (),
    capitals: Mapping[tuple[int, int], int] = MappingProxyType({}),
    workplace: Path | None = None,
) -> Judgement:
    """Everything the technical check has to say of a file for these screens.

    `capitals` is the least height of letters on a screen, in pixels, where its pitch and its readers' distance say it.
    `workplace` is the folder for what is decoded on the way (the system's where not given). Never raises for what a
    file holds. Raises: NoFfmpeg for video and sound.
    """
    lines = thresholds.load()
    wanted = [(*size, capitals.get(size, lines.text.least_pixels)) for size in screens]
    found = inspecting.look(path, name=name, screens=wanted)
    inspection = found.inspection
    remarks = list(found.remarks)
    # of this machine, not of the file: here a warning, where it is handed in a refusal
    if found.container in office.CONTAINERS and not office.reads(found.container):
        remarks.append(Remark("no_office", None, {"container": found.container.upper()}))
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


def beside(found: Judgement, subtitles: Judgement) -> Judgement:
    """A file's judgement together with that of the subtitles that came beside it."""
    rows = list(subtitles.remarks)
    if subtitles.refusal is None and subtitles.kind != "subtitle":
        rows.append(Remark("no_subtitles"))
    is_video = found.inspection is not None and found.inspection.kind == "video"
    if found.refusal is None and not is_video:
        rows.append(Remark("unused_subtitles"))
    elif subtitles.duration_ms > found.duration_ms + _LATE_MS:
        rows.append(Remark("subtitle_late", found.duration_ms))
    return replace(found, remarks=(*found.remarks, *rows))


def with_pages(found: Judgement | None, pages: int) -> Judgement | None:
    """The judgement, told of pages that only the making of them could count."""
    if found is None or pages < 2 or any(one.code == "slides" for one in found.remarks):
        return found
    return replace(found, remarks=(*found.remarks, Remark("slides", None, {"pages": pages})))


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

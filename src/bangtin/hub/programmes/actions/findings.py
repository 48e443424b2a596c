"""What the technical check tells about a version, as rows: codes and numbers, worded by `sentences`."""

from collections.abc import Iterator, Mapping

from bangtin.hub.programmes import notice_sizes, queries
from bangtin.hub.programmes.media import judging, thresholds
from bangtin.hub.programmes.media.inspecting import Remark
from bangtin.hub.programmes.media.judging import Judgement
from bangtin.hub.programmes.media.thresholds import Text
from bangtin.hub.programmes.models import Finding, ProgrammeVersion, Severity

# Of these the picture at their moment says something.
SEEN = frozenset({"black", "freeze", "flash", "silence", "clipping", "subtitle_fast"})


def of(version: ProgrammeVersion, judgement: Judgement | None, frames: Mapping[int, str]) -> list[Finding]:
    """The findings, not yet stored; `judgement` is None for a text notice; `frames` are addresses of pictures by the
    moment in milliseconds."""
    found = list(_of_text(version)) if judgement is None else list(judgement.remarks)
    return [
        Finding(
            version=version,
            code=one.code,
            severity=_severity(one),
            at_ms=one.at_ms,
            params=dict(one.params),
            frame_sha256=frames.get(one.at_ms, "") if one.at_ms is not None and one.code in SEEN else "",
        )
        for one in found
    ]


def _severity(one: Remark) -> Severity:
    if one.code in judging.ERRORS or one.code == "no_office":
        return Severity.MUST_FIX
    return Severity.HANDLED if one.code in judging.HANDLED else Severity.NOTE


def _of_text(version: ProgrammeVersion) -> Iterator[Remark]:
    lines = thresholds.load().text
    fields = (version.text or {}).get("fields", {})
    yield from _of_letters(version, lines)
    words = sum(len(str(value).split()) for name, value in fields.items() if name != "language")
    needed_ms = words * lines.words_ms + lines.look_ms
    if needed_ms > version.still_ms:
        yield Remark("reading_time", None, {"words": words, "needed_ms": needed_ms, "still_ms": version.still_ms})


def _of_letters(version: ProgrammeVersion, lines: Text) -> Iterator[Remark]:
    """Letters of a composed notice that the readers of a face cannot make out, by its pitch and their distance."""
    text = version.text or {}
    template, fields = str(text.get("template")), text.get("fields", {})
    wanted = lines.notice_row_mm_a_metre if template == "table" else lines.notice_main_mm_a_metre
    for (width, height), pixels in queries.pixels_a_millimetre(version.programme).items():
        main, lowest = notice_sizes.capitals(template, fields, (width, height))
        for found, least in ((main, int(wanted * pixels)), (lowest, int(lines.notice_mm_a_metre * pixels))):
            if 0 < found < least:
                yield Remark("text_small", None, {"geometry": f"{width}x{height}", "pixels": found, "limit": least})
                break

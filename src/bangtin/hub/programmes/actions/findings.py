"""What the technical check tells about a version, as rows: codes and numbers, worded by `sentences`."""

from collections.abc import Iterator

from bangtin.hub.programmes.media import judging, thresholds
from bangtin.hub.programmes.media.inspecting import Remark
from bangtin.hub.programmes.media.judging import Judgement
from bangtin.hub.programmes.models import Finding, ProgrammeVersion, Severity


def of(version: ProgrammeVersion, judgement: Judgement | None) -> list[Finding]:
    """The findings, not yet stored; `judgement` is None for a text notice."""
    found = list(_of_text(version)) if judgement is None else list(judgement.remarks)
    return [
        Finding(version=version, code=one.code, severity=_severity(one), at_ms=one.at_ms, params=dict(one.params))
        for one in found
    ]


def _severity(one: Remark) -> Severity:
    if one.code in judging.ERRORS:
        return Severity.MUST_FIX
    return Severity.HANDLED if one.code in judging.HANDLED else Severity.NOTE


def _of_text(version: ProgrammeVersion) -> Iterator[Remark]:
    lines = thresholds.load().text
    fields = (version.text or {}).get("fields", {})
    words = sum(len(str(value).split()) for name, value in fields.items() if name != "language")
    needed_ms = words * lines.words_ms + lines.look_ms
    if needed_ms > version.still_ms:
        yield Remark("reading_time", None, {"words": words, "needed_ms": needed_ms, "still_ms": version.still_ms})

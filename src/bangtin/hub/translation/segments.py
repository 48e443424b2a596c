"""What of a version is translated, cut into segments; and an edition put together from their translations. Pure but
for reading the stored subtitles."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bangtin.bundle import notices
from bangtin.hub.kit import files
from bangtin.hub.programmes.actions import wording
from bangtin.hub.programmes.media import texts
from bangtin.hub.programmes.media.limits import Unusable
from bangtin.hub.programmes.models import ProgrammeVersion

TITLE, FIELD, CUE, SCRIPT = "title", "field", "cue", "script"
CUE_LONGEST, SCRIPT_LONGEST = 300, 2_000
SUBTITLES_MOST_BYTES = 2_000_000


@dataclass(frozen=True)
class Segment:
    """One piece of text: `kind` title, field, cue or script; `name` the notice's field; a cue has its time codes."""

    id: str
    kind: str
    source: str
    longest: int
    name: str = ""
    begins_ms: int = 0
    ends_ms: int = 0
    is_needed: bool = True

    @property
    def is_cue(self) -> bool:
        """Whether it is a subtitle with time codes."""
        return self.kind == CUE

    def pace(self, target: str) -> float:
        """Characters a second at which a subtitle must be read; 0 for anything else."""
        return texts.Cue(self.begins_ms, self.ends_ms, target).characters_a_second if self.is_cue and target else 0.0


def of(version: ProgrammeVersion, script: str = "") -> list[Segment]:
    """The segments of a version: its title, the fields of its notice, its subtitles, and what is spoken in it."""
    found = [Segment("title", TITLE, version.title, wording.TITLE_LONGEST)]
    found += _fields(version.text or {})
    found += _cues(version.subtitles_sha256)
    parts = [part.strip() for part in re.split(r"\n\s*\n", script) if part.strip()]
    found += [Segment(f"p{at}", SCRIPT, part, SCRIPT_LONGEST) for at, part in enumerate(parts, 1)]
    return found


def notice(
    version: ProgrammeVersion, words: Mapping[str, str], *, language: str, is_bilingual: bool
) -> dict[str, object]:
    """The notice of an edition: the original's template in the language; or, bilingual, Vietnamese beside it."""
    text = version.text or {}
    fields = {str(name): str(value) for name, value in dict(text.get("fields", {})).items()}
    if is_bilingual:
        limits = wording.NOTICE_FIELDS["bilingual"]
        kept = {"title": fields.get("title", ""), "fact": fields.get("fact", "")[: limits.get("fact", 0)]}
        made = {name: value for name, value in kept.items() if value}
        return {"template": "bilingual", "fields": {**made, "translation": words["field.title"], "language": language}}
    own = {one.name: words.get(one.id, "") for one in _fields(text)}
    return {"template": text["template"], "fields": {name: value for name, value in own.items() if value}}


def srt(cues: Iterable[Segment], words: Mapping[str, str]) -> str:
    """SubRip text of the translated subtitles; the time codes are the original's."""
    blocks = [
        f"{number}\n{_stamp(one.begins_ms)} --> {_stamp(one.ends_ms)}\n{words[one.id]}\n"
        for number, one in enumerate(cues, 1)
    ]
    return "\n".join(blocks)


def may_be_empty(segment: Segment) -> bool:
    """Whether a segment may stay without a translation: lines of a notice that hold a number or a name."""
    return not segment.is_needed


def is_bilingual_possible(version: ProgrammeVersion, language: str) -> bool:
    """Whether the notice fits the template that shows Vietnamese and this language together."""
    text = version.text or {}
    limits = wording.NOTICE_FIELDS["bilingual"]
    title = str(dict(text.get("fields", {})).get("title", ""))
    return (
        text.get("template") == "notice"
        and version.language == "vi"
        and language in notices.LANGUAGES
        and 0 < len(title) <= limits["title"]
    )


def _fields(text: Mapping[str, object]) -> list[Segment]:
    given = text.get("fields")
    if not isinstance(given, Mapping):
        return []
    known = {one.name: one for one in notices.TEMPLATES.get(str(text.get("template")), ())}
    return [
        Segment(f"field.{name}", FIELD, value, known[name].longest, name=name, is_needed=known[name].is_required)
        for name, value in given.items()
        if isinstance(value, str) and value.strip() and name in known and name != "language"
    ]


@lru_cache(maxsize=64)
def _cues(sha256: str) -> Sequence[Segment]:
    """The subtitles stored under an address; none where there are none that can be read."""
    if not sha256 or not files.has(sha256):
        return ()
    data = files.path(sha256).read_bytes()[:SUBTITLES_MOST_BYTES]
    try:
        found = texts.cues(data.decode("utf-8-sig"))
    except (Unusable, UnicodeDecodeError):
        return ()
    return tuple(
        Segment(f"c{at}", CUE, one.text, CUE_LONGEST, begins_ms=one.begins_ms, ends_ms=one.ends_ms)
        for at, one in enumerate(found, 1)
    )


def _stamp(ms: int) -> str:
    seconds, fraction = divmod(ms, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02},{fraction:03}"

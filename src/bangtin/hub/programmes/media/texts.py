"""Subtitles and plain text, in the bounded process only: decoded strictly, timed, read as people read."""

import re
from dataclasses import dataclass
from pathlib import Path

from bangtin.hub.programmes.media import marks
from bangtin.hub.programmes.media.limits import Unusable
from bangtin.hub.programmes.media.thresholds import Documents

_TIME = re.compile(r"(?:(\d{1,4}):)?(\d{1,2}):(\d\d)[,.](\d{1,3})\s*-->\s*(?:(\d{1,4}):)?(\d{1,2}):(\d\d)[,.](\d{1,3})")
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>|\{\\[^{}]{0,200}\}", re.IGNORECASE)
_FACE = re.compile(r"<font[^<>]{0,200}\bface\s*=\s*[\"']?([^\"'<>]{1,60})", re.IGNORECASE)
_CUES_MOST = 100_000


@dataclass(frozen=True)
class Cue:
    """One subtitle: milliseconds and the text without tags."""

    begins_ms: int
    ends_ms: int
    text: str

    @property
    def characters_a_second(self) -> float:
        """How fast it must be read; line breaks count for nothing."""
        letters = len(re.sub(r"\s+", " ", self.text).strip())
        return letters * 1000 / max(1, self.ends_ms - self.begins_ms)


def read(path: Path, bounds: Documents) -> str:
    """The text of a file in UTF-8 (or UTF-16 with its mark).

    Raises: Unusable: legacy_encoding if it is in another encoding or typed in TCVN3 or VNI; too_complex; malformed.
    """
    if path.stat().st_size > bounds.characters * 4:
        raise Unusable("too_complex")
    data = path.read_bytes()
    is_wide = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    try:
        text = data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        guess = marks.legacy(data.decode("cp1252", "replace")) or "?"
        raise Unusable("legacy_encoding", {"encoding": guess}) from error
    if "\0" in text:
        raise Unusable("malformed")
    return text


def cues(text: str) -> list[Cue]:
    """The subtitles of SRT or WebVTT.

    Raises: Unusable("malformed") if there is none, one ends before it begins, or there are too many.
    """
    found: list[Cue] = []
    for block in re.split(r"\r?\n[ \t]*\r?\n", text.replace("\ufeff", "")):
        time = _TIME.search(block)
        if time is None:
            continue
        parts = [int(one or 0) for one in time.groups()]
        begins = _milliseconds(*parts[:3], fraction=time.group(4))
        ends = _milliseconds(*parts[4:7], fraction=time.group(8))
        if ends <= begins or len(found) >= _CUES_MOST:
            raise Unusable("malformed")
        body = block[time.end() :].partition("\n")[2]
        found.append(Cue(begins, ends, _TAG.sub("", body).strip()))
    if not found:
        raise Unusable("malformed")
    return found


def faces(text: str) -> set[str]:
    """The fonts that subtitles name."""
    return {one.strip() for one in _FACE.findall(text)}


def _milliseconds(hours: int, minutes: int, seconds: int, *, fraction: str) -> int:
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int(fraction.ljust(3, "0"))

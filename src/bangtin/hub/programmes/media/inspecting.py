"""The hub's side of the bounded process: asks it about a file and believes only bounded values of its answer."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bangtin.hub.programmes.media import limits, sandbox
from bangtin.hub.programmes.media.limits import Unusable

_KINDS = ("video", "picture", "sound")
_SCREENS_MOST = 12
_NAME_LONGEST = 255
_ROWS_MOST = 60


@dataclass(frozen=True)
class Inspection:
    """What a file is. `width` and `height` are those of the upright picture in square pixels, 0 for sound;
    `rotation` in degrees; `fps_milli` frames in 1000 s; `duration_ms` 0 for pictures.

    `pages` 0 for what has none. Pages and plain text are a picture here: how long they last is up to the sender.
    """

    kind: str
    container: str
    codec: str
    sound_codec: str = ""
    width: int = 0
    height: int = 0
    rotation: int = 0
    duration_ms: int = 0
    fps_milli: int = 0
    has_sound: bool = False
    has_alpha: bool = False
    is_vfr: bool = False
    is_interlaced: bool = False
    is_hdr: bool = False
    is_animated: bool = False
    is_square: bool = True
    pages: int = 0

    @property
    def is_slides(self) -> bool:
        """Whether it is shown page after page."""
        return self.container == "txt" or self.pages > 1


def inspect(path: Path) -> Inspection:
    """What the file is.

    Raises: Unusable with the code of the reason; `timed_out` or `malformed` if the process was killed or failed.
    """
    return read(_probe("inspect", str(path), timeout_s=_seconds(path)))


@dataclass(frozen=True)
class Remark:
    """Something about a file: a code, a time in milliseconds where it has one, and what fills its sentence."""

    code: str
    at_ms: int | None = None
    params: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Look:
    """What a look at a file gave: `kind` also document or subtitle, empty if unknown; `inspection` of what can air."""

    kind: str
    container: str
    width: int
    height: int
    duration_ms: int
    inspection: Inspection | None
    remarks: tuple[Remark, ...]


def look(path: Path, *, name: str, screens: Sequence[tuple[int, int, int]] = ()) -> Look:
    """What the file is and all that is wrong with it, `name` being what its sender called it; `screens` are width,
    height and the least height of letters, in pixels. Never raises Unusable: the reason a file cannot be used is one
    of the remarks."""
    words = [_screen(*one) for one in screens[:_SCREENS_MOST]]
    shown = name.replace("\0", "\x01")[-_NAME_LONGEST:]
    try:
        return _read_look(_probe("look", str(path), shown, *words, timeout_s=_seconds(path)))
    except Unusable as refusal:
        return Look("", "", 0, 0, 0, None, (Remark(refusal.code, None, refusal.params),))


def find_flashes(raw: Path, *, fps_milli: int) -> list[tuple[int, int]]:
    """Where small frames flash: (from, to) in milliseconds. Raises: Unusable."""
    answer = _probe("flashes", str(raw), str(fps_milli), timeout_s=limits.FLASHES_S + raw.stat().st_size / (1 << 20))
    found = answer.get("flashes")
    if not isinstance(found, list):
        raise Unusable("malformed")
    return [(int(begins), int(ends)) for begins, ends in found[:_ROWS_MOST]]


def _read_look(answer: dict[str, object]) -> Look:
    facts, rows = answer.get("facts"), answer.get("rows")
    if not isinstance(facts, dict) or not isinstance(rows, list):
        raise Unusable("malformed")
    remarks = tuple(_remark(row) for row in rows[:_ROWS_MOST])
    kind = str(facts.get("kind", ""))[:20]
    inspection = read(facts) if kind in _KINDS else None
    values = {name: facts.get(name, 0) for name in ("width", "height", "duration_ms")}
    if any(type(value) is not int or not 0 <= value <= 86_400_000 for value in values.values()):
        raise Unusable("malformed")
    return Look(kind, str(facts.get("container", ""))[:40], **values, inspection=inspection, remarks=remarks)


def _remark(row: object) -> Remark:
    if not isinstance(row, dict):
        raise Unusable("malformed")
    code, at_ms, params = str(row.get("code"))[:40], row.get("at_ms"), row.get("params")
    if not isinstance(params, dict) or not (at_ms is None or (type(at_ms) is int and 0 <= at_ms <= 86_400_000)):
        raise Unusable("malformed")
    return Remark(code, at_ms, {str(name): _bounded(value) for name, value in params.items()})


def _bounded(value: object) -> int | str:
    if type(value) is int and abs(value) < 1 << 53:
        return value
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in str(value))[:200]


def make_slides(path: Path, container: str, folder: Path, *, size: tuple[int, int], capitals: int) -> int:
    """Write each page of a PDF, TIFF or plain text for a face into the folder, by `limits.SLIDE_NAME`; give how many.

    Raises: Unusable.
    """
    answer = _probe("slides", str(path), container, str(folder), _screen(*size, capitals), timeout_s=_seconds(path))
    return int(str(answer.get("pages", 0)))


def make_titles(path: Path, folder: Path, *, size: tuple[int, int], capitals: int, until_ms: int) -> int:
    """Draw subtitles for a face into the folder, named in `limits.TITLES_LIST`; give the pixels above them.

    Raises: Unusable.
    """
    rest = (str(folder), _screen(*size, capitals), str(until_ms))
    answer = _probe("titles", str(path), *rest, timeout_s=_seconds(path))
    return int(str(answer.get("top", 0)))


def make_frames(path: Path, folder: Path, *, moments: Sequence[int]) -> list[int]:
    """Write the pictures at these milliseconds into the folder as `MS.webp`; give those that were made.

    Raises: Unusable.
    """
    answer = _probe("frames", str(path), str(folder), *map(str, moments[: limits.FRAMES]), timeout_s=limits.FRAMES_S)
    made = answer.get("made")
    return [one for one in moments if isinstance(made, list) and one in made]


def _screen(width: int, height: int, least: int) -> str:
    return f"{width}x{height}:{least}"


def make_still(path: Path, target: Path, *, width: int, height: int) -> None:
    """Write a picture made for a face. Raises: Unusable."""
    _probe("still", str(path), str(target), str(width), str(height), timeout_s=_seconds(path))


def make_poster(path: Path, target: Path) -> None:
    """Write the thumbnail of a rendition, at most 6 kB of WebP. Raises: Unusable."""
    _probe("poster", str(path), str(target), timeout_s=limits.INSPECT_S)


def read(answer: dict[str, object]) -> Inspection:
    """The inspection in an answer, each value of its type and inside its bounds.

    Raises: Unusable("malformed").
    """
    bounds = {
        "width": limits.SIDE_MOST,
        "height": limits.SIDE_MOST,
        "rotation": 359,
        "duration_ms": limits.DURATION_MOST_MS,
        "fps_milli": 240_000,
        "pages": 100_000,
    }
    values: dict[str, object] = {}
    for name, wanted in Inspection.__dataclass_fields__.items():
        value = answer.get(name, wanted.default)
        if wanted.type is int and (type(value) is not int or not 0 <= value <= bounds[name]):
            raise Unusable("malformed")
        if wanted.type is str and (not isinstance(value, str) or len(value) > 40):
            raise Unusable("malformed")
        if wanted.type is bool and not isinstance(value, bool):
            raise Unusable("malformed")
        values[name] = value
    if values["kind"] not in _KINDS:
        raise Unusable("malformed")
    return Inspection(**values)  # type: ignore[arg-type]  # each value was checked against its field's type above


def _seconds(path: Path) -> float:
    return limits.INSPECT_S + path.stat().st_size / limits.BYTES_A_SECOND


def _probe(*arguments: str, timeout_s: float) -> dict[str, object]:
    program = [sys.executable, "-P", "-m", "bangtin.hub.programmes.media.probe", *arguments]
    try:
        finished = sandbox.run(program, timeout_s=timeout_s, cpu_s=int(timeout_s) + 1)
    except sandbox.TimedOut as error:
        raise Unusable("timed_out") from error
    try:
        answer = json.loads(finished.stdout) if finished.code == 0 else None
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise Unusable("malformed")
    if "refusal" in answer:
        raise Unusable(str(answer["refusal"])[:40], dict(answer.get("params") or {}))
    return answer

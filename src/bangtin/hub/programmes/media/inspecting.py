"""The hub's side of the bounded process: asks it about a file and believes only bounded values of its answer."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from bangtin.hub.programmes.media import limits, sandbox
from bangtin.hub.programmes.media.limits import Unusable

_KINDS = ("video", "picture", "sound")


@dataclass(frozen=True)
class Inspection:
    """What a file is. `width` and `height` are those of the upright picture in square pixels, 0 for sound;
    `rotation` in degrees; `fps_milli` frames in 1000 s; `duration_ms` 0 for pictures."""

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


def inspect(path: Path) -> Inspection:
    """What the file is.

    Raises: Unusable with the code of the reason; `timed_out` or `malformed` if the process was killed or failed.
    """
    return read(_probe("inspect", str(path), timeout_s=_seconds(path)))


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
    }
    values: dict[str, object] = {}
    for name, field in Inspection.__dataclass_fields__.items():
        value = answer.get(name, field.default)
        if field.type is int and (type(value) is not int or not 0 <= value <= bounds[name]):
            raise Unusable("malformed")
        if field.type is str and (not isinstance(value, str) or len(value) > 40):
            raise Unusable("malformed")
        if field.type is bool and not isinstance(value, bool):
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

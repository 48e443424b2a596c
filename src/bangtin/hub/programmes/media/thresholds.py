"""The lines that the technical check draws: read from `thresholds.yaml`, which names the source of each, typed here."""

import os
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_OURS = Path(__file__).with_name("thresholds.yaml")
OWN_FILE = "BANGTIN_THRESHOLDS"


class BadThresholds(ValueError):
    """A value is missing, unknown or of the wrong kind; the message names it."""


@dataclass(frozen=True)
class Picture:
    """Seconds, shares 0…1, decibels, percent."""

    black_s: float
    black_share: float
    black_level: float
    freeze_s: float
    freeze_noise_db: float
    interlaced_share: float
    bars_percent: float
    enlarged: float


@dataclass(frozen=True)
class Sound:
    """LUFS, LU, seconds, dBFS."""

    loudness_lufs: float
    loudness_tolerance: float
    silence_s: float
    silence_db: float
    full_scale_db: float
    clipped_blocks: int


@dataclass(frozen=True)
class Flash:
    """WCAG 2.3.1."""

    per_second: int
    area: float
    luminance_step: float
    darker_below: float
    red_share: float
    red_step: float


@dataclass(frozen=True)
class Text:
    """Characters a second, pixels, millimetres for a metre, milliseconds."""

    subtitle_characters_a_second: float
    least_pixels: int
    least_mm_a_metre: float
    notice_mm_a_metre: float
    notice_row_mm_a_metre: float
    notice_main_mm_a_metre: float
    words_ms: int
    look_ms: int


@dataclass(frozen=True)
class Documents:
    """Bounds of what is unpacked and read, and the fonts that look the same everywhere."""

    unpacked_bytes: int
    members: int
    ratio: int
    pages: int
    slides: int
    characters: int
    safe_fonts: tuple[str, ...]


@dataclass(frozen=True)
class Secret:
    """The marks of state secrets and the words that make MẬT an ordinary word."""

    marks: tuple[str, ...]
    plain_marks: tuple[str, ...]
    harmless_before: tuple[str, ...]
    harmless_after: tuple[str, ...]


@dataclass(frozen=True)
class Thresholds:
    """All of them."""

    picture: Picture
    sound: Sound
    flash: Flash
    text: Text
    documents: Documents
    secret: Secret


def load() -> Thresholds:
    """Ours, with the values of the operator's own file (`BANGTIN_THRESHOLDS`) in their places.

    Raises: BadThresholds; OSError if the own file cannot be read.
    """
    return _load(os.environ.get(OWN_FILE, ""))


@lru_cache(maxsize=4)
def _load(own: str) -> Thresholds:
    values = _mapping(_OURS)
    for group, changed in (_mapping(Path(own)) if own else {}).items():
        if not isinstance(changed, dict) or group not in values:
            raise BadThresholds(str(group))
        values[group] = values[group] | changed
    return Thresholds(**{field.name: _group(field.type, values.pop(field.name, {})) for field in fields(Thresholds)})


def _mapping(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise BadThresholds(str(path)) from error
    if not isinstance(found, dict):
        raise BadThresholds(str(path))
    return found


def _group(kind: Any, values: dict[str, Any]) -> Any:
    wanted = {field.name: field.type for field in fields(kind)}
    if set(wanted) != set(values):
        raise BadThresholds(", ".join(sorted(set(wanted) ^ set(values))))
    return kind(**{name: _value(name, kind_, values[name]) for name, kind_ in wanted.items()})


def _value(name: str, kind: Any, value: Any) -> Any:
    if kind is float and type(value) in (int, float):
        return float(value)
    if kind is int and type(value) is int:
        return value
    if kind not in (int, float) and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise BadThresholds(name)

"""Moments of a film on pages: time codes, remarks and findings at them, the ribbon that shows them all, its frames."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.accounts.models import User
from bangtin.hub.appraisal import checklists
from bangtin.hub.appraisal.paperwork import Remark
from bangtin.hub.kit import clock
from bangtin.hub.portal import previews
from bangtin.hub.programmes.media.preview import FRAMES
from bangtin.hub.programmes.models import Kind, ProgrammeVersion, Severity
from bangtin.hub.programmes.review_copies import Look, ReviewCopy

_CODE = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[,.](\d{1,3}))?")
_HUES = {Severity.MUST_FIX: "r", Severity.NOTE: "a", Severity.HANDLED: "g"}
_RIBBON = 1000
COLUMNS = 6


@dataclass(frozen=True)
class RemarkRow:
    """A remark for reading; `time_code` empty where the content has no time."""

    id: int
    at_ms: int
    time_code: str
    text: str
    officer: str
    agency: str
    made_at: datetime
    is_shared: bool
    is_mine: bool
    place: str


@dataclass(frozen=True)
class Mark:
    """A moment on the ribbon: from `x` on, in thousandths of its length."""

    x: int
    at_ms: int
    hue: str
    text: str


@dataclass(frozen=True)
class Frame:
    """One frame of the sheet: where it stands on it, in pixels of the sheet, and the moment it shows."""

    x: int
    y: int
    width: int
    height: int
    at_ms: int
    time_code: str


@dataclass(frozen=True)
class Film:
    """What is looked at beside the film itself; sizes in bytes, addresses empty where there is no such copy."""

    duration_ms: int
    length: str
    light: str
    light_bytes: int
    wave: str
    sheet: str
    sheet_width: int
    sheet_height: int
    frames: tuple[Frame, ...]
    marks: tuple[Mark, ...]


def code(at_ms: int) -> str:
    """A moment as people read it from the player: `01:15,08`; hours only where there are any."""
    seconds, rest = divmod(at_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    short = f"{minutes:02}:{seconds:02},{rest // 10:02}"
    return f"{hours}:{short}" if hours else short


def parse(text: str) -> int:
    """Milliseconds of `1:15`, `01:15,08` or `1:02:07`.

    Raises: ValueError for anything else.
    """
    found = _CODE.fullmatch(text.strip())
    if found is None:
        raise ValueError(_("Write the moment as minutes:seconds, such as 01:15."))
    hours, minutes, seconds, rest = found.groups()
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole * 1000 + (int(rest.ljust(3, "0")) if rest else 0)


def has_time(version: ProgrammeVersion) -> bool:
    """Whether the content runs: a film or sound."""
    return version.kind in {Kind.VIDEO, Kind.SOUND}


def remarks(version: ProgrammeVersion, *, reader: User, is_for_sender: bool = False) -> list[RemarkRow]:
    """The remarks on a version that this reader may see, by their time."""
    is_running = has_time(version)
    rows = checklists.remarks(version, is_for_sender=is_for_sender)
    return [_row(one, reader, is_running, is_for_sender) for one in rows]


def film(version: ProgrammeVersion, shown: previews.Preview | None, rows: Sequence[RemarkRow]) -> Film | None:
    """What stands beside the player of a film or of sound; None for a notice or a picture."""
    lengths = [one.duration_ms for one in version.renditions.all()]
    if not has_time(version) or not lengths:
        return None
    copies = {one.look: one for one in ReviewCopy.objects.filter(version=version)}
    longest = max(lengths)
    size = _sheet_size(version) if Look.SHEET in copies else (0, 0)
    light = copies.get(Look.PROXY.value)
    return Film(
        duration_ms=longest,
        length=code(longest),
        light=_address(version, Look.PROXY) if light else "",
        light_bytes=light.size_bytes if light else 0,
        wave=_address(version, Look.WAVE) if Look.WAVE in copies else "",
        sheet=_address(version, Look.SHEET) if Look.SHEET in copies else "",
        sheet_width=size[0] * COLUMNS + 4 * (COLUMNS - 1),
        sheet_height=size[1] * (FRAMES // COLUMNS) + 4 * (FRAMES // COLUMNS - 1),
        frames=tuple(_frames(size, longest)) if size[0] else (),
        marks=tuple(_marks(version, rows, longest)),
    )


def count(rows: Sequence[RemarkRow]) -> str:
    """How many of the remarks go to the sender with the decision."""
    shared = sum(one.is_shared for one in rows)
    if not shared:
        return ""
    return ngettext("%(n)d remark goes with it", "%(n)d remarks go with it", shared) % {"n": shared}


def _row(one: Remark, reader: User, is_running: bool, is_for_sender: bool) -> RemarkRow:
    return RemarkRow(
        id=one.pk,
        at_ms=one.at_ms,
        time_code=code(one.at_ms) if is_running else "",
        text=one.text,
        officer=one.officer.display_name,
        # officers know their own agency; who sent the programme is told
        agency=one.agency.name(clock.local_date(one.made_at)) if is_for_sender else "",
        made_at=one.made_at,
        is_shared=one.is_shared,
        is_mine=one.officer_id == reader.pk,
        place=one.geometry.replace("x", " × "),
    )


def _address(version: ProgrammeVersion, look: Look) -> str:
    return reverse("review-copy", args=[version.pk, look.value])


def _sheet_size(version: ProgrammeVersion) -> tuple[int, int]:
    """Width and height of one frame on the sheet, as ffmpeg scales it: 240 wide, an even height."""
    widest = max(version.renditions.all(), key=lambda one: (one.width, one.geometry))
    return 240, max(2, round(240 * widest.height / max(widest.width, 1) / 2) * 2)


def _frames(size: tuple[int, int], duration_ms: int) -> Iterable[Frame]:
    for number in range(FRAMES):
        row, column = divmod(number, COLUMNS)
        at_ms = duration_ms * number // FRAMES
        yield Frame(column * (size[0] + 4), row * (size[1] + 4), *size, at_ms, code(at_ms))


def _marks(version: ProgrammeVersion, rows: Sequence[RemarkRow], duration_ms: int) -> Iterable[Mark]:
    for one in version.findings.all():
        if one.at_ms is not None:
            yield _mark(one.at_ms, _HUES[Severity(one.severity)], code(one.at_ms), duration_ms)
    for remark in rows:
        yield _mark(remark.at_ms, "cham", f"{remark.time_code} {remark.text[:80]}", duration_ms)


def _mark(at_ms: int, hue: str, text: str, duration_ms: int) -> Mark:
    return Mark(min(at_ms * _RIBBON // max(duration_ms, 1), _RIBBON - 8), at_ms, hue, text)

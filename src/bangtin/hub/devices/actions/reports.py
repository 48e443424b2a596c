"""What players say of themselves: health, what shows, answers to commands, events, screenshots. All of it hostile text.

Nothing here is believed but its shape: numbers are bounded, words are cut and freed of control characters, pictures are
looked at in a process of their own, and only when somebody wants to see them.
"""

import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bangtin.bundle.fields import Fields, WrongShape
from bangtin.hub.devices import errors
from bangtin.hub.devices.actions import incidents
from bangtin.hub.devices.actions.commands import Answer, take_answers
from bangtin.hub.devices.models import Device, DeviceEvent, Screenshot
from bangtin.hub.devices.states import CommandResult, IncidentKind
from bangtin.hub.kit import files
from bangtin.hub.kit.clock import from_ms
from bangtin.hub.programmes.media import inspecting
from bangtin.hub.programmes.media.limits import Unusable

TYPE = "bangtin.report.v1"
REPORT_BYTES, SHOT_BYTES = 16_384, 200_000
MOST_EVENTS, MOST_ANSWERS = 200, 50
EVENTS_KEPT, SHOTS_KEPT = 500, 60
# letters drawn otherwise come as far as this; the player has a limit for each kind of content, and tells by an event
DIFFERENT_PERMILLE = 500
DIFFERS = "screenshot_differs"
_NUMBERS = (
    "disk_free_bytes",
    "disk_total_bytes",
    "rss_bytes",
    "received_bytes",
    "sent_bytes",
    "browser_restarts",
    "uptime_s",
)
_SIGNED = ("temperature_c", "clock_offset_ms")
_MOST_NUMBER = 1 << 53
_LATEST_MS = 4_102_444_800_000  # 2100
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_SHOT = re.compile(r"([A-Za-z0-9_.:-]{1,80});([0-9]{1,13});([A-Za-z0-9_.:/+-]{0,120});(-|[0-9]{1,4})", re.ASCII)
_JPEG = b"\xff\xd8\xff"
_PICTURE_SIDE = 960


@dataclass(frozen=True)
class Event:
    """Something a player noticed at `at`, its words already harmless."""

    at: datetime
    kind: str
    detail: str


@dataclass(frozen=True)
class Report:
    """A report, every value of its type and inside its bounds; `health` and `showing` go to `Device.status`."""

    at: datetime
    health: dict[str, object]
    showing: dict[str, object]
    answers: tuple[Answer, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Shot:
    """The header `Bangtin-Shot`: face, instant, segment, distance in permille from what the timeline wants."""

    face: str
    at: datetime
    segment: str
    distance_permille: int | None

    @classmethod
    def parse(cls, text: str) -> "Shot | None":
        """The header's text; None if it has another shape."""
        match = _SHOT.fullmatch(text)
        if match is None or int(match[2]) > _LATEST_MS or (match[4] != "-" and int(match[4]) > 1000):
            return None
        return cls(match[1], from_ms(int(match[2])), match[3], None if match[4] == "-" else int(match[4]))


def plain(text: str, longest: int) -> str:
    """A stranger's words on one line, without control characters or marks that turn the writing round."""
    return _CONTROL.sub(" ", text).strip()[:longest]


def read_report(body: bytes) -> Report:
    """The report in a body. Raises: BadReport."""
    try:
        fields = Fields(json.loads(body), where="report")
        fields.choice("type", (TYPE,))
        report = Report(
            at=_instant(fields, "at_ms"),
            health=_health(fields.inner("health")),
            showing=_showing(fields.inner("showing")),
            answers=fields.each("commands", _answer, most=MOST_ANSWERS),
            events=fields.each("events", _event, most=MOST_EVENTS),
        )
        fields.done()
    except (ValueError, RecursionError) as error:  # WrongShape, JSON, UTF-8, and 16,000 brackets
        raise _bad(plain(str(error), 200)) from error
    return report


def take_report(*, device: Device, body: bytes, at: datetime) -> Report:
    """Keep the newest health and what shows, note events once each, and what became of commands.

    The first event that tells of a refused emergency notice opens an incident (trust E). Raises: BadReport.
    """
    report = read_report(body)
    with transaction.atomic():
        status = {"at": report.at.isoformat(), "health": report.health, "showing": report.showing}
        device.status = {**status, "received_at": at.isoformat()}
        Device.objects.filter(pk=device.pk, epoch=device.epoch).update(status=device.status)
        if report.answers:
            take_answers(device=device, answers=report.answers, at=at)
        if report.events:
            _note(device, report.events, at=at)
    return report


def note_alert_refusal(*, device: Device, code: str, at: datetime) -> None:
    """A player refused an emergency envelope: open the incident if it is not open. In the caller's transaction.

    Source: trust E (the hub opens an incident at the first `alert_*` refusal from any device).
    """
    incidents.open_by_itself(device=device, kind=IncidentKind.ALERT_REFUSED, code=code, at=at)


def take_screenshot(*, device: Device, header: str, body: bytes, at: datetime) -> Screenshot:
    """Keep a picture as it came, for a face that the device drives; the oldest of more than sixty go.

    The same instant sent again adds nothing. Raises: BadReport.
    """
    shot = Shot.parse(header)
    if shot is None or shot.face != device.face_id:
        raise _bad("Bangtin-Shot is not face;at_ms;segment;distance of a face that this player drives")
    if not body.startswith(_JPEG) or len(body) > SHOT_BYTES:
        raise _bad(f"expected a JPEG picture of at most {SHOT_BYTES} bytes")
    stored = files.put([body], max_bytes=SHOT_BYTES)
    with transaction.atomic():
        row, _is_new = Screenshot.objects.get_or_create(
            device=device,
            face=device.face,
            at=shot.at,
            defaults={
                "segment": shot.segment,
                "distance_permille": shot.distance_permille,
                "is_different": shot.distance_permille is not None and shot.distance_permille >= DIFFERENT_PERMILLE,
                "raw_sha256": stored.sha256,
                "received_at": at,
            },
        )
        if not row.raw_sha256:  # the event came first
            row.raw_sha256, row.is_unreadable = stored.sha256, False
            row.save(update_fields=["raw_sha256", "is_unreadable"])
        _thin_out(device)
    return row


def picture_of(shot: Screenshot, *, is_small: bool = False) -> str:
    """The address of the picture that pages show, made anew from the sent bytes at the first look; empty if it cannot.

    A process with bounded memory and time decodes the bytes; what a browser gets is its work, not the player's.
    `is_small`: a thumbnail of at most 6 kB (WebP).
    """
    if not shot.picture_sha256 and not shot.is_unreadable:
        _draw(shot)
    return shot.thumb_sha256 if is_small else shot.picture_sha256


def _draw(shot: Screenshot) -> None:
    width, height = _inside(shot.face.width, shot.face.height)
    with tempfile.TemporaryDirectory() as folder:
        picture, thumb = Path(folder) / "shot.jpg", Path(folder) / "shot.webp"
        try:
            inspecting.make_still(files.path(shot.raw_sha256), picture, width=width, height=height)
            inspecting.make_poster(picture, thumb)
            shot.thumb_sha256 = files.put_file(thumb, max_bytes=1 << 20).sha256
            shot.picture_sha256 = files.put_file(picture, max_bytes=1 << 20).sha256
        except (Unusable, OSError, files.TooLarge):
            shot.is_unreadable = True
    shot.save(update_fields=["picture_sha256", "thumb_sha256", "is_unreadable"])


def _note(device: Device, events: tuple[Event, ...], *, at: datetime) -> None:
    DeviceEvent.objects.bulk_create(
        (DeviceEvent(device=device, at=one.at, kind=one.kind, detail=one.detail, received_at=at) for one in events),
        ignore_conflicts=True,
    )
    over = DeviceEvent.objects.filter(device=device).order_by("-id").values_list("pk", flat=True)
    oldest = over[EVENTS_KEPT : EVENTS_KEPT + 1].first()
    if oldest is not None:
        DeviceEvent.objects.filter(device=device, pk__lte=oldest).delete()
    _note_odd(device, [shot for one in events if one.kind == DIFFERS and (shot := Shot.parse(one.detail))], at=at)
    code = next((found for one in events if (found := _alert_code(one))), "")
    if code:
        note_alert_refusal(device=device, code=code, at=at)


def _note_odd(device: Device, shots: Sequence[Shot], *, at: datetime) -> None:
    """Pictures that do not look as planned; one that has not come, for want of a line, counts all the same."""
    odd = [one for one in shots if one.face == device.face_id]
    if not odd:
        return
    Screenshot.objects.bulk_create(
        (
            Screenshot(
                device=device,
                face_id=one.face,
                at=one.at,
                segment=one.segment,
                distance_permille=one.distance_permille,
                is_unreadable=True,
                received_at=at,
            )
            for one in odd
        ),
        ignore_conflicts=True,
    )
    Screenshot.objects.filter(device=device, at__in=[one.at for one in odd]).update(is_different=True)
    _thin_out(device)


def _alert_code(event: Event) -> str:
    """The code of a refused emergency notice, wherever the event names it."""
    words = (event.kind, *event.detail.replace(":", " ").split())
    return next((one for one in words if one.startswith("alert_") or one == "drill_not_here"), "")


def _thin_out(device: Device) -> None:
    rows = list(Screenshot.objects.filter(device=device).order_by("-at", "-id")[SHOTS_KEPT : SHOTS_KEPT + MOST_EVENTS])
    if not rows:
        return
    Screenshot.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        for name in {row.raw_sha256, row.picture_sha256, row.thumb_sha256} - {""}:
            # two screens may have sent the same bytes
            held = Q(raw_sha256=name) | Q(picture_sha256=name) | Q(thumb_sha256=name)
            if not Screenshot.objects.filter(held).exists():
                transaction.on_commit(partial(files.remove, name))


def _inside(width: int, height: int) -> tuple[int, int]:
    """The face's geometry, scaled so that its longer side is at most 960 pixels."""
    longest = max(width, height, _PICTURE_SIDE)
    return max(width * _PICTURE_SIDE // longest, 16), max(height * _PICTURE_SIDE // longest, 16)


def _instant(fields: Fields, key: str) -> datetime:
    value = fields.integer(key)
    if value > _LATEST_MS:
        raise WrongShape(f"{key} is after the year 2100")
    return from_ms(value)


def _health(fields: Fields) -> dict[str, object]:
    found: dict[str, object] = {}
    for key in _NUMBERS:
        value = fields.integer(key)
        if value > _MOST_NUMBER:
            raise WrongShape(f"{key} is too large")
        found[key] = value
    for key in _SIGNED:
        signed = fields.any(key)
        if signed is not None and (isinstance(signed, bool) or not isinstance(signed, int | float)):
            raise WrongShape(f"{key} is no number")
        if signed is not None and not abs(signed) < _MOST_NUMBER:  # NaN as well
            raise WrongShape(f"{key} is too large")
        found[key] = None if signed is None else round(signed)
    found["version"] = plain(fields.text("version"), 40)
    fields.done()
    return found


def _showing(fields: Fields) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, longest in (("face", 80), ("item", 80), ("state", 20), ("segment", 120)):
        value = fields.any(key) if fields.has(key) else None
        if value is not None and not isinstance(value, str | int):
            raise WrongShape(f"showing.{key}: expected a string")
        found[key] = "" if value is None else plain(str(value), longest)
    fields.done()
    return found


def _answer(fields: Fields) -> Answer:
    found = Answer(
        n=fields.integer("n"),
        result=CommandResult(fields.choice("result", ("done", "refused", "failed"))),
        code=plain(fields.text("code"), 60),
        done_at=_instant(fields, "done_ms"),
    )
    fields.done()
    return found


def _event(fields: Fields) -> Event:
    found = Event(
        at=_instant(fields, "at_ms"), kind=plain(fields.text("kind"), 40), detail=plain(fields.text("detail"), 200)
    )
    fields.done()
    return found


def _bad(detail: str) -> errors.BadReport:
    return errors.BadReport(_("What the player sent cannot be read (%(detail)s).") % {"detail": detail})

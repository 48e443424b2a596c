"""The state word of a screen and what it stands on, steady: it does not flap with one late poll or one odd picture.

Late after 3 minutes of silence, lost after 15; back only once it has been heard for 2 minutes. Something else after two
pictures in a row that differ; on plan again with one that does not. Dark only when a person says so.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.bundle import timeline
from bangtin.bundle.manifest import Manifest
from bangtin.hub.devices.models import Bundle, Device, Incident, Screenshot
from bangtin.hub.devices.states import IncidentKind
from bangtin.hub.kit.clock import to_ms

LATE = timedelta(minutes=3)
LOST = timedelta(minutes=15)
STEADY = timedelta(minutes=2)
# players sample one an hour
SHOTS_COUNT = timedelta(hours=3)
REPORT_COUNTS = timedelta(minutes=20)
TOLERANCE_MS = 2_000


class ScreenState(models.TextChoices):
    """The state words of a screen."""

    NEVER = "never", _("Never heard from")
    ON_PLAN = "on_plan", _("On plan")
    LATE = "late", _("Late")
    LOST = "lost", _("Contact lost")
    OFF_PLAN = "off_plan", _("Off plan")
    DARK = "dark", _("Screen dark")
    COVERED = "covered", _("Covered")


class Cause(StrEnum):
    """What the state stands on."""

    NONE = ""
    NO_PLAYER = "no_player"
    NOT_HEARD = "not_heard"
    SILENT = "silent"
    JUST_BACK = "just_back"
    BEHIND = "behind"
    PICTURES_DIFFER = "pictures_differ"
    ONE_PICTURE_DIFFERS = "one_picture_differs"
    SAYS_OTHER = "says_other"
    STANDS_IN = "stands_in"
    SEEN_DARK = "seen_dark"
    BY_OFFICER = "by_officer"


@dataclass(frozen=True)
class Standing:
    """A state, what it stands on, and since when (None where nobody knows)."""

    state: ScreenState
    cause: Cause = Cause.NONE
    since: datetime | None = None


@dataclass(frozen=True)
class Seen:
    """What is known of faces beside their polls: open reports of darkness; whether the two newest pictures differ."""

    dark: Mapping[str, datetime]
    pictures: Mapping[str, Sequence[tuple[datetime, bool]]]


def seen(face_ids: Collection[str], *, at: datetime) -> Seen:
    """The facts about these faces, in two queries."""
    rows = Incident.objects.filter(face__in=list(face_ids), kind=IncidentKind.DARK, closed_at=None)
    dark = dict(rows.order_by("-opened_at").values_list("face_id", "opened_at"))
    shots = Screenshot.objects.filter(
        face__in=list(face_ids), at__gt=at - SHOTS_COUNT, at__lte=at, distance_permille__isnull=False
    ).order_by("-at", "-id")
    pictures: dict[str, list[tuple[datetime, bool]]] = {}
    for face, taken_at, is_different in shots.values_list("face_id", "at", "is_different"):
        if len(pictures.setdefault(face, [])) < 2:
            pictures[face].append((taken_at, is_different))
    return Seen(dark, pictures)


def judge(
    face_id: str,
    device: Device | None,
    *,
    published: Bundle | None,
    manifest: Manifest | None,
    known: Seen,
    at: datetime,
) -> Standing:
    """The standing of a face at `at`: the first that fits, what needs a hand before what is fine."""
    if device is None:
        return Standing(ScreenState.NEVER, Cause.NO_PLAYER)
    if face_id in known.dark:
        return Standing(ScreenState.DARK, Cause.SEEN_DARK, known.dark[face_id])
    contact = of_contact(device, published, at=at)
    if contact.state in (ScreenState.NEVER, ScreenState.LOST):
        return contact
    if device.covered_at is not None:
        return Standing(ScreenState.COVERED, Cause.BY_OFFICER, device.covered_at)
    shown = _of_pictures(known.pictures.get(face_id, ())) or _of_words(device, manifest, at=at)
    if shown is not None and shown.state == ScreenState.OFF_PLAN:
        return shown
    if contact.state != ScreenState.ON_PLAN or shown is None:
        return contact
    return shown


def of_contact(device: Device, published: Bundle | None, *, at: datetime) -> Standing:
    """The standing by polls alone: heard or not, and with which bundle."""
    if device.last_seen_at is None:
        return Standing(ScreenState.NEVER, Cause.NOT_HEARD)
    silent = at - device.last_seen_at
    if silent > LATE:
        state = ScreenState.LOST if silent > LOST else ScreenState.LATE
        return Standing(state, Cause.SILENT, device.last_seen_at)
    if device.back_at is not None and at - device.back_at < STEADY:
        return Standing(ScreenState.LATE, Cause.JUST_BACK, device.back_at)
    if _is_behind(device, published, at=at):
        return Standing(ScreenState.LATE, Cause.BEHIND, published.published_at if published else None)
    return Standing(ScreenState.ON_PLAN)


def _is_behind(device: Device, published: Bundle | None, *, at: datetime) -> bool:
    return (
        published is not None
        and device.accepted_bundle is not None
        and device.accepted_bundle < published.number
        and at - published.published_at > max(LATE, timedelta(seconds=4 * settings.POLL_S))
    )


def _of_pictures(pictures: Sequence[tuple[datetime, bool]]) -> Standing | None:
    """Two in a row differ: something else. One: doubted, and said so. None: nothing to say."""
    if not pictures or not pictures[0][1]:
        return None
    if len(pictures) == 2 and pictures[1][1]:
        return Standing(ScreenState.OFF_PLAN, Cause.PICTURES_DIFFER, pictures[1][0])
    return Standing(ScreenState.ON_PLAN, Cause.ONE_PICTURE_DIFFERS, pictures[0][0])


def _of_words(device: Device, manifest: Manifest | None, *, at: datetime) -> Standing | None:
    """What the newest report says it shows, beside the timeline at that instant; None where it agrees or is too old."""
    showing, said_at = device.status.get("showing"), _instant(device.status.get("at"))
    if not isinstance(showing, dict) or said_at is None or not at - REPORT_COUNTS < said_at <= at + LATE:
        return None
    if manifest is None or device.face_id not in manifest.faces or device.accepted_bundle != manifest.number:
        return None
    state, item = showing.get("state"), showing.get("item") or None
    if state not in ("item", "filler", "card", "standby"):
        return None  # an emergency notice, a code, a cover: not of the plan
    said_ms = to_ms(said_at)
    wanted = [
        timeline.showing(manifest, face=device.face_id, at_ms=said_ms + shift)
        for shift in (-TOLERANCE_MS, 0, TOLERANCE_MS)
    ]
    if any((one.kind, one.item) == (state, item) or (item and one.item == item) for one in wanted):
        return None
    cause = Cause.STANDS_IN if state in ("filler", "card") else Cause.SAYS_OTHER
    return Standing(ScreenState.OFF_PLAN, cause, said_at)


def _instant(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None

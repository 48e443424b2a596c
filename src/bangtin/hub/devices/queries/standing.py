"""The state word of a screen and what it stands on, steady: it does not flap with one late poll or one odd picture.

Late after 3 minutes of silence, lost after 15; back only once it has been heard for 2 minutes. A post without a line is
not lost while sticks bring its word: one a month does. Something else after two
pictures in a row that differ; on plan again with one that does not. Dark only when a person says so.

What has one cause for many screens is said as that cause: the hub that was out of reach, the line of a whole cluster.
After the hub is back each screen has five minutes to call before its silence is its own.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangtin.bundle import timeline
from bangtin.bundle.manifest import Manifest
from bangtin.hub.devices.models import Bundle, Device, Incident, Outage, Screenshot
from bangtin.hub.devices.states import IncidentKind
from bangtin.hub.kit.clock import to_ms

LATE = timedelta(minutes=3)
LOST = timedelta(minutes=15)
STEADY = timedelta(minutes=2)
RETURN = timedelta(minutes=5)
# as long as ordinary content plays without a newer set (trust G): a stick a month suffices
CARRIED = timedelta(days=45)
# players sample one an hour
SHOTS_COUNT = timedelta(hours=3)
REPORT_COUNTS = timedelta(minutes=20)
TOLERANCE_MS = 2_000
STARTING_S = 120


class ScreenState(models.TextChoices):
    """The state words of a screen."""

    NEVER = "never", _("Never heard from")
    ON_PLAN = "on_plan", _("On plan")
    LATE = "late", _("Late")
    LOST = "lost", _("Contact lost")
    CARRIED = "carried", _("Served by stick")
    OFF_PLAN = "off_plan", _("Off plan")
    DARK = "dark", _("Screen dark")
    COVERED = "covered", _("Covered")


class Cause(StrEnum):
    """What the state stands on."""

    NONE = ""
    NO_PLAYER = "no_player"
    NOT_HEARD = "not_heard"
    SILENT = "silent"
    CARRIED = "carried"
    HUB_AWAY = "hub_away"
    CLUSTER_SILENT = "cluster_silent"
    JUST_BACK = "just_back"
    BEHIND = "behind"
    PICTURES_DIFFER = "pictures_differ"
    ONE_PICTURE_DIFFERS = "one_picture_differs"
    SAYS_OTHER = "says_other"
    STANDS_IN = "stands_in"
    NO_PAGE = "no_page"
    SEEN_DARK = "seen_dark"
    BY_OFFICER = "by_officer"


@dataclass(frozen=True)
class Standing:
    """A state, what it stands on, since when (None where nobody knows), and until when where the cause is over."""

    state: ScreenState
    cause: Cause = Cause.NONE
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_shared(self) -> bool:
        """Whether many screens have this state for one and the same cause."""
        return self.cause in (Cause.HUB_AWAY, Cause.CLUSTER_SILENT)


@dataclass(frozen=True)
class Seen:
    """What is known of faces beside their polls: open reports of darkness; whether the two newest pictures differ.

    `outage`: when the hub itself was out of reach, if that was just now. `silent`: the clusters all of whose screens
    fell silent together, and when they were last heard.
    """

    dark: Mapping[str, datetime]
    pictures: Mapping[str, Sequence[tuple[datetime, bool]]]
    outage: Outage | None = None
    silent: Mapping[str, datetime] = field(default_factory=dict)


def seen(face_ids: Collection[str], *, neighbours: Iterable[Device], at: datetime) -> Seen:
    """The facts about these faces, in two queries, three where a screen is silent or just back.

    `neighbours` are all active players of their clusters.
    """
    rows = Incident.objects.filter(face__in=list(face_ids), kind=IncidentKind.DARK, closed_at=None)
    dark = dict(rows.order_by("-opened_at").values_list("face_id", "opened_at"))
    shots = Screenshot.objects.filter(
        face__in=list(face_ids), at__gt=at - SHOTS_COUNT, at__lte=at, distance_permille__isnull=False
    ).order_by("-at", "-id")
    pictures: dict[str, list[tuple[datetime, bool]]] = {}
    for face, taken_at, is_different in shots.values_list("face_id", "at", "is_different"):
        if len(pictures.setdefault(face, [])) < 2:
            pictures[face].append((taken_at, is_different))
    near = list(neighbours)
    recent = Outage.objects.filter(Q(until_at=None) | Q(until_at__gt=at - RETURN), from_at__lte=at)
    outage = recent.first() if any(_may_have_been_cut_off(one, at=at) for one in near) else None
    return Seen(dark, pictures, outage, _silent_clusters(near, at=at))


def _may_have_been_cut_off(device: Device, *, at: datetime) -> bool:
    """Whether an outage of the hub could say anything of it: it is silent, or was until a moment ago."""
    is_silent = device.last_seen_at is not None and at - device.last_seen_at > LATE
    return is_silent or (device.back_at is not None and device.back_at > at - RETURN)


def _silent_clusters(neighbours: Iterable[Device], *, at: datetime) -> dict[str, datetime]:
    heard: dict[str, list[datetime]] = {}
    for one in neighbours:
        if one.last_seen_at is not None and not _is_by_stick(one, at=at):
            heard.setdefault(one.face.cluster_id, []).append(one.last_seen_at)
    return {
        cluster: max(times)
        for cluster, times in heard.items()
        if len(times) > 1 and at - max(times) > LATE and max(times) - min(times) <= LATE
    }


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
    by_line = None if _is_by_stick(device, at=at) else _of_many(device, known, at=at)
    contact = by_line or of_contact(device, published, at=at)
    if contact.state in (ScreenState.NEVER, ScreenState.LOST, ScreenState.CARRIED) or contact.is_shared:
        return contact
    if device.covered_at is not None:
        return Standing(ScreenState.COVERED, Cause.BY_OFFICER, device.covered_at)
    shown = _of_pictures(known.pictures.get(face_id, ())) or _of_words(device, manifest, at=at)
    if shown is not None and shown.state == ScreenState.OFF_PLAN:
        return shown
    if contact.state != ScreenState.ON_PLAN or shown is None:
        return contact
    return shown


def _of_many(device: Device, known: Seen, *, at: datetime) -> Standing | None:
    """The standing by polls where it has one cause for many screens; None where the screen speaks for itself."""
    outage, last_seen_at = known.outage, device.last_seen_at
    if last_seen_at is None:
        return None
    silent = at - last_seen_at
    if outage is not None and silent > LATE and last_seen_at >= outage.from_at - LATE:
        return Standing(ScreenState.LATE, Cause.HUB_AWAY, outage.from_at, outage.until_at)
    if outage is not None and outage.until_at is not None and silent <= LATE and _is_back_with(device, outage.until_at):
        return Standing(ScreenState.ON_PLAN)
    since = known.silent.get(device.face.cluster_id)
    if since is not None and silent > LATE:
        return Standing(ScreenState.LOST if silent > LOST else ScreenState.LATE, Cause.CLUSTER_SILENT, since)
    return None


def _is_back_with(device: Device, until: datetime) -> bool:
    return device.back_at is not None and until <= device.back_at < until + RETURN


def of_contact(device: Device, published: Bundle | None, *, at: datetime) -> Standing:
    """The standing by polls alone: heard or not, and with which bundle."""
    if _is_by_stick(device, at=at) and device.carried_at is not None:
        state = ScreenState.CARRIED if at - device.carried_at <= CARRIED else ScreenState.LOST
        return Standing(state, Cause.CARRIED, device.carried_at)
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


def _is_by_stick(device: Device, *, at: datetime) -> bool:
    """Whether the newest word of it came on a stick, its line having been silent too long to be called late."""
    seen_at, carried_at = device.last_seen_at, device.carried_at
    return carried_at is not None and (seen_at is None or (seen_at < carried_at and at - seen_at > LOST))


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
    if showing.get("state") == "no_page" and _uptime_s(device) > STARTING_S:
        return Standing(ScreenState.OFF_PLAN, Cause.NO_PAGE, said_at)
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


def _uptime_s(device: Device) -> int:
    """How long the player had run at its newest report; a page needs a moment after a start."""
    health = device.status.get("health")
    found = health.get("uptime_s") if isinstance(health, dict) else None
    return found if isinstance(found, int) else 0


def _instant(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None

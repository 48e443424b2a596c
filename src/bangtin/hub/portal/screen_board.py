"""The fleet as pages show it: state word, what plays, contact, bundles, airtime of today."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Max, Sum
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Face, faces_of
from bangtin.hub.devices.models import Screenshot
from bangtin.hub.devices.queries import Screen, evidence
from bangtin.hub.kit.clock import LOCAL, local_date, to_ms
from bangtin.hub.playlog.actions import rung_words
from bangtin.hub.playlog.models import Airtime, Grade, PlayRecord
from bangtin.hub.playlog.queries.fallbacks import fallbacks
from bangtin.hub.portal import charts, formats, previews, screen_words
from bangtin.hub.programmes import policies as programmes
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules import queries as schedules
from bangtin.hub.schedules.models import Slot
from bangtin.hub.schedules.queries import Why
from bangtin.hub.schedules.states import SlotState
from bangtin.rulebook.hours import DayHours

AIRED = (Grade.CORROBORATED, Grade.CLAIMED)
RECENT = timedelta(minutes=15)
NEEDS_A_HAND = ("dark", "off_plan", "lost", "late", "never")


@dataclass(frozen=True)
class Row:
    """One screen of the list; `aired_s` counts slots inside the hours, `filler_s` what filled between them.

    `fallback`: what it showed today instead of what was planned; empty if nothing. `cause`: what the state stands on;
    `shot`: the newest picture that its player sent, of the last three hours.
    """

    screen: Screen
    state: str
    state_detail: str
    playing: str
    poster: str
    following: str
    note: str
    meter: charts.Meter | None
    filler_s: float
    fallback: str = ""
    cause: str = ""
    shot: Screenshot | None = None

    @property
    def thumb(self) -> str:
        """The address of the newest screenshot's thumbnail; empty without one."""
        return shot_address(self.shot, is_small=True) if self.shot else ""

    @property
    def face(self) -> Face:
        """The screen's face."""
        return self.screen.face

    @property
    def last_seen_at(self) -> datetime | None:
        """When its player was last heard from; None for none, or never."""
        return self.screen.device.last_seen_at if self.screen.device else None

    @property
    def needs_a_hand(self) -> bool:
        """Whether somebody should look at it now."""
        return self.state in NEEDS_A_HAND or bool(self.fallback)


def rows(found: Iterable[Screen], *, reader: User, at: datetime) -> list[Row]:
    """The screens in the order in which they need a hand, then by cluster."""
    screens = list(found)
    faces = [one.face.pk for one in screens]
    clusters = {one.face.cluster_id: one.face.cluster for one in screens}
    aired = _aired(faces, on=local_date(at))
    newest = _newest(faces, at=at)
    following = _following(clusters, at=at)
    fallen = fallen_today(clusters, at=at)
    shots = evidence.newest_shots(faces, at=at)
    hours = schedules.hours_of_all(clusters.values(), local_date(at))
    due = {name: due_s(day, at=at) for name, day in hours.items()}
    made = [
        _row(
            one,
            newest=newest.get(one.face.pk),
            aired=aired.get(one.face.pk, (0.0, 0.0)),
            due=due[one.face.cluster_id],
            following=following.get(one.face.cluster_id),
            fallback=fallen.get(one.face.pk, ""),
            shot=shots.get(one.face.pk),
            reader=reader,
            at=at,
        )
        for one in screens
    ]
    order = {state: place for place, state in enumerate(NEEDS_A_HAND)}
    return sorted(made, key=lambda row: (order.get(row.state, len(order)), row.face.cluster_id, row.face.pk))


def fallen_today(cluster_ids: Collection[str], *, at: datetime) -> dict[str, str]:
    """The faces that went down the ladder today, each with what it showed instead of the plan."""
    midnight = datetime.combine(local_date(at), time(), LOCAL)
    found: dict[str, list[str]] = {}
    for one in fallbacks(cluster_ids, midnight, at):
        words = {"time": formats.airtime(one.shown_ms / 1000), "what": rung_words(one.rung)}
        found.setdefault(one.face_id, []).append(_("Today %(time)s of %(what)s.") % words)
    return {face: " ".join(words) for face, words in found.items()}


def headline(found: Collection[Row]) -> str:
    """The answer in the title: how many play as they should, how many to look at."""
    if not found:
        return _("No screen is in your charge")
    fine = sum(not row.needs_a_hand for row in found)
    words = {"n": fine}
    if fine == len(found):
        return ngettext("%(n)d screen, on schedule", "All %(n)d screens on schedule", fine) % words
    rest = len(found) - fine
    on_plan = ngettext("%(n)d screen on schedule", "%(n)d screens on schedule", fine) % words
    to_look_at = _("%(n)d to look at") % {"n": rest}
    return f"{on_plan}, {to_look_at}"


def state_of(screen: Screen, *, newest: PlayRecord | None, at: datetime) -> str:
    """The state word of the pages: rest is no fault, and a contradicted record is."""
    if newest and newest.grade == Grade.CONTRADICTED and at - newest.at < RECENT and screen.state == "on_plan":
        return "off_plan"
    return "resting" if screen.is_resting and screen.state == "on_plan" else str(screen.state)


def due_s(hours: DayHours, *, at: datetime) -> tuple[float, float]:
    """Seconds of a day's hours in all, and those gone by `at`."""
    spans = hours.intervals()
    whole = sum((end - start).total_seconds() for start, end in spans)
    gone = sum(max((min(end, at) - start).total_seconds(), 0.0) for start, end in spans)
    return whole, gone


def poster(version: ProgrammeVersion | None, *, reader: User, at: datetime) -> str:
    """The thumbnail's address for those who may see the version."""
    if version is None or not version.poster_sha256:
        return ""
    try:
        address = previews.poster(version)
    except NoReverseMatch:
        return ""
    return address if programmes.may_see(reader, version, on=local_date(at)) else ""


def on_face(why: Why, face: Face, *, at: datetime, reader: User, now: datetime) -> previews.Preview:
    """The face at `at` in its true geometry: the rendition or notice where it stands then; dark where nothing plays."""
    dark = previews.Preview(face.geometry, str(face), face.width, face.height)
    if why.version is None or not programmes.may_see(reader, why.version, on=local_date(now)):
        return dark
    position_ms = max(why.showing.position_ms(to_ms(at)), 0)
    return previews.at(why.version, face, offset_ms=position_ms) or dark


def planned_picture(screen: Screen, *, reader: User, at: datetime) -> previews.Preview:
    """What the bundle in force shows on the face now, in its true geometry."""
    if screen.planned is None:
        return previews.Preview(screen.face.geometry, str(screen.face), screen.face.width, screen.face.height)
    return on_face(screen.planned, screen.face, at=at, reader=reader, now=at)


def playing(screen: Screen) -> str:
    """What the bundle in force shows at this instant, in words."""
    if screen.published is None:
        return _("Nothing has been published for it yet")
    if screen.planned is None:
        return _("The newest bundle is over: publish again")
    kind = screen.planned.showing.kind
    if kind == "standby":
        return _("Dark and silent: outside the hours")
    if screen.planned.version is None:
        return _("The built-in card")
    title = screen.planned.version.title
    return _("%(title)s (filler)") % {"title": title} if kind == "filler" else title


def _row(
    screen: Screen,
    *,
    newest: PlayRecord | None,
    aired: tuple[float, float],
    due: tuple[float, float],
    following: Slot | None,
    fallback: str,
    shot: Screenshot | None,
    reader: User,
    at: datetime,
) -> Row:
    state = state_of(screen, newest=newest, at=at)
    device = screen.device
    whole, gone = due
    is_known = device is not None and state not in ("never", "lost")
    meter = charts.meter(aired[0] if is_known else None, need_s=whole, so_far_s=gone) if device and whole else None
    return Row(
        screen=screen,
        state=state,
        state_detail=_silent(device.last_seen_at, at) if device and state == "lost" else "",
        playing=playing(screen),
        poster=poster(screen.planned.version if screen.planned else None, reader=reader, at=at),
        following=_said(following, at) if following else "",
        note=" ".join(filter(None, (_note(screen, state), fallback))),
        meter=meter,
        filler_s=aired[1],
        fallback=fallback,
        cause=screen_words.cause(screen.standing, at=at),
        shot=shot,
    )


def _note(screen: Screen, state: str) -> str:
    if screen.device is None:
        return _("No player drives this screen. Enrol one with the code that it shows.")
    if screen.device.is_clone_suspected:
        return _("Two players use its key. Revoke it and enrol the true one anew.")
    if state == "lost":
        return _("The screen goes on by the bundle it has; its records will follow.")
    accepted, published = screen.device.accepted_bundle, screen.published
    if accepted is not None and published is not None and accepted < published:
        return _("It plays bundle %(accepted)d; %(published)d is published.") % {
            "accepted": accepted,
            "published": published,
        }
    return ""


def _silent(last: datetime | None, at: datetime) -> str:
    if last is None:
        return ""
    gone = at - last
    return formats.airtime(gone.total_seconds()) if gone < timedelta(days=1) else formats.day_clock(last)


def _said(slot: Slot, at: datetime) -> str:
    is_today = local_date(slot.starts_at) == local_date(at)
    when = formats.clock(slot.starts_at) if is_today else formats.weekday_day(slot.starts_at)
    return f"{when} {slot.version.title}"


def _aired(faces: Collection[str], *, on: date) -> dict[str, tuple[float, float]]:
    """Seconds of slots and of filler inside the hours, by face."""
    found = Airtime.objects.filter(face_id__in=faces, on=on, grade__in=AIRED, is_outside_hours=False).order_by()
    sums: dict[str, tuple[float, float]] = {}
    for row in found.values("face_id", "is_filler").annotate(shown=Sum("shown_ms")):
        slots, filler = sums.get(row["face_id"], (0.0, 0.0))
        seconds = row["shown"] / 1000
        sums[row["face_id"]] = (slots, filler + seconds) if row["is_filler"] else (slots + seconds, filler)
    return sums


def _newest(faces: Collection[str], *, at: datetime) -> dict[str, PlayRecord]:
    found = PlayRecord.objects.filter(face_id__in=faces, kind="play", at__lte=at, at__gt=at - RECENT).order_by()
    latest = found.values("face_id").annotate(last=Max("pk")).values_list("last", flat=True)
    return {row.face_id: row for row in PlayRecord.objects.filter(pk__in=list(latest)).defer("line")}


def _following(clusters: Collection[str], *, at: datetime) -> dict[str, Slot]:
    found: dict[str, Slot] = {}
    rows = Slot.objects.filter(cluster__in=clusters, state=SlotState.PLACED, starts_at__gt=at).select_related("version")
    for slot in rows.filter(starts_at__lt=at + timedelta(days=7)).order_by("starts_at", "id"):
        found.setdefault(slot.cluster_id, slot)
    return found


def address(face_id: str) -> str:
    """The page of one screen."""
    return reverse("screen", args=[face_id])


def gate_address(face_id: str) -> str:
    """The phone page of one screen, for whoever stands before it."""
    return reverse("gate", args=[face_id])


def shot_address(shot: Screenshot, *, is_small: bool = False) -> str:
    """The address of a screenshot, or of its thumbnail."""
    return reverse("screenshot", args=[shot.face_id, shot.pk]) + ("?co=nho" if is_small else "")


def face_tabs(face: Face, where: Callable[[str], str]) -> list[dict[str, object]]:
    """The faces of the cluster, this one marked, each leading to its page of the same kind."""
    return [
        {"label": str(one), "href": where(one.pk), "is_current": one.pk == face.pk} for one in faces_of(face.cluster)
    ]

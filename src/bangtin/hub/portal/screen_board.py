"""The fleet as pages show it: state word, what plays, contact, bundles, airtime of today."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Sum
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Face, faces_of
from bangtin.hub.devices import queries
from bangtin.hub.devices.models import Screenshot
from bangtin.hub.devices.queries import Screen, evidence
from bangtin.hub.kit.clock import from_ms, local_date, to_ms
from bangtin.hub.playlog.models import Airtime, Grade
from bangtin.hub.portal import charts, due, formats, notice_words, previews, screen_states, screen_words
from bangtin.hub.portal.screen_states import Told
from bangtin.hub.programmes import policies as programmes
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules import queries as schedules
from bangtin.hub.schedules.queries import Why

AIRED = (Grade.CORROBORATED, Grade.CLAIMED)


@dataclass(frozen=True)
class Row:
    """One screen of the list; `aired_s` counts slots inside the hours, `filler_s` what filled between them.

    `fallback`: what it showed today instead of what was planned; empty if nothing. `cause`: what the state stands on;
    `shot`: the newest picture that its player sent, of the last three hours; `notice`: the emergency notice over it.
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
    notice: str = ""

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


def rows(found: Iterable[Screen], *, reader: User, at: datetime) -> list[Row]:
    """The screens in the order in which they need a hand, then by cluster."""
    return rows_of(screen_states.told(found, reader=reader, at=at), reader=reader, at=at)


def rows_of(found: Iterable[Told], *, reader: User, at: datetime) -> list[Row]:
    """All that the list says of these screens, in their order."""
    every = list(found)
    screens = [one.screen for one in every]
    faces = [one.face.pk for one in screens]
    clusters = {one.face.cluster_id: one.face.cluster for one in screens}
    aired = _aired(faces, on=local_date(at))
    notices = notice_words.of(every, at=at)
    following = queries.following(screens, at, after=notices.ends)
    shots = evidence.newest_shots(faces, at=at)
    hours = schedules.hours_of_all(clusters.values(), local_date(at))
    asked = {name: due.of_day(day, at=at) for name, day in hours.items()}
    return [
        _row(
            one,
            aired=aired.get(one.screen.face.pk, (0.0, 0.0)),
            asked=asked[one.screen.face.cluster_id],
            following=following.get(one.screen.face.pk),
            notice=notices.words.get(one.screen.face.pk, ""),
            after=notices.ends.get(one.screen.face.pk, at),
            shot=shots.get(one.screen.face.pk),
            reader=reader,
            at=at,
        )
        for one in every
    ]


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
    if why.version is None:
        return dark
    if not programmes.may_see(reader, why.version, on=local_date(now)):
        return replace(dark, is_closed=True)
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
    return shown_words(screen.planned)


def shown_words(why: Why) -> str:
    """A segment of a plan in words."""
    if why.showing.kind == "standby":
        return _("Dark and silent: outside the hours")
    if why.version is None:
        return _("The built-in card")
    title = why.version.title
    return _("%(title)s (filler)") % {"title": title} if why.showing.kind == "filler" else title


def _row(
    told: Told,
    *,
    aired: tuple[float, float],
    asked: tuple[float, float],
    following: Why | None,
    notice: str,
    after: datetime,
    shot: Screenshot | None,
    reader: User,
    at: datetime,
) -> Row:
    screen, state = told.screen, told.state
    device = screen.device
    whole, gone = asked
    is_known = device is not None and state not in ("never", "lost", "carried")
    meter = charts.meter(aired[0] if is_known else None, need_s=whole, so_far_s=gone) if device and whole else None
    is_on = state in screen_states.EMERGENCY
    return Row(
        screen=screen,
        state=state,
        state_detail=_silent(device.last_seen_at, at) if device and state == "lost" else "",
        playing=playing(screen),
        poster=poster(screen.planned.version if screen.planned else None, reader=reader, at=at),
        following=_said(following, at, after=after) if following and device and not device.covered_at else "",
        note=" ".join(filter(None, (_note(screen, state), "" if is_on else notice, told.fallback))),
        meter=meter,
        filler_s=aired[1],
        fallback=told.fallback,
        cause="" if is_on and not device_cover(screen) else screen_words.cause(screen, at=at),
        shot=shot,
        notice=notice if is_on else "",
    )


def device_cover(screen: Screen) -> bool:
    """Whether an officer covers the screen: true beneath an emergency notice too."""
    return screen.device is not None and screen.device.covered_at is not None


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


def _said(why: Why, at: datetime, *, after: datetime) -> str:
    """When something comes, not before `after`, and what, as the plan of the face says it."""
    starts_at = max(from_ms(why.showing.from_ms), after)
    is_today = local_date(starts_at) == local_date(at)
    when = formats.clock(starts_at) if is_today else f"{formats.weekday_day(starts_at)} {formats.clock(starts_at)}"
    return f"{when} {shown_words(why)}"


def _aired(faces: Collection[str], *, on: date) -> dict[str, tuple[float, float]]:
    """Seconds of slots and of filler inside the hours, by face."""
    found = Airtime.objects.filter(face_id__in=faces, on=on, grade__in=AIRED, is_outside_hours=False).order_by()
    sums: dict[str, tuple[float, float]] = {}
    for row in found.values("face_id", "is_filler").annotate(shown=Sum("shown_ms")):
        slots, filler = sums.get(row["face_id"], (0.0, 0.0))
        seconds = row["shown"] / 1000
        sums[row["face_id"]] = (slots, filler + seconds) if row["is_filler"] else (slots + seconds, filler)
    return sums


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

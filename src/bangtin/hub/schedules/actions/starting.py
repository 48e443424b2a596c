"""An empty week begun from a template: hours where the text leaves them open, and a playlist that fills them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules import errors, policies
from bangtin.hub.schedules.actions.dayparts import add_daypart
from bangtin.hub.schedules.actions.placements import PlacementSpec, schedule_placement
from bangtin.hub.schedules.actions.playlists import make_playlist
from bangtin.hub.schedules.actions.windows import set_hours_between
from bangtin.hub.schedules.models import Daypart, Placement, Playlist
from bangtin.hub.schedules.queries.opening import hours_between
from bangtin.rulebook.texts import Window


@dataclass(frozen=True)
class Start:
    """What the officer chose: the playlist's name, the programmes, the hours for days that leave them open.

    `sound_reason`: why programmes with sound play outside the hours for sound, where the hours are round the clock.
    """

    name: str
    versions: tuple[ProgrammeVersion, ...]
    windows: tuple[Window, ...]
    sound_reason: str = ""


@dataclass(frozen=True)
class Started:
    """What was made: the playlist, the placements in it, the days whose hours were set, and what was left behind."""

    playlist: Playlist
    placements: tuple[Placement, ...]
    hours: tuple[date, ...]
    refused: tuple[tuple[ProgrammeVersion, Refusal], ...]


def start_week(*, cluster: Cluster, monday: date, start: Start, actor: User, at: datetime) -> Started:
    """Fill what is left of the week by rule: every deed is its own and stands, or is named with its refusal.

    Raises: NotPermitted, InThePast for a week that is over, BadPlaylist without a programme, what setting hours raises.
    Source: Lai Châu art. 8.1 (three hours before and three after noon), Cao Bằng art. 8.1, Hà Tĩnh art. 6.
    """
    require(policies.may_place(actor, cluster, at=at))
    first, last = max(monday, local_date(at)), monday + timedelta(days=6)
    if first > last:
        raise errors.InThePast(_("This week is over."), _("Choose a week that is still to come."))
    if not start.versions:
        words = _("Choose a programme at least.")
        raise errors.BadPlaylist(words, _("Correct what is marked."), fields={"versions": words})
    days = hours_between(cluster, first, last)
    hours: tuple[date, ...] = ()
    if start.windows and any(not day.is_fixed for day in days):
        hours = set_hours_between(
            cluster=cluster, from_on=first, until_on=last, windows=start.windows, actor=actor, at=at
        )
    parts = _parts(cluster, start.windows, actor=actor, at=at) if len(hours) == len(days) else ()
    playlist = make_playlist(name=start.name, clusters=[cluster], actor=actor, at=at)
    spec = PlacementSpec(starts_on=first, ends_on=last, dayparts=parts, sound_reason=start.sound_reason)
    made: list[Placement] = []
    refused: list[tuple[ProgrammeVersion, Refusal]] = []
    for version in start.versions:
        try:
            made.append(schedule_placement(playlist=playlist, version=version, spec=spec, actor=actor, at=at))
        except Refusal as refusal:
            refused.append((version, refusal))
    return Started(playlist, tuple(made), hours, tuple(refused))


def _parts(cluster: Cluster, windows: Sequence[Window], *, actor: User, at: datetime) -> tuple[Daypart, ...]:
    """The windows as named parts of the day; those that have the name and the hours already are used again."""
    found = []
    for window in sorted(windows):
        named = Daypart.objects.filter(cluster=cluster, opens_s=window.opens_s, closes_s=window.closes_s)
        part = named.filter(days="every").first() or add_daypart(
            cluster=cluster,
            name=_free_name(cluster, window),
            opens_s=window.opens_s,
            closes_s=window.closes_s,
            actor=actor,
            at=at,
        )
        found.append(part)
    return tuple(found)


def _free_name(cluster: Cluster, window: Window) -> str:
    name = _("Morning") if window.opens_s < 12 * 3600 else _("Afternoon")
    taken = set(Daypart.objects.filter(cluster=cluster).values_list("name", flat=True))
    return name if name not in taken else f"{name} {window}"


def propose(cluster: Cluster, monday: date) -> tuple[Window, ...]:
    """The hours that the template begins with for days that leave them open: enough by the text, and half an hour more.

    Empty where the text fixes the hours of the whole week.
    """
    free = [day for day in hours_between(cluster, monday, monday + timedelta(days=6)) if not day.is_fixed]
    if not free:
        return ()
    day, spare = free[0], 1800
    if day.morning_s and day.afternoon_s:
        noon = day.noon_s or 43_200
        opens, again = noon - 3600 - day.morning_s - spare, noon + 5400
        return (Window(opens, opens + day.morning_s + spare), Window(again, again + day.afternoon_s + spare))
    need = max(day.minimum_s or 0, day.advisory_min_s or 0, 4 * 3600)
    return (Window(8 * 3600, 8 * 3600 + need // 2), Window(14 * 3600, 14 * 3600 + need - need // 2))

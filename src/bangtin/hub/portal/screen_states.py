"""The state of each screen as the pages say it, with the one cause behind many and the notice that covers the plan."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.accounts.models import User
from bangtin.hub.alerts.models import Alert
from bangtin.hub.devices.queries import Cause, Screen
from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.playlog.actions import rung_words
from bangtin.hub.playlog.models import Grade, PlayRecord
from bangtin.hub.playlog.queries.fallbacks import fallbacks
from bangtin.hub.portal import alert_board, formats

RECENT = timedelta(minutes=15)
TOGETHER = timedelta(minutes=3)
NEEDS_A_HAND = ("dark", "off_plan", "lost", "late", "unplanned", "never")
EMERGENCY = ("alert", "drill")
SECTIONS = ("hand", "notice", "shared", "carried", "fine")
# an emergency notice shows over these: the plan, the dark of the night, an officer's cover
_COVERED_BY_NOTICE = ("on_plan", "unplanned", "resting", "covered")


@dataclass(frozen=True)
class Told:
    """One screen and its state word; `fallback`: what it showed today instead of what was planned, empty if nothing.

    `alert` is the emergency notice that is on air for it, also where it is not heard and cannot have it yet.
    """

    screen: Screen
    state: str
    fallback: str = ""
    alert: Alert | None = None

    @property
    def is_shared(self) -> bool:
        """Whether its state has one cause with many others."""
        return self.screen.standing.is_shared and self.state in NEEDS_A_HAND

    @property
    def needs_a_hand(self) -> bool:
        """Whether somebody should look at this very screen now."""
        return self.section == "hand"

    @property
    def section(self) -> str:
        """The part of the list it stands in, one of SECTIONS."""
        if self.is_shared:
            return "shared"
        if self.state in NEEDS_A_HAND or self.fallback:
            return "hand"
        if self.state == "carried":
            return "carried"
        return "notice" if self.state in EMERGENCY else "fine"


@dataclass(frozen=True)
class Shared:
    """One cause for many screens: in words, and how many they are."""

    words: str
    count: int


def told(found: Iterable[Screen], *, reader: User, at: datetime) -> list[Told]:
    """The screens in the order in which they need a hand, then by cluster."""
    screens = list(found)
    newest = _newest([one.face.pk for one in screens], at=at)
    fallen = fallen_today({one.face.cluster_id for one in screens}, at=at)
    running = [one for one in alert_board.rows_running_for(reader, at) if one.starts_at <= at]
    reached = [(one, {cluster.pk for cluster in one.clusters.all()}) for one in running]
    made = []
    for one in screens:
        alert = next((row for row, clusters in reached if _concerns(row, clusters, one)), None)
        state = _with_notice(_state(one, newest=newest.get(one.face.pk), at=at), alert)
        made.append(Told(one, state, fallen.get(one.face.pk, ""), alert))
    return sorted(made, key=_order)


def shared_causes(found: Iterable[Told], *, at: datetime) -> list[Shared]:
    """What many screens have in common, each cause once with how many it struck, the largest first."""
    away: list[Told] = []
    silent: list[tuple[datetime, Told]] = []
    for one in (row for row in found if row.is_shared):
        since = one.screen.standing.since
        if one.screen.standing.cause == Cause.HUB_AWAY:
            away.append(one)
        elif since is not None:
            silent.append((since, one))
    causes = [Shared(hub_away(away[0].screen, at=at), len(away))] if away else []
    for since, rows in _together(sorted(silent, key=lambda each: each[0])):
        names = sorted({row.screen.face.cluster.short_name for row in rows})
        words = {"at": formats.since(since, at=at), "clusters": ", ".join(names)}
        said = _("Lost contact as a whole %(at)s: %(clusters)s. Their common line or power is the likely cause.")
        causes.append(Shared(said % words, len(rows)))
    return sorted(causes, key=lambda one: -one.count)


def hub_away(screen: Screen, *, at: datetime) -> str:
    """The outage of the hub that the screen has in common with all others."""
    since, until = screen.standing.since, screen.standing.until
    words = {"from": formats.clock(since) if since else "", "until": formats.clock(until) if until else ""}
    if until is None:
        return _("No screen at all has been heard since %(from)s: this system's own line is the likely cause.") % words
    return _("This system was out of reach between %(from)s and %(until)s; the screens are calling in again.") % words


def headline(found: Collection[Told]) -> str:
    """The answer in the title: how many play as they should, how many show a notice, how many to look at."""
    if not found:
        return _("No screen is in your charge")
    hand = sum(one.needs_a_hand for one in found)
    shared = sum(one.is_shared for one in found)
    alerts = sum(one.state == "alert" for one in found)
    carried = sum(one.section == "carried" for one in found)
    fine = len(found) - hand - shared - alerts - carried
    if fine == len(found):
        return ngettext("%(n)d screen, on schedule", "All %(n)d screens on schedule", fine) % {"n": fine}
    parts = []
    if alerts:
        said = ngettext("%(n)d screen with an emergency notice", "%(n)d screens with an emergency notice", alerts)
        parts.append(said % {"n": alerts})
    if fine or not (alerts or carried):
        parts.append(ngettext("%(n)d screen on schedule", "%(n)d screens on schedule", fine) % {"n": fine})
    if carried:
        said = ngettext("%(n)d screen served by stick", "%(n)d screens served by stick", carried)
        parts.append(said % {"n": carried})
    if shared:
        parts.append(_("%(n)d silent for one cause") % {"n": shared})
    if hand:
        parts.append(_("%(n)d to look at") % {"n": hand})
    return ", ".join(parts)


def fallen_today(cluster_ids: Collection[str], *, at: datetime) -> dict[str, str]:
    """The faces that went down the ladder today, each with what it showed instead of the plan."""
    midnight = datetime.combine(local_date(at), time(), LOCAL)
    found: dict[str, list[str]] = {}
    for one in fallbacks(cluster_ids, midnight, at):
        words = {"time": formats.airtime(one.shown_ms / 1000), "what": rung_words(one.rung)}
        found.setdefault(one.face_id, []).append(_("Today %(time)s of %(what)s.") % words)
    return {face: " ".join(words) for face, words in found.items()}


def _concerns(alert: Alert, cluster_ids: set[str], screen: Screen) -> bool:
    """An exercise is only for players enrolled for exercises (trust 6.3); nobody tells a face without a player."""
    if screen.device is None or screen.face.cluster_id not in cluster_ids:
        return False
    return screen.device.is_drill or not alert.is_drill


def _with_notice(state: str, alert: Alert | None) -> str:
    if alert is None or state not in _COVERED_BY_NOTICE:
        return state
    return "drill" if alert.is_drill else "alert"


def _state(screen: Screen, *, newest: PlayRecord | None, at: datetime) -> str:
    """The state word of the pages: rest is no fault; a contradicted record is, and so is having no plan."""
    if newest and newest.grade == Grade.CONTRADICTED and at - newest.at < RECENT and screen.state == "on_plan":
        return "off_plan"
    if screen.state != "on_plan":
        return str(screen.state)
    if screen.planned is None:
        return "unplanned"  # nothing published for it, or the newest bundle is over
    return "resting" if screen.is_resting else "on_plan"


def _newest(faces: Collection[str], *, at: datetime) -> dict[str, PlayRecord]:
    found = PlayRecord.objects.filter(face_id__in=faces, kind="play", at__lte=at, at__gt=at - RECENT).order_by()
    latest = found.values("face_id").annotate(last=Max("pk")).values_list("last", flat=True)
    return {row.face_id: row for row in PlayRecord.objects.filter(pk__in=list(latest)).defer("line")}


def _order(one: Told) -> tuple[int, int, str, str]:
    states, face = (*NEEDS_A_HAND, *EMERGENCY), one.screen.face
    place = states.index(one.state) if one.state in states else len(states)
    return SECTIONS.index(one.section), place, face.cluster_id, face.pk


def _together(found: list[tuple[datetime, Told]]) -> list[tuple[datetime, list[Told]]]:
    """What fell silent within three minutes, together."""
    groups: list[tuple[datetime, list[Told]]] = []
    for since, one in found:
        if groups and since - groups[-1][0] <= TOGETHER:
            groups[-1][1].append(one)
        else:
            groups.append((since, [one]))
    return groups

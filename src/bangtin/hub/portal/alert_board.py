"""What the emergency pages show: rows, the effect of an order, its picture on each geometry, who confirmed it."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.accounts.models import User
from bangtin.hub.alerts import queries
from bangtin.hub.alerts.models import Alert
from bangtin.hub.alerts.policies import may_order, may_order_somewhere
from bangtin.hub.alerts.specs import LEVELS
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.kit import reading
from bangtin.hub.kit.clock import local_date
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.playlog.queries import lake
from bangtin.hub.schedules.models import Slot
from bangtin.hub.schedules.states import SlotState

# the colours of the levels, as bangtin.css names them
MOST_ERRANDS = 5
LEVEL_ROWS = tuple((number, word, f"bt-lvl-{number}") for number, word in LEVELS.items())


@dataclass(frozen=True)
class Effect:
    """What an order will do: screens with a player, online, late ones, slots it interrupts."""

    reach: queries.Reach
    slots: int
    count: int

    @property
    def silent(self) -> int:
        """Faces that nothing drives."""
        return sum(one.is_without_player for one in self.reach.screens)


@dataclass(frozen=True)
class Sheet:
    """One geometry of the preview: `alert` is the envelope's content as JSON, for the screen's own module."""

    name: str
    width: int
    height: int
    pitch_um: int
    distance_m: int
    alert: str


@dataclass(frozen=True)
class Shown:
    """One screen of a running notice: when it recorded showing it, if it did; whether it is heard from."""

    reached: queries.Reached
    shown_at: datetime | None


def effect(cluster_ids: Collection[str], *, at: datetime, ends_at: datetime | None, is_drill: bool) -> Effect:
    """What an order for these clusters does from `at` until `ends_at`."""
    found = queries.reach(cluster_ids, at=at, is_drill=is_drill)
    slots = 0
    if not is_drill:
        until_at = ends_at or at + timedelta(hours=6)
        rows = Slot.objects.filter(cluster__in=list(cluster_ids), state=SlotState.PLACED)
        slots = rows.filter(starts_at__lt=until_at, ends_at__gt=at).count()
    return Effect(found, slots, found.total)


def sheets(faces: Sequence[Face], content: dict[str, object]) -> list[Sheet]:
    """The preview, one sheet a geometry, the widest first."""
    found: dict[str, Sheet] = {}
    written = json.dumps(content, ensure_ascii=False)
    for face in sorted(faces, key=lambda one: -one.width):
        name = face.cluster.short_name
        before = found.get(face.geometry)
        if before is None:
            pitch = face.pitch_um or 2_000_000 // face.height
            found[face.geometry] = Sheet(name, face.width, face.height, pitch, face.distance_m, written)
        elif name not in before.name:
            found[face.geometry] = Sheet(
                f"{before.name}, {name}", face.width, face.height, before.pitch_um, before.distance_m, written
            )
    return list(found.values())


def content_of(alert: Alert) -> dict[str, object]:
    """What the screen's module draws of a notice."""
    return {
        "drill": alert.is_drill,
        "level": alert.level,
        "hazard": alert.hazard,
        "issuer_name": alert.issuer_name,
        "at": (alert.ordered_at or alert.made_at).isoformat(),
        "ends": alert.ends_at.isoformat() if alert.ends_at else "",
        "text": alert.texts,
    }


def blank(now: datetime, *, is_drill: bool) -> dict[str, object]:
    """The same of a notice that is being written; the page fills in what is typed."""
    return {
        "drill": is_drill,
        "level": None,
        "hazard": "",
        "issuer_name": "",
        "at": now.isoformat(),
        "ends": now.isoformat(),
        "text": {},
    }


def confirmations(alert: Alert, *, at: datetime) -> list[Shown]:
    """Each screen of the notice, with the first record in which it said that it showed it."""
    found = queries.reach([one.pk for one in alert.clusters.all()], at=at, is_drill=alert.is_drill)
    rows = PlayRecord.objects.filter(kind="alert", item=alert.number, at__gte=alert.starts_at - timedelta(minutes=5))
    parts = lake.pruned(None, local_date(alert.starts_at), local_date(alert.ends_at) if alert.ends_at else None)
    sealed = lake.recalled(parts, f"kind = 'alert' AND item = {lake.quoted(alert.number)}")
    first: dict[str, datetime] = {}
    told = [*rows.values_list("face_id", "at"), *((one.face_id, one.at) for one in sealed)]
    for face, started_at in sorted(told, key=lambda one: one[1], reverse=True):
        first[face] = started_at
    return [Shown(one, first.get(one.face.pk)) for one in found.screens]


def rows_running(at: datetime) -> list[Alert]:
    """The notices on air, read once a page: the banner and the desk ask for the same."""
    return reading.once("alerts-running", lambda: list(queries.running(at)))


def rows_running_for(user: object, at: datetime) -> list[Alert]:
    """The same; no query where the account was read with the word that none is on air."""
    return rows_running(at) if getattr(user, "is_alert_on_air", True) else []


@dataclass(frozen=True)
class Errands:
    """What waits on the first page for who orders: notices without an order, orders to be reviewed by another."""

    waiting: tuple[Alert, ...] = ()
    owed: tuple[Alert, ...] = ()

    @property
    def count(self) -> int:
        """How many."""
        return len(self.waiting) + len(self.owed)


def errands(user: User, *, at: datetime) -> Errands:
    """What of the emergency desk waits for this account; nothing for who does not order. Two queries and clusters."""
    if not may_order_somewhere(user, at=at):
        return Errands()
    owed = queries.owed_reviews().exclude(ordered_by__person=user.person)[:MOST_ERRANDS]
    return Errands(tuple(queries.waiting()[:MOST_ERRANDS]), tuple(owed))


def orderable(user: User, clusters: Sequence[Cluster], *, at: datetime) -> list[Cluster]:
    """The clusters for which the account orders."""
    may: dict[str, bool] = {}
    for one in clusters:
        if one.instrument_id not in may:
            may[one.instrument_id] = may_order(user, [one], at=at)
    return [one for one in clusters if may[one.instrument_id]]


def headline(running: Sequence[Alert], waiting: int) -> str:
    """The title of the desk."""
    real = sum(not one.is_drill for one in running)
    drills = len(running) - real
    if real:
        return ngettext("%(n)d emergency notice is on air", "%(n)d emergency notices are on air", real) % {"n": real}
    if waiting:
        return ngettext("%(n)d notice waits for an order", "%(n)d notices wait for an order", waiting) % {"n": waiting}
    if drills:
        return _("An exercise runs; nothing real is on air")
    return _("No emergency notice is on air")

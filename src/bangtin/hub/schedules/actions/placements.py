"""Placements: an approved version in a playlist with how often and when; the compiler turns it into plays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import audit, workflow
from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.errors import Refusal, StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules import policies, states
from bangtin.hub.schedules.actions import gates, journal, rhythm
from bangtin.hub.schedules.actions.readiness import require_ready
from bangtin.hub.schedules.models import BulletinClass, Campaign, Daypart, Placement, Playlist
from bangtin.hub.schedules.states import PlacementState
from bangtin.rulebook.texts import Window


@dataclass(frozen=True)
class PlacementSpec:
    """When and how often a version is to air. Days are local and both included; None in a number: no such bound.

    `recurrence`: an RFC 5545 RRULE that starts on `starts_on`; empty: every day. `windows` of the day stand beside
    the `dayparts`; both empty: all the operating hours. `gap_s`: the least time from the end of a play to the next.
    `faces` are screen ids; empty: all. `bulletin_class`: ordinary or priority, never a number.
    """

    starts_on: date
    ends_on: date
    recurrence: str = ""
    dayparts: tuple[Daypart, ...] = ()
    windows: tuple[Window, ...] = ()
    faces: tuple[str, ...] = ()
    target_per_day: int | None = None
    min_per_day: int = 0
    max_per_day: int | None = None
    min_per_hour: int = 0
    max_per_hour: int | None = None
    gap_s: int = 0
    bulletin_class: str = BulletinClass.ORDINARY
    campaign: Campaign | None = None
    sound_reason: str = ""


def schedule_placement(
    *, playlist: Playlist, version: ProgrammeVersion, spec: PlacementSpec, actor: User, at: datetime
) -> Placement:
    """Put an approved version in a playlist by rule.

    Raises: NotPermitted, BadPlacement, FacesUnknown, NotReady, NoRendition, NotForThisCluster, NotUrgent,
    LanguageMissing, OutsideHours, NoHoursSet, RightsEnd, QuietHours.
    """
    clusters = _own_clusters(playlist, actor, at=at)
    with transaction.atomic(durable=True):
        gates.lock_all(clusters)
        clause = stand(clusters, version, spec, at=at)
        row = Placement(playlist=playlist, version=version, clause=clause, placed_by=actor, placed_at=at)
        _write(row, spec)
        key = journal.placement_key(row)
        after = journal.placement_values(row)
        journal.write(clusters, "placement.placed", before={key: None}, after={key: after}, actor=actor, at=at)
        _audit("placement.placed", row, actor=actor, at=at, **after)
    return row


def change_placement(*, placement: Placement, spec: PlacementSpec, actor: User, at: datetime) -> Placement:
    """Write how often and when anew; what was shown until now stays as it was.

    Raises: NotPermitted, StaleState, and what `schedule_placement` raises.
    """
    clusters = _own_clusters(placement.playlist, actor, at=at)
    with transaction.atomic(durable=True):
        gates.lock_all(clusters)
        row = fresh(placement)
        before = journal.placement_values(row)
        row.clause = stand(clusters, row.version, spec, at=at, since=row.starts_on)
        _write(row, spec)
        key, after = journal.placement_key(row), journal.placement_values(row)
        journal.write(clusters, "placement.changed", before={key: before}, after={key: after}, actor=actor, at=at)
        _audit("placement.changed", row, actor=actor, at=at, before=before, after=after)
    placement.refresh_from_db()
    return placement


def withdraw_placement(*, placement: Placement, actor: User, at: datetime) -> Placement:
    """Take a placement out of its playlist; what it showed until now stays recorded.

    Raises: NotPermitted, StaleState.
    """
    clusters = _own_clusters(placement.playlist, actor, at=at)
    with transaction.atomic(durable=True):
        gates.lock_all(clusters)
        row = fresh(placement)
        before = journal.placement_values(row)
        workflow.move(row, states.PLACEMENT_MOVES, to=PlacementState.WITHDRAWN, withdrawn_at=at)
        key, after = journal.placement_key(row), journal.placement_values(row)
        journal.write(clusters, "placement.withdrawn", before={key: before}, after={key: after}, actor=actor, at=at)
        _audit("placement.withdrawn", row, actor=actor, at=at)
    placement.refresh_from_db()
    return placement


def check_now(
    playlist: Playlist, version: ProgrammeVersion, spec: PlacementSpec, *, at: datetime, since: date | None = None
) -> Refusal | None:
    """What scheduling the placement would be refused with; None if it would be done. Writes nothing.

    `since`: the first day of the placement that is changed.
    """
    try:
        stand(list(playlist.clusters.order_by("pk")), version, spec, at=at, since=since)
    except Refusal as refusal:
        return refusal
    return None


def stand(
    clusters: list[Cluster], version: ProgrammeVersion, spec: PlacementSpec, *, at: datetime, since: date | None = None
) -> str:
    """Go on only with a placement that may stand on these clusters; gives the clause of its hours.

    `since`: its first day as it was, which may be past. Raises: a PlacementRefusal of `errors`.
    """
    faces = gates.require_faces(spec.faces, clusters)
    rhythm.require_numbers(spec, version, clusters, today=local_date(at), since=since)
    for cluster in clusters:
        own = [face.pk for face in cluster.faces.all() if face.pk in faces]
        if own or not faces:
            require_ready(version, cluster, faces=own)
    gates.require_class(version, BulletinClass(spec.bulletin_class).value)
    gates.require_rights(version, spec.starts_on, spec.ends_on)
    days = rhythm.days_of(spec, since=max(spec.starts_on, local_date(at)))
    return rhythm.require_hours(clusters, version, spec, days)


def fresh(placement: Placement) -> Placement:
    """The row as it is under the lock.

    Raises: StaleState if it is not what the caller looked at.
    """
    row = Placement.objects.select_for_update(of=("self",)).select_related("version__programme").get(pk=placement.pk)
    if journal.placement_values(row) != journal.placement_values(placement) or row.state != PlacementState.PLACED:
        raise StaleState(
            _("This placement was changed by someone else in the meantime; nothing was recorded."),
            _("Load the page again and look at the present state."),
            subject=str(placement.pk),
        )
    return row


def spec_of(row: Placement) -> PlacementSpec:
    """A placement as it would be asked for."""
    return spec_from(journal.placement_values(row))


def spec_from(kept: Mapping[str, Any]) -> PlacementSpec:
    """The same from the values that the journal kept of one."""
    return PlacementSpec(
        starts_on=date.fromisoformat(kept["starts_on"]),
        ends_on=date.fromisoformat(kept["ends_on"]),
        dayparts=tuple(Daypart.objects.filter(pk__in=kept["dayparts"]).order_by("pk")),
        campaign=Campaign.objects.filter(pk=kept["campaign"]).first() if kept["campaign"] else None,
        windows=tuple(Window(opens, closes) for opens, closes in kept["windows"]),
        faces=tuple(kept["faces"]),
        **{name: kept[name] for name in _PLAIN},
    )


_PLAIN = (
    "recurrence",
    "target_per_day",
    "min_per_day",
    "max_per_day",
    "min_per_hour",
    "max_per_hour",
    "gap_s",
    "bulletin_class",
    "sound_reason",
)


def rewrite(row: Placement, spec: PlacementSpec) -> None:
    """Write the values of `spec` over a placement; opens no transaction and checks nothing."""
    _write(row, spec)


def _write(row: Placement, spec: PlacementSpec) -> None:
    for name in ("starts_on", "ends_on", "campaign", *_PLAIN):
        setattr(row, name, getattr(spec, name))
    row.recurrence = rhythm.written(spec.recurrence)
    row.windows = [[one.opens_s, one.closes_s] for one in sorted(spec.windows)]
    row.faces = sorted(set(spec.faces))
    row.sound_reason = gates.reason_of(spec.sound_reason)
    row.save()
    row.dayparts.set(spec.dayparts)


def _own_clusters(playlist: Playlist, actor: User, *, at: datetime) -> list[Cluster]:
    clusters = list(playlist.clusters.order_by("pk"))
    require(bool(clusters) and all(policies.may_place(actor, one, at=at) for one in clusters))
    return clusters


def _audit(action: str, row: Placement, *, actor: User, at: datetime, **details: object) -> None:
    audit.record(action, row, actor=actor, at=at, playlist=row.playlist.name, version=row.version.receipt, **details)

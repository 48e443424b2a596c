"""Named parts of the day of a cluster; placements name them instead of hours."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import audit
from bangtin.hub.kit.errors import StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.schedules import errors, policies
from bangtin.hub.schedules.actions import gates, placements
from bangtin.hub.schedules.models import Daypart, DayScope, Placement
from bangtin.hub.schedules.states import PlacementState
from bangtin.rulebook.texts import DAY_S


def add_daypart(
    *, cluster: Cluster, name: str, opens_s: int, closes_s: int, actor: User, at: datetime, days: str = DayScope.EVERY
) -> Daypart:
    """Name a part of the day, in seconds from local midnight.

    Raises: NotPermitted, BadDaypart.
    """
    require(policies.may_place(actor, cluster, at=at))
    with transaction.atomic(durable=True):
        gates.lock(cluster)
        part = Daypart(cluster=cluster, made_by=actor, made_at=at)
        _write(part, name=name, opens_s=opens_s, closes_s=closes_s, days=days)
        _audit("daypart.added", part, actor=actor, at=at)
    return part


def change_daypart(
    *, daypart: Daypart, name: str, opens_s: int, closes_s: int, days: str, actor: User, at: datetime
) -> Daypart:
    """Move a part of the day, and with it every placement that names it; each of them must still stand.

    Raises: NotPermitted, BadDaypart, and what `schedule_placement` raises of a placement that names it.
    """
    require(policies.may_place(actor, daypart.cluster, at=at))
    with transaction.atomic(durable=True):
        gates.lock(daypart.cluster)
        part = _fresh(daypart)
        _write(part, name=name, opens_s=opens_s, closes_s=closes_s, days=days)
        for row in _naming(part).select_related("version__programme", "playlist", "campaign"):
            clusters = list(row.playlist.clusters.order_by("pk"))
            placements.stand(clusters, row.version, placements.spec_of(row), at=at, since=row.starts_on)
        _audit("daypart.changed", part, actor=actor, at=at)
    daypart.refresh_from_db()
    return daypart


def remove_daypart(*, daypart: Daypart, actor: User, at: datetime) -> None:
    """Forget a part of the day that no placement names.

    Raises: NotPermitted, DaypartInUse.
    """
    require(policies.may_place(actor, daypart.cluster, at=at))
    with transaction.atomic(durable=True):
        gates.lock(daypart.cluster)
        part = _fresh(daypart)
        naming = _naming(part).select_related("version").first()
        if naming is not None:
            raise errors.DaypartInUse(
                _("“%(name)s” is named by the placement of “%(title)s”.")
                % {"name": part.name, "title": naming.version.title},
                _("Give that placement other times first."),
                subject=str(part.pk),
            )
        _audit("daypart.removed", part, actor=actor, at=at)
        part.delete()


def _naming(part: Daypart) -> QuerySet[Placement]:
    return Placement.objects.filter(dayparts=part, state=PlacementState.PLACED)


def _fresh(daypart: Daypart) -> Daypart:
    part = Daypart.objects.select_for_update(of=("self",)).select_related("cluster").filter(pk=daypart.pk).first()
    if part is None:
        raise StaleState(_("This part of the day was removed in the meantime."), _("Load the page again."))
    return part


def _write(part: Daypart, *, name: str, opens_s: int, closes_s: int, days: str) -> None:
    fields: dict[str, str] = {}
    words = " ".join(name.split())[:80]
    if not words:
        fields["name"] = _("Give it a name, such as the morning.")
    if not 0 <= opens_s < closes_s <= DAY_S:
        fields["closes_s"] = _("It opens before it closes, within one day.")
    if days not in DayScope.values:
        fields["days"] = _("Choose the days it is for.")
    taken = Daypart.objects.filter(cluster=part.cluster, name=words, days=days).exclude(pk=part.pk)
    if words and taken.exists():
        fields["name"] = _("The cluster has a part of the day of this name already.")
    if fields:
        raise errors.BadDaypart(
            _("The part of the day was not recorded: %(why)s") % {"why": next(iter(fields.values()))},
            _("Correct what is marked."),
            subject=words,
            fields=fields,
        )
    part.name, part.opens_s, part.closes_s, part.days = words, opens_s, closes_s, days
    part.save()


def _audit(action: str, part: Daypart, *, actor: User, at: datetime) -> None:
    audit.record(
        action,
        part,
        actor=actor,
        at=at,
        cluster=part.cluster_id,
        name=part.name,
        opens_s=part.opens_s,
        closes_s=part.closes_s,
        days=str(part.days),
    )

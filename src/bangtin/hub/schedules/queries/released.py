"""How far a cluster's plan is approved by a second person as it stands now: what a bundle may carry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.schedules.errors import NotReleased
from bangtin.hub.schedules.models import PlanEdit, PlanRelease
from bangtin.hub.schedules.queries.digests import plan_digest
from bangtin.hub.schedules.queries.inputs import days_between
from bangtin.hub.schedules.states import ReleaseState

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """How far the plan from a day on is released: `until_on` is the last day, None where the first day is not.

    `holding` are the releases it goes by. `changed` is the newest approved release of the first day that is not
    covered whose plan was changed since; None where none was ever approved. `edits` is how often it was edited since.
    """

    cluster: Cluster
    from_on: date
    until_on: date | None
    holding: tuple[PlanRelease, ...] = ()
    changed: PlanRelease | None = None
    edits: int = 0


def standing(cluster: Cluster, from_on: date) -> Standing:
    """How far the plan from `from_on` on is released, day by day without a hole.

    Days on which nothing but filler is planned need no release of their own: the filler is in the one that follows.
    """
    rows = PlanRelease.objects.filter(cluster=cluster, state=ReleaseState.APPROVED, until_on__gte=from_on)
    left = list(rows.select_related("asked_by", "answered_by").order_by("-answered_at", "-id"))
    on, until_on, holding = from_on, None, list[PlanRelease]()
    while True:
        found = _holding(cluster, on, left)
        if found is not None:
            holding.append(found)
            left.remove(found)
            until_on, on = found.until_on, found.until_on + _DAY
            continue
        following = min((one.from_on for one in left if one.from_on > on), default=None)
        if following is None or any(one.slots or one.due for one in days_between(cluster, on, following - _DAY)):
            break
        on = following
    changed = next((one for one in left if one.from_on <= on <= one.until_on), None)
    edits = PlanEdit.objects.filter(cluster=cluster, at__gt=changed.asked_at).count() if changed else 0
    return Standing(cluster, from_on, until_on, tuple(holding), changed, edits)


def released_until(cluster: Cluster, at: datetime) -> date | None:
    """The last day up to which, from today on, every day is released as it stands now; None: today is not."""
    return standing(cluster, local_date(at)).until_on


def require_released(cluster: Cluster, at: datetime) -> date:
    """The same day. Raises: NotReleased, which says whether the plan was changed after approval or never approved."""
    found = standing(cluster, local_date(at))
    if found.until_on is not None:
        return found.until_on
    raise NotReleased(
        _reason(found), _("Ask for the approval of the plan; when another person gave it, publish."), subject=cluster.pk
    )


def _holding(cluster: Cluster, on: date, rows: Iterable[PlanRelease]) -> PlanRelease | None:
    """The newest release of the day whose plan is still the approved one."""
    for one in rows:
        if one.from_on <= on <= one.until_on and plan_digest(cluster, one.from_on, one.until_on) == one.digest:
            return one
    return None


def _reason(found: Standing) -> str:
    words = {"cluster": str(found.cluster), "day": f"{found.from_on:%d/%m/%Y}"}
    if found.changed is None:
        return _("The plan of %(cluster)s for %(day)s was not approved by a second person.") % words
    asked_at = found.changed.asked_at.astimezone(LOCAL)
    counted = {**words, "time": f"{asked_at:%H:%M %d/%m/%Y}", "n": found.edits}
    if not found.edits:
        return _("The plan of %(cluster)s is no longer the one of %(time)s: what it goes by has changed.") % counted
    return (
        ngettext(
            "The plan of %(cluster)s was changed after it was approved: %(n)d change since %(time)s.",
            "The plan of %(cluster)s was changed after it was approved: %(n)d changes since %(time)s.",
            found.edits,
        )
        % counted
    )

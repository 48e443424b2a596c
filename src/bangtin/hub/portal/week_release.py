"""Where a plan stands between its draft and the screens, and what its author can undo, in words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.schedules import actions
from bangtin.hub.schedules.models import PlanEdit, PlanRelease
from bangtin.hub.schedules.queries import plan_digest, releasing
from bangtin.hub.schedules.states import ReleaseState


@dataclass(frozen=True)
class Undo:
    """The newest change that its author can take back, named."""

    edit: PlanEdit
    text: str


def to_undo(cluster: Cluster, user: User) -> Undo | None:
    """What Ctrl+Z would take back for this account; None where there is nothing."""
    edit = PlanEdit.objects.filter(cluster=cluster, by=user, undone_at=None).order_by("-at", "-id").first()
    return Undo(edit, said(edit)) if edit else None


@dataclass(frozen=True)
class Standing:
    """The newest release of a week: its badge's state and what this account may do with it.

    `state` is a state of the badge "schedule": draft, asked, approved, changed, returned.
    """

    release: PlanRelease | None
    state: str
    may_answer: bool = False


def standing(cluster: Cluster, monday: date, user: User, *, now: datetime) -> Standing:
    """Where the plan of the week stands between its draft and its release."""
    rows = releasing.releases_of(cluster).filter(from_on__lte=monday + timedelta(days=6), until_on__gte=monday)
    found = rows.exclude(state=ReleaseState.WITHDRAWN).order_by("-asked_at", "-pk").first()
    if found is None:
        return Standing(None, "draft")
    if found.state == ReleaseState.ASKED:
        return Standing(found, "waiting", actions.may_answer(found, user, at=now))
    if found.state == ReleaseState.RETURNED:
        return Standing(found, "returned")
    is_same = plan_digest(cluster, found.from_on, found.until_on) == found.digest
    return Standing(found, "approved" if is_same else "changed")


def said(edit: PlanEdit) -> str:
    """The change in words: `chuyển một suất phát`."""
    words = {
        "slot.placed": _("placing a programme"),
        "slot.moved": _("moving a slot"),
        "slot.withdrawn": _("withdrawing a slot"),
        "week.copied": _("copying a week"),
        "placement.placed": _("adding to a playlist"),
        "placement.changed": _("changing how often and when a programme plays"),
        "placement.withdrawn": _("taking a programme out of a playlist"),
        "hours.set": _("setting the hours of a day"),
    }
    return words.get(edit.verb, _("the last change"))

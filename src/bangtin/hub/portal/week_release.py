"""Where a plan stands between its draft and the screens, and what its author can undo, in words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import local_date
from bangtin.hub.portal.plan_rows import PlanRow
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


def to_answer(user: User, *, now: datetime) -> list[PlanRow]:
    """The plans that wait for this account's approval, the earliest first."""
    rows = PlanRelease.objects.filter(state=ReleaseState.ASKED, until_on__gte=local_date(now))
    asked = rows.select_related("cluster", "asked_by").order_by("from_on", "pk")
    return [_row(one) for one in asked if actions.may_answer(one, user, at=now)]


def _row(one: PlanRelease) -> PlanRow:
    words = {
        "cluster": one.cluster.short_name,
        "from": f"{one.from_on:%d/%m}",
        "until": f"{one.until_on:%d/%m/%Y}",
        "name": one.asked_by.display_name,
    }
    return PlanRow(
        href=reverse("release", args=[one.cluster.slug, one.pk]),
        title=_("The plan of %(cluster)s waits for your approval") % words,
        detail=_("%(from)s – %(until)s, asked by %(name)s") % words,
        state="waiting",
        due_on=one.from_on,
    )


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

"""Where a plan stands between its draft and the screens, and what its author can undo, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.schedules.models import PlanEdit


@dataclass(frozen=True)
class Undo:
    """The newest change that its author can take back, named."""

    edit: PlanEdit
    text: str


def to_undo(cluster: Cluster, user: User) -> Undo | None:
    """What Ctrl+Z would take back for this account; None where there is nothing."""
    edit = PlanEdit.objects.filter(cluster=cluster, by=user, undone_at=None).order_by("-at", "-id").first()
    return Undo(edit, said(edit)) if edit else None


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

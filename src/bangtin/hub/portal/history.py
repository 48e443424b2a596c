"""Who changed what on a thing the administration keeps, from the audit trail: newest first."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.portal import audit_words

MOST = 100


@dataclass(frozen=True)
class Change:
    """One entry in words: the deed, what it was about, from which day, by which paper or for which reason, by whom."""

    at: datetime
    who: str
    deed: str
    about: str
    since: date | None
    ground: str


def of_subjects(subjects: Collection[tuple[str, str]], *, say: Callable[[object], str] = str) -> list[Change]:
    """The changes of these rows, given as (model label, id); `say` words the value that an entry records."""
    if not subjects:
        return []
    wanted = Q()
    for label, pk in subjects:
        wanted |= Q(subject_type=label, subject_id=pk)
    return [_change(entry, say) for entry in AuditEntry.objects.filter(wanted).order_by("-id")[:MOST]]


def of_days(year: int) -> list[Change]:
    """The changes of the calendar's own rows of a year, the removed ones too."""
    found = AuditEntry.objects.filter(subject_type="regulations.calendarday", details__on__startswith=f"{year}-")
    return [_change(entry) for entry in found.order_by("-id")[:MOST]]


def _change(entry: AuditEntry, say: Callable[[object], str] = str) -> Change:
    details = entry.details
    since = details.get("since") or details.get("effective_on") or details.get("on") or ""
    return Change(
        at=entry.at,
        who=entry.actor_name or _("the system"),
        deed=audit_words.action(entry.action),
        about=say(details["value"]) if "value" in details else str(details.get("name") or ""),
        since=date.fromisoformat(since) if since else None,
        ground=str(details.get("reason") or details.get("note") or details.get("basis") or ""),
    )

"""Plans asked to be released and released: who may, which wait, and what changed since."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from bangtin.hub.accounts import queries as accounts
from bangtin.hub.accounts.models import User
from bangtin.hub.appraisal.lanes import OnePersonUnit
from bangtin.hub.appraisal.routes import has_one_person
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task
from bangtin.hub.schedules.models import PlanRelease, Slot
from bangtin.hub.schedules.queries.inputs import DayInput, Due, days_between
from bangtin.hub.schedules.queries.naming import placement_name, slot_name
from bangtin.hub.schedules.states import ReleaseState
from bangtin.rulebook.texts import Window, windows_label


@dataclass(frozen=True)
class Change:
    """One thing that differs between two plans: `how` is added, removed or changed."""

    how: str
    what: str


def releases_of(cluster: Cluster) -> QuerySet[PlanRelease]:
    """The cluster's releases, the newest first."""
    return PlanRelease.objects.filter(cluster=cluster).select_related("asked_by", "answered_by", "cluster")


def waiting(cluster: Cluster) -> PlanRelease | None:
    """The release of the cluster that waits for approval and was asked first."""
    return releases_of(cluster).filter(state=ReleaseState.ASKED).order_by("asked_at", "pk").first()


def approved_for(cluster: Cluster, on: date) -> PlanRelease | None:
    """The newest approved release that speaks of a day."""
    rows = releases_of(cluster).filter(state=ReleaseState.APPROVED, from_on__lte=on, until_on__gte=on)
    return rows.order_by("-answered_at", "-pk").first()


def last_approved(cluster: Cluster) -> PlanRelease | None:
    """The release of the cluster that was approved last."""
    return releases_of(cluster).filter(state=ReleaseState.APPROVED).order_by("-answered_at", "-pk").first()


def agencies_that_release(cluster: Cluster, on: date) -> set[str]:
    """Who answers for the cluster's plan on that day: those charged with building it."""
    return regulations.mandated(Task.SCHEDULE, on=on, cluster=cluster)


def one_person(cluster: Cluster, on: date) -> OnePersonUnit | None:
    """The recorded fact that who builds the cluster's plan has one person."""
    return has_one_person(agencies_that_release(cluster, on), on)


def snapshot(cluster: Cluster, from_on: date, until_on: date) -> dict[str, str]:
    """What stands on these days in words, by its name in the plan: what two plans are told apart by."""
    return snapshot_of(days_between(cluster, from_on, until_on))


def snapshot_of(days: Sequence[DayInput]) -> dict[str, str]:
    """The same of days that are read already."""
    found = {slot_name(slot.pk): _slot_words(slot) for day in days for slot in day.slots}
    for day in days:
        for due in day.due:
            found.setdefault(placement_name(due.placement.pk), _placement_words(due))
        found[f"hours {day.on.isoformat()}"] = f"{day.on:%d/%m/%Y} · {windows_label(day.hours.windows or ()) or '—'}"
    return found


def _slot_words(one: Slot) -> str:
    start, end = one.starts_at.astimezone(LOCAL), one.ends_at.astimezone(LOCAL)
    return " · ".join([one.version.title, f"{start:%d/%m/%Y %H:%M}–{end:%d/%m/%Y %H:%M}", *one.faces])


def _placement_words(due: Due) -> str:
    one = due.placement
    numbers = (one.target_per_day, one.min_per_day, one.max_per_day, one.min_per_hour, one.max_per_hour, one.gap_s)
    windows = windows_label(tuple(Window(opens // 1000, closes // 1000) for opens, closes in due.windows))
    said = "/".join("—" if one is None else str(one) for one in numbers)
    days = f"{one.starts_on:%d/%m/%Y}–{one.ends_on:%d/%m/%Y}"
    return " · ".join(part for part in (one.version.title, days, one.recurrence, windows, said, *one.faces) if part)


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """What was added to, removed from or changed in a plan, in the order of the plan's names."""
    found = [Change("added", after[key]) for key in sorted(after.keys() - before.keys())]
    found += [Change("removed", before[key]) for key in sorted(before.keys() - after.keys())]
    both = sorted(before.keys() & after.keys())
    return found + [Change("changed", after[key]) for key in both if before[key] != after[key]]


def changes_since(release: PlanRelease) -> list[Change]:
    """What differs now from the plan that was asked to be released."""
    kept = dict(release.summary.get("plan", {}))
    return differences(kept, snapshot(release.cluster, release.from_on, release.until_on))


def acts_apart(asker: User, actor: User, cluster: Cluster, on: date, *, roles: Collection[str]) -> bool:
    """Whether the actor is another person than who asked, and so from a post that is not held in that one's stead."""
    if asker.person == actor.person:
        return False
    agencies = agencies_that_release(cluster, on)
    posts = [one for one in accounts.posts_held(actor, on) if one.agency_id in agencies and one.role in roles]
    return any(one.delegated_from is None or one.delegated_from.user.person != asker.person for one in posts)

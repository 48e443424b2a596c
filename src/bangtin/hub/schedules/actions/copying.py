"""Copying a week of slots, with the hours that its days off were given."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import audit
from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.schedules import errors, policies
from bangtin.hub.schedules.actions import gates, journal, windows
from bangtin.hub.schedules.actions.gates import SlotSpec, said
from bangtin.hub.schedules.actions.placing import put
from bangtin.hub.schedules.models import Slot
from bangtin.hub.schedules.queries.opening import hours_between
from bangtin.hub.schedules.states import SlotState

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class NotCopied:
    """A slot that was not copied: what it is, and the refusal with its article and next step."""

    slot: Slot
    what: str
    refusal: Refusal

    @property
    def reason(self) -> str:
        """Why, as people read it."""
        return self.refusal.message


@dataclass(frozen=True)
class Copied:
    """What a copy made: the slots, the days whose hours were set as a week before, and what was left behind and why."""

    made: tuple[Slot, ...]
    hours: tuple[date, ...]
    refused: tuple[NotCopied, ...]


def copy_week(*, cluster: Cluster, from_monday: date, to_monday: date, actor: User, at: datetime) -> Copied:
    """Place what stands in one week into another, each slot whole and at its local time or not at all.

    Days off and days whose hours the operator chooses get the hours of the week copied, where none are set. An
    instruction from above is for its own day and is not copied: what stands outside the hours is left behind.
    Raises: NotPermitted, InThePast for a week that is over or the same one.
    """
    require(policies.may_place(actor, cluster, at=at))
    by = _days_between(from_monday, to_monday)
    if not by or to_monday + _WEEK <= local_date(at):
        raise errors.InThePast(
            _("The week of %(day)s is over, or it is the one to copy.") % {"day": f"{to_monday:%d/%m/%Y}"},
            _("Choose a week that is still to come."),
            fields={"to_monday": _("Choose a week that is still to come.")},
        )
    made: list[Slot] = []
    refused: list[NotCopied] = []
    with transaction.atomic(durable=True):
        gates.lock(cluster)
        before, after = _copy_hours(cluster, from_monday, by, actor=actor, at=at)
        for slot in _slots(cluster, from_monday):
            spec = _later(slot, by)
            try:
                row = put(cluster, spec, actor=actor, at=at)
            except Refusal as refusal:
                what = f"{slot.version.title} ({slot.version.receipt}), {said(spec.starts_at, spec.ends_at)}"
                refused.append(NotCopied(slot, what, refusal))
                continue
            made.append(row)
            before[journal.slot_key(row)], after[journal.slot_key(row)] = None, journal.slot_values(row)
        if after:
            journal.write([cluster], "week.copied", before=before, after=after, actor=actor, at=at)
        audit.record(
            "week.copied",
            cluster,
            actor=actor,
            at=at,
            from_monday=from_monday.isoformat(),
            to_monday=to_monday.isoformat(),
            made=[row.pk for row in made],
            refused=[[one.slot.pk, one.refusal.code] for one in refused],
        )
    days = tuple(sorted(journal.day_of(key) for key in after if journal.is_hours(key)))
    return Copied(tuple(made), days, tuple(refused))


def _days_between(from_monday: date, to_monday: date) -> int:
    """The days from one week's Monday to the other's, whatever days of them were named."""
    first = from_monday - timedelta(days=from_monday.weekday())
    second = to_monday - timedelta(days=to_monday.weekday())
    return (second - first).days


def _slots(cluster: Cluster, monday: date) -> list[Slot]:
    first = datetime.combine(monday - timedelta(days=monday.weekday()), time(), LOCAL)
    rows = Slot.objects.filter(
        cluster=cluster, state=SlotState.PLACED, starts_at__gte=first, starts_at__lt=first + _WEEK
    )
    return list(rows.select_related("version__programme").order_by("starts_at", "pk"))


def _later(slot: Slot, days: int) -> SlotSpec:
    by = timedelta(days=days)  # local days: Viet Nam keeps one offset all year
    return SlotSpec(
        version=slot.version,
        starts_at=slot.starts_at + by,
        ends_at=slot.ends_at + by,
        bulletin_class=slot.bulletin_class,
        faces=tuple(slot.faces),
        sound_reason=slot.sound_reason,
    )


def _copy_hours(
    cluster: Cluster, from_monday: date, days: int, *, actor: User, at: datetime
) -> tuple[dict[str, journal.Values], dict[str, journal.Values]]:
    first = from_monday - timedelta(days=from_monday.weekday())
    week = hours_between(cluster, first, first + timedelta(days=6))
    by = timedelta(days=days)
    targets = hours_between(cluster, first + by, first + by + timedelta(days=6))
    before: dict[str, journal.Values] = {}
    after: dict[str, journal.Values] = {}
    for source, target in zip(week, targets, strict=True):
        is_free = not target.is_fixed and target.windows is None and target.on >= local_date(at)
        if is_free and not source.is_fixed and source.windows:
            windows.put(cluster, target.on, source.windows, actor=actor, at=at)
            key = journal.hours_key(target.on)
            before[key], after[key] = journal.hours_values(()), journal.hours_values(source.windows)
    return before, after

"""The hours an operator sets for the days that its instrument leaves to it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import audit
from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.kit.policies import require
from bangtin.hub.schedules import errors, policies
from bangtin.hub.schedules.actions import gates, journal
from bangtin.hub.schedules.models import DayWindow
from bangtin.hub.schedules.queries.opening import hours, hours_between, local_windows
from bangtin.hub.schedules.queries.plan import slots_between
from bangtin.rulebook import hours as rulebook_hours
from bangtin.rulebook.hours import Advice, DayHours
from bangtin.rulebook.texts import Window


def set_day_windows(
    *, cluster: Cluster, on: date, windows: Sequence[Window], actor: User, at: datetime
) -> list[Advice]:
    """Set the cluster's hours of one day that its text leaves to the operator (none: it stays dark); give what to
    look at.

    Hours beyond the text's bounds, or below its least, are advice and never a refusal.
    Raises: NotPermitted, HoursAreFixed, BadWindows.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.1.b (days off); Decision 20/2024/QĐ-UBND (Lai Châu), art. 8.1
    (every day).
    """
    require(policies.may_set_hours(actor, cluster, at=at))
    with transaction.atomic(durable=True):
        gates.lock(cluster)
        key, before = journal.hours_key(on), journal.hours_values(set_on(cluster, on))
        day = put(cluster, on, windows, actor=actor, at=at)
        after = journal.hours_values(windows)
        journal.write([cluster], "hours.set", before={key: before}, after={key: after}, actor=actor, at=at)
    return list(rulebook_hours.check_day_total(day))


def set_hours_between(
    *, cluster: Cluster, from_on: date, until_on: date, windows: Sequence[Window], actor: User, at: datetime
) -> tuple[date, ...]:
    """Set the same hours for each day of a span that leaves them to the operator; gives these days.

    Raises: NotPermitted, BadWindows, HoursAreFixed where the regulation sets the hours of all of them.
    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 8.1; Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.1.b.
    """
    require(policies.may_set_hours(actor, cluster, at=at))
    _require_days(from_on, until_on)
    with transaction.atomic(durable=True):
        gates.lock(cluster)
        free = [day.on for day in hours_between(cluster, from_on, until_on) if not day.is_fixed]
        if not free:
            raise _fixed(hours(cluster, from_on))
        before = {journal.hours_key(on): journal.hours_values(set_on(cluster, on)) for on in free}
        for on in free:
            put(cluster, on, windows, actor=actor, at=at)
        after = {journal.hours_key(on): journal.hours_values(windows) for on in free}
        journal.write([cluster], "hours.set", before=before, after=after, actor=actor, at=at)
    return tuple(free)


def set_on(cluster: Cluster, on: date) -> tuple[Window, ...]:
    """The hours that the operator has set for a day."""
    return tuple(sorted(local_windows(cluster, on, on).get(on, ())))


def put(cluster: Cluster, on: date, windows: Sequence[Window], *, actor: User, at: datetime) -> DayHours:
    """Write the hours of a day in place of what was set, if they may stand; opens no transaction."""
    ordered = sorted(windows)
    day = hours(cluster, on)
    if day.is_fixed:
        raise _fixed(day)
    _require_sound(cluster, on, ordered, at=at)
    midnight = datetime.combine(on, time(), LOCAL)
    DayWindow.objects.filter(
        cluster=cluster, starts_at__gte=midnight, starts_at__lt=midnight + timedelta(days=1)
    ).delete()
    DayWindow.objects.bulk_create(
        DayWindow(
            cluster=cluster,
            starts_at=midnight + timedelta(seconds=window.opens_s),
            ends_at=midnight + timedelta(seconds=window.closes_s),
            set_by=actor,
            set_at=at,
        )
        for window in ordered
    )
    said = [str(window) for window in ordered]
    audit.record("hours.set", cluster, actor=actor, at=at, on=on.isoformat(), windows=said)
    return hours(cluster, on)


def _fixed(day: DayHours) -> errors.HoursAreFixed:
    return errors.HoursAreFixed(
        _("%(day)s is a working day: the regulation itself sets its hours.") % {"day": f"{day.on:%d/%m/%Y}"},
        _("Choose a holiday, a Saturday or a Sunday; on working days attach an instruction to the slot."),
        day.citation,
    )


def _require_days(from_on: date, until_on: date) -> None:
    if not timedelta(0) <= until_on - from_on <= gates.LONGEST_AHEAD:
        raise errors.BadWindows(
            _("The last day lies before the first one, or more than 90 days after it."),
            _("Choose fewer days."),
            fields={"until_on": _("Choose fewer days.")},
        )


def _require_sound(cluster: Cluster, on: date, windows: list[Window], *, at: datetime) -> None:
    if on < local_date(at):
        raise errors.BadWindows(
            _("%(day)s is over; its hours stay as they were.") % {"day": f"{on:%d/%m/%Y}"},
            _("Choose today or a later day."),
        )
    for first, second in pairwise(windows):
        if second.opens_s < first.closes_s:
            raise errors.BadWindows(
                _("The windows %(first)s and %(second)s overlap.") % {"first": first, "second": second},
                _("Join them, or let one begin when the other ends."),
            )
    midnight = datetime.combine(on, time(), LOCAL)
    for slot in slots_between(cluster, midnight, midnight + timedelta(days=1)):
        opens = (slot.starts_at - midnight).total_seconds()
        closes = (slot.ends_at - midnight).total_seconds()
        is_held = any(window.opens_s <= opens and closes <= window.closes_s for window in windows)
        if not slot.is_outside_hours and not is_held:
            raise errors.BadWindows(
                _("“%(title)s” is placed on this day and would lie outside these windows.")
                % {"title": slot.version.title},
                _("Take that slot down first, or let a window hold it."),
                subject=str(slot.pk),
            )

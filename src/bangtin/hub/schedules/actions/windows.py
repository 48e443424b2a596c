"""The hours an operator sets for holidays, Saturdays and Sundays."""

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
from bangtin.hub.schedules.models import DayWindow
from bangtin.hub.schedules.queries.opening import hours
from bangtin.hub.schedules.queries.plan import slots_between
from bangtin.rulebook import hours as rulebook_hours
from bangtin.rulebook.hours import Advice
from bangtin.rulebook.texts import Window


def set_day_windows(
    *, cluster: Cluster, on: date, windows: Sequence[Window], actor: User, at: datetime
) -> list[Advice]:
    """Set the cluster's hours of one holiday, Saturday or Sunday (none: it stays dark); give what to look at.

    Less than 8 or more than 10 hours in all is advice, never a refusal: the text says "may".
    Raises: NotPermitted, HoursAreFixed, BadWindows.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.1.b.
    """
    require(policies.may_operate(actor, cluster, at=at))
    ordered = sorted(windows)
    day = hours(cluster, on)
    if day.is_fixed:
        raise errors.HoursAreFixed(
            _("%(day)s is a working day: the regulation itself sets its hours.") % {"day": f"{on:%d/%m/%Y}"},
            _("Choose a holiday, a Saturday or a Sunday; on working days attach an instruction to the slot."),
            day.citation,
        )
    _require_sound(cluster, on, ordered, at=at)
    midnight = datetime.combine(on, time(), LOCAL)
    with transaction.atomic(durable=True):
        Cluster.objects.select_for_update().get(pk=cluster.pk)
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
    return list(rulebook_hours.check_day_total(hours(cluster, on)))


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

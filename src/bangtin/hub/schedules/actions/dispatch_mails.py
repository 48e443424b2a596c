"""Mails about dispatches: when one is sent, and to who has not acknowledged it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.accounts.queries import holders
from bangtin.hub.kit import outbox
from bangtin.hub.kit.clock import local_date
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.models import Dispatch
from bangtin.hub.schedules.queries.dispatches import RECEIVING_ROLES
from bangtin.hub.schedules.states import DispatchState

# days after the sending on which who has not acknowledged is reminded
STEPS = (2, 5, 10)


def tell_sent(row: Dispatch, *, at: datetime) -> None:
    """Tell the receiver's officers that have an address; opens no transaction."""
    for user in _addressed(row, at=at):
        _put(row, user, key=f"dispatch:{row.pk}:{user.pk}", is_reminder=False, at=at)


def remind(*, at: datetime) -> int:
    """Remind the receivers of what they have not acknowledged and give the mails' number; once a day and dispatch."""
    if not outbox.is_on():
        return 0
    today, count = local_date(at), 0
    days = {today - timedelta(days=step) for step in STEPS}
    waiting = Dispatch.objects.filter(state=DispatchState.SENT, sent_at__gt=at - timedelta(days=max(STEPS) + 1))
    for row in waiting.select_related("receiver", "sender").order_by("pk"):
        if local_date(row.sent_at) in days:
            with transaction.atomic():
                for user in _addressed(row, at=at):
                    _put(row, user, key=f"dispatch:{row.pk}:{user.pk}:{today}", is_reminder=True, at=at)
                    count += 1
    return count


def _addressed(row: Dispatch, *, at: datetime) -> list[User]:
    on = local_date(at)
    names = regulations.standing_for(row.receiver_id, on=on)
    found = {post.user for post in holders(agencies=names, roles=RECEIVING_ROLES, on=on) if post.user.email}
    return sorted(found, key=lambda user: user.pk)


def _put(row: Dispatch, user: User, *, key: str, is_reminder: bool, at: datetime) -> None:
    with translation.override(user.language):
        words = (
            _("Bangtin: dispatch %(number)s waits to be acknowledged")
            if is_reminder
            else _("Bangtin: dispatch %(number)s has come")
        )
        context = {
            "row": row,
            "user": user,
            "count": row.lines.count(),
            "address": settings.PUBLIC_URL + reverse("dispatch", args=[row.pk]),
        }
        outbox.put(
            key=key,
            recipient=user.email,
            subject=words % {"number": row.number},
            body=render_to_string("mail/dispatch.txt", context),
            at=at,
        )

"""Reminds by mail, once a day: requests not answered, orders not delivered, three days before, on the day and after."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import outbox
from bangtin.hub.kit.clock import local_date
from bangtin.hub.plans.actions.mails import addressed
from bangtin.hub.plans.models import InformationRequest, ProductionOrder
from bangtin.hub.plans.states import OrderState, RequestState

Open = InformationRequest | ProductionOrder
# days before the day (negative: after it) on which a mail goes out
STEPS = (3, 0, -1, -7)


def remind(*, at: datetime) -> int:
    """Put the day's mails into the outbox and give their number; a second call of the day puts nothing new."""
    if not outbox.is_on():
        return 0
    waiting = _waiting(at)
    for user, rows in waiting.items():
        _write(user, rows, at=at)
    return len(waiting)


def _waiting(at: datetime) -> Mapping[User, list[Open]]:
    today = local_date(at)
    days = [today + timedelta(days=step) for step in STEPS]
    asked = InformationRequest.objects.filter(state=RequestState.SENT, due_on__in=days).select_related("agency")
    awaited = (OrderState.ORDERED, OrderState.REJECTED)
    ordered = ProductionOrder.objects.filter(state__in=awaited, due_on__in=days, producer__isnull=False)
    found: dict[User, list[Open]] = defaultdict(list)
    for row in asked.order_by("due_on", "id"):
        for user in addressed({row.agency_id}, at=at):
            found[user].append(row)
    for one in ordered.order_by("due_on", "id"):
        for user in addressed({str(one.producer_id)}, at=at):
            found[user].append(one)
    return found


def _write(user: User, rows: list[Open], *, at: datetime) -> None:
    today = local_date(at)
    lines = [
        {
            "row": row,
            "is_over": row.due_on < today,
            "address": settings.PUBLIC_URL
            + reverse("information" if isinstance(row, InformationRequest) else "order", args=[row.pk]),
        }
        for row in rows
    ]
    with translation.override(user.language), transaction.atomic():
        outbox.put(
            key=f"plans-reminder:{user.pk}:{today.isoformat()}",
            recipient=user.email,
            subject=_("Bangtin: orders and requests that wait for your agency"),
            body=render_to_string("mail/plans_reminder.txt", {"user": user, "lines": lines}),
            at=at,
        )

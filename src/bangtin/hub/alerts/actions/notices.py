"""Who is told of an order: the clusters' operators and the leaders of the lead agency, by mail, after the push."""

from datetime import datetime

import django_tasks
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import holders
from bangtin.hub.alerts import policies
from bangtin.hub.alerts.models import Alert
from bangtin.hub.devices.queries.ordering import ordering_agencies
from bangtin.hub.kit import clock, outbox, tasks

TOLD = (Role.OPERATOR, Role.SCHEDULER, Role.LEADER)


def tell_later(alert: Alert, *, what: str) -> None:
    """Queue the mails behind the caller's transaction: no order waits for an address book."""
    tasks.enqueue(tell, alert.pk, what)


@django_tasks.task(queue_name="notices")
def tell(alert_id: int, what: str) -> None:
    """Put the mails of an order, or of its end, into the outbox; run again it puts nothing new."""
    tell_of(Alert.objects.get(pk=alert_id), what=what, at=clock.now())


def tell_of(alert: Alert, *, what: str, at: datetime) -> int:
    """As the task; gives how many are told. `what` is "issued", "cancelled" or "message"."""
    told = addressed(alert, what=what, at=at)
    for user in told:
        with translation.override(user.language):
            outbox.put(
                key=f"alert:{alert.pk}:{what}:{user.pk}",
                recipient=user.email,
                subject=_subject(alert, what),
                body=render_to_string(
                    "mail/alert.txt",
                    {
                        "alert": alert,
                        "what": what,
                        "user": user,
                        "address": settings.PUBLIC_URL + reverse("alert", args=[alert.number]),
                    },
                ),
                at=at,
            )
    return len(told)


def addressed(alert: Alert, *, what: str, at: datetime) -> list[User]:
    """The accounts with an address at the agencies that operate the clusters or lead; of a message from outside those
    that may order it.
    """
    on = clock.local_date(at)
    if what == "message":
        by_role = ordering_agencies(alert.instrument_id, on=on)
        posts = [post for role, names in by_role.items() for post in holders(agencies=names, roles=[role], on=on)]
    else:
        posts = list(holders(agencies=policies.concerned(list(alert.clusters.all()), at=at), roles=TOLD, on=on))
    found = {post.user for post in posts if post.user.email}
    return sorted(found, key=lambda user: user.pk)


def _subject(alert: Alert, what: str) -> str:
    words = {"number": alert.number, "hazard": alert.hazard}
    if alert.is_drill:
        if what == "cancelled":
            return _("EXERCISE %(number)s is cancelled: %(hazard)s") % words
        return _("EXERCISE, not real: %(number)s, %(hazard)s") % words
    if what == "cancelled":
        return _("Emergency order %(number)s is cancelled: %(hazard)s") % words
    if what == "message":
        return _("An emergency message waits for an order: %(number)s, %(hazard)s") % words
    return _("Emergency order %(number)s is on air: %(hazard)s") % words

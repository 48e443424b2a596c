"""Opens and closes the secret addresses at which calendar programs read due days."""

import secrets
from datetime import datetime

from django.db import transaction

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit import audit
from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.policies import require
from bangtin.hub.obligations import policies
from bangtin.hub.obligations.models import CalendarFeed

SERIAL_BYTES = 32


def open_feed(*, agency: Agency, actor: User, at: datetime) -> CalendarFeed:
    """Make the account's address for an agency's due days; an address made before is closed by it.

    Raises: NotPermitted.
    """
    require(policies.may_subscribe(actor, agency.pk, on=local_date(at)))
    with transaction.atomic(durable=True):
        CalendarFeed.objects.filter(user=actor, agency=agency, withdrawn_at=None).update(withdrawn_at=at)
        feed = CalendarFeed.objects.create(
            user=actor, agency=agency, serial=secrets.token_urlsafe(SERIAL_BYTES), made_at=at
        )
        audit.record("feed.opened", feed, actor=actor, at=at, agency=agency.pk)
    return feed


def close_feed(*, feed: CalendarFeed, actor: User, at: datetime) -> CalendarFeed:
    """Close one's own address; who has it reads nothing any more. Closing it twice changes nothing.

    Raises: NotPermitted for another's.
    """
    require(feed.user_id == actor.pk)
    with transaction.atomic(durable=True):
        if CalendarFeed.objects.filter(pk=feed.pk, withdrawn_at=None).update(withdrawn_at=at):
            audit.record("feed.closed", feed, actor=actor, at=at, agency=feed.agency_id)
    feed.refresh_from_db()
    return feed

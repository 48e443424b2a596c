"""Opens and closes the secret addresses at which calendar programs read a cluster's schedule."""

import secrets
from datetime import datetime

from django.db import transaction

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import audit
from bangtin.hub.kit.policies import require
from bangtin.hub.schedules import policies
from bangtin.hub.schedules.models import ScheduleFeed

SERIAL_BYTES = 32


def open_feed(*, cluster: Cluster, actor: User, at: datetime) -> ScheduleFeed:
    """Make the account's address for a cluster's schedule; an address made before is closed by it.

    Raises: NotPermitted.
    """
    require(policies.may_read(actor, at=at))
    with transaction.atomic(durable=True):
        ScheduleFeed.objects.filter(user=actor, cluster=cluster, withdrawn_at=None).update(withdrawn_at=at)
        feed = ScheduleFeed.objects.create(
            user=actor, cluster=cluster, serial=secrets.token_urlsafe(SERIAL_BYTES), made_at=at
        )
        audit.record("feed.opened", feed, actor=actor, at=at, cluster=cluster.pk)
    return feed


def close_feed(*, feed: ScheduleFeed, actor: User, at: datetime) -> ScheduleFeed:
    """Close one's own address; who has it reads nothing any more. Closing it twice changes nothing.

    Raises: NotPermitted for another's.
    """
    require(feed.user_id == actor.pk)
    with transaction.atomic(durable=True):
        if ScheduleFeed.objects.filter(pk=feed.pk, withdrawn_at=None).update(withdrawn_at=at):
            audit.record("feed.closed", feed, actor=actor, at=at, cluster=feed.cluster_id)
    feed.refresh_from_db()
    return feed

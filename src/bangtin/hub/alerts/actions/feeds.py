"""Polled feeds of CAP messages: off until an officer turns one on; read by a task, one message after the other."""

import time
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

import django_tasks
from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.alerts import cap, errors, fetching, policies
from bangtin.hub.alerts.actions.messages import MOST_BYTES, take_in
from bangtin.hub.alerts.models import CapFeed
from bangtin.hub.alerts.specs import tidy
from bangtin.hub.kit import audit, clock, tasks
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require

MOST_FEED_BYTES = 2 * 1024 * 1024
MOST_MESSAGES = 50  # of one reading; the rest comes with the next
READING_S = 120.0  # the worker has other things to do
LEAST_S, MOST_S = 60, 86_400


def set_feed(
    *, name: str, url: str, is_on: bool, every_s: int, actor: User, at: datetime, feed: CapFeed | None = None
) -> CapFeed:
    """Name a feed, or change one; it is read while it is on. Raises: NotPermitted, BadFeed."""
    require(policies.may_keep_feeds(actor, at=at))
    wrong = {}
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or len(url) > 400:
        wrong["url"] = _("An address that begins with https://, without a user name in it.")
    elif CapFeed.objects.filter(url=url.strip()).exclude(pk=feed.pk if feed else 0).exists():
        wrong["url"] = _("This feed is listed already.")
    if not tidy(name):
        wrong["name"] = _("Name whose feed it is.")
    if not LEAST_S <= every_s <= MOST_S:
        wrong["every_s"] = _("From %(least)d seconds to a day.") % {"least": LEAST_S}
    if wrong:
        raise errors.BadFeed(_("The feed is not recorded."), _("Correct the marked fields."), fields=wrong)
    with transaction.atomic(durable=True):
        row = feed or CapFeed()
        row.name, row.url, row.is_on, row.every_s = tidy(name)[:160], url.strip(), is_on, every_s
        row.changed_by, row.changed_at, row.trouble, row.etag = actor, at, "", ""
        row.save()
        audit.record("cap.feed_set", row, actor=actor, at=at, url=row.url, on=is_on, every_s=every_s)
    return row


def read_due(*, at: datetime) -> int:
    """Queue a reading of every feed that is on and due; called every tick, gives how many."""
    due = [
        row
        for row in CapFeed.objects.filter(is_on=True)
        if row.read_at is None or at - row.read_at >= timedelta(seconds=row.every_s)
    ]
    for row in due:
        CapFeed.objects.filter(pk=row.pk).update(read_at=at)
        tasks.enqueue(read_later, row.pk)
    return len(due)


@django_tasks.task(queue_name="default")
def read_later(feed_id: int) -> None:
    """Read one feed, if it is still on."""
    feed = CapFeed.objects.filter(pk=feed_id, is_on=True).first()
    if feed is not None:
        read_feed(feed=feed, at=clock.now())


def read_feed(*, feed: CapFeed, at: datetime) -> int:
    """Fetch a feed and take in its messages; gives how many were taken in. Trouble is written beside the feed.

    Only the feed's own host is asked, no redirect is followed, and no address of this machine itself. A message that
    cannot be had keeps no other out; the feed is then read whole again the next time.
    """
    ends = time.monotonic() + READING_S
    taken, faults, etag = 0, list[str](), ""
    try:
        fetched = fetching.fetch(feed.url, most_bytes=MOST_FEED_BYTES, etag=feed.etag)
        items = [] if fetched.body is None else cap.feed_items(fetched.body)[:MOST_MESSAGES]
        etag = fetched.etag or feed.etag
    except (fetching.NotFetched, cap.CapRefusal) as error:
        items, faults = [], [str(error)]
    for item in items:
        try:
            if time.monotonic() > ends:
                raise fetching.NotFetched("too slow; the rest comes with the next reading")
            take_in(body=item.body or _message(feed.url, item.link), source=feed.name, actor=None, at=at, feed=feed)
            taken += 1
        except (fetching.NotFetched, ValueError, Refusal) as error:
            faults.append(str(error))
    trouble = "; ".join(dict.fromkeys(faults))[:300]
    CapFeed.objects.filter(pk=feed.pk).update(read_at=at, trouble=trouble, etag="" if faults else etag)
    return taken


def _message(feed_url: str, link: str) -> bytes:
    found = urljoin(feed_url, link)
    if urlsplit(found).netloc != urlsplit(feed_url).netloc:
        raise ValueError(f"the message lies on another host: {urlsplit(found).netloc}")
    return fetching.fetch(found, most_bytes=MOST_BYTES).body or b""

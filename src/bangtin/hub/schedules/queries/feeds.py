"""A cluster's schedule as an iCalendar file (RFC 5545), read by calendar programs at a secret address."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from icalendar import Calendar, Event, vDuration

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.schedules.models import BulletinClass, Placement, ScheduleFeed, Slot
from bangtin.hub.schedules.queries.layouts import DayLayout, layouts_between
from bangtin.rulebook import citations

PAST_DAYS, AHEAD_DAYS = 7, 21
SALT = "bangtin.schedules.feeds"
REFRESH = timedelta(hours=1)
_SOURCE = "-//Bangtin//Schedule//VI"


@dataclass(frozen=True)
class Feed:
    """An iCalendar file with the tag that changes when it does."""

    body: bytes
    etag: str


@dataclass(frozen=True)
class _Airing:
    """One event: a slot, or what a placement shows on a day from its first turn to the end of its last."""

    key: str
    starts_at: datetime
    ends_at: datetime
    title: str
    language: str
    lines: tuple[str, ...]
    page: str
    is_urgent: bool


def token(feed: ScheduleFeed) -> str:
    """The secret part of a feed's address: 40 hex digits."""
    return salted_hmac(SALT, feed.serial, algorithm="sha256").hexdigest()[:40]


def address(feed: ScheduleFeed) -> str:
    """The whole address of a feed."""
    return settings.PUBLIC_URL + reverse("schedule-feed", args=[feed.cluster.slug, token(feed)])


def find(slug: str, secret: str) -> ScheduleFeed | None:
    """The open feed of a cluster with this secret; whether its account may still read is for the policy."""
    rows = ScheduleFeed.objects.filter(cluster__id__endswith=f"/{slug}", withdrawn_at=None)
    found = rows.select_related("user", "cluster")
    return next((row for row in found if constant_time_compare(token(row), secret)), None)


def written(feed: ScheduleFeed, *, at: datetime) -> Feed:
    """The schedule of a week back and three ahead as it stands at `at`, in the language of the feed's account."""
    on = local_date(at)
    with translation.override(feed.user.language):
        days = layouts_between(feed.cluster, on - timedelta(days=PAST_DAYS), on + timedelta(days=AHEAD_DAYS))
        airings = sorted(_airings(feed.cluster, days), key=lambda one: (one.starts_at, one.key))
        name = str(feed.cluster)
        return Feed(_calendar(name, airings, at=at), _etag(name, airings))


def _airings(cluster: Cluster, days: Sequence[DayLayout]) -> Iterator[_Airing]:
    slots = {slot.pk: slot for day in days for slot in day.input.slots}
    for slot in slots.values():
        yield _of_slot(cluster, slot)
    for day in days:
        yield from _by_rule(cluster, day)


def _of_slot(cluster: Cluster, slot: Slot) -> _Airing:
    lines = [slot.version.receipt, _cited(slot.clause)]
    if slot.instruction_number:
        lines.append(f"{slot.instruction_number}, {slot.instruction_issuer}")
    return _Airing(
        key=f"slot {slot.pk}",
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        title=slot.version.title,
        language=slot.version.language,
        lines=tuple(line for line in lines if line),
        page=reverse("slot", args=[cluster.slug, slot.pk]),
        is_urgent=slot.bulletin_class == BulletinClass.PRIORITY,
    )


def _by_rule(cluster: Cluster, day: DayLayout) -> Iterator[_Airing]:
    """What each placement shows on a day: its turns are too many to be events of their own."""
    spans: dict[int, tuple[Placement, datetime, datetime, int]] = {}
    for window in day.windows():
        for turn in window.turns:
            one, first, last, count = spans.get(turn.placement.pk, (turn.placement, turn.from_at, turn.until_at, 0))
            spans[one.pk] = (one, min(first, turn.from_at), max(last, turn.until_at), count + 1)
    page = reverse("schedule-cluster", args=[cluster.slug])
    for placement, first, last, count in spans.values():
        version = placement.version
        turns = ngettext("%(n)d play", "%(n)d plays", count) % {"n": count}
        yield _Airing(
            key=f"placement {placement.pk} {day.on}",
            starts_at=first,
            ends_at=last,
            title=f"{version.title} ({turns})",
            language=version.language,
            lines=tuple(line for line in (version.receipt, str(placement.playlist), _cited(placement.clause)) if line),
            page=page,
            is_urgent=placement.bulletin_class == BulletinClass.PRIORITY,
        )


def _cited(clause: str) -> str:
    if not clause:
        return ""
    return citations.format_en(clause) if translation.get_language() == "en" else citations.format_vi(clause)


def _etag(name: str, airings: Iterable[_Airing]) -> str:
    """Of what the file says; the hour at which it was asked for is no change."""
    parts = [name, *(f"{one.key} {one.starts_at} {one.ends_at} {one.title} {one.lines}" for one in airings)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _calendar(name: str, airings: Iterable[_Airing], *, at: datetime) -> bytes:
    made = Calendar()
    made.add("prodid", _SOURCE)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", _("Schedule: %(cluster)s") % {"cluster": name})
    made.add("x-wr-timezone", str(LOCAL))
    made.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    made.add("x-published-ttl", vDuration(REFRESH))
    for one in airings:
        made.add_component(_event(one, name, at=at))
    return bytes(made.to_ical())


def _event(one: _Airing, place: str, *, at: datetime) -> Event:
    made = Event()
    made.add("uid", f"{hashlib.sha256(one.key.encode()).hexdigest()[:32]}@{settings.EMAIL_DOMAIN}")
    made.add("dtstamp", at.astimezone(UTC))
    made.add("dtstart", one.starts_at.astimezone(UTC))
    made.add("dtend", one.ends_at.astimezone(UTC))
    made.add("summary", _("Urgent: %(title)s") % {"title": one.title} if one.is_urgent else one.title)
    made.add("location", place)
    made.add("description", "\n".join([*one.lines, settings.PUBLIC_URL + one.page]))
    made.add("url", settings.PUBLIC_URL + one.page)
    made.add("transp", "TRANSPARENT")
    made.add("status", "CONFIRMED")
    return made

"""The due days of an agency as an iCalendar file (RFC 5545), read by calendar programs at a secret address."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vDuration

from bangtin.hub.kit.clock import local_date
from bangtin.hub.obligations.models import CalendarFeed
from bangtin.hub.obligations.queries.duties import Duty, occurrences
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook import citations, reminders

PAST, AHEAD = timedelta(days=92), timedelta(days=400)
# a duty of every day would bury the others
NOT_LISTED = frozenset({"day", "working_day", "continuous"})
SALT = "bangtin.obligations.feeds"
REFRESH = timedelta(hours=6)


@dataclass(frozen=True)
class Feed:
    """An iCalendar file with the tag that changes when it does."""

    body: bytes
    etag: str


def token(feed: CalendarFeed) -> str:
    """The secret part of a feed's address: 40 hex digits."""
    return salted_hmac(SALT, feed.serial, algorithm="sha256").hexdigest()[:40]


def address(feed: CalendarFeed) -> str:
    """The whole address of a feed."""
    province, _slash, slug = feed.agency_id.partition("/")
    return settings.PUBLIC_URL + reverse("duties-feed", args=[province, slug, token(feed)])


def find(agency_id: str, secret: str) -> CalendarFeed | None:
    """The open feed of an agency with this secret; whether its account may still read is for the policy."""
    rows = CalendarFeed.objects.filter(agency=agency_id, withdrawn_at=None).select_related("user", "agency")
    return next((row for row in rows if constant_time_compare(token(row), secret)), None)


def written(feed: CalendarFeed, *, at: datetime) -> Feed:
    """The file of a feed as things stand at `at`, in the language of its account."""
    today = local_date(at)
    with translation.override(feed.user.language):
        duties = [
            duty
            for instrument in sorted(regulations.in_use())
            for duty in occurrences(
                instrument,
                from_on=today - PAST,
                until_on=today + AHEAD,
                as_of=at,
                agency_ids={feed.agency_id},
            )
            if _is_listed(duty)
        ]
        name = feed.agency.name(today)
        etag = _etag(name, duties)
        body = _calendar(name, duties, at=at)
    return Feed(body, etag)


def _is_listed(duty: Duty) -> bool:
    return duty.due_on is not None and duty.period.kind not in NOT_LISTED and not duty.is_before_use


def _etag(name: str, duties: Sequence[Duty]) -> str:
    """Of what the file says; the hour at which it was asked for is no change."""
    parts = [name, *(f"{one.id} {one.due_on} {one.status} {one.reading} {one.title}" for one in duties)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _calendar(name: str, duties: Sequence[Duty], *, at: datetime) -> bytes:
    made = Calendar()
    made.add("prodid", "-//Bangtin//Duties//VI")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", _("Due days: %(agency)s") % {"agency": name})
    made.add("x-wr-timezone", "Asia/Ho_Chi_Minh")
    made.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    made.add("x-published-ttl", vDuration(REFRESH))
    steps = reminders.load(regulations.root())
    for duty in duties:
        made.add_component(_event(duty, steps=steps, at=at))
    return bytes(made.to_ical())


def _event(duty: Duty, *, steps: Sequence[int], at: datetime) -> Event:
    due_on = duty.due_on or date.max
    made = Event()
    made.add("uid", f"{hashlib.sha256(duty.id.encode()).hexdigest()[:32]}@{settings.EMAIL_DOMAIN}")
    made.add("dtstamp", at.astimezone(UTC))
    made.add("dtstart", due_on)
    made.add("dtend", due_on + timedelta(days=1))
    made.add("summary", _summary(duty))
    made.add("description", _description(duty))
    made.add("url", _page(duty))
    made.add("transp", "TRANSPARENT")
    made.add("status", "CANCELLED" if duty.status == "waived" else "CONFIRMED")
    is_open = not duty.is_done and duty.status != "waived"
    for step in (each for each in steps if is_open and each >= 0):
        made.add_component(_alarm(duty, step))
    return made


def _alarm(duty: Duty, step: int) -> Alarm:
    made = Alarm()
    made.add("action", "DISPLAY")
    made.add("description", _summary(duty))
    # the event begins at midnight: at eight in the morning, when offices are open
    made.add("trigger", timedelta(hours=8) - timedelta(days=step))
    return made


def _summary(duty: Duty) -> str:
    if duty.is_done:
        return _("Done: %(duty)s, %(period)s") % {"duty": duty.title, "period": duty.period_label}
    if duty.status == "waived":
        return _("Lifted: %(duty)s, %(period)s") % {"duty": duty.title, "period": duty.period_label}
    if duty.status == "overdue":
        return _("Overdue: %(duty)s, %(period)s") % {"duty": duty.title, "period": duty.period_label}
    return f"{duty.title}, {duty.period_label}"


def _description(duty: Duty) -> str:
    cite = citations.format_en if translation.get_language() == "en" else citations.format_vi
    places = dict.fromkeys(cite(name) for name in duty.clauses)
    lines = [", ".join(places)]
    if duty.phrase:
        lines.append(f"“{duty.phrase}”")
    return "\n".join([*lines, duty.reading, _page(duty)])


def _page(duty: Duty) -> str:
    return settings.PUBLIC_URL + reverse("duty", args=[duty.id])

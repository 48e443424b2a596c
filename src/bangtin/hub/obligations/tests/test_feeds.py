"""Calendar feeds: valid, stable, secret, closed when asked and when the account may not read any more."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar, Component

from bangtin.hub.accounts.models import Post
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.kit.testing import local
from bangtin.hub.obligations import policies
from bangtin.hub.obligations.actions import close_feed, open_feed, record_evidence
from bangtin.hub.obligations.models import CalendarFeed, Waiver
from bangtin.hub.obligations.queries import feeds
from bangtin.hub.regulations.tests.factories import World, cao_bang

pytestmark = pytest.mark.django_db
AT = local("2026-11-20 09:00")
HUYEN = "cao-bang/ubnd-quang-hoa"
YEARLY = "cao-bang/yearly-report@cao-bang/ubnd-quang-hoa@2026"


def opened(world: World) -> CalendarFeed:
    return open_feed(agency=world.agencies["ubnd-quang-hoa"], actor=world.users["xep-lich"], at=AT)


def event(feed: CalendarFeed, at: str = "2026-11-20 09:00") -> Component:
    found = Calendar.from_ical(feeds.written(feed, at=local(at)).body)
    return next(one for one in found.walk("VEVENT") if one.decoded("dtstart") == date(2026, 12, 14))


def test_a_due_day_is_an_all_day_event_with_its_clause_and_alarms() -> None:
    one = event(opened(cao_bang()))
    assert (one.decoded("dtstart"), one.decoded("dtend")) == (date(2026, 12, 14), date(2026, 12, 15))
    words = str(one["description"])
    assert "Điều 15" in words.replace("điều", "Điều") and "trước ngày 15/12" in words
    triggers = [alarm.decoded("trigger") for alarm in one.walk("VALARM")]
    assert triggers == [timedelta(hours=8) - timedelta(days=step) for step in (30, 7, 1, 0)]
    assert str(one["summary"]).startswith("Báo cáo năm")


def test_every_event_has_what_the_format_asks_for_and_an_own_stable_uid() -> None:
    feed = opened(cao_bang())
    first = Calendar.from_ical(feeds.written(feed, at=AT).body)
    later = Calendar.from_ical(feeds.written(feed, at=AT + timedelta(days=1)).body)
    uids = [str(one["uid"]) for one in first.walk("VEVENT")]
    assert uids and len(set(uids)) == len(uids)
    assert set(uids) & {str(one["uid"]) for one in later.walk("VEVENT")}
    assert all("dtstamp" in one for one in first.walk("VEVENT"))
    assert b"X-PUBLISHED-TTL:PT6H" in feeds.written(feed, at=AT).body
    assert (first["version"], first["prodid"]) == ("2.0", "-//Bangtin//Duties//VI")


def test_lines_are_folded_within_75_octets() -> None:
    body = feeds.written(opened(cao_bang()), at=AT).body
    assert max(len(line) for line in body.split(b"\r\n")) <= 75


def test_the_tag_stays_until_something_changes() -> None:
    feed = opened(cao_bang())
    first, again = (feeds.written(feed, at=AT + timedelta(minutes=each)).etag for each in (0, 5))
    Waiver.objects.create(occurrence_id=YEARLY, basis="Quyết định 99", recorded_at=AT)
    after = feeds.written(feed, at=AT + timedelta(minutes=10))
    assert first == again != after.etag
    assert event(feed, "2026-11-20 09:10")["status"] == "CANCELLED"
    assert not event(feed, "2026-11-20 09:10").walk("VALARM")


def test_a_feed_is_found_by_its_own_secret_alone() -> None:
    world = cao_bang()
    feed = opened(world)
    assert feeds.find(HUYEN, feeds.token(feed)) == feed
    assert feeds.find(HUYEN, feed.serial[:40]) is None
    assert feeds.find("cao-bang/so-tttt", feeds.token(feed)) is None


def test_a_new_address_closes_the_one_before_and_a_closed_one_finds_nothing() -> None:
    world = cao_bang()
    first, second = opened(world), opened(world)
    assert feeds.find(HUYEN, feeds.token(first)) is None
    close_feed(feed=second, actor=world.users["xep-lich"], at=AT)
    assert feeds.find(HUYEN, feeds.token(second)) is None


def test_anothers_feed_is_not_closed_and_others_duties_are_not_subscribed_to() -> None:
    world = cao_bang()
    with pytest.raises(NotPermitted):
        close_feed(feed=opened(world), actor=world.users["dai"], at=AT)
    with pytest.raises(NotPermitted):
        open_feed(agency=world.agencies["so-tttt"], actor=world.users["dai"], at=AT)


def test_who_left_the_post_may_not_read_on() -> None:
    world = cao_bang()
    feed = opened(world)
    Post.objects.filter(user=world.users["xep-lich"]).update(ends_on=date(2026, 11, 30))
    assert policies.may_subscribe(feed.user, HUYEN, on=date(2026, 11, 30))
    assert not policies.may_subscribe(feed.user, HUYEN, on=date(2026, 12, 1))


def test_what_is_overdue_or_done_says_so() -> None:
    world = cao_bang()
    feed = opened(world)
    assert str(event(feed, "2026-12-15 08:00")["summary"]).split(":")[0] in {"Quá hạn", "Overdue"}
    record_evidence(
        obligation_id="cao-bang/yearly-report",
        agency=world.agencies["ubnd-quang-hoa"],
        period_start=date(2025, 12, 15),
        subject=feed,
        at=local("2026-12-15 09:00"),
    )
    done = event(feed, "2026-12-15 10:00")
    assert str(done["summary"]).split(":")[0] in {"Đã xong", "Done"} and not done.walk("VALARM")

"""The pages where a week is made: deeds by form, playlists and what they go by, the release, and every office."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from bangtin.hub.accounts.models import Role
from bangtin.hub.kit import clock
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.kit.testing import local
from bangtin.hub.regulations.tests.factories import account
from bangtin.hub.schedules.models import Campaign, Daypart, MixRule, Placement, PlanRelease, Playlist, Slot
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = pytest.mark.django_db
WEEK = "/lich/ta-lung/2026-w48/"
DATA = re.compile(r'<script id="tuan-du-lieu" type="application/json">(.*?)</script>', re.DOTALL)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return Desk()


@pytest.fixture
def browser(desk: Desk) -> Client:
    return _as(desk, "xep-lich")


def _as(desk: Desk, username: str) -> Client:
    client = Client()
    client.force_login(desk.world.users[username])
    return client


def _data(page: str) -> dict[str, list[dict[str, object]]]:
    found = DATA.search(page)
    assert found is not None
    return dict(json.loads(found[1]))


def test_a_slot_is_moved_resized_withdrawn_and_brought_back_by_forms(desk: Desk, browser: Client) -> None:
    slot = desk.place(desk.version(), "2026-11-23 08:00", "2026-11-23 09:00")
    (block,) = [one for one in _data(browser.get(WEEK).text)["blocks"] if one["move"]]
    assert (block["start"], block["end"], block["move"]) == (480, 540, f"/lich/ta-lung/khe/{slot.pk}/doi/")

    moved = {"on": "2026-11-25", "starts": "14:00", "ends": "15:30", "tu": f"{WEEK}?xem=danh-sach"}
    answer = browser.post(str(block["move"]), moved)
    assert (answer.status_code, answer["Location"]) == (302, f"{WEEK}?xem=danh-sach")
    slot.refresh_from_db()
    assert (slot.starts_at, slot.ends_at) == (local("2026-11-25 14:00"), local("2026-11-25 15:30"))

    assert browser.post(reverse("slot-withdraw", args=["ta-lung", slot.pk])).status_code == 302
    assert Slot.objects.get().state == "withdrawn"
    page = browser.post(reverse("plan-undo", args=["ta-lung"]), {"tu": WEEK}, follow=True).text
    assert Slot.objects.get().state == "placed"
    assert "Đã hoàn tác" in page or "Undone" in page
    listed = browser.get(f"{WEEK}?xem=danh-sach").text
    assert f'action="/lich/ta-lung/khe/{slot.pk}/doi/"' in listed


def test_what_is_dropped_outside_the_hours_stays_on_the_page_with_the_article(desk: Desk, browser: Client) -> None:
    slot = desk.place(desk.version(), "2026-11-26 15:00", "2026-11-26 16:00")
    dropped = {"on": "2026-11-26", "starts": "18:00", "ends": "19:00"}
    answer = browser.post(reverse("slot-move", args=["ta-lung", slot.pk]), dropped)
    assert answer.status_code == 422
    assert "data-week-refusal" in answer.text and "8.1.a" in answer.text and "BT-LICH-003" in answer.text
    (refused,) = [one for one in _data(answer.text)["blocks"] if one["state"] == "refused"]
    assert (refused["day"], refused["start"], refused["end"]) == ("2026-11-26", 1080, 1140)
    fields = dict(re.findall(r'<input type="hidden" name="(on|starts|ends)" value="([^"]+)"', answer.text))
    assert browser.post(reverse("slot-move", args=["ta-lung", slot.pk]), fields).status_code == 302
    slot.refresh_from_db()
    assert f"{slot.starts_at.astimezone(LOCAL):%H:%M}" == fields["starts"]


def test_a_week_is_copied_and_begun_from_a_template(desk: Desk, browser: Client) -> None:
    first, second = desk.version(title="Luật Biên phòng"), desk.version(title="Thác Bản Giốc")
    desk.place(first, "2026-11-23 08:00", "2026-11-23 09:00")
    copied = {"from_monday": "2026-11-23", "to_monday": "2026-11-30"}
    assert browser.post(reverse("week-copy", args=["ta-lung"]), copied).status_code == 302
    assert Slot.objects.filter(starts_at=local("2026-11-30 08:00")).count() == 1

    address = reverse("week-begin", args=["ta-lung", "2026-w50"])
    page = browser.get(address).text
    assert "Luật Biên phòng" in page and "8.1.a" in page
    given = {"name": "Tuần 50", "versions": [first.pk, second.pk], "tu-0": "08:00", "den-0": "12:00"}
    answer = browser.post(address, {**given, "tu-1": "14:00", "den-1": "18:00"}, follow=True)
    assert Placement.objects.count() == 2
    bands = [one for one in _data(answer.text)["blocks"] if one["state"] == "list"]
    assert len(bands) == 14  # the fixed hours of working days, the template's on days off
    assert 'data-finding="error"' not in answer.text


def test_playlists_parts_of_the_day_shares_and_campaigns_are_made_and_unmade(desk: Desk, browser: Client) -> None:
    version = desk.version()
    browser.post(reverse("dayparts", args=["ta-lung"]), _part("Buổi sáng", "07:30", "11:00"))
    part = Daypart.objects.get()
    browser.post(reverse("daypart", args=["ta-lung", part.pk]), _part("Buổi sáng", "08:00", "10:00"))
    part.refresh_from_db()
    assert (part.opens_s, part.closes_s) == (8 * 3600, 10 * 3600)
    days = {"starts_on": "2026-11-23", "ends_on": "2026-11-27"}
    browser.post(reverse("campaigns", args=["ta-lung"]), {"name": "Non nước", "kind": "event", **days})
    browser.post(reverse("playlists", args=["ta-lung"]), {"name": "Sáng", "clusters": [desk.cluster.pk]})
    playlist = Playlist.objects.get()
    asked = {"version": version.pk, **days, "weekdays": ["MO", "WE"], "dayparts": [part.pk], "min_per_day": 4}
    more = {"gap_min": 10, "campaign": Campaign.objects.get().pk, "bulletin_class": "ordinary"}
    browser.post(reverse("playlist", args=["ta-lung", playlist.pk]), {**asked, **more})
    placed = Placement.objects.get()
    assert (placed.recurrence, placed.gap_s, placed.min_per_day) == ("FREQ=WEEKLY;BYDAY=MO,WE", 600, 4)
    page = browser.get(reverse("placement", args=["ta-lung", placed.pk])).text
    assert page.count("checked") == 3  # Monday, Wednesday, the morning
    refused = browser.post(reverse("placement", args=["ta-lung", placed.pk]), {**asked, **more, "max_per_day": 1})
    assert refused.status_code == 422
    browser.post(reverse("placement", args=["ta-lung", placed.pk]), {**asked, **more, "max_per_day": 9})
    in_use = browser.post(reverse("daypart-remove", args=["ta-lung", part.pk]), follow=True)
    assert "Phòng cháy rừng" in in_use.text and Daypart.objects.exists()
    browser.post(reverse("placement-withdraw", args=["ta-lung", placed.pk]))
    placed.refresh_from_db()
    assert (placed.state, placed.max_per_day) == ("withdrawn", 9)
    share = {"what": "language:vi", "least": "40", "basis": "Công văn số 12"}
    browser.post(reverse("mix", args=["ta-lung"]), share)
    rule = MixRule.objects.get()
    assert (rule.least_permille, rule.most_permille) == (400, None)
    browser.post(reverse("mix-remove", args=["ta-lung", rule.pk]))
    assert not MixRule.objects.exists()


def test_a_plan_is_asked_for_returned_asked_again_approved_and_then_changed(desk: Desk, browser: Client) -> None:
    desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 11:00")
    colleague = account("xep-lich-2", "Cán bộ xếp lịch 2", desk.world.agencies["ubnd-quang-hoa"], Role.SCHEDULER)
    other = Client()
    other.force_login(colleague)
    ask = reverse("release-ask", args=["ta-lung", "2026-w48"])
    days = {"from_on": "2026-11-23", "until_on": "2026-11-29"}
    assert browser.get(ask).status_code == 200
    page = browser.post(ask, days, follow=True).text
    release = PlanRelease.objects.get()
    address = reverse("release", args=["ta-lung", release.pk])
    assert 'value="approve"' not in page  # nobody approves what he asked for
    assert address in other.get("/").text
    assert other.post(address, {"outcome": "return", "reason": ""}).status_code == 422
    assert other.post(address, {"outcome": "return", "reason": "Thiếu chiều thứ Hai"}).status_code == 302
    browser.post(ask, days)
    again = PlanRelease.objects.first()
    assert again is not None
    browser.post(reverse("release-take-back", args=["ta-lung", again.pk]))
    browser.post(ask, days)
    third = PlanRelease.objects.first()
    assert third is not None
    assert other.post(reverse("release", args=["ta-lung", third.pk]), {"outcome": "approve"}).status_code == 302
    assert reverse("publish", args=["ta-lung"]) in browser.get(WEEK).text
    desk.place(desk.version(title="Thác"), "2026-11-23 13:30", "2026-11-23 14:30")
    changed = browser.get(WEEK).text
    assert reverse("publish", args=["ta-lung"]) not in changed and ask in changed


@pytest.mark.once
def test_only_who_builds_the_plan_changes_it_and_only_who_reads_it_sees_it(desk: Desk) -> None:
    slot = desk.place(desk.version(), "2026-11-23 08:00", "2026-11-23 09:00")
    deeds = {
        reverse("slot-move", args=["ta-lung", slot.pk]): {"on": "2026-11-25", "starts": "08:00", "ends": "09:00"},
        reverse("slot-withdraw", args=["ta-lung", slot.pk]): {},
        reverse("plan-undo", args=["ta-lung"]): {},
        reverse("week-copy", args=["ta-lung"]): {"from_monday": "2026-11-23", "to_monday": "2026-11-30"},
        reverse("dayparts", args=["ta-lung"]): _part("Sáng", "08:00", "09:00"),
        reverse("playlists", args=["ta-lung"]): {"name": "Sáng"},
        reverse("mix", args=["ta-lung"]): {"what": "language:vi", "least": "40", "basis": "Công văn số 12"},
        reverse("campaigns", args=["ta-lung"]): {"name": "A", "kind": "event"},
        reverse("week-begin", args=["ta-lung", "2026-w50"]): {},
        reverse("release-ask", args=["ta-lung", "2026-w48"]): {},
    }
    pages = [WEEK, *(reverse(name, args=["ta-lung"]) for name in ("playlists", "dayparts", "mix", "campaigns"))]
    readers = {"dai", "tham-dinh-1", "bao-cao", "van-hanh", "xep-lich-tk", "an-toan", "lanh-dao"}
    for username in desk.world.users:
        client = _as(desk, username)
        expected = 200 if username in readers | {"xep-lich", "ngoai-vu", "tham-dinh-2"} else 403
        assert {client.get(page).status_code for page in pages} == {expected}, username
        if username != "xep-lich":
            assert {client.post(address, data).status_code for address, data in deeds.items()} == {403}, username
    slot.refresh_from_db()
    assert slot.starts_at == local("2026-11-23 08:00")


def test_a_full_week_is_drawn_in_few_queries(
    desk: Desk, browser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    versions = [desk.version(title=f"Chương trình {number}") for number in range(3)]
    for day in (23, 25, 26, 27):
        for number, version in enumerate(versions):
            starts = local(f"2026-11-{day} 07:30") + timedelta(hours=number)
            ends = starts + timedelta(hours=1)
            desk.place(
                version, f"{starts.astimezone(LOCAL):%Y-%m-%d %H:%M}", f"{ends.astimezone(LOCAL):%Y-%m-%d %H:%M}"
            )
    given = {"name": "Chiều", "versions": [one.pk for one in versions], "tu-0": "08:00", "den-0": "12:00"}
    browser.post(reverse("week-begin", args=["ta-lung", "2026-w48"]), {**given, "tu-1": "14:00", "den-1": "18:00"})
    with django_assert_max_num_queries(24):
        browser.get(WEEK)


def _part(name: str, opens: str, closes: str) -> dict[str, str]:
    return {"name": name, "opens": opens, "closes": closes, "days": "every"}

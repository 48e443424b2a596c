"""The page at the gate and its acts, the code scanned off the LED, incidents: as officers use them, right by right."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from bangtin.hub.accounts.models import User
from bangtin.hub.devices.actions.reports import take_report, take_screenshot
from bangtin.hub.devices.models import Command, Device, GateCheck, Incident
from bangtin.hub.devices.states import CommandResult
from bangtin.hub.devices.tests.factories import Player, enrolled, planned, published
from bangtin.hub.devices.tests.test_gate import token
from bangtin.hub.devices.tests.test_report import event, jpeg, report
from bangtin.hub.kit import clock
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.portal import menu
from bangtin.hub.schedules.tests.factories import NOW, Desk, monday

pytestmark = pytest.mark.django_db
GATE = "/man-hinh/ta-lung-1/tai-cho/"
HOSTILE = "<script>alert(1)</script>\u202egnp.exe"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> Desk:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(clock, "now", lambda: NOW)
    menu.is_served.cache_clear()
    User.objects.update(language="en")
    return Desk()


@pytest.fixture
def player(desk: Desk) -> Player:
    return enrolled(desk)


def _client(desk: Desk, name: str = "") -> Client:
    user = desk.world.users[name] if name else desk.scheduler
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def test_one_deed_covers_all_faces_and_suspicion_opens_the_incident(desk: Desk, player: Player) -> None:
    enrolled(desk, face="ta-lung-2")
    client = _client(desk)
    page = client.get(GATE).content.decode()
    assert "/man-hinh/ta-lung-1/che/" in page and "/man-hinh/ta-lung-1/bo-che/" not in page
    assert "faces of" in client.get("/man-hinh/ta-lung-1/che/").content.decode()
    answer = client.post("/man-hinh/ta-lung-1/che/", {"why": "tampering", "words": "", "where": "cluster"})
    assert (answer.status_code, answer["Location"]) == (302, GATE)
    told = Command.objects.values_list("device__face", "kind", "reason")
    assert sorted(told) == [(f"ta-lung-{n}", "blank", "Strange content, tampering suspected") for n in (1, 2)]
    assert Incident.objects.get().kind == "tampering"
    page = client.get(GATE).content.decode()
    assert "Cover the screen" in page and "hx-get" in page


def test_a_covered_screen_offers_to_uncover_it_and_one_officer_does(desk: Desk, player: Player) -> None:
    Device.objects.update(covered_at=NOW, last_seen_at=NOW)
    client = _client(desk)
    page = client.get(GATE).content.decode()
    assert "/man-hinh/ta-lung-1/bo-che/" in page and "Masked" in page
    refused = client.post("/man-hinh/ta-lung-1/bo-che/", {"reason": "", "where": "face"})
    assert refused.status_code == 422
    client.post("/man-hinh/ta-lung-1/bo-che/", {"reason": "Checked, the content is right", "where": "face"})
    assert Command.objects.get().kind == "restore"


def test_who_uncovers_reads_who_covered_it_and_why_and_that_the_line_is_down(
    desk: Desk, player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = _client(desk)
    client.post("/man-hinh/ta-lung-1/che/", {"why": "other", "words": "Guests from the other bank", "where": "face"})
    Device.objects.update(covered_at=NOW, last_seen_at=NOW)
    page = client.get("/man-hinh/ta-lung-1/bo-che/").content.decode()
    assert "Guests from the other bank" in page and desk.scheduler.display_name in page
    assert "holds for ten minutes" not in page
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=20))
    for address in ("bo-che", "khoi-dong-lai"):
        page = _client(desk).get(f"/man-hinh/ta-lung-1/{address}/").content.decode()
        assert "last heard" in page and "holds for ten minutes" in page


def test_the_page_that_covers_cites_the_clause_by_which_incidents_are_told(desk: Desk, player: Player) -> None:
    page = _client(desk).get("/man-hinh/ta-lung-1/che/").content.decode()
    assert "/8.3" in page and "/7.3" not in page


def test_the_other_acts_reach_the_screen(desk: Desk, player: Player) -> None:
    acts: tuple[tuple[str, dict[str, str], str, dict[str, object]], ...] = (
        ("khoi-dong-lai", {"where": "face"}, "restart", {}),
        ("am-luong", {"percent": "40", "where": "face"}, "volume", {"percent": 40}),
        ("hoi", {"deed": "anh"}, "screenshot", {}),
    )
    client = _client(desk)
    for address, data, kind, args in acts:
        assert client.post(f"/man-hinh/ta-lung-1/{address}/", data).status_code == 302
        row = Command.objects.order_by("-n").first()
        assert row is not None
        assert (row.kind, row.args, row.device_id) == (kind, args, "player-ta-lung-1")


def test_the_page_says_how_loud_it_is_now_and_who_made_it_so(desk: Desk, player: Player) -> None:
    client, address = _client(desk), "/man-hinh/ta-lung-1/am-luong/"
    assert "It stands at" not in client.get(address).content.decode()
    planned(desk)
    published(desk)
    assert "It stands at 50% by its plan." in client.get(address).content.decode()
    client.post(address, {"percent": "80", "where": "face"})
    assert "It stands at 50% by its plan." in client.get(address).content.decode()  # not before the player did it
    Command.objects.update(result=CommandResult.DONE, done_at=NOW)
    assert f"It stands at 80% (just now, {desk.scheduler.display_name})." in client.get(address).content.decode()


def test_others_command_nothing_here(desk: Desk, player: Player) -> None:
    for name, reads in (("xep-lich-tk", 404), ("dai", 404), ("quan-tri", 200), ("bao-cao", 200)):
        client = _client(desk, name)
        assert client.get(GATE).status_code == reads
        for address in ("che", "bo-che", "khoi-dong-lai", "am-luong"):
            assert client.get(f"/man-hinh/ta-lung-1/{address}/").status_code in (403, 404)
            client.post(f"/man-hinh/ta-lung-1/{address}/", {"why": "wrong", "where": "face", "percent": "0"})
        client.post("/man-hinh/ta-lung-1/hoi/", {"deed": "ma"})
    assert not Command.objects.exists()


def test_a_code_scanned_off_the_led_marks_the_screen_as_seen_by_this_officer(desk: Desk, player: Player) -> None:
    address = f"/tai-cho/{token(player)}/"
    client = _client(desk)
    page = client.get(address).content.decode()
    assert "Do you see" in page and not GateCheck.objects.exists()
    assert client.post(address)["Location"] == GATE
    assert GateCheck.objects.get().seen_by == desk.scheduler
    assert "Seen at the gate" in client.get(GATE).content.decode()
    assert client.post(address).status_code == 409


def test_a_code_is_nothing_for_strangers_and_an_old_one_proves_nothing(
    desk: Desk, player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/tai-cho/{token(player)}/"
    assert Client().get(address).status_code == 302  # to the sign-in
    stranger = _client(desk, "dai")
    assert (stranger.get(address).status_code, stranger.post(address).status_code) == (403, 403)
    assert _client(desk).get("/tai-cho/x.1.2.abcdefgh.AA/").status_code == 404
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=11))
    assert _client(desk).post(address).status_code == 409
    assert not GateCheck.objects.exists()


def test_a_screen_reported_dark_is_shown_dark_until_the_incident_is_closed(desk: Desk, player: Player) -> None:
    client = _client(desk)
    client.post("/man-hinh/ta-lung-1/bao-su-co/", {"kind": "dark", "detail": "", "where": "face"})
    row = Incident.objects.get()
    assert "Screen dark" in client.get("/man-hinh/").content.decode()
    assert f"/su-co/{row.pk}/" in client.get("/su-co/").content.decode()
    assert client.post(f"/su-co/{row.pk}/", {"findings": ""}).status_code == 422
    client.post(f"/su-co/{row.pk}/", {"findings": "The power unit was replaced"})
    assert "No incident is open" in client.get("/su-co/").content.decode()
    assert "Screen dark" not in client.get("/man-hinh/").content.decode()


def test_words_of_a_player_are_shown_and_never_run(desk: Desk, player: Player) -> None:
    device = Device.objects.select_related("face__cluster").get()
    hostile = {"face": HOSTILE, "item": HOSTILE, "state": HOSTILE[:20], "segment": HOSTILE}
    body = report(showing=hostile, events=[event("alert_unsigned", HOSTILE), event(HOSTILE, HOSTILE)])
    take_report(device=device, body=body, at=NOW)
    client = _client(desk)
    for address in (GATE, "/man-hinh/ta-lung-1/", "/man-hinh/", "/su-co/", f"/su-co/{Incident.objects.get().pk}/"):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page and "\u202e" not in page
    assert "&lt;script&gt;alert(1)" in client.get("/man-hinh/ta-lung-1/").content.decode()


def test_screenshots_are_shown_with_their_time_to_those_who_watch_the_cluster(desk: Desk, player: Player) -> None:
    device = Device.objects.select_related("face__cluster").get()
    row = take_screenshot(device=device, header=f"ta-lung-1;{to_ms(NOW)};s1;700", body=jpeg(), at=NOW)
    client, address = _client(desk), f"/man-hinh/ta-lung-1/anh/{row.pk}/"
    assert address in client.get(GATE).content.decode()
    answer, small = client.get(address), client.get(f"{address}?co=nho")
    assert (answer["Content-Type"], small["Content-Type"]) == ("image/jpeg", "image/webp")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert len(b"".join(small.streaming_content)) <= 6_000  # type: ignore[attr-defined]  # a file answer streams
    assert _client(desk, "dai").get(address).status_code == 404
    assert client.get(f"/man-hinh/ta-lung-2/anh/{row.pk}/").status_code == 404


def test_the_map_marks_the_clusters_by_what_needs_a_hand(desk: Desk, player: Player) -> None:
    page = _client(desk, "lanh-dao").get("/man-hinh/").content.decode()
    assert page.count('class="bt-map-land"') == 1
    assert page.count('class="bt-map-dot') == 2


def test_the_pages_ask_few_queries(
    desk: Desk, player: Player, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = _client(desk)
    for address in (GATE, "/man-hinh/", "/su-co/"):
        client.get(address)
        with django_assert_max_num_queries(20):
            client.get(address)


def test_more_screens_and_clusters_ask_no_more_queries(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    planned(desk)
    published(desk)
    for number in (1, 2, 3):
        enrolled(desk, face=f"ta-lung-{number}")
    monkeypatch.setattr(clock, "now", lambda: monday("08:00"))
    client = _client(desk, "lanh-dao")
    client.get("/man-hinh/")
    with django_assert_max_num_queries(18):
        page = client.get("/man-hinh/").content.decode()
    assert page.count("data-row-open") == 4


def test_the_acts_stand_before_the_incidents_on_the_phone(desk: Desk, player: Player) -> None:
    client = _client(desk)
    client.post("/man-hinh/ta-lung-1/bao-su-co/", {"kind": "dark", "detail": "", "where": "face"})
    page = client.get(GATE).content.decode()
    assert page.index("/man-hinh/ta-lung-1/che/") < page.index("Open incidents") < page.index('id="lenh"')

"""The list of screens: during an emergency, when many fall silent for one cause, and with hundreds of screens."""

from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from bangtin.hub.accounts.models import User
from bangtin.hub.alerts.actions import order
from bangtin.hub.alerts.models import Alert
from bangtin.hub.alerts.tests.factories import leader, spec
from bangtin.hub.clusters.models import Face
from bangtin.hub.devices import actions
from bangtin.hub.devices.actions import Sequence, note_outage
from bangtin.hub.devices.actions.incidents import report_incident
from bangtin.hub.devices.actions.reports import take_report
from bangtin.hub.devices.models import Device
from bangtin.hub.devices.states import IncidentKind
from bangtin.hub.devices.tests.factories import enrolled, planned, published
from bangtin.hub.devices.tests.test_report import report
from bangtin.hub.kit import clock
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.portal import menu
from bangtin.hub.portal.province_board import ScreenRow, headline
from bangtin.hub.schedules.tests.factories import Desk, monday

pytestmark = pytest.mark.django_db
MORNING = monday("08:00")
MINUTE = timedelta(minutes=1)
FACES = ("ta-lung-1", "ta-lung-2", "ta-lung-3", "trung-khanh-1")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> Desk:
    """Tà Lùng on its plan with three players, Trùng Khánh with one, all heard at 08:00."""
    settings.DATA_DIR = tmp_path
    menu.is_served.cache_clear()
    found = Desk()
    planned(found)
    published(found)
    for face in FACES:
        enrolled(found, face=face)
    heard(MORNING)
    Device.objects.filter(face__cluster=found.cluster).update(accepted_bundle=4)
    at(monkeypatch, MORNING)
    User.objects.update(language="en")
    return found


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def heard(moment: datetime, *faces: str) -> None:
    for one in Device.objects.filter(face__in=faces or FACES):
        actions.note_request(device=one, sequence=Sequence(1, "abcdefgh", one.sequence + 1), at=moment)


def page(desk: Desk, address: str = "/man-hinh/", *, who: str = "lanh-dao") -> str:
    client = Client()
    client.force_login(User.objects.get(pk=desk.world.users[who].pk))
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return unescape(answer.content.decode())


def test_a_screen_that_has_no_plan_is_not_said_to_be_on_schedule(desk: Desk) -> None:
    found = page(desk)
    assert "3 screens on schedule, 1 to look at" in found
    assert "No schedule in force" in found and "Nothing has been published for it yet" in found
    assert "No schedule in force" in page(desk, "/man-hinh/trung-khanh-1/", who="quan-tri")


def _alert(desk: Desk, moment: datetime, **changed: Any) -> Alert:
    return order(spec=spec(at=moment, **changed), actor=leader(desk), at=moment)


def test_a_post_without_a_line_is_served_by_stick_and_not_one_to_look_at(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    Device.objects.filter(face="ta-lung-1").update(carried_at=MORNING + timedelta(minutes=90))
    at(monkeypatch, MORNING + timedelta(hours=3))
    for minute in (3, 1):
        heard(MORNING + timedelta(hours=3) - minute * MINUTE, *FACES[1:])
    found = page(desk)
    assert "<h2>Served by stick</h2>" in found
    assert "No line. Newest word of it, by stick: 09:30. Its records come the same way." in found
    assert "Contact lost" not in found
    assert "2 screens on schedule, 1 screen served by stick, 1 to look at" in found  # that one has no plan
    at(monkeypatch, MORNING + timedelta(days=50))
    assert "No line, and no stick has come lately" in page(desk)


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (("on_plan", "resting"), "All screens as scheduled; no duty overdue"),
        (("on_plan", "carried"), "No screen needs a look; no duty overdue"),
        (("lost", "carried"), "1 screen needs a look; no duty overdue"),
    ],
)
def test_the_province_page_says_on_schedule_only_of_screens_that_are_heard(states: tuple[str, ...], said: str) -> None:
    rows = [ScreenRow(f"Tà Lùng, {state}", state, None, state) for state in states]
    with translation.override("en"):
        assert headline(rows, [], []) == said


def test_during_an_emergency_the_row_says_which_notice_stands_and_not_on_schedule(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    alert = _alert(desk, MORNING)
    at(monkeypatch, MORNING + MINUTE)
    heard(MORNING + MINUTE)
    found = page(desk)
    assert f"{alert.number}, {alert.hazard}: sent, the screen has not said yet that it shows it." in found
    assert "3 screens with an emergency notice, 1 to look at" in found
    showing = {"face": "ta-lung-1", "item": alert.number, "state": "alert", "segment": "s"}
    body = report(at_ms=to_ms(MORNING + MINUTE), showing=showing)
    take_report(device=Device.objects.get(face="ta-lung-1"), body=body, at=MORNING + MINUTE)
    assert f"{alert.number}, {alert.hazard}: on the screen just now." in page(desk)
    for address in ("/man-hinh/ta-lung-1/", "/man-hinh/ta-lung-1/tai-cho/"):
        said = page(desk, address, who="xep-lich")
        assert alert.number in said and "Emergency notice" in said
    assert "Emergency notice" in page(desk, "/toan-tinh/")


def test_what_comes_next_is_what_the_plan_says_when_the_notice_ends(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _alert(desk, MORNING, ends_at=monday("10:00"))
    found = page(desk)
    assert "When it ends: 10:00 Phòng cháy rừng" in found
    assert "Beneath it, by the schedule:" in found


def test_a_notice_that_ends_in_the_dark_of_the_evening_says_when_that_is(desk: Desk) -> None:
    _alert(desk, MORNING, ends_at=monday("20:00"))
    assert "When it ends: 20:00 Dark and silent: outside the hours" in page(desk)


def test_a_screen_that_is_silent_gets_the_notice_when_it_is_heard_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    alert = _alert(desk, MORNING + 10 * MINUTE)
    at(monkeypatch, MORNING + 20 * MINUTE)
    heard(MORNING + 20 * MINUTE, "ta-lung-2", "ta-lung-3", "trung-khanh-1")
    found = page(desk, "/man-hinh/ta-lung-1/")
    assert f"It gets emergency notice {alert.number} ({alert.hazard}) as soon as it is heard again." in found
    assert "No line or no power" in found


def test_an_exercise_is_said_only_of_screens_for_exercises(desk: Desk) -> None:
    Device.objects.filter(face="ta-lung-3").update(is_drill=True)
    alert = _alert(desk, MORNING, is_drill=True)
    found = page(desk, "/man-hinh/?trang-thai=drill")
    assert found.count("data-row-open") == 1
    assert alert.number in found and "ta-lung-3" in found


def test_a_dark_screen_that_is_heard_had_the_notice_sent_and_stays_first_to_look_at(desk: Desk) -> None:
    face = desk.world.faces["ta-lung-1"]
    report_incident(
        cluster=desk.cluster, face=face, kind=IncidentKind.DARK, detail="", actor=desk.scheduler, at=MORNING
    )
    alert = _alert(desk, MORNING, ends_at=monday("10:00"))
    found = page(desk, "/man-hinh/?trang-thai=dark")
    assert f"{alert.number}, {alert.hazard}: sent" in found and "as soon as it is heard again" not in found
    assert "A person at the place reported it dark" in found


def test_a_cover_is_still_named_beneath_an_emergency_notice(desk: Desk) -> None:
    Device.objects.filter(face="ta-lung-1").update(covered_at=MORNING)
    assert "Covered by an officer" in page(desk)
    alert = _alert(desk, MORNING)
    found = page(desk, "/man-hinh/ta-lung-1/")
    assert alert.number in found and "Covered by an officer" in found


def test_an_outage_of_the_hub_is_said_once_and_no_screen_is_to_look_at(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    restart = MORNING + 40 * MINUTE
    note_outage(at=restart)
    at(monkeypatch, restart)
    found = page(desk)
    assert "4 screens." in found and "No screen at all has been heard since 08:00" in found
    assert "4 silent for one cause" in found and "to look at" not in found.split("<h1", 1)[1].split("</h1", 1)[0]
    assert "One cause for many screens" in found
    heard(restart + MINUTE, "ta-lung-1")
    note_outage(at=restart + MINUTE)
    at(monkeypatch, restart + 2 * MINUTE)
    assert "This system was out of reach between 08:00 and 08:41; the screens are calling in again." in page(desk)


def test_a_cluster_that_falls_silent_as_a_whole_is_one_cause(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, MORNING + 20 * MINUTE)
    heard(MORNING + 20 * MINUTE, "trung-khanh-1")
    found = page(desk)
    assert "3 silent for one cause" in found
    assert "Lost contact as a whole" in found and "common line or power" in found


def test_hundreds_of_screens_come_fifty_a_page_with_their_filter_and_the_map_counts_all(
    desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    cluster = desk.world.clusters["trung-khanh"]
    Face.objects.bulk_create(
        Face(id=f"tk-{n:03d}", cluster=cluster, name_vi=f"Màn hình {n}", width=1024, height=512) for n in range(120)
    )
    client = Client()
    client.force_login(User.objects.get(pk=desk.world.users["lanh-dao"].pk))
    client.get("/man-hinh/")
    with django_assert_max_num_queries(18):
        first = unescape(client.get("/man-hinh/?trang-thai=never").content.decode())
    assert first.count("data-row-open") == 50
    assert "1 – 50 of 120" in first and "trang-thai=never&trang=2" in first
    last = page(desk, "/man-hinh/?trang-thai=never&trang=3")
    assert last.count("data-row-open") == 20 and "101 – 120 of 120" in last
    here = page(desk, "/man-hinh/?cum=ta-lung")
    assert here.count("data-row-open") == 3 and "?cum=trung-khanh" in here

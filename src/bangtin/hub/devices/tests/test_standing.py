"""The state word of a screen: steady against one late poll or one odd picture, dark only when a person says so."""

from datetime import datetime, timedelta

import pytest

from bangtin.hub.devices import actions, queries
from bangtin.hub.devices.actions import Head
from bangtin.hub.devices.actions.incidents import close_incident, report_incident
from bangtin.hub.devices.actions.reports import take_report
from bangtin.hub.devices.models import Device, Screenshot
from bangtin.hub.devices.queries import Cause, ScreenState
from bangtin.hub.devices.states import IncidentKind
from bangtin.hub.devices.tests.factories import enrolled, planned, published
from bangtin.hub.devices.tests.test_report import HEALTH, report
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.schedules.tests.factories import NOW, Desk, monday

pytestmark = pytest.mark.django_db
MORNING = monday("08:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def device(desk: Desk) -> Device:
    """A player that was heard at 08:00, on plan."""
    planned(desk)
    published(desk)
    found = enrolled(desk).device
    assert found is not None
    actions.note_request(device=found, sequence=actions.Sequence(1, "abcdefgh", 1), at=MORNING)
    actions.record_poll(device=found, head=Head(0, "0" * 64), bundle=2, status=None, at=MORNING)
    return found


def _standing(device: Device, *, after: timedelta = timedelta()) -> tuple[str, str]:
    found = queries.screen_state(device.face, MORNING + after).standing
    return str(found.state), str(found.cause)


def _shot(device: Device, minutes: int, distance: int) -> None:
    Screenshot.objects.create(
        device=device,
        face=device.face,
        at=MORNING - minutes * MINUTE,
        distance_permille=distance,
        is_different=distance >= 500,
        raw_sha256="0" * 64,
        received_at=MORNING,
    )


def test_a_screen_that_comes_back_is_on_plan_only_after_two_steady_minutes(device: Device) -> None:
    back = 20 * MINUTE
    assert _standing(device, after=back) == ("lost", "silent")
    actions.note_request(device=device, sequence=actions.Sequence(1, "abcdefgh", 2), at=MORNING + back)
    assert _standing(device, after=back + MINUTE) == ("late", "just_back")
    actions.note_request(device=device, sequence=actions.Sequence(1, "abcdefgh", 3), at=MORNING + back + MINUTE)
    assert _standing(device, after=back + 2 * MINUTE) == ("on_plan", "")


def test_a_player_without_a_page_is_not_on_plan_once_it_had_time_to_start(device: Device) -> None:
    nothing = {"face": "ta-lung-1", "item": "", "state": "no_page", "segment": ""}
    for uptime_s, told in ((60, ("on_plan", "")), (600, ("off_plan", "no_page"))):
        body = report(at_ms=to_ms(MORNING), showing=nothing, health={**HEALTH, "uptime_s": uptime_s})
        take_report(device=device, body=body, at=MORNING)
        assert _standing(device) == told


def test_one_odd_picture_is_doubted_and_two_in_a_row_are_something_else(device: Device) -> None:
    _shot(device, 2, 700)
    assert _standing(device) == ("on_plan", "one_picture_differs")
    _shot(device, 70, 650)
    assert _standing(device) == ("off_plan", "pictures_differ")
    _shot(device, 1, 40)
    assert _standing(device) == ("on_plan", "")


def test_a_player_that_says_it_shows_something_else_is_off_plan_until_it_says_otherwise(device: Device) -> None:
    planned_item = queries.screen_state(device.face, MORNING).planned
    assert planned_item is not None
    at_ms = to_ms(MORNING)
    other = {"face": "ta-lung-1", "item": "CB-2026-9999.1", "state": "item", "segment": "s"}
    take_report(device=device, body=report(at_ms=at_ms, showing=other), at=MORNING)
    assert _standing(device) == ("off_plan", "says_other")
    take_report(device=device, body=report(at_ms=at_ms, showing={**other, "item": "", "state": "card"}), at=MORNING)
    assert _standing(device) == ("off_plan", "stands_in")
    true = {**other, "item": planned_item.showing.item}
    take_report(device=device, body=report(at_ms=at_ms, showing=true), at=MORNING)
    assert _standing(device) == ("on_plan", "")


def test_an_emergency_notice_on_air_is_not_something_else(device: Device) -> None:
    showing = {"face": "ta-lung-1", "item": "KC-2026-0001", "state": "alert", "segment": "s"}
    take_report(device=device, body=report(at_ms=to_ms(MORNING), showing=showing), at=MORNING)
    assert _standing(device) == ("on_plan", "")


def test_dark_is_said_by_a_person_and_stands_until_the_incident_is_closed(desk: Desk, device: Device) -> None:
    row = report_incident(
        cluster=desk.cluster, face=device.face, kind=IncidentKind.DARK, detail="", actor=desk.scheduler, at=MORNING
    )
    assert _standing(device) == ("dark", "seen_dark")
    close_incident(incident=row, findings="Đã thay nguồn", actor=desk.scheduler, at=MORNING)
    assert _standing(device) == ("on_plan", "")


def test_a_covered_screen_says_so(device: Device) -> None:
    Device.objects.filter(pk=device.pk).update(covered_at=MORNING)
    assert _standing(device) == ("covered", "by_officer")


def test_a_screen_without_a_player_says_why(desk: Desk) -> None:
    found = queries.screen_state(desk.world.faces["ta-lung-1"], NOW).standing
    assert (found.state, found.cause) == (ScreenState.NEVER, Cause.NO_PLAYER)


def test_coming_back_is_noted_the_same_when_many_requests_are_taken_together(device: Device) -> None:
    back = MORNING + 20 * MINUTE
    assert actions.note_requests([(device, actions.Sequence(1, "abcdefgh", 2))], at=back) == [actions.Sequel.NEW]
    assert device.back_at == back
    assert _standing(device, after=21 * MINUTE) == ("late", "just_back")
    actions.note_requests([(device, actions.Sequence(1, "abcdefgh", 3))], at=back + MINUTE)
    device.refresh_from_db()
    assert device.back_at == back


def _second(desk: Desk, *, at: datetime) -> Device:
    found = enrolled(desk, face="ta-lung-2").device
    assert found is not None
    actions.note_request(device=found, sequence=actions.Sequence(1, "abcdefgh", 1), at=at)
    return found


def test_a_post_without_a_line_is_not_lost_while_sticks_bring_its_word(device: Device) -> None:
    day = timedelta(days=1)
    Device.objects.filter(pk=device.pk).update(carried_at=MORNING + day)
    device.refresh_from_db()
    assert _standing(device, after=5 * MINUTE) == ("late", "silent")
    assert _standing(device, after=2 * day) == ("carried", "carried")
    assert queries.screen_state(device.face, MORNING + 2 * day).standing.since == MORNING + day
    assert _standing(device, after=46 * day) == ("carried", "carried")
    assert _standing(device, after=46 * day + MINUTE) == ("lost", "carried")
    actions.note_request(device=device, sequence=actions.Sequence(1, "abcdefgh", 2), at=MORNING + 2 * day)
    assert _standing(device, after=2 * day + 10 * MINUTE) == ("late", "silent")


def test_a_player_that_had_no_line_after_its_enrolment_is_heard_by_stick(device: Device) -> None:
    Device.objects.filter(pk=device.pk).update(last_seen_at=None, carried_at=MORNING)
    assert _standing(device, after=MINUTE) == ("carried", "carried")


def test_posts_served_by_stick_are_no_cluster_that_fell_silent(desk: Desk, device: Device) -> None:
    other = _second(desk, at=MORNING)
    assert _standing(device, after=20 * MINUTE) == ("lost", "cluster_silent")
    Device.objects.filter(pk=other.pk).update(carried_at=MORNING + 2 * MINUTE)
    assert _standing(device, after=20 * MINUTE) == ("lost", "silent")
    Device.objects.filter(pk=device.pk).update(carried_at=MORNING + 2 * MINUTE)
    assert _standing(device, after=20 * MINUTE) == ("carried", "carried")

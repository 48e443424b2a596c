"""The fleet: who sees it, which word each screen gets, what it should show now."""

from datetime import timedelta

import pytest

from bangtin.hub.devices import actions, queries
from bangtin.hub.devices.actions import Head
from bangtin.hub.devices.queries import ScreenState
from bangtin.hub.devices.tests.factories import enrolled, planned, published
from bangtin.hub.schedules.tests.factories import NOW, Desk, monday


def test_a_screen_without_device_was_never_heard_from(desk: Desk) -> None:
    screen = queries.screen_state(desk.world.faces["ta-lung-1"], NOW)
    assert (screen.state, screen.device, screen.published, screen.planned) == (ScreenState.NEVER, None, None, None)


@pytest.mark.parametrize(
    ("minutes", "state"), [(1, ScreenState.ON_PLAN), (5, ScreenState.LATE), (20, ScreenState.LOST)]
)
def test_a_screen_is_judged_by_its_last_poll(desk: Desk, minutes: int, state: ScreenState) -> None:
    device = enrolled(desk).device
    assert device is not None
    sequence = actions.Sequence(boot=1, nonce="abcdefgh", q=1)
    assert actions.note_request(device=device, sequence=sequence, at=NOW) == actions.Sequel.NEW
    screen = queries.screen_state(desk.world.faces["ta-lung-1"], NOW + timedelta(minutes=minutes))
    assert (screen.state, screen.device) == (state, device)


def test_a_screen_that_stays_with_an_older_bundle_is_late(desk: Desk) -> None:
    planned(desk)
    published(desk)
    device = enrolled(desk).device  # joining issues bundle 2
    assert device is not None
    later = NOW + timedelta(minutes=10)
    actions.note_request(device=device, sequence=actions.Sequence(1, "abcdefgh", 1), at=later)
    actions.record_poll(device=device, head=Head(0, "0" * 64), bundle=1, status=None, at=later)
    assert queries.device_state(device, later) == ScreenState.LATE
    actions.record_poll(device=device, head=Head(0, "0" * 64), bundle=2, status=None, at=later)
    assert queries.device_state(device, later) == ScreenState.ON_PLAN
    accepted = queries.accepted_manifests(device)
    assert [(one.manifest.number, one.until_at) for one in accepted] == [(1, later), (2, None)]


def test_the_fleet_says_what_each_face_shows_and_why(desk: Desk) -> None:
    slot = planned(desk)
    published(desk)
    screens = queries.fleet(desk.scheduler, monday("08:00"))
    assert [screen.face.id for screen in screens] == ["ta-lung-1", "ta-lung-2", "ta-lung-3"]
    assert {screen.planned.version for screen in screens if screen.planned} == {slot.version}
    resting = queries.screen_state(desk.world.faces["ta-lung-1"], monday("12:00"))
    assert resting.is_resting and resting.planned is not None and resting.planned.clause == "cao-bang/8.1.a"


@pytest.mark.parametrize(
    ("username", "count"), [("xep-lich", 3), ("xep-lich-tk", 1), ("lanh-dao", 4), ("quan-tri", 4), ("dai", 0)]
)
def test_an_office_sees_the_screens_that_concern_it(desk: Desk, username: str, count: int) -> None:
    assert len(queries.fleet(desk.world.users[username], NOW)) == count

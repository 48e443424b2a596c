"""When the hub itself was out of reach, that is one cause and not a fault of each screen."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from bangtin.hub.devices import actions, queries
from bangtin.hub.devices.actions import Sequence, note_outage
from bangtin.hub.devices.models import Device, Incident, Outage
from bangtin.hub.devices.queries import Cause, ScreenState
from bangtin.hub.devices.tests.factories import enrolled
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
FACES = ("ta-lung-1", "ta-lung-2", "ta-lung-3", "trung-khanh-1")


@pytest.fixture
def screens(desk: Desk) -> dict[str, Device]:
    """Four screens of two clusters, all heard at NOW."""
    found = {}
    for face in FACES:
        device = enrolled(desk, face=face).device
        assert device is not None
        found[face] = device
    heard(found.values(), NOW)
    return found


def heard(devices: Iterable[Device], at: datetime) -> None:
    """Each of these calls at `at`, a few seconds apart."""
    for number, one in enumerate(devices):
        one.refresh_from_db()
        called_at = at + timedelta(seconds=number)
        sequence = Sequence(1, "abcdefgh", one.sequence + 1)
        assert actions.note_request(device=one, sequence=sequence, at=called_at) == actions.Sequel.NEW


def standings(desk: Desk, at: datetime) -> dict[str, tuple[str, str]]:
    found = queries.fleet(desk.world.users["lanh-dao"], at)
    return {one.face.pk: (str(one.standing.state), str(one.standing.cause)) for one in found}


def test_when_no_screen_at_all_is_heard_the_outage_is_one_and_is_said_as_such(
    desk: Desk, screens: dict[str, Device]
) -> None:
    assert note_outage(at=NOW + 2 * MINUTE) is None
    Device.objects.filter(face="ta-lung-1").update(covered_at=NOW)  # what it shows now nobody knows either
    begun = note_outage(at=NOW + 20 * MINUTE)
    assert begun is not None and (begun.from_at, begun.until_at) == (NOW + timedelta(seconds=3), None)
    assert note_outage(at=NOW + 21 * MINUTE) is None
    assert standings(desk, NOW + 21 * MINUTE) == dict.fromkeys(FACES, ("late", "hub_away"))
    assert Incident.objects.count() == 0


def test_after_the_hub_is_back_each_screen_has_five_minutes_before_its_silence_is_its_own(
    desk: Desk, screens: dict[str, Device]
) -> None:
    """Two come back at once, one within the five minutes, one not at all."""
    restart = NOW + 40 * MINUTE
    note_outage(at=restart)  # the first tick after the start: nobody has called yet
    heard([screens["ta-lung-1"], screens["ta-lung-2"]], restart + timedelta(seconds=20))
    ended = note_outage(at=restart + timedelta(seconds=30))
    assert ended is not None and ended.until_at == restart + timedelta(seconds=20)
    assert standings(desk, restart + MINUTE) == {
        "ta-lung-1": ("on_plan", ""),  # not "just back": it was never away
        "ta-lung-2": ("on_plan", ""),
        "ta-lung-3": ("late", "hub_away"),
        "trung-khanh-1": ("late", "hub_away"),
    }
    heard([screens["ta-lung-1"], screens["ta-lung-2"], screens["ta-lung-3"]], restart + 4 * MINUTE)
    assert standings(desk, restart + 5 * MINUTE)["ta-lung-3"] == ("on_plan", "")
    assert standings(desk, restart + 6 * MINUTE)["trung-khanh-1"] == ("lost", "silent")
    assert (Outage.objects.count(), note_outage(at=restart + 6 * MINUTE)) == (1, None)


def test_a_screen_that_was_silent_before_is_not_excused_by_the_outage(desk: Desk, screens: dict[str, Device]) -> None:
    heard([one for face, one in screens.items() if face != "ta-lung-2"], NOW + 10 * MINUTE)
    note_outage(at=NOW + 30 * MINUTE)
    found = standings(desk, NOW + 30 * MINUTE)
    assert found.pop("ta-lung-2") == ("lost", "silent")
    assert set(found.values()) == {("late", "hub_away")}


def test_one_place_that_falls_silent_is_no_outage_of_the_hub_but_one_cause(
    desk: Desk, screens: dict[str, Device]
) -> None:
    heard([screens["trung-khanh-1"]], NOW + 19 * MINUTE)
    assert note_outage(at=NOW + 20 * MINUTE) is None
    screen = queries.screen_state(desk.world.faces["ta-lung-1"], NOW + 20 * MINUTE)
    assert (screen.state, screen.standing.cause) == (ScreenState.LOST, Cause.CLUSTER_SILENT)
    assert screen.standing.is_shared and screen.standing.since == NOW + timedelta(seconds=2)
    heard([screens["ta-lung-3"]], NOW + 20 * MINUTE)
    assert standings(desk, NOW + 20 * MINUTE)["ta-lung-1"] == ("lost", "silent")


def test_a_few_screens_of_one_cluster_are_no_proof_that_the_hub_was_away(
    desk: Desk, screens: dict[str, Device]
) -> None:
    Device.objects.filter(face="trung-khanh-1").update(last_seen_at=NOW - timedelta(days=1))
    assert note_outage(at=NOW + 20 * MINUTE) is None

"""Requests of screens: signed whole, fresh, once, and by a key that still counts (trust 7)."""

from datetime import timedelta

import pytest

from bangtin.bundle import dsse
from bangtin.bundle.trusted import load
from bangtin.hub.api.tests.factories import COVERED, HEAD, Screen, real_now, send
from bangtin.hub.devices import actions, queries
from bangtin.hub.devices.models import Device, Incident
from bangtin.hub.devices.tests.factories import Player, enrolled
from bangtin.hub.schedules.tests.factories import NOW, Desk

STATE = "/api/v1/device/state"


def test_a_signed_poll_is_answered(screen: Screen) -> None:
    answer = screen.poll()
    assert answer.status_code == 200
    assert answer.json()["bundle"] is None and answer.json()["root_version"] == 1


def test_an_unsigned_request_is_refused(desk: Desk, client: object) -> None:
    answer = client.get(STATE, headers={"Bangtin-Head": HEAD})  # type: ignore[attr-defined]  # pytest-django's client
    assert (answer.status_code, answer.json()["code"]) == (401, "request_unsigned")


@pytest.mark.parametrize(
    "left_out", ["all but @method", "@authority", "@path", "@query", "bangtin-seq", "bangtin-head"]
)
def test_a_signature_that_leaves_a_component_out_is_refused(screen: Screen, left_out: str) -> None:
    """T58."""
    all_but = tuple(one for one in (*COVERED, "bangtin-head") if one != left_out)
    covered = ("@method",) if left_out == "all but @method" else all_but
    answer = screen.poll(covered=covered)
    assert (answer.status_code, answer.json()["code"]) == (401, "request_unsigned")


def test_a_signature_for_another_path_is_refused(screen: Screen) -> None:
    message = screen.signed(STATE, Bangtin_Head=HEAD)
    answer = send(message, path="/api/v1/device/state?x=1")
    assert (answer.status_code, answer.json()["code"]) == (401, "request_unsigned")


def test_a_signature_by_another_key_is_refused(screen: Screen) -> None:
    screen.player = Player.new()
    assert screen.poll().json()["code"] == "request_unsigned"


def test_a_device_that_nobody_knows_is_refused(screen: Screen) -> None:
    screen.keyid = "player-nowhere"
    assert screen.poll().json()["code"] == "request_unsigned"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_request_made_at_another_time_is_told_to_ask_for_the_time(screen: Screen, minutes: int) -> None:
    answer = screen.poll(created=real_now() + timedelta(minutes=minutes))
    assert (answer.status_code, answer.json()["code"]) == (401, "request_clock")


def test_a_replayed_request_is_refused(screen: Screen) -> None:
    """T57."""
    message = screen.signed(STATE, Bangtin_Head=HEAD)
    assert send(message).status_code == 200
    assert (send(message).status_code, send(message).json()["code"]) == (409, "request_replayed")


def test_requests_of_one_boot_may_overtake_one_another_but_not_twice(screen: Screen) -> None:
    assert screen.poll(q=5).status_code == 200
    assert screen.poll(q=3).status_code == 200
    assert screen.poll(q=3).json()["code"] == "request_replayed"
    assert screen.poll(q=90).status_code == 200
    assert screen.poll(q=50).json()["code"] == "request_replayed"


def test_a_cloned_disk_is_noticed_and_both_may_still_hand_in_records(screen: Screen) -> None:
    """T60."""
    clone = Screen(screen.player, screen.keyid)
    assert screen.poll().status_code == 200
    assert (clone.poll().status_code, clone.poll().json()["code"]) == (409, "clone_suspected")
    assert Device.objects.get().is_clone_suspected
    assert Incident.objects.get().kind == "clone"
    body = b"not a batch"
    answer = send(clone.signed("/api/v1/device/records", method="POST", body=body))
    assert answer.json()["code"].startswith("batch_")


def test_an_older_boot_is_a_clone(screen: Screen) -> None:
    screen.boot = 4
    assert screen.poll().status_code == 200
    screen.boot = 3
    assert screen.poll().json()["code"] == "clone_suspected"


def test_a_revoked_device_is_told_so_under_the_hubs_signature(desk: Desk, screen: Screen) -> None:
    """T61: what the hub says; what the player does is in player/tests/test_command.py."""
    device = Device.objects.get()
    actions.revoke(device=device, reason="Mất máy", actor=desk.world.users["an-toan"], at=NOW)
    answer = screen.poll()
    assert (answer.status_code, answer.json()["code"]) == (403, "device_revoked")
    from bangtin.bundle import canonical

    command = dsse.open(canonical.encode(answer.json()["command"]), "command")
    assert command.payload["kind"] == "revoke" and command.payload["device"] == device.pk
    assert load(queries.current_files(), anchor=queries.anchor(), at=NOW).is_signed("hub", command)


def test_a_player_whose_place_was_taken_is_revoked_and_not_merely_unsigned(desk: Desk, screen: Screen) -> None:
    enrolled(desk, at=NOW + timedelta(minutes=1))
    assert screen.poll().json()["code"] == "device_revoked"


def test_a_changed_body_is_refused(screen: Screen) -> None:
    """T59."""
    message = screen.signed("/api/v1/device/records", method="POST", body=b"one")
    assert send(message, body=b"two").json()["code"] == "request_body"


def test_a_body_without_a_signed_digest_is_refused(screen: Screen) -> None:
    message = screen.signed("/api/v1/device/records", method="POST")
    assert send(message, body=b"two").json()["code"] == "request_unsigned"


def test_a_body_above_its_bound_is_refused_before_anything_else(screen: Screen) -> None:
    message = screen.signed("/api/v1/device/records", method="POST", body=b"x" * 1_200_000)
    answer = send(message)
    assert (answer.status_code, answer.json()["code"]) == (413, "request_too_large")

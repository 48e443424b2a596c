"""Enrolment: codes right, wrong, old and tried too often; re-enrolment and revocation."""

from datetime import timedelta

import pytest

from bangtin.bundle.devices import enrolment_code
from bangtin.hub.devices import actions, errors, queries
from bangtin.hub.devices.models import Device, DeviceKey, Enrolment
from bangtin.hub.devices.states import DeviceState, EnrolmentState
from bangtin.hub.devices.tests.factories import Player, enrolled, planned, published, record_of
from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.schedules.tests.factories import NOW, Desk


def test_the_code_that_the_screen_shows_makes_it_a_device_of_the_face(desk: Desk) -> None:
    player = Player.new()
    enrolment = player.begin()
    shown = enrolment_code(
        key=player.key.public_key().public_bytes_raw(), nonce=bytes.fromhex(enrolment.nonce), root=queries.anchor()
    )
    typed = f" {shown.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "
    player.device = _confirm(desk, typed)
    record = record_of(player)
    assert (record.device, record.faces, record.epoch) == ("player-ta-lung-1", ("ta-lung-1",), 1)
    assert record.until_at - record.enrolled_at == timedelta(days=400)


def test_a_wrong_code_is_refused_and_counts_as_a_try(desk: Desk) -> None:
    """T62: the code of another key is one nobody waits for."""
    Player.new().begin()
    with pytest.raises(errors.CodeUnknown) as caught:
        _confirm(desk, "00000-00000")
    assert caught.value.wire == "enrolment_unknown"
    assert queries.wrong_codes(desk.world.users["an-toan"], since=NOW - timedelta(minutes=10)) == 1
    assert queries.wrong_codes(desk.world.users["quan-tri"], since=NOW - timedelta(minutes=10)) == 0


def test_after_five_wrong_codes_the_right_one_counts_no_more(desk: Desk) -> None:
    """T62: the sixth try."""
    enrolment = Player.new().begin()
    _mistype(desk, times=5)
    with pytest.raises(errors.TooManyTries) as caught:
        _confirm(desk, enrolment.code)
    assert caught.value.wire == "enrolment_tries"
    assert not Device.objects.exists()


def test_wrong_codes_hold_up_neither_another_officer_nor_a_screen_that_waits(desk: Desk) -> None:
    """`enrolment_tries` is for the officer who typed them, for ten minutes."""
    first, second = Player.new().begin(), Player.new().begin(address="10.0.0.8")
    _mistype(desk, times=5)
    with pytest.raises(errors.TooManyTries) as caught:
        _confirm(desk, first.code)
    assert caught.value.wire == "enrolment_tries"
    assert _confirm(desk, first.code, who="quan-tri").pk == "player-ta-lung-1"
    second.refresh_from_db()
    assert second.state == EnrolmentState.PENDING
    later = Player.new().begin(at=NOW + timedelta(minutes=11))
    assert _confirm(desk, later.code, minutes=11).epoch == 2


def test_right_codes_between_wrong_ones_give_no_further_tries(desk: Desk) -> None:
    """`enrolment_tries`: who has a screen of his own to enrol guesses no more than others."""
    _mistype(desk, times=4)
    _confirm(desk, Player.new().begin().code)
    _mistype(desk, times=1)
    with pytest.raises(errors.TooManyTries):
        _confirm(desk, Player.new().begin().code)


def test_a_code_older_than_ten_minutes_is_refused(desk: Desk) -> None:
    enrolment = Player.new().begin()
    with pytest.raises(errors.CodeExpired):
        _confirm(desk, enrolment.code, minutes=10)


def test_one_screen_waits_per_address_and_may_ask_again(desk: Desk) -> None:
    player = Player.new()
    first, second = player.begin(), player.begin()
    first.refresh_from_db()
    assert (first.state, second.state) == (EnrolmentState.REFUSED, EnrolmentState.PENDING)
    with pytest.raises(errors.EnrolmentPending):
        Player.new().begin()
    assert Player.new().begin(address="10.0.0.8").state == EnrolmentState.PENDING
    assert Player.new().begin(at=NOW + timedelta(minutes=11)).pk


@pytest.mark.parametrize("body", [b"", b"{}", b'{"type":"bangtin.enrol.v1","key":"AA","sent_ms":1}', b"[" * 999])
def test_what_is_no_enrolment_is_refused(desk: Desk, body: bytes) -> None:
    with pytest.raises(errors.BadEnrolment):
        actions.begin_enrolment(body=body, address="10.0.0.7", at=NOW)


def test_a_key_that_is_a_device_already_cannot_enrol_again(desk: Desk) -> None:
    player = enrolled(desk)
    with pytest.raises(errors.BadEnrolment):
        player.begin()


@pytest.mark.parametrize("username", ["xep-lich", "van-hanh", "tham-dinh-1", "dai", "lanh-dao"])
def test_only_keepers_enrol_and_revoke(desk: Desk, username: str) -> None:
    player, enrolment = enrolled(desk), Player.new().begin(address="10.0.0.9")
    actor = desk.world.users[username]
    assert player.device is not None
    with pytest.raises(NotPermitted):
        actions.confirm_enrolment(code=enrolment.code, face=desk.world.faces["ta-lung-2"], actor=actor, at=NOW)
    with pytest.raises(NotPermitted):
        actions.revoke(device=player.device, reason="Mất máy", actor=actor, at=NOW)


def test_a_new_player_on_the_face_is_the_next_epoch_and_ends_the_old_key(desk: Desk) -> None:
    old, new = enrolled(desk), enrolled(desk, at=NOW + timedelta(hours=1))
    assert old.device is not None and new.device is not None
    assert (new.device.pk, new.device.epoch) == (old.device.pk, 2)
    keys = {row.epoch: row for row in DeviceKey.objects.all()}
    assert keys[1].revoked_at == NOW + timedelta(hours=1) and keys[2].revoked_at is None
    former = queries.key_of(new.device, 1)
    assert former is not None and former.public_key == old.public_key


def test_a_device_that_joins_or_leaves_is_in_or_out_of_the_next_bundle(desk: Desk) -> None:
    planned(desk)
    published(desk)
    player = enrolled(desk)
    assert player.device is not None
    assert set(queries.manifest_of(desk.cluster, 2).devices) == {"player-ta-lung-1"}
    actions.revoke(device=player.device, reason="Mất máy", actor=desk.world.users["an-toan"], at=NOW)
    assert queries.manifest_of(desk.cluster, 3).devices == {}
    assert queries.manifest_of(desk.cluster, 3).windows == queries.manifest_of(desk.cluster, 1).windows


def test_a_revoked_device_is_revoked_once_and_may_enrol_anew(desk: Desk) -> None:
    player = enrolled(desk)
    assert player.device is not None
    actions.revoke(device=player.device, reason="Mất máy", actor=desk.world.users["an-toan"], at=NOW)
    with pytest.raises(StaleState):
        actions.revoke(device=player.device, reason="Mất máy", actor=desk.world.users["an-toan"], at=NOW)
    again = enrolled(desk).device
    assert again is not None
    assert (again.state, again.epoch, again.revoked_at) == (DeviceState.ACTIVE, 2, None)


def _mistype(desk: Desk, *, times: int) -> None:
    for _time in range(times):
        with pytest.raises(errors.CodeUnknown):
            _confirm(desk, "00000-00000")


def _confirm(desk: Desk, code: str, *, minutes: int = 0, who: str = "an-toan") -> Device:
    return actions.confirm_enrolment(
        code=code,
        face=desk.world.faces["ta-lung-1"],
        actor=desk.world.users[who],
        at=NOW + timedelta(minutes=minutes),
    )


def test_the_kit_holds_the_address_the_province_and_the_root(desk: Desk, tmp_path: "object") -> None:
    import json
    from pathlib import Path

    path = actions.write_kit(path=Path(str(tmp_path)) / "kit.json", at=NOW)
    kit = json.loads(path.read_text())
    assert kit["root"].encode() == queries.anchor() and kit["province"] == "cao-bang"
    assert Enrolment.objects.count() == 0

"""Prove it: a code read off the LED is marked once, while it is young, by whoever works for the cluster."""

from datetime import timedelta

import pytest

from bangtin.bundle import gate_codes
from bangtin.hub.devices import errors
from bangtin.hub.devices.actions.commands import Order, order
from bangtin.hub.devices.actions.gate import mark_seen, read_code
from bangtin.hub.devices.actions.incidents import report_incident
from bangtin.hub.devices.models import GateCheck, Incident
from bangtin.hub.devices.states import CommandKind, IncidentKind
from bangtin.hub.devices.tests.factories import Player, enrolled
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = pytest.mark.django_db


def token(player: Player, *, nonce: str = "abcdefgh", epoch: int = 1, at_ms: int = to_ms(NOW)) -> str:
    """A code as the player shows it."""
    assert player.device is not None
    return gate_codes.make(device=player.device.pk, epoch=epoch, at_ms=at_ms, nonce=nonce, key=player.key)


def test_a_code_read_off_the_screen_marks_it_seen_at_the_gate_once(desk: Desk) -> None:
    code = token(enrolled(desk))
    row = mark_seen(token=code, actor=desk.scheduler, at=NOW + timedelta(minutes=1))
    assert (row.face_id, row.seen_by, row.shown_at) == ("ta-lung-1", desk.scheduler, NOW)
    with pytest.raises(errors.GateCodeUsed):
        mark_seen(token=code, actor=desk.scheduler, at=NOW + timedelta(minutes=2))
    assert GateCheck.objects.count() == 1


def test_an_old_code_and_one_of_tomorrow_prove_nothing(desk: Desk) -> None:
    code = token(enrolled(desk))
    for minutes in (11, -3):
        with pytest.raises(errors.GateCodeOld):
            mark_seen(token=code, actor=desk.scheduler, at=NOW + timedelta(minutes=minutes))


def test_a_code_that_the_hub_asked_for_counts_although_the_players_clock_is_wrong(desk: Desk) -> None:
    player = enrolled(desk)
    assert player.device is not None
    asked = order(devices=[player.device], wanted=Order(CommandKind.PROVE), actor=desk.scheduler, at=NOW)[0]
    code = token(player, nonce=str(asked.args["nonce"]), at_ms=1_000)
    assert read_code(code).asked_at == NOW
    assert mark_seen(token=code, actor=desk.scheduler, at=NOW + timedelta(minutes=2)).device == player.device


def test_codes_of_other_keys_other_enrolments_and_nonsense_are_refused(desk: Desk) -> None:
    player, stranger = enrolled(desk), Player.new()
    stranger.device = player.device
    for code in (token(stranger), token(player, epoch=2), "x.1.2.abcdefgh.AA", "", "../../etc/passwd"):
        with pytest.raises(errors.GateCodeUnreadable):
            mark_seen(token=code, actor=desk.scheduler, at=NOW)


def test_only_who_works_for_the_cluster_vouches_for_its_screens(desk: Desk) -> None:
    code = token(enrolled(desk))
    for username in ("dai", "xep-lich-tk", "tham-dinh-1"):
        with pytest.raises(NotPermitted):
            mark_seen(token=code, actor=desk.world.users[username], at=NOW)


def test_a_screen_reported_dark_is_lit_again_when_its_code_is_seen(desk: Desk) -> None:
    player = enrolled(desk)
    face = desk.world.faces["ta-lung-1"]
    dark = report_incident(
        cluster=desk.cluster, face=face, kind=IncidentKind.DARK, detail="", actor=desk.scheduler, at=NOW
    )
    mark_seen(token=token(player), actor=desk.scheduler, at=NOW + timedelta(minutes=1))
    dark.refresh_from_db()
    assert dark.closed_by == desk.scheduler
    assert not Incident.objects.filter(closed_at=None).exists()

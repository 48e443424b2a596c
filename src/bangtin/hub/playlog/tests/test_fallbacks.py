"""A screen that shows something else than what was planned is told of, once a day, and its plays count as filler."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from bangtin.hub.kit.models import OutboxMessage
from bangtin.hub.playlog.actions import announce_fallbacks, ingest
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.playlog.queries import day_proof, proof_of_play
from bangtin.hub.playlog.queries.fallbacks import CARD, FILLER, PROVINCE, fallbacks
from bangtin.hub.playlog.tests.factories import START, Screen, screen
from bangtin.hub.schedules.models import ProvinceFiller

pytestmark = pytest.mark.django_db
LATER = START + timedelta(minutes=20)


def _fell_back(one: Screen) -> None:
    """Eighteen turns, of which the last twelve showed filler in the slot's place."""
    ingest(device=one.device, body=one.say(*(one.play(turn) for turn in range(18))), at=LATER)
    PlayRecord.objects.filter(n__gt=6).update(bulletin_class="filler", version=one.filler)


def _rungs(one: Screen) -> list[tuple[str, int]]:
    found = fallbacks([one.slot.cluster_id], START - timedelta(hours=1), LATER)
    assert {each.face_id for each in found} <= {one.device.face_id}
    return [(each.rung, each.shown_ms) for each in found]


def test_filler_in_the_place_of_a_slot_is_filler_and_a_gap_of_the_slot() -> None:
    one = screen(minutes=3)
    _fell_back(one)
    proof = proof_of_play(one.slot, at=LATER)
    assert (proof.plays, proof.aired_ms, proof.error_ms) == (6, 60_000, -120_000)
    assert [(gap.reason, gap.length_ms) for gap in proof.gaps] == [("filler", 120_000)]
    assert day_proof(one.slot.cluster, START.date(), at=LATER).filler.shown_ms == 120_000


def test_each_rung_is_told_apart_and_what_is_brief_is_left_out() -> None:
    one = screen(minutes=3)
    _fell_back(one)
    assert _rungs(one) == [(FILLER, 120_000)]
    ProvinceFiller.objects.create(
        instrument=one.world.instrument, version=one.filler, added_by=one.world.users["bao-cao"], added_at=START
    )
    PlayRecord.objects.filter(n__gt=10).update(slot=None)
    PlayRecord.objects.filter(n=1).update(kind="gap", bulletin_class="card", shown_ms=61_000)
    PlayRecord.objects.filter(n=2).update(kind="gap", bulletin_class="rest", shown_ms=61_000)
    assert _rungs(one) == [(PROVINCE, 80_000), (CARD, 61_000)]


def test_who_operates_the_cluster_hears_of_it_once_a_day(settings: Settings) -> None:
    one = screen(minutes=3)
    _fell_back(one)
    user = one.world.users["xep-lich-tk"]
    assert announce_fallbacks(at=LATER) == 0  # no mail server is set
    settings.EMAIL_HOST = "mail.example"
    assert announce_fallbacks(at=LATER) == 0  # nobody has an address
    type(user).objects.filter(pk=user.pk).update(email="xep-lich@example.vn")
    for _again in range(2):
        announce_fallbacks(at=LATER)
    (mail,) = OutboxMessage.objects.all()
    assert mail.recipient == "xep-lich@example.vn" and one.device.face_id in mail.body
    assert "/nhat-ky/?cum=trung-khanh&ngay=2026-11-23" in mail.body

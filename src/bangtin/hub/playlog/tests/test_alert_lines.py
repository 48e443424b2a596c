"""Lines of emergency notices, and plays that one cut short, graded by the envelopes that were signed."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle import alerts
from bangtin.bundle.alerts import AlertNotice, AlertText
from bangtin.bundle.signers import ed25519_signer
from bangtin.hub.alerts.models import Alert, AlertEnvelope
from bangtin.hub.alerts.states import AlertState
from bangtin.hub.playlog.actions import ingest, regrade
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.playlog.tests.factories import START, TURN_MS, Screen, screen

pytestmark = pytest.mark.django_db
NAME = "KC-2026-0001"
BEGINS = START + timedelta(seconds=4)


def on_air(one: Screen, *, is_drill: bool = False) -> AlertNotice:
    """A flood warning for the screen's cluster from the fourth second on, signed and stored."""
    notice = AlertNotice(
        id=NAME,
        n=1,
        active=(NAME,),
        kind="alert",
        at=BEGINS,
        starts=BEGINS,
        ends=BEGINS + timedelta(hours=1),
        clusters=("cao-bang/trung-khanh",),
        texts={"vi": AlertText("Lũ quét")},
        is_drill=is_drill,
    )
    row = Alert.objects.create(
        number=NAME,
        instrument_id=one.slot.cluster.instrument_id,
        state=AlertState.ISSUED,
        is_drill=is_drill,
        hazard="Lũ quét",
        issuer_name="BCH",
        starts_at=notice.starts,
        ends_at=notice.ends,
        made_at=BEGINS,
    )
    row.clusters.add(one.slot.cluster)
    body = alerts.encode(notice, [ed25519_signer(Ed25519PrivateKey.generate())])
    AlertEnvelope.objects.create(province="cao-bang", n=1, alert=row, kind="alert", body=body, made_at=BEGINS)
    return notice


def said(one: Screen, notice: AlertNotice) -> bytes:
    """A turn that the notice cut after four seconds, and the notice for the next six."""
    cut = one.play(0, shown_ms=4_000, end="replaced")
    shown = one.play(
        0,
        k="alert",
        from_ms=cut.from_ms + 4_000,
        mono_ms=cut.mono_ms + 4_000,
        shown_ms=TURN_MS - 4_000,
        item=NAME,
        content=notice.content_digest(),
        class_="emergency",
        slot="",
    )
    return one.say(cut, shown)


def grades() -> list[tuple[str, str]]:
    """Grade and reason of every record."""
    return list(PlayRecord.objects.order_by("n").values_list("grade", "reason"))


def test_a_notice_and_the_play_it_cut_agree_with_what_was_signed() -> None:
    one = screen()
    body = said(one, on_air(one))
    one.commit(at=START + timedelta(seconds=25))
    ingest(device=one.device, body=body, at=START + timedelta(minutes=5))
    assert grades() == [("corroborated", "agrees")] * 2
    assert regrade(device=one.device, at=START + timedelta(minutes=6)) == 0


def test_an_exercise_explains_nothing_on_a_screen_that_shows_none() -> None:
    one = screen()
    body = said(one, on_air(one, is_drill=True))
    one.commit(at=START + timedelta(seconds=25))
    ingest(device=one.device, body=body, at=START + timedelta(minutes=5))
    assert grades() == [("claimed", "shown_short"), ("quarantined", "record_unknown_alert")]

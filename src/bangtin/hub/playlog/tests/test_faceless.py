"""Lines that name no face, batches without a line: each has its verdict, and the taking in goes on."""

from datetime import timedelta

import pytest

from bangtin.bundle import playlog
from bangtin.bundle.errors import BundleRefusal
from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.models import Batch, PlayRecord
from bangtin.hub.playlog.tests.factories import START, screen

pytestmark = pytest.mark.django_db
LATER = START + timedelta(minutes=5)


@pytest.mark.parametrize("kind", playlog.KINDS)
def test_a_line_that_names_no_face_has_its_verdict_and_the_rest_goes_on(kind: str) -> None:
    one = screen()
    body = one.say(one.play(0, k=kind, face=""), one.play(1))
    one.commit(at=START + timedelta(seconds=25))
    assert ingest(device=one.device, body=body, at=LATER).to == 2
    found = dict(PlayRecord.objects.values_list("n", "grade"))
    assert found[2] == "corroborated"
    assert found[1] == ("quarantined" if kind in ("play", "gap", "blank", "alert") else "claimed")


def test_a_batch_of_no_line_is_refused() -> None:
    one = screen()
    ingest(device=one.device, body=one.say(one.play(0), one.play(1)), at=LATER)
    empty = one.sealed([], first=3, before=one.head, head=one.head)
    with pytest.raises(BundleRefusal) as caught:
        ingest(device=one.device, body=empty, at=LATER)
    assert caught.value.code == "batch_chain"
    assert Batch.objects.count() == 1

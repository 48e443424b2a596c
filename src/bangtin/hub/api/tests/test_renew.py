"""A screen's record is renewed, and its key changed, by requests that its present key signs (trust D.3)."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle import canonical, dsse
from bangtin.hub.api.tests.factories import Screen, send
from bangtin.hub.devices.actions import keys
from bangtin.hub.devices.actions.renewal import TYPE, proof_message
from bangtin.hub.devices.models import Bundle, Device, DeviceKey
from bangtin.hub.devices.tests.factories import planned, published
from bangtin.hub.schedules.tests.factories import Desk

PATH = "/api/v1/device/record"


def asked(screen: Screen, key: Ed25519PrivateKey, *, prover: Ed25519PrivateKey | None = None) -> Any:
    """The hub's answer to a wish for `key`, signed by the key the screen has."""
    text = base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()
    proof = (prover or key).sign(proof_message(screen.keyid, text))
    body = canonical.encode(
        {"type": TYPE, "key": text, "proof": base64.urlsafe_b64encode(proof).rstrip(b"=").decode(), "sent_ms": 1}
    )
    return send(screen.signed(PATH, method="POST", body=body, Content_Type="application/json"))


def record(answer: Any) -> dict[str, Any]:
    """The payload of the answered record."""
    assert answer.status_code == 200, answer.content
    return dict(dsse.open(canonical.encode(json.loads(answer.content)["record"]), "device").payload)


def test_a_young_record_is_said_again_and_an_old_one_renewed(screen: Screen) -> None:
    device = Device.objects.get(pk=screen.keyid)
    first = record(asked(screen, screen.player.key))
    assert first == dict(dsse.open(bytes(device.record), "device").payload)
    until = str(first["until"])
    old = {**first, "until": until.replace(until[:4], str(int(until[:4]) - 1), 1)}
    Device.objects.filter(pk=device.pk).update(record=dsse.sign("device", old, keys.load().of("hub")))
    renewed = record(asked(screen, screen.player.key))
    assert {**renewed, "until": ""} == {**first, "until": ""}
    assert str(renewed["until"]) >= until
    device.refresh_from_db()
    assert device.epoch == 1


def test_another_key_is_the_next_epoch_and_the_old_one_is_revoked(desk: Desk, screen: Screen) -> None:
    planned(desk)
    published(desk)
    number = Bundle.objects.order_by("-number").values_list("number", flat=True)[0]
    following = Ed25519PrivateKey.generate()
    found = record(asked(screen, following))
    assert (found["epoch"], found["key"]) == (2, following.public_key().public_bytes_raw().hex())
    assert Bundle.objects.order_by("-number").values_list("number", flat=True)[0] == number + 1
    refused = screen.poll()
    assert (refused.status_code, json.loads(refused.content)["code"]) == (403, "device_revoked")
    assert DeviceKey.objects.get(device=screen.keyid, epoch=1).revoked_at is not None
    screen.player.key = following
    assert screen.poll().status_code == 200
    again = record(asked(screen, following))  # the answer was lost on its way
    assert again == found


@pytest.mark.parametrize("case", ["unproved", "known"])
def test_a_key_that_is_not_proved_or_is_known_is_refused(screen: Screen, case: str) -> None:
    following = Ed25519PrivateKey.generate()
    if case == "known":
        old = screen.player.key
        record(asked(screen, following))
        screen.player.key = following
        answer = asked(screen, old)
    else:
        answer = asked(screen, following, prover=screen.player.key)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (400, "enrolment_key")

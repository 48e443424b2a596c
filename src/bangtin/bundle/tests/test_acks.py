"""trust 8.9: what an answer on the line says of records counts only if the hub signed it, for this device."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bangtin.bundle import acks
from bangtin.bundle.acks import Ack
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.tests import world

ACK = Ack("dev-1", 1, 40, "a" * 64)
KEYS = world.accept(world.published()).keys


def answer(ack: Ack = ACK, *, role: str = "hub") -> dict[str, Any]:
    return acks.encode_answer(ack, world.KEYS.of(role))


def test_an_answer_on_the_line_is_the_same_word_as_on_a_stick_and_small() -> None:
    said = json.loads(json.dumps(answer()))
    assert acks.read_answer(said, keys=KEYS, device="dev-1") == ACK
    assert acks.read(acks.encode(ACK, world.KEYS.of("hub")), keys=KEYS, device="dev-1") == ACK
    assert len(json.dumps(said, separators=(",", ":"))) < 300


@pytest.mark.parametrize(
    "forged",
    [
        {"epoch": 1, "to": 40, "head": "a" * 64},
        {**answer(), "to": 41},
        {**answer(), "epoch": 2},
        {**answer(), "head": "b" * 64},
        {**answer(), "to": 40.0},
        {**answer(), "signatures": []},
        {**answer(), "signatures": answer(role="approvals")["signatures"]},
        {**answer(), "signatures": answer(role="c-ta-lung")["signatures"]},
        {**answer(), "signatures": 2 * answer()["signatures"]},
        {**answer(), "signatures": [[[[[[[[[[[[[[]]]]]]]]]]]]]]},
        {**answer(), "x_more": 1},
        answer(replace(ACK, device="dev-2")),
        None,
        [],
        "ack",
    ],
)
def test_an_acknowledgement_that_the_hub_did_not_sign_is_refused(forged: object) -> None:
    with pytest.raises(BundleRefusal) as caught:
        acks.read_answer(forged, keys=KEYS, device="dev-1")
    assert (caught.value.code, caught.value.step) == ("ack_unsigned", "8.9")

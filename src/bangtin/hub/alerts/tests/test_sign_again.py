"""A new key for alerts takes nothing off the screens; a new key for approvals names what must be ordered anew."""

import pytest

from bangtin.bundle import alerts as notices
from bangtin.bundle import dsse, trusted
from bangtin.hub.alerts import actions, queries
from bangtin.hub.alerts.tests.factories import ordered
from bangtin.hub.devices.actions import ceremonies
from bangtin.hub.devices.queries import current_files
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def _rotate(role: str) -> None:
    ceremonies.publish(papers=ceremonies.prepare(ceremonies.rotation([role]), at=NOW), at=NOW)


def _told() -> list[bytes]:
    return queries.envelopes_for("cao-bang/ta-lung", at=NOW)


def _is_signed(envelope: bytes) -> bool:
    files = current_files()
    keys = trusted.load(files, anchor=files["metadata/1.root.json"], at=NOW)
    return keys.is_signed("alerts", dsse.open(envelope, "alert"))


def test_what_is_on_air_stays_so_under_a_new_key_with_the_same_number(desk: Desk) -> None:
    ordered(desk)
    (before,) = _told()
    _rotate("alerts")
    assert not _is_signed(before)
    assert actions.sign_again(at=NOW) == []
    (after,) = _told()
    assert _is_signed(after)
    assert notices.read(after) == notices.read(before)
    assert actions.sign_again(at=NOW) == []
    assert _told() == [after]


def test_an_order_that_the_old_approval_key_proved_is_named(desk: Desk) -> None:
    alert = ordered(desk)
    _rotate("approvals")
    assert actions.sign_again(at=NOW) == [alert.number]

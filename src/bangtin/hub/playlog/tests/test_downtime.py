"""Standstill: what was planned and stood dark, in minutes and by reason; what was merely late is none."""

from datetime import timedelta

import pytest

from bangtin.hub.kit.clock import local_date
from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.queries import downtime
from bangtin.hub.playlog.tests.factories import START, screen

pytestmark = pytest.mark.django_db


def test_minutes_of_standstill_are_told_by_face_and_reason() -> None:
    one = screen()
    before = [one.play(turn) for turn in range(20)]
    cut = one.play(20, shown_ms=3_000, end="cut")
    after = [one.play(turn) for turn in range(33, 60)]
    ingest(device=one.device, body=one.say(*before, cut, *after), at=START + timedelta(minutes=11))
    (row,) = downtime.of_day(one.slot.cluster, local_date(START), at=START + timedelta(minutes=20))
    assert (row.face_id, row.minutes, row.stops) == ("trung-khanh-1", 3, 1)
    assert row.ms == 7_000 + 12 * 10_000
    assert row.by_reason == {"cut": row.ms}


def test_a_day_that_aired_whole_has_no_standstill() -> None:
    one = screen()
    ingest(
        device=one.device,
        body=one.say(*[one.play(turn) for turn in range(60)]),
        at=START + timedelta(minutes=11),
    )
    assert downtime.of_day(one.slot.cluster, local_date(START), at=START + timedelta(minutes=20)) == []

"""Standstill: what was planned and stood dark, in minutes and by reason; what was merely late is none."""

from datetime import timedelta

import pytest

from bangtin.hub.devices.models import Incident
from bangtin.hub.devices.states import IncidentKind
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


def test_standstill_inside_open_incidents_is_kept_apart() -> None:
    one = screen()
    cut = one.play(20, shown_ms=3_000, end="cut")
    before = [one.play(turn) for turn in range(20)]
    after = [one.play(turn) for turn in range(33, 60)]
    ingest(device=one.device, body=one.say(*before, cut, *after), at=START + timedelta(minutes=11))
    seen, mended = START + timedelta(seconds=250), START + timedelta(seconds=310)
    for face in (one.device.face, None):  # two people report it, one of the whole cluster
        Incident.objects.create(
            cluster=one.slot.cluster, face=face, kind=IncidentKind.DARK, opened_at=seen, closed_at=mended
        )
    (row,) = downtime.of_day(one.slot.cluster, local_date(START), at=START + timedelta(minutes=20))
    assert (row.ms, row.incident_ms, row.incident_minutes) == (127_000, 60_000, 1)


def test_an_incident_of_another_face_or_day_explains_nothing() -> None:
    one = screen()
    other = one.world.faces["ta-lung-1"]
    Incident.objects.create(
        cluster=one.slot.cluster, face=other, kind=IncidentKind.DARK, opened_at=START, closed_at=None
    )
    Incident.objects.create(
        cluster=one.slot.cluster, kind=IncidentKind.POWER, opened_at=START + timedelta(days=1), closed_at=None
    )
    (row,) = downtime.of_day(one.slot.cluster, local_date(START), at=START + timedelta(minutes=20))
    assert (row.ms, row.incident_ms) == (600_000, 0)


def test_an_incident_tells_the_standstill_of_its_own_days_face_and_time() -> None:
    one = screen()
    cut = one.play(20, shown_ms=3_000, end="cut")
    before = [one.play(turn) for turn in range(20)]
    after = [one.play(turn) for turn in range(33, 60)]
    ingest(device=one.device, body=one.say(*before, cut, *after), at=START + timedelta(minutes=11))
    seen, mended = START + timedelta(seconds=250), START + timedelta(seconds=310)
    said = {"cluster": one.slot.cluster, "kind": IncidentKind.DARK, "opened_at": seen}
    own = Incident.objects.create(face=one.device.face, closed_at=mended, **said)
    other = Incident.objects.create(face=one.world.faces["ta-lung-1"], closed_at=mended, **said)
    at, today = START + timedelta(minutes=20), local_date(START)
    assert downtime.of_incident(own, most_days=3, at=at) == [(today, 60_000)]
    assert downtime.of_incident(other, most_days=3, at=at) == [(today, 0)]
    own.closed_at = None
    days = downtime.of_incident(own, most_days=2, at=at + timedelta(days=5))
    assert [on for on, _ms in days] == [today, today + timedelta(days=1)]

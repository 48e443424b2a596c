"""Outline II.4: what was received from the department is what its dispatches handed over, once there are any."""

from datetime import date, timedelta

import pytest

from bangtin.hub.playlog.tests.factories import START
from bangtin.hub.reports.queries.counting import by_name, count
from bangtin.hub.reports.queries.scopes import scope
from bangtin.hub.reports.tests.factories import AT, Year, a_year
from bangtin.hub.schedules.models import Dispatch, DispatchLine

pytestmark = pytest.mark.django_db
PERIOD = (date(2025, 12, 15), date(2026, 12, 14))


def received(year: Year, agency: str) -> int:
    found = scope(instrument_id=year.world.instrument.pk, agency=year.world.agencies[agency], period=PERIOD, at=AT)
    return by_name(count(found))["programmes_received_count"].value


def handed_over(year: Year, receiver: str, number: int) -> None:
    dispatch = Dispatch.objects.create(
        instrument=year.world.instrument,
        number=f"CP-2026-{number:04d}",
        sender=year.world.agencies["so-tttt"],
        receiver=year.world.agencies[receiver],
        sent_by=year.world.users["bao-cao"],
        sent_at=START - timedelta(hours=1),
    )
    DispatchLine.objects.create(dispatch=dispatch, version=year.approved, position=1)


def test_what_an_operator_received_is_what_was_dispatched_to_it() -> None:
    year = a_year()
    assert received(year, "so-tttt") == 1  # nothing was dispatched: what was approved counts
    handed_over(year, "ubnd-quang-hoa", 1)
    assert [received(year, name) for name in ("so-tttt", "ubnd-quang-hoa", "ubnd-trung-khanh")] == [1, 1, 0]
    handed_over(year, "ubnd-trung-khanh", 2)
    # one programme sent to two operators is one programme
    assert [received(year, name) for name in ("so-tttt", "ubnd-trung-khanh", "dai-ptth")] == [1, 1, 1]

"""What a day's airtime is held against: fixed hours, a stated least, or the operator's own windows."""

from datetime import timedelta

import pytest

from bangtin.hub.kit.clock import local_date
from bangtin.hub.portal import due
from bangtin.hub.schedules import queries as schedules
from bangtin.hub.schedules.tests.factories import NOW
from bangtin.hub.schedules.tests.provinces import Province

pytestmark = pytest.mark.django_db


def test_where_the_text_states_a_least_that_is_due_by_the_days_end() -> None:
    cluster = Province("lai-chau").cluster
    on = local_date(NOW) + timedelta(days=1)
    hours = schedules.hours_of_all([cluster], on)[cluster.pk]
    assert hours.minimum_s
    whole, by_now = due.of_day(hours, at=NOW)
    assert (whole, by_now) == (float(hours.minimum_s), 0.0)


def test_fixed_hours_are_due_as_they_pass() -> None:
    cluster = Province("ha-tinh").cluster
    hours = schedules.hours_of_all([cluster], local_date(NOW))[cluster.pk]
    assert due.of_day(hours, at=NOW - timedelta(days=2)) == (float(hours.total_s), 0.0)
    assert due.of_day(hours, at=NOW + timedelta(days=2)) == (float(hours.total_s), float(hours.total_s))

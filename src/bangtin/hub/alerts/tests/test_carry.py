"""What a poll carries brings a screen that was without line into the state of all the others."""

from datetime import timedelta

import pytest

from bangtin.bundle import alerts as notices
from bangtin.hub.alerts import actions, queries
from bangtin.hub.alerts.tests.factories import leader, ordered, spec
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_a_screen_without_line_hears_of_a_cancel_even_after_later_notices_have_ended(desk: Desk) -> None:
    first = ordered(desk)
    actions.cancel(alert=first, reason="Nước đã rút", actor=leader(desk), at=NOW + HOUR)
    later = spec(at=NOW, hazard="Mưa đá", ends_at=NOW + 3 * HOUR)
    actions.order(spec=later, actor=leader(desk), at=NOW + 2 * HOUR)
    told = [notices.read(one) for one in queries.envelopes_for("cao-bang/ta-lung", at=NOW + 4 * HOUR)]
    assert [one.n for one in told] == [3]
    assert first.number not in told[-1].active
    # nothing of the role can stand anywhere any more: nothing is carried
    assert queries.envelopes_for("cao-bang/ta-lung", at=NOW + 13 * HOUR) == []

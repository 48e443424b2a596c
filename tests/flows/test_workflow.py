import pytest

from bangtin.hub.kit import workflow
from bangtin.hub.kit.errors import StaleState
from bangtin.hub.kit.testing import local
from bangtin.hub.regulations.tests.factories import cao_bang
from bangtin.hub.reports.models import Report
from bangtin.hub.reports.states import MOVES, ReportState

pytestmark = pytest.mark.django_db
AT = local("2026-11-23 08:00")


def _report() -> Report:
    world = cao_bang()
    return Report.objects.create(
        kind="annual",
        instrument_id=world.instrument.pk,
        agency=world.agencies["so-tttt"],
        year=2026,
        period_from=AT.date(),
        period_to=AT.date(),
        compiled_by=world.users["bao-cao"],
        compiled_at=AT,
    )


def test_the_second_of_two_movers_is_told_so() -> None:
    report = _report()
    rival = Report.objects.get(pk=report.pk)
    workflow.move(report, MOVES, to=ReportState.FROZEN, frozen_at=AT)
    assert report.frozen_at == AT
    with pytest.raises(StaleState):
        workflow.move(rival, MOVES, to=ReportState.FROZEN, frozen_at=AT)


def test_a_move_the_table_lacks_is_refused() -> None:
    report = _report()
    with pytest.raises(StaleState):
        workflow.move(report, MOVES, to=ReportState.SENT)
    with pytest.raises(ValueError, match="no move"):
        workflow.move(report, MOVES, to="lost")

"""Each clause that lays a demand on content is a point: without its answer, or with a no, nothing is approved."""

import pytest

from bangtin.hub.appraisal import checklists
from bangtin.hub.appraisal.actions import answering
from bangtin.hub.appraisal.actions.answering import PointNotMet, PointOpen
from bangtin.hub.appraisal.checklists import Given
from bangtin.hub.appraisal.models import Outcome
from bangtin.hub.kit.clock import local_date
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.tests.factories import MORNING, received
from bangtin.hub.regulations.tests.factories import World

CLAUSES = {
    "lai-chau/20-2024-qd-ubnd": [("lai-chau/3.5", "advertising"), ("lai-chau/13.6-4", "policy_law_events")],
    "quang-ninh/38-2018-qd-ubnd": [
        ("quang-ninh/4.2-1", "official"),
        ("quang-ninh/4.3", "official"),
        ("quang-ninh/4.4-1", "official"),
        ("quang-ninh/4.4-2", "official"),
        ("quang-ninh/8.4", "official_policy"),
        ("quang-ninh/9.4", "promotion"),
        ("quang-ninh/10.4", "world_into_province"),
    ],
    "binh-duong/4937-kh-ubnd": [("binh-duong/I.2.1", "essential"), ("binh-duong/II.2.3", "essential")],
}


@pytest.mark.parametrize("instrument", CLAUSES)
def test_nothing_is_approved_while_a_point_of_the_regulation_is_open_or_not_met(world: World, instrument: str) -> None:
    version = received(world)
    version.programme.instrument_id = instrument
    for clause, category in CLAUSES[instrument]:
        version.programme.category = category
        asked = checklists.asked(version, on=local_date(MORNING))
        of_clause = {one.id for one in asked if one.clause == clause}
        assert of_clause, clause
        answers = {one.id: Given("met") for one in asked}
        left = {name: given for name, given in answers.items() if name not in of_clause}
        with pytest.raises(PointOpen) as refused:
            _approve(version, left)
        assert refused.value.citation == clause
        with pytest.raises(PointNotMet):
            _approve(version, answers | {name: Given("not_met") for name in of_clause})
        _approve(version, answers)


def _approve(version: ProgrammeVersion, answers: dict[str, Given]) -> None:
    answering.require_answered(version=version, outcome=Outcome.APPROVED, answers=answers, at=MORNING)

"""Points of the instrument: an approval needs every mandatory one answered; the answers stay with the decision."""

import pytest

from bangtin.hub.appraisal import checklists
from bangtin.hub.appraisal.actions import decide
from bangtin.hub.appraisal.actions.answering import PointNotMet, PointOpen
from bangtin.hub.appraisal.checklists import Given
from bangtin.hub.appraisal.models import Decision
from bangtin.hub.appraisal.paperwork import ChecklistAnswer
from bangtin.hub.appraisal.tests.factories import REASON, met
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.tests.factories import MORNING, received
from bangtin.hub.regulations.tests.factories import World

LAW = "cao-bang/law"


def _decide(world: World, version: ProgrammeVersion, outcome: str, **answers: Given) -> Decision:
    return decide(
        version=version,
        outcome=outcome,
        grounds=REASON,
        actor=world.users["tham-dinh-1"],
        at=MORNING,
        answers={name.replace("__", "/"): given for name, given in answers.items()},
    )


def _all_but(version: ProgrammeVersion, name: str) -> dict[str, Given]:
    return {point.replace("/", "__"): given for point, given in met(version).items() if point != name}


def test_an_approval_with_a_mandatory_point_unanswered_is_refused_with_its_article(world: World) -> None:
    version = received(world)
    with pytest.raises(PointOpen) as refused:
        _decide(world, version, "approved", **_all_but(version, LAW))
    assert refused.value.citation == "cao-bang/7.1-2"
    assert "Đúng quy định của pháp luật" in refused.value.message
    version.refresh_from_db()
    assert (version.state, Decision.objects.count()) == ("received", 0)


def test_an_approval_over_a_mandatory_point_that_is_not_met_is_refused(world: World) -> None:
    version = received(world)
    with pytest.raises(PointNotMet):
        _decide(world, version, "approved", **_all_but(version, LAW), **{"cao-bang__law": Given("not_met")})
    assert not ChecklistAnswer.objects.exists()


def test_does_not_apply_is_no_answer_where_the_point_always_applies(world: World) -> None:
    version = received(world)
    with pytest.raises(PointOpen):
        _decide(world, version, "approved", **_all_but(version, LAW), **{"cao-bang__law": Given("not_applicable")})


def test_answers_are_kept_with_the_decision_in_the_words_of_the_day(world: World) -> None:
    version = received(world)
    given = {"cao-bang__law": Given("not_met", "Thiếu nguồn ảnh")}
    decision = _decide(world, version, "returned", **given)
    (kept,) = checklists.answers_of(version)
    assert (kept.decision, kept.criterion, kept.clause) == (decision, LAW, "cao-bang/7.1-2")
    assert (kept.answer, kept.note, kept.words) == ("not_met", "Thiếu nguồn ảnh", "Đúng quy định của pháp luật")


def test_a_return_or_rejection_needs_no_answers(world: World) -> None:
    assert _decide(world, received(world), "returned").outcome == "returned"
    assert _decide(world, received(world), "rejected").outcome == "rejected"


def test_an_answer_to_a_point_that_is_not_asked_is_not_kept(world: World) -> None:
    version = received(world)
    _decide(world, version, "approved", **_all_but(version, ""), **{"lai-chau__rights": Given("met")})
    assert not ChecklistAnswer.objects.filter(criterion__startswith="lai-chau").exists()

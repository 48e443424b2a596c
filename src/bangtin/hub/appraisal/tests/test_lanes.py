"""One person's unit, the urgent lane with its later review, and the request that nothing waits for."""

from datetime import timedelta
from typing import Any

import pytest

from bangtin.hub.accounts.models import Role
from bangtin.hub.appraisal import actions, queries, routes
from bangtin.hub.appraisal.actions import (
    FactNotInOrder,
    NobodyToAsk,
    NotAlone,
    SamePerson,
    WordsNeeded,
)
from bangtin.hub.appraisal.lanes import OnePersonUnit, UrgentReview
from bangtin.hub.appraisal.models import Step
from bangtin.hub.appraisal.queries import approvals, inbox, is_approved
from bangtin.hub.appraisal.tests.factories import REASON
from bangtin.hub.appraisal.tests.provinces import Bench
from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.programmes.actions import BadSubmission
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import MORNING

pytestmark = pytest.mark.django_db
ON = MORNING.date()
BASIS = "Quyết định 45/QĐ-UBND ngày 10/11/2026 về biên chế"


def _alone(bench: Bench, **changes: object) -> OnePersonUnit:
    given: dict[str, Any] = {
        "starts_on": ON,
        "basis": BASIS,
        "actor": bench.user("lanh-dao-tp"),
        "at": MORNING,
        **changes,
    }
    return actions.record_one_person(agency=bench.world.agencies["ubnd-thanh-pho"], **given)


def test_one_person_of_a_unit_that_recorded_it_decides_alone_even_on_the_own_programme() -> None:
    bench = Bench.of("lai-chau")
    bench.user("thanh-pho-1").posts.create(agency=bench.world.agencies["ubnd-thanh-pho"], role=Role.CONTRIBUTOR)
    version = bench.sent("thanh-pho", "bang-tin-thanh-pho")
    with pytest.raises(NotAlone):
        actions.sole(version=version, outcome="approved", grounds="", actor=bench.user("thanh-pho-1"), at=MORNING)
    fact = _alone(bench)
    shown = routes.route_for(version, ON)
    assert [one.step for one in shown.steps if one.step] == [Step.SOLE]
    bench.user("thanh-pho").posts.create(agency=bench.world.agencies["ubnd-thanh-pho"], role=Role.APPRAISER)
    assert version in inbox(bench.user("thanh-pho"), ON)
    bench.say("thanh-pho", version)
    assert (version.state, version.awaits, version.desk) == (VersionState.READY, "", None)
    assert [row.step for row in approvals(version)] == [Step.SOLE]
    assert AuditEntry.objects.filter(action="unit.one_person").count() == 1 and fact
    ended = actions.end_one_person(row=fact, ends_on=ON, actor=bench.user("lanh-dao-tp"), at=MORNING)
    assert ended.ends_on == ON and is_approved(version)
    bench.at = MORNING + timedelta(days=1)
    later = bench.sent("dai", "bang-tin-thanh-pho")
    bench.say("thanh-pho-1", later)
    assert later.state == VersionState.PROPOSED


def test_one_person_alone_decides_nothing_urgent_and_nothing_for_the_border() -> None:
    bench = Bench.of("lai-chau")
    _alone(bench)
    urgent = bench.sent("dai", "bang-tin-thanh-pho", is_urgent=True)
    assert [one.step for one in routes.plan(urgent, ON)] == [Step.DECIDE, Step.CONFIRM]
    border = bench.sent("dai", "ma-lu-thang")
    for version in (urgent, border):
        with pytest.raises(NotAlone):
            actions.sole(version=version, outcome="approved", grounds="", actor=bench.user("thanh-pho-1"), at=MORNING)


def test_only_the_leader_of_a_unit_that_decides_itself_records_it_with_a_basis() -> None:
    bench = Bench.of("lai-chau")
    for who in ("thanh-pho-1", "so-1", "dai"):
        with pytest.raises(NotPermitted):
            _alone(bench, actor=bench.user(who))
    for changes in (
        {"basis": ""},
        {"basis": "ngắn"},
        {"starts_on": ON - timedelta(days=1)},
        {"ends_on": ON - timedelta(days=1)},
    ):
        with pytest.raises(FactNotInOrder):
            _alone(bench, **changes)
    fact = _alone(bench)
    with pytest.raises(FactNotInOrder):
        _alone(bench)
    with pytest.raises(FactNotInOrder):
        actions.end_one_person(
            row=fact,
            ends_on=ON - timedelta(days=1),
            actor=bench.user("lanh-dao-tp"),
            at=MORNING,
        )


def test_a_district_whose_regulation_wants_two_persons_records_no_single_one() -> None:
    elsewhere = Bench.of("cao-bang")
    with pytest.raises(NotPermitted):
        actions.record_one_person(
            agency=elsewhere.world.agencies["ubnd-quang-hoa"],
            starts_on=ON,
            basis=BASIS,
            actor=elsewhere.user("lanh-dao-huyen"),
            at=MORNING,
        )


def test_an_approval_by_one_person_falls_with_a_record_that_was_not_there_that_day() -> None:
    bench = Bench.of("lai-chau")
    fact = _alone(bench)
    version = bench.say("thanh-pho-1", bench.sent("dai", "bang-tin-thanh-pho"))
    assert is_approved(version)
    type(fact).objects.update(starts_on=ON + timedelta(days=1))
    assert not is_approved(ProgrammeVersion.objects.get(pk=version.pk))


def test_urgent_content_names_its_instruction_goes_first_and_owes_a_review_by_another_person() -> None:
    bench = Bench.of("cao-bang")
    for lacking in ({"instruction_number": ""}, {"instruction_on": None}, {"instruction_by": ""}):
        with pytest.raises(BadSubmission) as refused:
            bench.sent("dai", "ta-lung", is_urgent=True, **lacking)
        assert set(refused.value.fields) == set(lacking)
    plain, urgent = bench.sent("dai", "ta-lung"), bench.sent("dai", "ta-lung", is_urgent=True)
    assert urgent.route_id == "cao-bang/urgent-content"
    assert (urgent.programme.instruction_number, urgent.programme.instruction_by) == ("12/CĐ-UBND", "UBND tỉnh")
    assert list(queries.queue(bench.user("so-1"), ON)) == [urgent, plain]
    bench.say("so-1", urgent)
    assert not UrgentReview.objects.exists()
    bench.say("so-2", urgent)
    row = queries.owed_reviews(bench.user("so-1"), ON).get()
    assert (row.version, row.agency_id) == (urgent, "cao-bang/so-tttt")
    for who, error in (("so-1", SamePerson), ("so-2", SamePerson), ("huyen-1", NotPermitted)):
        with pytest.raises(error):
            actions.review(row=row, is_upheld=True, findings=REASON, actor=bench.user(who), at=MORNING)
    other = bench.user("huyen-1")
    other.posts.update(agency=bench.world.agencies["so-tttt"])
    with pytest.raises(WordsNeeded):
        actions.review(row=row, is_upheld=True, findings="ổn", actor=other, at=MORNING)
    actions.review(row=row, is_upheld=False, findings=REASON, actor=other, at=MORNING)
    assert (row.is_upheld, row.reviewed_by) == (False, other)
    assert not queries.owed_reviews(other, ON).exists()
    with pytest.raises(StaleState):
        actions.review(row=row, is_upheld=True, findings=REASON, actor=other, at=MORNING)


def test_nothing_waits_for_a_party_body_that_was_asked_and_its_answer_is_kept_once() -> None:
    bench = Bench.of("ha-tinh")
    version = bench.sent("dai", "vung-ang")
    with pytest.raises(NotPermitted):
        actions.consult(version=version, question="", actor=bench.user("dai"), at=MORNING)
    row = actions.consult(version=version, question="Đề nghị thẩm định nội dung", actor=bench.user("so-1"), at=MORNING)
    assert (row.body_id, row.clause) == ("ha-tinh/ban-tuyen-giao", "ha-tinh/14")
    with pytest.raises(StaleState):
        actions.consult(version=version, question="", actor=bench.user("so-2"), at=MORNING)
    bench.say("so-2", bench.say("so-1", version))
    assert is_approved(version)
    given: dict[str, Any] = {
        "row": row,
        "reference": "88-CV/BTGTU",
        "answered_on": ON,
        "actor": bench.user("so-1"),
        "at": MORNING,
    }
    with pytest.raises(WordsNeeded):
        actions.record_answer(answer="", **given)
    with pytest.raises(WordsNeeded):
        actions.record_answer(answer="Thống nhất", **{**given, "answered_on": ON + timedelta(days=1)})
    actions.record_answer(answer="Thống nhất nội dung", **given)
    assert queries.consultations(version).get().answer == "Thống nhất nội dung"
    with pytest.raises(StaleState):
        actions.record_answer(answer="Ý kiến khác", **given)
    assert is_approved(version)


def test_where_the_regulation_names_no_party_body_nobody_is_asked() -> None:
    bench = Bench.of("cao-bang")
    with pytest.raises(NobodyToAsk):
        actions.consult(version=bench.sent("dai", "ta-lung"), question="", actor=bench.user("so-1"), at=MORNING)

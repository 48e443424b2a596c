import pytest

from bangtin.hub.accounts.models import Post, Role
from bangtin.hub.appraisal.actions import (
    ContentChanged,
    GroundsNeeded,
    NewerVersion,
    NotAnOutcome,
    OwnSubmission,
    confirm,
    decide,
)
from bangtin.hub.appraisal.models import Decision, Step
from bangtin.hub.appraisal.queries import awaiting_confirmation, inbox, is_approved
from bangtin.hub.appraisal.tests.factories import REASON, met, proposed
from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.programmes.actions import Facts
from bangtin.hub.programmes.paperwork import Channel
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import MORNING, in_state, received, remade, submitted
from bangtin.hub.regulations.tests.factories import World

pytestmark = pytest.mark.django_db
ON = MORNING.date()


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("approved", VersionState.PROPOSED),
        ("rejected", VersionState.PROPOSED),
        ("returned", VersionState.RETURNED),
    ],
)
def test_the_first_officer_decides_with_grounds(world: World, outcome: str, state: VersionState) -> None:
    version = received(world)
    officer = world.users["tham-dinh-1"]
    grounds, answers = f"  {REASON} ", met(version)
    decision = decide(version=version, outcome=outcome, grounds=grounds, actor=officer, at=MORNING, answers=answers)
    assert version.state == state
    assert (decision.step, decision.outcome, decision.grounds) == (Step.DECIDE, outcome, REASON)
    assert decision.content_digest == version.content_digest
    assert decision.clause.startswith("cao-bang/7.1")
    assert (decision.officer, decision.agency_id) == (officer, "cao-bang/so-tttt")
    assert AuditEntry.objects.get(action=f"appraisal.decide.{outcome}").details["receipt"] == version.receipt
    assert not is_approved(version)


@pytest.mark.parametrize("outcome", ["returned", "rejected"])
@pytest.mark.parametrize("grounds", ["", "   ", "ngắn", "Noäi dung khoâng ñuùng quy ñònh"])
def test_returning_and_rejecting_need_grounds(world: World, outcome: str, grounds: str) -> None:
    version = received(world)
    with pytest.raises(GroundsNeeded):
        decide(version=version, outcome=outcome, grounds=grounds, actor=world.users["tham-dinh-1"], at=MORNING)
    version.refresh_from_db()
    assert version.state == VersionState.RECEIVED
    assert not Decision.objects.exists()


def test_an_unknown_outcome_is_refused(world: World) -> None:
    with pytest.raises(NotAnOutcome):
        decide(version=received(world), outcome="maybe", grounds="", actor=world.users["tham-dinh-1"], at=MORNING)


def test_over_all_accounts_only_appraisal_officers_decide(world: World) -> None:
    version = received(world)
    for name, user in world.users.items():
        if name in {"tham-dinh-1", "tham-dinh-2"}:
            continue
        with pytest.raises(NotPermitted):
            decide(version=version, outcome="approved", grounds="", actor=user, at=MORNING)
    assert not Decision.objects.exists()


def test_an_appraiser_of_an_agency_without_the_mandate_does_not_decide(world: World) -> None:
    user = world.users["ngoai-vu"]
    Post.objects.create(user=user, agency=world.agencies["so-ngoai-vu"], role=Role.APPRAISER)
    with pytest.raises(NotPermitted):
        decide(version=received(world), outcome="approved", grounds="", actor=user, at=MORNING)


def test_after_their_posts_ended_nobody_decides(world: World) -> None:
    version = received(world)
    Post.objects.filter(agency=world.agencies["so-tttt"]).update(ends_on="2026-11-22")
    with pytest.raises(NotPermitted):
        decide(version=version, outcome="approved", grounds="", actor=world.users["tham-dinh-1"], at=MORNING)
    assert not inbox(world.users["tham-dinh-1"], ON).exists()


def test_nobody_decides_on_their_own_submission_with_posts_at_both_agencies(world: World) -> None:
    officer = world.users["tham-dinh-1"]
    Post.objects.create(user=officer, agency=world.agencies["dai-ptth"], role=Role.CONTRIBUTOR)
    version = received(world, by="tham-dinh-1")
    with pytest.raises(OwnSubmission):
        decide(version=version, outcome="approved", grounds="", actor=officer, at=MORNING)
    assert not inbox(officer, ON).exists()
    # Nor as the second officer, nor when only an older version was theirs.
    decide(version=version, outcome="returned", grounds=REASON, actor=world.users["tham-dinh-2"], at=MORNING)
    second = received(world, programme=version.programme)
    with pytest.raises(OwnSubmission):
        decide(version=second, outcome="approved", grounds="", actor=officer, at=MORNING)
    decide(
        version=second,
        outcome="approved",
        grounds="",
        actor=world.users["tham-dinh-2"],
        at=MORNING,
        answers=met(second),
    )
    with pytest.raises(OwnSubmission):
        confirm(version=second, outcome="approved", grounds="", actor=officer, at=MORNING)
    assert not awaiting_confirmation(officer, ON).exists()


def test_an_administrator_decides_nothing_even_with_an_appraisers_post(world: World) -> None:
    admin = world.users["quan-tri"]
    Post.objects.create(user=admin, agency=world.agencies["so-tttt"], role=Role.APPRAISER)
    with pytest.raises(NotPermitted):
        decide(version=received(world), outcome="approved", grounds="", actor=admin, at=MORNING)
    with pytest.raises(NotPermitted):
        confirm(version=proposed(world), outcome="approved", grounds="", actor=admin, at=MORNING)
    assert not inbox(admin, ON).exists()


@pytest.mark.parametrize("state", [state for state in VersionState if state != VersionState.RECEIVED])
def test_only_received_versions_are_decided(world: World, state: VersionState) -> None:
    version = in_state(received(world), state)
    with pytest.raises(StaleState):
        decide(version=version, outcome="returned", grounds=REASON, actor=world.users["tham-dinh-1"], at=MORNING)
    assert not Decision.objects.exists()


def test_of_two_first_officers_the_second_is_refused(world: World) -> None:
    version = received(world)
    seen_earlier = type(version).objects.get(pk=version.pk)
    decide(version=version, outcome="returned", grounds=REASON, actor=world.users["tham-dinh-1"], at=MORNING)
    with pytest.raises(StaleState):
        decide(version=seen_earlier, outcome="approved", grounds="", actor=world.users["tham-dinh-2"], at=MORNING)
    assert Decision.objects.count() == 1


def test_a_decision_on_version_1_is_refused_once_version_2_came_in(world: World) -> None:
    first = received(world)
    submitted(world, programme=first.programme)
    with pytest.raises(NewerVersion):
        decide(version=first, outcome="approved", grounds="", actor=world.users["tham-dinh-1"], at=MORNING)
    assert not inbox(world.users["tham-dinh-1"], ON).exists()


def test_a_decision_on_another_content_than_the_stored_digest_is_refused(world: World) -> None:
    version = remade(received(world))
    with pytest.raises(ContentChanged):
        decide(version=version, outcome="approved", grounds="", actor=world.users["tham-dinh-1"], at=MORNING)


def test_the_inbox_has_urgent_versions_first_then_the_oldest(world: World) -> None:
    first, second = received(world), received(world)
    urgent = received(world, is_urgent=True)
    assert list(inbox(world.users["tham-dinh-1"], ON)) == [urgent, first, second]
    assert not inbox(world.users["dai"], ON).exists()


def test_who_registered_a_programme_for_its_agency_decides_nothing_on_it(world: World) -> None:
    letter = Facts(is_declared=True, channel=Channel.DOCUMENT_SYSTEM, letter_number="125/ĐPTTH-TS", letter_on=ON)
    version = received(world, by="tham-dinh-1", facts=letter)
    with pytest.raises(OwnSubmission):
        decide(version=version, outcome="approved", grounds="", actor=world.users["tham-dinh-1"], at=MORNING)

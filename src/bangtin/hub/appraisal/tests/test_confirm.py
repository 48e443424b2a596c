import pytest

from bangtin.hub.appraisal import separation
from bangtin.hub.appraisal.actions import (
    ContentChanged,
    GroundsNeeded,
    NewerVersion,
    NotAnOutcome,
    SamePerson,
    confirm,
    decide,
    void_if_changed,
)
from bangtin.hub.appraisal.models import Step
from bangtin.hub.appraisal.queries import approvals, awaiting_confirmation, history, is_approved
from bangtin.hub.appraisal.tests.factories import REASON, approved, met, proposed
from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import MORNING, in_state, received, remade, submitted
from bangtin.hub.regulations.tests.factories import World

pytestmark = pytest.mark.django_db
ON = MORNING.date()


@pytest.mark.parametrize(
    ("proposal", "word", "state", "recorded"),
    [
        ("approved", "approved", VersionState.READY, "approved"),
        ("rejected", "approved", VersionState.REJECTED, "rejected"),
        ("approved", "returned", VersionState.RETURNED, "returned"),
        ("rejected", "returned", VersionState.RETURNED, "returned"),
    ],
)
def test_the_second_officer_confirms_or_returns(
    world: World, proposal: str, word: str, state: VersionState, recorded: str
) -> None:
    version = proposed(world, outcome=proposal)
    decision = confirm(version=version, outcome=word, grounds=REASON, actor=world.users["tham-dinh-2"], at=MORNING)
    assert (version.state, decision.step, decision.outcome) == (state, Step.CONFIRM, recorded)
    assert decision.content_digest == version.content_digest
    assert is_approved(version) == (state == VersionState.READY)


def test_the_grounds_of_a_confirmed_rejection_are_the_proposals_if_none_are_added(world: World) -> None:
    version = proposed(world, outcome="rejected")
    decision = confirm(version=version, outcome="approved", grounds="", actor=world.users["tham-dinh-2"], at=MORNING)
    assert decision.grounds == REASON


def test_returning_a_proposal_needs_grounds(world: World) -> None:
    version = proposed(world)
    with pytest.raises(GroundsNeeded):
        confirm(version=version, outcome="returned", grounds="", actor=world.users["tham-dinh-2"], at=MORNING)
    version.refresh_from_db()
    assert version.state == VersionState.PROPOSED


def test_the_second_officer_is_another_person(world: World) -> None:
    version = proposed(world)
    with pytest.raises(SamePerson):
        confirm(version=version, outcome="approved", grounds="", actor=world.users["tham-dinh-1"], at=MORNING)
    assert not awaiting_confirmation(world.users["tham-dinh-1"], ON).exists()
    assert list(awaiting_confirmation(world.users["tham-dinh-2"], ON)) == [version]


def test_over_all_accounts_only_the_other_officer_confirms(world: World) -> None:
    version = proposed(world)
    for name, user in world.users.items():
        if name in {"tham-dinh-1", "tham-dinh-2"}:
            continue
        with pytest.raises(NotPermitted):
            confirm(version=version, outcome="approved", grounds="", actor=user, at=MORNING)
    assert version.decisions.count() == 1


def test_the_second_officer_does_not_reject_what_was_to_be_approved(world: World) -> None:
    with pytest.raises(NotAnOutcome):
        confirm(
            version=proposed(world), outcome="rejected", grounds=REASON, actor=world.users["tham-dinh-2"], at=MORNING
        )


@pytest.mark.parametrize("state", [state for state in VersionState if state != VersionState.PROPOSED])
def test_only_proposed_versions_are_confirmed(world: World, state: VersionState) -> None:
    version = in_state(proposed(world), state)
    with pytest.raises(StaleState):
        confirm(version=version, outcome="approved", grounds="", actor=world.users["tham-dinh-2"], at=MORNING)


def test_version_1_is_not_confirmed_once_version_2_came_in(world: World) -> None:
    first = proposed(world)
    submitted(world, programme=first.programme)
    with pytest.raises(NewerVersion):
        confirm(version=first, outcome="approved", grounds="", actor=world.users["tham-dinh-2"], at=MORNING)
    assert not awaiting_confirmation(world.users["tham-dinh-2"], ON).exists()


def test_a_proposal_on_another_content_is_not_confirmed(world: World) -> None:
    version = remade(proposed(world))
    with pytest.raises(ContentChanged):
        confirm(version=version, outcome="approved", grounds="", actor=world.users["tham-dinh-2"], at=MORNING)
    # Not even when the stored digest was brought up to date without voiding the decision.
    from bangtin.hub.programmes.queries import content_digest

    ProgrammeVersion.objects.filter(pk=version.pk).update(content_digest=content_digest(version))
    with pytest.raises(ContentChanged):
        confirm(version=version, outcome="approved", grounds="", actor=world.users["tham-dinh-2"], at=MORNING)


def test_both_approvals_are_given_in_their_order(world: World) -> None:
    version = approved(world)
    assert [row.step for row in approvals(version)] == [Step.DECIDE, Step.CONFIRM]
    assert all(row.clause.startswith("cao-bang/7.1") for row in approvals(version))
    assert list(history(version)) == approvals(version)


@pytest.mark.parametrize("change", ["title", "language", "text"])
def test_any_change_of_the_content_ends_the_approval(world: World, change: str) -> None:
    version = approved(world)
    other = {"title": "Nhan đề khác", "language": "en", "text": {"template": "notice", "fields": {"title": "Khác"}}}
    ProgrammeVersion.objects.filter(pk=version.pk).update(**{change: other[change]})
    version.refresh_from_db()
    assert not is_approved(version)


@pytest.mark.parametrize("make", [proposed, approved])
def test_a_decision_is_void_when_the_content_changes(world: World, make: object) -> None:
    assert callable(make)
    version = remade(make(world))
    assert not is_approved(version)
    assert void_if_changed(version=version, at=MORNING)
    assert version.state == VersionState.RECEIVED
    assert AuditEntry.objects.filter(action="decision.voided").count() == 1
    assert not approvals(version)
    # Decided anew by two persons, it is approved again on the new content.
    decide(
        version=version,
        outcome="approved",
        grounds="",
        actor=world.users["tham-dinh-2"],
        at=MORNING,
        answers=met(version),
    )
    confirm(version=version, outcome="approved", grounds="", actor=world.users["tham-dinh-1"], at=MORNING)
    assert is_approved(version)


def test_nothing_is_voided_while_the_content_is_the_same(world: World) -> None:
    for version in (received(world), proposed(world), approved(world)):
        before = version.state
        assert not void_if_changed(version=version, at=MORNING)
        version.refresh_from_db()
        assert version.state == before


def test_approvals_written_past_the_actions_do_not_count(world: World) -> None:
    version = approved(world)
    separation.take_off()  # whoever holds the database can do that; what is read counts again
    version.decisions.update(officer=world.users["tham-dinh-1"])
    assert not is_approved(version)
    version.decisions.filter(step=Step.CONFIRM).update(officer=world.users["dai"])
    assert not is_approved(version)

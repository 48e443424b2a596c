"""Self-approval by the paths that posts alone do not close: a second account, a stand-in, a registered letter, an edit,
an edition. Form and addresses are walked in `test_own_submission_pages.py`, rows written by hand in
`appraisal/tests/test_separate.py`, two at the same moment in `appraisal/tests/test_race.py`.
"""

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from bangtin.hub.accounts import actions as accounts
from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.appraisal import actions, queries
from bangtin.hub.appraisal.actions import reception
from bangtin.hub.appraisal.models import Decision
from bangtin.hub.appraisal.tests.factories import REASON, approved, met, proposed
from bangtin.hub.appraisal.tests.provinces import Bench
from bangtin.hub.kit import clock
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.programmes.actions import Facts
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.programmes.paperwork import Channel
from bangtin.hub.programmes.tests.factories import MORNING, received
from bangtin.hub.regulations.tests.factories import World, account, cao_bang

pytestmark = pytest.mark.django_db
HUB = Path(__file__).resolve().parents[2] / "src" / "bangtin" / "hub"
LETTER = Facts(
    is_declared=True, channel=Channel.DOCUMENT_SYSTEM, letter_number="125/ĐPTTH-TS", letter_on=date(2026, 11, 20)
)


@pytest.fixture
def world() -> World:
    return cao_bang()


def _one_person(world: World, user: User, same_as: User) -> User:
    return accounts.join_person(
        user=user, same_as=same_as, reason="Cùng một người", actor=world.users["quan-tri"], at=MORNING
    )


def _stand_in(world: World, holder: User) -> User:
    """Somebody without a post who holds the appraiser's post of `holder` today."""
    user = User.objects.create_account("thay", "mat-khau-thu-nghiem", "Cán bộ thay")
    post = Post.objects.get(user=holder, role=Role.APPRAISER)
    today = MORNING.date()
    accounts.delegate_post(
        post=post, to=user, starts_on=today, ends_on=today, reason="Nghỉ phép", actor=holder, at=MORNING
    )
    return user


def _refused(version: ProgrammeVersion, person: User) -> type[Refusal]:
    """The kind of refusal that the step the version waits for meets; nothing is left behind."""
    before = (version.state, Decision.objects.count())
    assert version not in queries.queue(person, MORNING.date())
    with pytest.raises(Refusal) as caught:
        actions.act(version=version, outcome="approved", grounds=REASON, actor=person, at=MORNING, answers=met(version))
    version.refresh_from_db()
    assert (version.state, Decision.objects.count()) == before
    return caught.type


def test_a_second_account_of_the_author_takes_neither_step(world: World) -> None:
    second = _one_person(world, world.users["tham-dinh-2"], world.users["dai"])
    assert _refused(received(world), second) is actions.OwnSubmission
    assert _refused(proposed(world), second) is actions.OwnSubmission


def test_a_second_account_does_not_take_the_second_step(world: World) -> None:
    second = _one_person(world, world.users["tham-dinh-2"], world.users["tham-dinh-1"])
    assert _refused(proposed(world, by="tham-dinh-1"), second) is actions.SamePerson


def test_two_accounts_found_to_be_one_person_take_their_approval_back(world: World) -> None:
    version = approved(world)
    assert queries.is_approved(version)
    _one_person(world, world.users["tham-dinh-2"], world.users["tham-dinh-1"])
    assert not queries.is_approved(version)


def test_a_second_account_is_refused_through_the_page_as_well(world: World, settings: pytest.FixtureRequest) -> None:
    settings.CLOCK_OFFSET_S = 0.0  # type: ignore[attr-defined]  # pytest-django's fixture
    settings.CLOCK_OFFSET_S = (MORNING - clock.now()).total_seconds()  # type: ignore[attr-defined]  # as above
    version = received(world)
    client = Client()
    client.force_login(_one_person(world, world.users["tham-dinh-2"], world.users["dai"]))
    fields = {"version": version.pk, "digest": version.content_digest, "outcome": "approved", "grounds": REASON}
    assert client.post(reverse("appraise", args=[version.programme.code]), fields).status_code == 403
    assert not Decision.objects.exists()


def test_the_author_does_not_decide_in_anothers_stead(world: World) -> None:
    version, author = received(world), world.users["dai"]
    post = Post.objects.get(user=world.users["tham-dinh-1"], role=Role.APPRAISER)
    today = MORNING.date()
    accounts.delegate_post(
        post=post, to=author, starts_on=today, ends_on=today, reason="Nghỉ phép", actor=post.user, at=MORNING
    )
    assert _refused(version, author) is actions.OwnSubmission


def test_who_stands_in_for_the_author_or_for_the_first_officer_is_bound_as_they_are(world: World) -> None:
    author = world.users["dai"]
    Post.objects.create(user=author, agency=world.agencies["so-tttt"], role=Role.APPRAISER)
    for holder, version in ((author, received(world)), (world.users["tham-dinh-1"], proposed(world, by="tham-dinh-1"))):
        stands_in = _stand_in(world, holder)
        before = Decision.objects.count()
        with pytest.raises(Refusal) as caught:
            actions.act(
                version=version, outcome="approved", grounds=REASON, actor=stands_in, at=MORNING, answers=met(version)
            )
        assert caught.type in (actions.OwnSubmission, actions.SamePerson)
        assert Decision.objects.count() == before
        stands_in.username = f"xong-{stands_in.pk}"
        stands_in.save(update_fields=["username"])


def test_a_stand_in_decides_where_neither_has_a_part_and_it_is_said(world: World) -> None:
    version, holder = received(world), world.users["tham-dinh-1"]
    stands_in = _stand_in(world, holder)
    actions.act(version=version, outcome="approved", grounds=REASON, actor=stands_in, at=MORNING, answers=met(version))
    decision = Decision.objects.get()
    assert (decision.officer, decision.acting_for) == (stands_in, holder)


def test_who_registers_a_letter_does_not_decide_on_it(world: World) -> None:
    registered = received(world, by="tham-dinh-1", facts=LETTER)
    assert _refused(registered, world.users["tham-dinh-1"]) is actions.OwnSubmission
    second = _one_person(world, world.users["tham-dinh-2"], world.users["tham-dinh-1"])
    assert _refused(registered, second) is actions.OwnSubmission


def test_nobody_confirms_what_he_edited_from_whatever_account() -> None:
    bench = Bench.of("lai-chau")
    version = bench.sent("dai", "ma-lu-thang")
    bench.say("so-1", version)
    edited = bench.edited("so-2", version)
    assert _refused(edited, bench.user("so-2")) in (actions.OwnSubmission, actions.SamePerson)
    User.objects.filter(username="so-3").update(person=bench.user("so-2").person)
    assert _refused(edited, User.objects.get(username="so-3")) in (actions.OwnSubmission, actions.SamePerson)
    assert _refused(edited, bench.user("so-1")) is actions.SamePerson


def test_neither_the_translator_nor_the_author_of_the_original_approves_an_edition() -> None:
    bench = Bench.of("ha-tinh")
    original = bench.sent("dai", "vung-ang")
    bench.say("so-2", bench.say("so-1", original))
    edition = bench.sent("dich", "vung-ang", language="en")
    Programme.objects.filter(pk=edition.programme_id).update(original=original.programme)
    edition = ProgrammeVersion.objects.select_related("programme").get(pk=edition.pk)
    reception.receive(None, version=edition, at=MORNING)
    for name in ("dich", "dai"):
        Post.objects.create(user=bench.user(name), agency_id="ha-tinh/so-ngoai-vu", role=Role.APPRAISER)
    assert _refused(edition, bench.user("dich")) is actions.OwnSubmission
    bench.say("ngoai-vu-1", edition)
    for name in ("dich", "dai"):
        with pytest.raises(Refusal):
            bench.say(name, edition)
    bench.say("ngoai-vu-2", edition)
    assert queries.is_approved(edition)


def test_no_command_and_no_endpoint_of_screens_or_agencies_decides() -> None:
    found = set()
    for path in HUB.rglob("*.py"):
        if "tests" in path.parts or "appraisal" in path.relative_to(HUB).parts[:1]:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bangtin.hub.appraisal"):
                names = {f"{node.module}.{one.name}" for one in node.names}
                if any(".actions" in name for name in names):
                    found.add(path.relative_to(HUB).parts[:2])
    # the pages of the officers (their forms read bounds), the demonstration, a translation that voids what it outdates
    pages = {("portal", "views"), ("portal", "forms")}
    assert found <= pages | {("config", "demo"), ("translation", "actions")}


def test_a_delegation_to_an_account_of_the_same_person_is_not_made(world: World) -> None:
    second = account("tham-dinh-1b", "Cán bộ thẩm định 1", world.agencies["so-tttt"], Role.REPORTER)
    second = _one_person(world, second, world.users["tham-dinh-1"])
    post = Post.objects.get(user=world.users["tham-dinh-1"], role=Role.APPRAISER)
    day = MORNING.date() + timedelta(days=1)
    with pytest.raises(accounts.DelegationRefused):
        accounts.delegate_post(
            post=post, to=second, starts_on=day, ends_on=day, reason="Nghỉ phép", actor=post.user, at=MORNING
        )

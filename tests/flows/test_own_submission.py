"""Nobody decides on their own submission by any path: another post, agency, version or step, the administrator.

The paths through pages are walked in `test_own_submission_pages.py`; on the screen's side trust 3.10 counts again
(`bangtin.bundle.tests.test_approve`).
"""

import ast
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bangtin.hub.accounts import actions as accounts
from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.appraisal import queries, separation
from bangtin.hub.appraisal.actions import confirm, decide
from bangtin.hub.appraisal.models import Decision, Outcome, Step
from bangtin.hub.appraisal.tests.factories import REASON, met, proposed
from bangtin.hub.kit.errors import NotPermitted, Refusal
from bangtin.hub.programmes import actions as programmes
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import MORNING, in_state, submission, submitted
from bangtin.hub.regulations.tests.factories import World, account, cao_bang

pytestmark = pytest.mark.django_db
HUB = Path(__file__).resolve().parents[2] / "src" / "bangtin" / "hub"
OUTCOMES = [str(one) for one in Outcome]


@pytest.fixture
def world() -> World:
    return cao_bang()


def _post(world: World, user: User, agency: str, role: Role) -> None:
    Post.objects.create(user=user, agency=world.agencies[agency], role=role)


def _contributor_made_appraiser(world: World) -> User:
    """Hands in at one agency, holds the appraiser's post at another."""
    user = world.users["dai"]
    _post(world, user, "so-tttt", Role.APPRAISER)
    return user


def _appraiser_made_contributor(world: World) -> User:
    """An appraiser who is a contributor of the appraising agency itself."""
    user = account("hai-vai", "Cán bộ hai vai", world.agencies["so-tttt"], Role.APPRAISER)
    _post(world, user, "so-tttt", Role.CONTRIBUTOR)
    return user


def _contributor_of_every_agency(world: World) -> User:
    """Holds every post at every agency but the administrator's."""
    user = account("moi-vai", "Cán bộ mọi vai", world.agencies["dai-ptth"], Role.CONTRIBUTOR)
    for agency in world.agencies:
        for role in set(Role) - {Role.ADMINISTRATOR}:
            Post.objects.get_or_create(user=user, agency=world.agencies[agency], role=role)
    return user


PEOPLE: list[Callable[[World], User]] = [
    _contributor_made_appraiser,
    _appraiser_made_contributor,
    _contributor_of_every_agency,
]


def _agency_of(person: User) -> str:
    return str(person.posts.filter(role=Role.CONTRIBUTOR).values_list("agency_id", flat=True).first())


def _own(person: User) -> ProgrammeVersion:
    version = programmes.submit(
        submission=submission(agency_id=_agency_of(person)), source=None, actor=person, at=MORNING
    )
    return programmes.check(version=version, at=MORNING)


def _refuses(deed: Callable[..., Decision], version: ProgrammeVersion, person: User, outcome: str) -> bool:
    """Whether the deed is refused and leaves nothing behind."""
    before = (version.state, version.decisions.count())
    with pytest.raises(Refusal):
        deed(version=version, outcome=outcome, grounds=REASON, actor=person, at=MORNING)
    version.refresh_from_db()
    return (version.state, version.decisions.count()) == before


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("make", PEOPLE, ids=lambda make: make.__name__.strip("_"))
def test_nobody_takes_either_step_on_their_own(world: World, make: Callable[[World], User], outcome: str) -> None:
    person = make(world)
    version = _own(person)
    assert _refuses(decide, version, person, outcome)
    decide(
        version=version,
        outcome="approved",
        grounds=REASON,
        actor=world.users["tham-dinh-1"],
        at=MORNING,
        answers=met(version),
    )
    assert _refuses(confirm, version, person, outcome)


@pytest.mark.parametrize("make", PEOPLE, ids=lambda make: make.__name__.strip("_"))
def test_a_programme_stays_ones_own_when_a_colleague_hands_in_the_next_version(
    world: World, make: Callable[[World], User]
) -> None:
    person = make(world)
    first = _own(person)
    decide(version=first, outcome="returned", grounds=REASON, actor=world.users["tham-dinh-1"], at=MORNING)
    colleague = account("dong-nghiep", "Đồng nghiệp", first.programme.agency, Role.CONTRIBUTOR)
    wanted = submission(agency_id=first.programme.agency_id, programme=first.programme)
    second = programmes.submit(submission=wanted, source=None, actor=colleague, at=MORNING + timedelta(hours=1))
    second = programmes.check(version=second, at=MORNING + timedelta(hours=1))
    assert _refuses(decide, second, person, "approved")
    assert _refuses(decide, second, colleague, "approved")
    assert first not in queries.inbox(person, MORNING.date())
    assert second not in queries.inbox(person, MORNING.date())


@pytest.mark.parametrize("make", PEOPLE, ids=lambda make: make.__name__.strip("_"))
def test_it_stays_ones_own_when_the_contributors_post_has_ended(world: World, make: Callable[[World], User]) -> None:
    person = make(world)
    version = _own(person)
    Post.objects.filter(user=person, role=Role.CONTRIBUTOR).update(ends_on=MORNING.date() - timedelta(days=1))
    assert _refuses(decide, version, person, "approved")


def test_an_administrator_decides_on_nothing_and_gives_themself_no_post(world: World) -> None:
    admin = world.users["quan-tri"]
    version = proposed(world)
    for deed in (decide, confirm):
        assert _refuses(deed, version, admin, "approved")
    with pytest.raises(NotPermitted):
        accounts.give_post(user=admin, agency=world.agencies["so-tttt"], role=Role.APPRAISER, actor=admin, at=MORNING)
    with pytest.raises(NotPermitted):
        submitted(world, by="quan-tri")
    _post(world, admin, "so-tttt", Role.APPRAISER)  # by another administrator: still no editorial right
    _post(world, admin, "dai-ptth", Role.CONTRIBUTOR)
    for deed in (decide, confirm):
        assert _refuses(deed, version, admin, "approved")
    with pytest.raises(NotPermitted):
        submitted(world, by="quan-tri")


def test_one_officer_never_takes_both_steps_even_with_a_second_post(world: World) -> None:
    officer = world.users["tham-dinh-1"]
    _post(world, officer, "ubnd-tinh", Role.APPRAISER)
    version = proposed(world, by="tham-dinh-1")
    for outcome in OUTCOMES:
        assert _refuses(confirm, version, officer, outcome)


@pytest.mark.parametrize("forged", ["author confirms", "author decides", "one officer twice"])
def test_rows_written_past_the_actions_approve_nothing(world: World, forged: str) -> None:
    version = proposed(world)
    author, other = world.users["dai"], world.users["tham-dinh-2"]
    decided = version.decisions.get()
    separation.take_off()  # the database refuses these rows itself
    if forged == "author decides":
        Decision.objects.filter(pk=decided.pk).update(officer=author)
    second = {"author confirms": author, "author decides": other, "one officer twice": decided.officer}[forged]
    Decision.objects.create(
        version=version,
        step=Step.CONFIRM,
        outcome=Outcome.APPROVED,
        grounds=REASON,
        content_digest=version.content_digest,
        clause=decided.clause,
        officer=second,
        agency=decided.agency,
        decided_at=MORNING,
    )
    in_state(version, VersionState.READY)
    assert not queries.is_approved(version)


def test_no_other_code_writes_a_decision_or_makes_a_version_ready() -> None:
    places = set()
    for path in HUB.rglob("*.py"):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        text = path.read_text()
        if "Decision.objects.create" in text or "decisions.create" in text or _moves_to_ready(ast.parse(text)):
            places.add(str(path.relative_to(HUB)))
    # the decisions of officers, and the word of an editor on what the check took in
    assert places == {"appraisal/actions/common.py", "appraisal/actions/reception.py"}


def _moves_to_ready(tree: ast.Module) -> bool:
    """Whether a call passes READY as `to` or `state` to a writing function, or a state table is read for it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"move", "update", "create"}:
            named = {word.arg: ast.unparse(word.value) for word in node.keywords}
            if any("READY" in named.get(name, "") for name in ("to", "state")):
                return True
    return False

"""Who may do what: role × agency × moment of each route × deed, asked of the policies and tried through the actions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.agencies.models import Agency, Succession
from bangtin.hub.appraisal import actions, apart, policies, routes
from bangtin.hub.appraisal.actions import reception
from bangtin.hub.appraisal.lanes import OnePersonUnit
from bangtin.hub.appraisal.models import Step
from bangtin.hub.appraisal.tests.factories import met
from bangtin.hub.appraisal.tests.provinces import Bench
from bangtin.hub.kit import reading
from bangtin.hub.kit.errors import NotPermitted, Refusal
from bangtin.hub.programmes import actions as programmes
from bangtin.hub.programmes import policies as programme_policies
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.programmes.states import CLOSED, VersionState
from bangtin.hub.programmes.tests.factories import MORNING, submission
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task
from bangtin.hub.regulations.tests.factories import account
from bangtin.hub.schedules import actions as schedules
from bangtin.hub.schedules import errors as schedule_errors
from bangtin.hub.schedules import policies as schedule_policies

ON = MORNING.date()
REASON = "Đã xem kỹ nội dung"
STEPS = {
    "decide": Step.DECIDE,
    "release": Step.EDIT,
    "edit": Step.EDIT,
    "check_language": Step.LANGUAGE,
    "confirm": Step.CONFIRM,
    "sole": Step.SOLE,
}
AGENCIES = ("own", "desk", "other", "successor")
HEAD = """# Who may do what

Written from the policies and the routes by `python -m tests.conventions.policy_matrix --write`; a test fails when
this page is stale, and tries every cell through the action itself. Each table is one moment of one route: whose turn
it is, and which of the deeds above it each post may do then. **own** is the agency that sent the programme, **desk**
the one whose turn it is (for what is ready, the operator of the screens), **successor** the agency that stands in
the desk's place after a succession, **other** an agency with no part in it. A dash: refused.

The deeds: `decide`, `release` (the editor's word on what needs no change), `edit` (an edited version),
`check_language`, `confirm`, `sole` (a unit with one person), `send_again` (a new version), `place` (on the plan of the
screens), `take_down` (the whole programme, at once). The administrator has no deed here, and nobody is exempt. A step
that is not the next one is refused to whoever may take the next one, too: that is tried as well.

Below each table stand persons who hold the very post whose turn it is and are near to the item, with what they are
told. Who appraises may also edit (Lai Châu 10.1.a.3), another person confirms; a unit with one person decides alone.
"""
OTHERS = ("send_again", "place", "take_down")


@dataclass
class Situation:
    """A version at one moment of its route, with those who are to try it."""

    title: str
    bench: Bench
    version: ProgrammeVersion
    heir: str
    stranger: str
    is_plain: bool = False

    @property
    def moves(self) -> tuple[str, ...]:
        """The deeds that are tried at this moment: the next step's, and what is beside the steps for plain moments."""
        turns = [turn.step for turn in routes.plan(self.version, ON)]
        awaited = Step.SOLE if turns == [Step.SOLE] else self.version.awaits
        steps = tuple(move for move, step in STEPS.items() if step == awaited)
        return (*steps, *OTHERS) if self.is_plain else steps

    def succeed(self) -> None:
        """From this day on another agency stands in the place of the one whose turn it is."""
        Succession.objects.create(
            kind="transfer",
            predecessor_id=self.desk,
            successor_id=self.heir,
            effective_on=ON,
            basis="Nghị quyết thử nghiệm",
            recorded_at=MORNING,
        )

    @property
    def desk(self) -> str:
        """The agency whose turn it is; the operator of the screens once nothing is left to decide."""
        return self.version.desk_id or self.operator

    @property
    def operator(self) -> str:
        """An agency that operates the first of its screens."""
        cluster = self.version.programme.clusters.order_by("pk")[0]
        found = regulations.mandated(Task.SCHEDULE, on=ON, cluster=cluster)
        return sorted(found or regulations.mandated(Task.OPERATE, on=ON, cluster=cluster))[0]

    def agency(self, kind: str) -> str:
        """The agency that stands for "own", "desk", "other" or "successor"."""
        own = self.version.programme.agency_id
        return {"own": own, "desk": self.desk, "other": self.stranger, "successor": self.heir}[kind]


def situations() -> Iterator[Situation]:
    """Every moment of every kind of route, one province after another, in the caller's transaction."""
    for name, build in (("cao-bang", _cao_bang), ("lai-chau", _lai_chau), ("ha-tinh", _ha_tinh)):
        with undone():  # two provinces have accounts of one name
            bench = Bench.of(name)
            for title, version in build(bench):
                version.refresh_from_db()
                yield _peopled(title, bench, version)


def attempt(move: str, one: Situation, actor: User) -> str:
    """Do the deed for real and undo it: "" if it was done, else the name of the refusal."""
    outcome = ""
    with undone():
        try:
            _DEEDS[move](one, actor)
        except Refusal as refusal:
            outcome = type(refusal).__name__
    one.version = ProgrammeVersion.objects.select_related("programme").get(pk=one.version.pk)
    return outcome


def predicted(move: str, one: Situation, actor: User) -> str:
    """What the policies say: "" if the deed is allowed, else the name of the refusal."""
    with reading.one_page():
        return _refusal(move, one, actor)


def _refusal(move: str, one: Situation, actor: User) -> str:
    version = one.version
    if move in STEPS:
        return _step_refusal(move, version, actor)
    if move == "send_again":
        if not programme_policies.may_continue(actor, agency_id=version.programme.agency_id, on=ON):
            return NotPermitted.__name__
        is_open = version.state not in CLOSED and version.submitted_by_id != actor.pk
        return programmes.NoNewVersion.__name__ if is_open else ""
    if move == "place":
        cluster = version.programme.clusters.order_by("pk")[0]
        if not schedule_policies.may_place(actor, cluster, at=MORNING):
            return NotPermitted.__name__
        return "" if version.state == VersionState.READY else schedule_errors.NotReady.__name__
    return "" if schedule_policies.reach(actor, version.programme, at=MORNING) else NotPermitted.__name__


def _step_refusal(move: str, version: ProgrammeVersion, actor: User) -> str:
    step = STEPS[move]
    steps = [turn.step for turn in routes.plan(version, ON)]
    if move == "sole" and steps != [Step.SOLE]:
        return actions.NotAlone.__name__
    if step not in steps:
        return actions.NotThisStep.__name__
    post = policies.turn_post(actor, version, step, on=ON)
    if post is None:
        return NotPermitted.__name__
    if policies.is_own(actor, version, step):
        return actions.OwnSubmission.__name__
    if routes.awaits(version, ON) != step:
        return actions.NotThisStep.__name__
    if policies.took_part(actor, version, step):
        return actions.SamePerson.__name__
    rule = apart.barred(version, step=step, persons=apart.persons_behind(post))
    return {"": "", "twice": actions.SamePerson.__name__}.get(rule, actions.OwnSubmission.__name__)


def text(cells: Callable[[str, Situation, User], str] = predicted) -> str:
    """The page as it should stand; `cells` gives what becomes of a deed."""
    return HEAD + "\n".join(_table(one, cells) for one in situations())


@contextmanager
def undone() -> Iterator[None]:
    """Take back all that is written inside; an action's own outermost transaction may stand in it."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # what Django's own TestCase does
    with block:
        yield
        transaction.set_rollback(True)


def _table(one: Situation, cells: Callable[[str, Situation, User], str]) -> str:
    version, moves = one.version, one.moves
    turn = f"awaits `{version.awaits}` at `{version.desk_id}`" if version.awaits else "awaits nobody"
    done = {(role, kind): "" for role in map(str, Role) for kind in AGENCIES}
    for kind in AGENCIES:
        with undone():
            if kind == "successor":
                one.succeed()
            with regulations.remembered():  # as a request of a page does
                for role in map(str, Role):
                    user = _officer(one.agency(kind), Role(role))
                    done[role, kind] = ", ".join(f"`{move}`" for move in moves if not cells(move, one, user)) or "–"
    rows = [f"\n## {one.title}", "", f"State `{version.state}`, {turn}. Deeds: {', '.join(moves)}."]
    rows += ["", f"| Post | {' | '.join(AGENCIES)} |", "|---|" + "---|" * len(AGENCIES)]
    rows += [f"| {role} | {' | '.join(done[role, kind] for kind in AGENCIES)} |" for role in map(str, Role)]
    if version.awaits:
        rows += ["", "| Holds the post whose turn it is | is told |", "|---|---|"]
        with undone(), regulations.remembered():
            rows += [f"| {who} | {_refused(one, user, cells)} |" for who, user in _near(one)]
    return "\n".join(rows) + "\n"


def _refused(one: Situation, user: User, cells: Callable[[str, Situation, User], str]) -> str:
    steps = [move for move in one.moves if move in STEPS]
    return ", ".join(f"`{move}`: {cells(move, one, user) or 'allowed'}" for move in steps)


def _cao_bang(bench: Bench) -> Iterator[tuple[str, ProgrammeVersion]]:
    version = bench.sent("dai", "ta-lung")
    yield "Cao Bằng, supplied to a district: to appraise", version
    bench.say("so-1", version)
    yield "Cao Bằng, supplied to a district: to confirm", version
    bench.say("so-2", version)
    yield "Cao Bằng, supplied to a district: ready", version
    other = bench.sent("dai", "ta-lung")
    bench.say("so-1", other, "returned", REASON)
    yield "Cao Bằng, supplied to a district: returned", other
    own = bench.sent("huyen", "ta-lung")
    yield "Cao Bằng, a district's own: to appraise", own
    bench.say("huyen-1", own)
    yield "Cao Bằng, a district's own: to confirm", own


def _lai_chau(bench: Bench) -> Iterator[tuple[str, ProgrammeVersion]]:
    version = bench.sent("dai", "ma-lu-thang")
    yield "Lai Châu, border cluster: to appraise", version
    bench.say("so-1", version)
    yield "Lai Châu, border cluster: to edit", version
    edited = bench.edited("so-2", version)
    yield "Lai Châu, border cluster: to confirm the edited version", edited
    elsewhere = bench.sent("dai", "bang-tin-thanh-pho")
    yield "Lai Châu, elsewhere: to appraise", elsewhere
    OnePersonUnit.objects.create(
        agency_id="lai-chau/ubnd-thanh-pho",
        starts_on=ON,
        basis="Công văn thử nghiệm",
        recorded_by=bench.user("lanh-dao-tp"),
        recorded_at=MORNING,
    )
    yield "Lai Châu, elsewhere, a unit that has recorded one person", elsewhere


def _ha_tinh(bench: Bench) -> Iterator[tuple[str, ProgrammeVersion]]:
    version = bench.sent("dai", "vung-ang")
    yield "Hà Tĩnh: to edit", version
    bench.say("so-1", version)
    yield "Hà Tĩnh: to confirm", version
    bench.say("so-2", version)
    edition = bench.sent("dich", "vung-ang", language="en")
    Programme.objects.filter(pk=edition.programme_id).update(original=version.programme)
    edition = ProgrammeVersion.objects.select_related("programme").get(pk=edition.pk)
    reception.receive(None, version=edition, at=MORNING)
    yield "Hà Tĩnh, foreign edition: its translation to check", edition
    bench.say("ngoai-vu-1", edition)
    yield "Hà Tĩnh, foreign edition: to confirm", edition


def _peopled(title: str, bench: Bench, version: ProgrammeVersion) -> Situation:
    stranger, _made = Agency.objects.get_or_create(id=f"{bench.name}/ngoai-cuoc")
    heir, _made = Agency.objects.get_or_create(id=f"{bench.name}/ke-thua")
    is_plain = bench.name == "cao-bang" and ("supplied" in title and "confirm" not in title)
    return Situation(title, bench, version, heir.pk, stranger.pk, is_plain)


def _officer(agency: str, role: Role) -> User:
    name = f"{role}@{agency}"[:80]
    found = User.objects.filter(username=name).first()
    return found or account(name, name, Agency.objects.get(pk=agency), role)


def _near(one: Situation) -> Iterator[tuple[str, User]]:
    """Persons who hold the post whose turn it is, and are too near to the item."""
    author, desk = one.version.submitted_by, Agency.objects.get(pk=one.desk)
    post = {"agency": desk, "role": Role.APPRAISER}
    if one.version.edited_from_id is None:
        Post.objects.get_or_create(user=author, **post, delegated_from=None)
        yield "who handed it in", author
    decided = one.version.decisions.order_by("id").select_related("officer").last()
    if decided is not None:
        yield "who took the step before", decided.officer
    second = _fresh(one, "second", desk)
    User.objects.filter(pk=second.pk).update(person=author.person)
    yield "a second account of who handed it in", User.objects.get(pk=second.pk)
    if one.version.edited_from_id is None:
        stands_in = _fresh(one, "stands-in", None)
        _delegated(Post.objects.get(user=author, **post), stands_in)
        yield "who stands in for who handed it in", stands_in
    admin = _fresh(one, "admin", desk)
    Post.objects.get_or_create(user=admin, agency=desk, role=Role.ADMINISTRATOR)
    yield "who administers the system as well", admin


def _delegated(post: Post, to: User) -> None:
    Post.objects.get_or_create(
        user=to, agency=post.agency, role=post.role, starts_on=ON, ends_on=ON, delegated_from=post
    )


def _fresh(one: Situation, who: str, agency: Agency | None) -> User:
    name = f"{who}-{one.version.pk}-{one.version.awaits}"
    if agency is None:
        return User.objects.create_account(name, "mat-khau-thu-nghiem", name)
    return account(name, name, agency, Role.APPRAISER)


def _step_deed(move: str) -> Callable[[Situation, User], object]:
    def do(one: Situation, actor: User) -> object:
        version = one.version
        if move == "edit":
            edit = actions.Edit(title=f"Nhan đề khác {version.pk}")
            return actions.edit(version=version, changes=edit, note=REASON, actor=actor, at=MORNING)
        deed = getattr(actions, move)
        more = {} if move in ("confirm", "check_language") else {"answers": met(version, at=MORNING)}
        return deed(version=version, outcome="approved", grounds=REASON, actor=actor, at=MORNING, **more)

    return do


def _send_again(one: Situation, actor: User) -> object:
    programme = one.version.programme
    wanted = submission(
        agency_id=programme.agency_id,
        programme=programme,
        cluster_ids=tuple(programme.clusters.values_list("pk", flat=True)),
        category=programme.category,
        language=one.version.language,
    )
    return programmes.submit(submission=wanted, source=None, actor=actor, at=MORNING)


def _place(one: Situation, actor: User) -> object:
    cluster = one.version.programme.clusters.order_by("pk")[0]
    starts_at = MORNING + timedelta(days=2)  # the day between is a holiday
    return schedules.place(
        cluster=cluster,
        version=one.version,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        actor=actor,
        at=MORNING,
    )


def _take_down(one: Situation, actor: User) -> object:
    return schedules.take_down_everywhere(programme=one.version.programme, reason=REASON, actor=actor, at=MORNING)


_DEEDS: dict[str, Callable[[Situation, User], object]] = {
    **{move: _step_deed(move) for move in STEPS},
    "send_again": _send_again,
    "place": _place,
    "take_down": _take_down,
}

"""What every decision has in common: who, on which content, at which step, with which words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import Post, User
from bangtin.hub.appraisal import apart, policies, routes
from bangtin.hub.appraisal.actions.refusals import (
    ContentChanged,
    GroundsNeeded,
    NewerVersion,
    NotAnOutcome,
    NotThisStep,
    OriginalNotReady,
    OwnSubmission,
    SamePerson,
)
from bangtin.hub.appraisal.models import Decision, Outcome, Step
from bangtin.hub.kit import audit, clock, workflow
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes import queries as programmes_queries
from bangtin.hub.programmes.actions import wording
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.programmes.states import MOVES, VersionState

GROUNDS_LEAST, GROUNDS_MOST = 10, 4_000


@dataclass(frozen=True)
class Word:
    """An officer's word on a version: at which step, with which outcome and grounds, from which post, when."""

    step: Step
    outcome: Outcome
    grounds: str
    post: Post
    at: datetime

    @property
    def on(self) -> date:
        """The day at the post."""
        return clock.local_date(self.at)


def officer(actor: User, version: ProgrammeVersion, step: Step, *, at: datetime) -> Post:
    """The post from which the account takes the step on this version.

    Raises: NotPermitted, OwnSubmission, SamePerson; NotThisStep if the version's route has no such step.
    """
    on = clock.local_date(at)
    turns = {one.step: one for one in routes.plan(version, on)}
    if step not in turns:
        raise not_this_step(version)
    post = policies.turn_post(actor, version, step, on=on)
    clause = turns[step].clause
    require(
        post is not None,
        message=_("Only an appraisal officer of the agency whose turn it is may decide."),
        citation=clause,
    )
    if policies.is_own(actor, version, step):
        raise OwnSubmission(
            _("You cannot decide on a programme that you handed in yourself."),
            _("Pass it to another appraisal officer."),
            citation=clause,
            subject=version.receipt,
        )
    assert post is not None
    return post


def require_other_person(actor: User, version: ProgrammeVersion, step: Step, *, at: datetime) -> None:
    """Raises: SamePerson for who took another step on the same item."""
    if policies.took_part(actor, version, step):
        raise SamePerson(
            _("You cannot confirm your own decision."),
            _("A second appraisal officer confirms it."),
            citation=clause_of(version, step, clock.local_date(at)),
            subject=version.receipt,
        )


def chosen_of(outcome: str, among: Iterable[str]) -> Outcome:
    """The outcome of that name. Raises: NotAnOutcome for one that the step does not have."""
    if outcome not in [str(one) for one in among]:
        raise NotAnOutcome(
            _("This step has no outcome “%(outcome)s”.") % {"outcome": outcome[:40]},
            _("Choose one of the offered outcomes."),
        )
    return Outcome(outcome)


def clean_grounds(grounds: str, outcome: Outcome, *, fallback: str = "") -> str:
    """The grounds in order. Raises: GroundsNeeded."""
    least = 0 if outcome == Outcome.APPROVED or fallback else GROUNDS_LEAST
    try:
        return wording.clean(grounds, longest=GROUNDS_MOST, least=least, is_multiline=True) or fallback
    except wording.BadWords as error:
        raise GroundsNeeded(
            _("The decision was not recorded: its grounds are missing or not usable."),
            str(error),
            fields={"grounds": str(error)},
        ) from error


def lock(version: ProgrammeVersion) -> None:
    """Hold the programme, so that no new version comes in between, and read the version anew."""
    Programme.objects.select_for_update().get(pk=version.programme_id)
    version.refresh_from_db()


def bind(version: ProgrammeVersion, seen_digest: str) -> None:
    """Go on only if this is the newest version and its content is what was looked at.

    Raises: NewerVersion, ContentChanged.
    """
    if not programmes_queries.is_latest(version):
        raise NewerVersion(
            _("%(code)s has a newer version; the decision on version %(number)s was not recorded.")
            % {"code": version.programme.code, "number": version.number},
            _("Open the newest version and decide on that one."),
            subject=version.receipt,
        )
    decided_on = version.decisions.order_by("-decided_at", "-id").values_list("content_digest", flat=True).first()
    is_proposed = version.state == VersionState.PROPOSED
    digest = programmes_queries.content_digest(version)
    is_changed = digest != version.content_digest or (is_proposed and decided_on != digest)
    if is_changed or (seen_digest and seen_digest != digest):
        raise ContentChanged(
            _("The content of %(receipt)s is no longer the one that was looked at; nothing was recorded.")
            % {"receipt": version.receipt},
            _("Look at the content as it is now and decide anew."),
            subject=version.receipt,
        )


def require_still_true(version: ProgrammeVersion) -> None:
    """Go on only if a language edition says what its original says now.

    Raises: OriginalNotReady.
    """
    if programmes_queries.is_stale(version):
        raise OriginalNotReady(
            _("The original of %(receipt)s changed since it was translated; nothing was recorded.")
            % {"receipt": version.receipt},
            _("Return it, so that the translation is brought up to date."),
            subject=version.receipt,
        )


def require_turn(version: ProgrammeVersion, step: Step, on: date) -> None:
    """Raises: NotThisStep if the version waits for another step, or for none."""
    if routes.awaits(version, on) != step:
        raise not_this_step(version)


def not_this_step(version: ProgrammeVersion) -> NotThisStep:
    """The refusal of a step that is not the version's next one."""
    return NotThisStep(
        _("%(receipt)s does not wait for this step; nothing was recorded.") % {"receipt": version.receipt},
        _("Load the page again and look at the present state."),
        subject=version.receipt,
    )


def move(version: ProgrammeVersion, to: VersionState, *, step: str = "", on: date) -> None:
    """Move the version, and hand it to the desk whose step is next; to nobody where `step` is empty."""
    # several states lead to RETURNED; each step leaves only its own
    source = VersionState(version.state)
    if to not in MOVES[source]:
        raise not_this_step(version)
    turn = next((one for one in routes.plan(version, on) if one.step == step), None)
    desk = desk_of(version, turn.agency_ids) if turn else None
    workflow.move(version, {source: MOVES[source] & {to}}, to=to, awaits=step, desk_id=desk)


def desk_of(version: ProgrammeVersion, agency_ids: tuple[str, ...]) -> str | None:
    """The one of these agencies at which the version lies; where it lies already, it stays."""
    return version.desk_id if version.desk_id in agency_ids else next(iter(agency_ids), None)


def require_apart(version: ProgrammeVersion, step: Step, post: Post) -> None:
    """By person, not by account, and also for whom the officer stands in; the database asks the same again.

    Raises: OwnSubmission, SamePerson.
    """
    rule = apart.barred(version, step=step, persons=apart.persons_behind(post))
    if rule == "twice":
        raise SamePerson(
            _("You, or the person you stand in for, took another step on this item already."),
            _("Another person takes this step."),
            subject=version.receipt,
        )
    if rule:
        raise OwnSubmission(
            _("You, or the person you stand in for, had a part in making this programme."),
            _("Pass it to another officer."),
            subject=version.receipt,
        )


def record(version: ProgrammeVersion, word: Word) -> Decision:
    """Write the decision, bound to the content as it is; opens no transaction.

    Raises: OwnSubmission, SamePerson.
    """
    require_apart(version, word.step, word.post)
    decision = Decision.objects.create(
        version=version,
        step=word.step,
        outcome=word.outcome,
        grounds=word.grounds,
        content_digest=version.content_digest,
        clause=clause_of(version, word.step, word.on),
        officer=word.post.user,
        agency=word.post.agency,
        acting_for=word.post.delegated_from.user if word.post.delegated_from else None,
        decided_at=word.at,
    )
    audit.record(
        f"{word.step}.{word.outcome}",
        version,
        actor=word.post.user,
        at=word.at,
        digest=version.content_digest,
        receipt=version.receipt,
    )
    return decision


def clause_of(version: ProgrammeVersion, step: Step, on: date) -> str:
    """The clause a step of the version's route is taken under."""
    return next((one.clause for one in routes.plan(version, on) if one.step == step), "")

"""Stop 3 of the road: one officer decides with grounds, a second one confirms; both bound to the content's digest."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import Post, User
from bangtin.hub.appraisal import apart, policies, queries
from bangtin.hub.appraisal.actions import answering
from bangtin.hub.appraisal.checklists import Given
from bangtin.hub.appraisal.models import Decision, Outcome, Step
from bangtin.hub.kit import audit, clock, workflow
from bangtin.hub.kit.errors import Refusal, StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes import queries as programmes_queries
from bangtin.hub.programmes.actions import wording
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.programmes.states import MOVES, VersionState
from bangtin.hub.regulations.models import Task

GROUNDS_LEAST, GROUNDS_MOST = 10, 4_000
NO_ANSWERS: Mapping[str, Given] = MappingProxyType({})


class GroundsNeeded(Refusal):
    """A version is returned or rejected without saying why."""

    code = "BT-APPR-001"


class OwnSubmission(Refusal):
    """Nobody decides on what he handed in himself, from whatever post."""

    code = "BT-APPR-002"
    http_status = 403


class SamePerson(Refusal):
    """The second officer is the one who decided first."""

    code = "BT-APPR-003"
    http_status = 403


class NewerVersion(StaleState):
    """A newer version came in; the decision on the old one is not recorded."""

    code = "BT-APPR-004"


class ContentChanged(StaleState):
    """The content is not what was looked at; the decisions on it are void."""

    code = "BT-APPR-005"


class NotAnOutcome(Refusal):
    """This step has no such outcome."""

    code = "BT-APPR-006"


def decide(
    *,
    version: ProgrammeVersion,
    outcome: str,
    grounds: str,
    actor: User,
    at: datetime,
    seen_digest: str = "",
    answers: Mapping[str, Given] = NO_ANSWERS,
) -> Decision:
    """Record the first officer's decision: approved and rejected await a second officer, returned takes effect at once.

    `seen_digest` is the content digest of the page the officer looked at; another one is refused. `answers` are those
    to the instrument's points, by their ids; an approval needs every mandatory one.

    Raises: NotPermitted, OwnSubmission, GroundsNeeded, NewerVersion, ContentChanged, StaleState, NotAnOutcome,
    PointOpen, PointNotMet.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 7.1.
    """
    post = _post(actor, version, at=at)
    chosen = _outcome(outcome, Outcome.values)
    grounds = _grounds(grounds, chosen)
    with transaction.atomic(durable=True):
        _lock(version)
        _bind(version, seen_digest)
        if version.state == VersionState.RECEIVED:
            answering.require_answered(version=version, outcome=chosen, answers=answers, at=at)
        to = VersionState.RETURNED if chosen == Outcome.RETURNED else VersionState.PROPOSED
        _move(version, VersionState.RECEIVED, to)
        decision = _record(version, Step.DECIDE, chosen, grounds, post=post, at=at)
        answering.keep(decision=decision, answers=answers, at=at)
        return decision


def confirm(
    *, version: ProgrammeVersion, outcome: str, grounds: str, actor: User, at: datetime, seen_digest: str = ""
) -> Decision:
    """Record the second officer's word on the proposal: "approved" confirms it as proposed (READY or REJECTED; the row
    bears the proposed outcome), "returned" sends the version back to its agency. `seen_digest` as in `decide`.

    Raises: NotPermitted, OwnSubmission, SamePerson, GroundsNeeded, NewerVersion, ContentChanged, StaleState,
    NotAnOutcome.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 7.1.
    """
    post = _post(actor, version, at=at)
    chosen = _outcome(outcome, (Outcome.APPROVED, Outcome.RETURNED))
    with transaction.atomic(durable=True):
        _lock(version)
        _bind(version, seen_digest)
        proposal = _proposal(version, actor)
        final = Outcome(proposal.outcome) if chosen == Outcome.APPROVED else chosen
        grounds = _grounds(grounds, final, fallback=proposal.grounds if final == proposal.outcome else "")
        to = {
            Outcome.APPROVED: VersionState.READY,
            Outcome.REJECTED: VersionState.REJECTED,
            Outcome.RETURNED: VersionState.RETURNED,
        }[final]
        _move(version, VersionState.PROPOSED, to)
        return _record(version, Step.CONFIRM, final, grounds, post=post, at=at)


def void_if_changed(*, version: ProgrammeVersion, at: datetime) -> bool:
    """Take decisions back that were made on another content: PROPOSED and READY fall back to RECEIVED; say whether.

    The stored digest becomes that of the content as it is now, so that the officers decide on what they see.
    """
    with transaction.atomic(durable=True):
        _lock(version)
        before, now = version.content_digest, programmes_queries.content_digest(version)
        bound = version.decisions.order_by("-decided_at", "-id").values_list("content_digest", flat=True).first()
        if version.state not in (VersionState.PROPOSED, VersionState.READY) or now == before == bound:
            return False
        workflow.move(version, MOVES, to=VersionState.RECEIVED, content_digest=now)
        audit.record("decision.voided", version, actor=None, at=at, before=bound, after=now)
    return True


def _post(actor: User, version: ProgrammeVersion, *, at: datetime) -> Post:
    post = policies.appraiser_post(actor, version.programme.instrument_id, on=clock.local_date(at))
    require(
        post is not None,
        message=_("Only an appraisal officer of the agency that appraises content may decide."),
        citation=_clause(version, at),
    )
    if policies.is_own(actor, version):
        raise OwnSubmission(
            _("You cannot decide on a programme that you handed in yourself."),
            _("Pass it to another appraisal officer."),
            citation=_clause(version, at),
            subject=version.receipt,
        )
    assert post is not None
    return post


def _clause(version: ProgrammeVersion, at: datetime) -> str:
    instrument_id = version.programme.instrument_id
    return programmes_queries.clause(Task.APPRAISE, on=clock.local_date(at), instrument_id=instrument_id)


def _outcome(outcome: str, among: tuple[Outcome, ...] | list[str]) -> Outcome:
    if outcome not in [str(one) for one in among]:
        raise NotAnOutcome(
            _("This step has no outcome “%(outcome)s”.") % {"outcome": outcome[:40]},
            _("Choose one of the offered outcomes."),
        )
    return Outcome(outcome)


def _grounds(grounds: str, outcome: Outcome, *, fallback: str = "") -> str:
    least = 0 if outcome == Outcome.APPROVED or fallback else GROUNDS_LEAST
    try:
        return wording.clean(grounds, longest=GROUNDS_MOST, least=least, is_multiline=True) or fallback
    except wording.BadWords as error:
        raise GroundsNeeded(
            _("The decision was not recorded: its grounds are missing or not usable."),
            str(error),
            fields={"grounds": str(error)},
        ) from error


def _lock(version: ProgrammeVersion) -> None:
    """Hold the programme, so that no new version comes in between, and read the version anew."""
    Programme.objects.select_for_update().get(pk=version.programme_id)
    version.refresh_from_db()


def _bind(version: ProgrammeVersion, seen_digest: str) -> None:
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


def _proposal(version: ProgrammeVersion, actor: User) -> Decision:
    proposal = queries.proposal(version)
    if proposal is None or version.state != VersionState.PROPOSED:
        raise StaleState(
            _("No decision on %(receipt)s awaits confirmation.") % {"receipt": version.receipt},
            _("Load the page again and look at the present state."),
            subject=version.receipt,
        )
    if proposal.officer_id == actor.pk:
        raise SamePerson(
            _("You cannot confirm your own decision."),
            _("A second appraisal officer confirms it."),
            citation=proposal.clause,
            subject=version.receipt,
        )
    return proposal


def _move(version: ProgrammeVersion, source: VersionState, to: VersionState) -> None:
    # RETURNED is reached from two states; each step leaves only its own.
    workflow.move(version, {source: MOVES[source] & {to}}, to=to)


def _require_apart(version: ProgrammeVersion, step: Step, post: Post) -> None:
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


def _record(
    version: ProgrammeVersion, step: Step, outcome: Outcome, grounds: str, *, post: Post, at: datetime
) -> Decision:
    _require_apart(version, step, post)
    decision = Decision.objects.create(
        version=version,
        step=step,
        outcome=outcome,
        grounds=grounds,
        content_digest=version.content_digest,
        clause=_clause(version, at),
        officer=post.user,
        agency=post.agency,
        acting_for=post.delegated_from.user if post.delegated_from else None,
        decided_at=at,
    )
    audit.record(
        f"{step}.{outcome}", version, actor=post.user, at=at, digest=version.content_digest, receipt=version.receipt
    )
    return decision

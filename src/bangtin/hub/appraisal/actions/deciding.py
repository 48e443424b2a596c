"""The steps before the confirmation: appraisal, release by an editor, check of a translation; and one word alone."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.appraisal import queries, routes
from bangtin.hub.appraisal.actions import answering, common, reviewing
from bangtin.hub.appraisal.actions.common import Word
from bangtin.hub.appraisal.actions.refusals import NotAlone, OriginalNotReady
from bangtin.hub.appraisal.checklists import Given
from bangtin.hub.appraisal.models import Decision, Outcome, Step
from bangtin.hub.kit import clock
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState

NO_ANSWERS: Mapping[str, Given] = MappingProxyType({})
ENDS = {
    Outcome.APPROVED: VersionState.READY,
    Outcome.REJECTED: VersionState.REJECTED,
    Outcome.RETURNED: VersionState.RETURNED,
}


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
    """Record the appraising officer's decision: approved and rejected await the next step of the route, returned takes
    effect at once.

    `seen_digest` is the content digest of the page the officer looked at; another one is refused. `answers` are those
    to the instrument's points, by their ids; an approval needs every mandatory one.

    Raises: NotPermitted, OwnSubmission, SamePerson, GroundsNeeded, NewerVersion, ContentChanged, StaleState,
    NotThisStep, NotAnOutcome, PointOpen, PointNotMet.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 7.1.
    """
    word = _word(Step.DECIDE, version, outcome, grounds, actor=actor, at=at)
    return _take(word, version, seen_digest=seen_digest, answers=answers)


def release(
    *,
    version: ProgrammeVersion,
    outcome: str,
    grounds: str,
    actor: User,
    at: datetime,
    seen_digest: str = "",
    answers: Mapping[str, Given] = NO_ANSWERS,
) -> Decision:
    """Record the editor's word on a version that needs no change: it goes on to the confirmation as it is.

    Raises: as `decide`.
    Source: Decision 2432/QĐ-UBND (Hà Tĩnh), art. 4.3.a; Decision 20/2024/QĐ-UBND (Lai Châu), art. 10.1.a.3.
    """
    word = _word(Step.EDIT, version, outcome, grounds, actor=actor, at=at)
    return _take(word, version, seen_digest=seen_digest, answers=answers)


def check_language(
    *, version: ProgrammeVersion, outcome: str, grounds: str, actor: User, at: datetime, seen_digest: str = ""
) -> Decision:
    """Record a second person's check of a language edition; its original is approved before.

    Raises: as `decide`; OriginalNotReady, also where the original changed since.
    Source: Decision 2432/QĐ-UBND (Hà Tĩnh), art. 4.3.a.
    """
    word = _word(Step.LANGUAGE, version, outcome, grounds, actor=actor, at=at)
    if word.outcome == Outcome.APPROVED:
        common.require_still_true(version)
        _require_original(version)
    return _take(word, version, seen_digest=seen_digest, answers=NO_ANSWERS)


def sole(
    *,
    version: ProgrammeVersion,
    outcome: str,
    grounds: str,
    actor: User,
    at: datetime,
    seen_digest: str = "",
    answers: Mapping[str, Given] = NO_ANSWERS,
) -> Decision:
    """Record the one word of a unit that has recorded that it has one person: it takes effect at once.

    Never for urgent content, which two persons release in any case.
    Raises: as `decide`; NotAlone.
    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 10.2.
    """
    if [one.step for one in routes.plan(version, clock.local_date(at))] != [Step.SOLE]:
        raise NotAlone(
            _("%(receipt)s is decided by two persons; nothing was recorded.") % {"receipt": version.receipt},
            _("Where the unit has one person only, its leader records that first, with its basis."),
            subject=version.receipt,
        )
    word = _word(Step.SOLE, version, outcome, grounds, actor=actor, at=at)
    with transaction.atomic(durable=True):
        _begin(word, version, seen_digest, answers)
        common.move(version, ENDS[word.outcome], on=word.on)
        return _kept(word, version, answers)


def _word(step: Step, version: ProgrammeVersion, outcome: str, grounds: str, *, actor: User, at: datetime) -> Word:
    post = common.officer(actor, version, step, at=at)
    chosen = common.chosen_of(outcome, Outcome.values)
    return Word(step, chosen, common.clean_grounds(grounds, chosen), post, at)


def _take(word: Word, version: ProgrammeVersion, *, seen_digest: str, answers: Mapping[str, Given]) -> Decision:
    with transaction.atomic(durable=True):
        _begin(word, version, seen_digest, answers)
        if word.outcome == Outcome.RETURNED:
            common.move(version, VersionState.RETURNED, on=word.on)
        else:
            common.move(version, VersionState.PROPOSED, step=_next(word, version), on=word.on)
        return _kept(word, version, answers)


def _begin(word: Word, version: ProgrammeVersion, seen_digest: str, answers: Mapping[str, Given]) -> None:
    common.lock(version)
    common.bind(version, seen_digest)
    common.require_turn(version, word.step, word.on)
    common.require_other_person(word.post.user, version, word.step, at=word.at)
    if version.state == VersionState.RECEIVED and word.step != Step.LANGUAGE:
        answering.require_answered(version=version, outcome=word.outcome, answers=answers, at=word.at)


def _kept(word: Word, version: ProgrammeVersion, answers: Mapping[str, Given]) -> Decision:
    decision = common.record(version, word)
    answering.keep(decision=decision, answers=answers, at=word.at)
    if version.state == VersionState.READY:
        reviewing.owe(version, agency_id=word.post.agency_id, at=word.at)
    return decision


def _next(word: Word, version: ProgrammeVersion) -> Step:
    """The step after this one; what is to be rejected goes to the confirmation straight away."""
    steps = [one.step for one in routes.plan(version, word.on)]
    if word.outcome == Outcome.REJECTED:
        return steps[-1]
    return steps[steps.index(word.step) + 1]


def _require_original(version: ProgrammeVersion) -> None:
    original = version.programme.original
    if original is None:
        return
    newest = version.translates or original.versions.order_by("-number").first()
    if newest is None or not queries.is_approved(newest):
        raise OriginalNotReady(
            _("%(receipt)s cannot be approved: its original %(code)s is not approved as it is now.")
            % {"receipt": version.receipt, "code": original.code},
            _("Wait for the decisions on the original, then check the translation."),
            subject=version.receipt,
        )

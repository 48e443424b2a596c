"""The last step of a route: another person confirms what was proposed, on the content that goes on air."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.appraisal import queries, routes
from bangtin.hub.appraisal.actions import common, reviewing
from bangtin.hub.appraisal.actions.common import Word
from bangtin.hub.appraisal.actions.deciding import ENDS
from bangtin.hub.appraisal.models import Decision, Outcome, Step
from bangtin.hub.kit import clock
from bangtin.hub.kit.errors import StaleState
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState


def confirm(
    *, version: ProgrammeVersion, outcome: str, grounds: str, actor: User, at: datetime, seen_digest: str = ""
) -> Decision:
    """Record the second officer's word on the proposal: "approved" confirms it as proposed (READY or REJECTED; the row
    bears the proposed outcome), "returned" sends the version back: an editor's to the editor, another to its agency.
    `seen_digest` as in `decide`.

    Raises: NotPermitted, OwnSubmission, SamePerson, GroundsNeeded, NewerVersion, ContentChanged, StaleState,
    NotThisStep, NotAnOutcome, OriginalNotReady.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 7.1.
    """
    post = common.officer(actor, version, Step.CONFIRM, at=at)
    chosen = common.chosen_of(outcome, (Outcome.APPROVED, Outcome.RETURNED))
    on = clock.local_date(at)
    with transaction.atomic(durable=True):
        common.lock(version)
        common.bind(version, seen_digest)
        common.require_turn(version, Step.CONFIRM, on)
        common.require_other_person(actor, version, Step.CONFIRM, at=at)
        proposal = _proposal(version)
        final = Outcome(proposal.outcome) if chosen == Outcome.APPROVED else chosen
        if final == Outcome.APPROVED:
            common.require_still_true(version)
        words = common.clean_grounds(grounds, final, fallback=proposal.grounds if final == proposal.outcome else "")
        word = Word(Step.CONFIRM, final, words, post, at)
        common.move(version, ENDS[final], step=_after(version, final), on=on)
        decision = common.record(version, word)
        if final == Outcome.APPROVED:
            reviewing.owe(version, agency_id=post.agency_id, at=at)
        return decision


def _proposal(version: ProgrammeVersion) -> Decision:
    proposal = queries.proposal(version)
    if proposal is None or version.state != VersionState.PROPOSED:
        raise StaleState(
            _("No decision on %(receipt)s awaits confirmation.") % {"receipt": version.receipt},
            _("Load the page again and look at the present state."),
            subject=version.receipt,
        )
    return proposal


def _after(version: ProgrammeVersion, outcome: Outcome) -> str:
    """What an editor made and was sent back for lies at the editor's desk again."""
    is_editors = version.edited_from_id is not None and Step.EDIT in routes.steps_of(version)
    return str(Step.EDIT) if is_editors and outcome == Outcome.RETURNED else ""

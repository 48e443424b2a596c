"""Stop 3 of the road: officers decide with grounds, step by step of the route, each bound to its content's digest."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bangtin.hub.accounts.models import User
from bangtin.hub.appraisal import routes
from bangtin.hub.appraisal.actions.common import GROUNDS_LEAST, GROUNDS_MOST, not_this_step
from bangtin.hub.appraisal.actions.confirming import confirm
from bangtin.hub.appraisal.actions.consulting import consult, record_answer
from bangtin.hub.appraisal.actions.deciding import NO_ANSWERS, check_language, decide, release, sole
from bangtin.hub.appraisal.actions.editing import edit
from bangtin.hub.appraisal.actions.refusals import (
    ContentChanged,
    FactNotInOrder,
    GroundsNeeded,
    NewerVersion,
    NobodyToAsk,
    NotAlone,
    NotAnOutcome,
    NotThisStep,
    OriginalNotReady,
    OwnSubmission,
    SamePerson,
    WordsNeeded,
)
from bangtin.hub.appraisal.actions.reviewing import review
from bangtin.hub.appraisal.actions.units import end_one_person, record_one_person
from bangtin.hub.appraisal.actions.voiding import void_if_changed
from bangtin.hub.appraisal.checklists import Given
from bangtin.hub.appraisal.models import Decision, Step
from bangtin.hub.kit import clock
from bangtin.hub.programmes.actions.editing import Edit
from bangtin.hub.programmes.models import ProgrammeVersion

__all__ = [
    "GROUNDS_LEAST",
    "GROUNDS_MOST",
    "NO_ANSWERS",
    "ContentChanged",
    "Edit",
    "FactNotInOrder",
    "GroundsNeeded",
    "NewerVersion",
    "NobodyToAsk",
    "NotAlone",
    "NotAnOutcome",
    "NotThisStep",
    "OriginalNotReady",
    "OwnSubmission",
    "SamePerson",
    "WordsNeeded",
    "act",
    "check_language",
    "confirm",
    "consult",
    "decide",
    "edit",
    "end_one_person",
    "record_answer",
    "record_one_person",
    "release",
    "review",
    "sole",
    "void_if_changed",
]


def act(
    *,
    version: ProgrammeVersion,
    outcome: str,
    grounds: str,
    actor: User,
    at: datetime,
    seen_digest: str = "",
    answers: Mapping[str, Given] = NO_ANSWERS,
) -> Decision:
    """Take the step the version waits for: the one word the bench has for all routes. Raises: as that step does."""
    common: dict[str, Any] = {"version": version, "outcome": outcome, "grounds": grounds, "actor": actor, "at": at}
    awaited = routes.awaits(version, clock.local_date(at))
    if awaited == Step.CONFIRM:
        return confirm(**common, seen_digest=seen_digest)
    if awaited == Step.LANGUAGE:
        return check_language(**common, seen_digest=seen_digest)
    deeds = {str(Step.DECIDE): decide, str(Step.EDIT): release, str(Step.SOLE): sole}
    if awaited not in deeds:
        raise not_this_step(version)
    return deeds[awaited](**common, seen_digest=seen_digest, answers=answers)

"""Answers to the instrument's points: kept with the decision, and asked for before an approval."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from bangtin.hub.appraisal import checklists
from bangtin.hub.appraisal.checklists import Given
from bangtin.hub.appraisal.models import Decision, Outcome
from bangtin.hub.appraisal.paperwork import ChecklistAnswer
from bangtin.hub.kit import clock
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.programmes.actions import wording
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook import appraising
from bangtin.rulebook.shapes import Criterion

NOTE_MOST = 400
FIELD = "point_"


class PointOpen(Refusal):
    """A point that the instrument makes mandatory has no answer."""

    code = "BT-APPR-020"


class PointNotMet(Refusal):
    """Content is approved although a mandatory point is answered as not met."""

    code = "BT-APPR-021"


def require_answered(
    *, version: ProgrammeVersion, outcome: Outcome, answers: Mapping[str, Given], at: datetime
) -> None:
    """Let an approval through only with every mandatory point answered, and none of them as not met.

    Raises: PointOpen, PointNotMet; each names the point and its article.
    """
    if outcome != Outcome.APPROVED:
        return
    asked = checklists.asked(version, on=clock.local_date(at))
    said = {name: given.answer for name, given in answers.items()}
    if open_points := appraising.open_points(asked, said):
        raise _refusal(
            PointOpen,
            open_points[0],
            version,
            _("Not approved: the point “%(point)s” (%(clause)s) has no answer."),
            _("Answer every point of the instrument, then record the decision."),
        )
    if failed := appraising.failed_points(asked, said):
        raise _refusal(
            PointNotMet,
            failed[0],
            version,
            _("Not approved: the point “%(point)s” (%(clause)s) is answered as not met."),
            _("Return the programme for revision, or reject it, with the grounds."),
        )


def keep(*, decision: Decision, answers: Mapping[str, Given], at: datetime) -> None:
    """Write the usable answers beside a decision, in the order of the instrument; opens no transaction.

    Raises: PointOpen for a note that cannot be taken.
    """
    asked = checklists.asked(decision.version, on=clock.local_date(at))
    rows = []
    for point in asked:
        given = answers.get(point.id)
        if given is not None and appraising.is_answered(point, given.answer):
            rows.append(_row(decision, point, given))
    ChecklistAnswer.objects.bulk_create(rows)


def _row(decision: Decision, point: Criterion, given: Given) -> ChecklistAnswer:
    try:
        note = wording.clean(given.note, longest=NOTE_MOST)
    except wording.BadWords as error:
        raise PointOpen(str(error), citation=point.clause, fields={FIELD + point.id: str(error)}) from error
    return ChecklistAnswer(
        decision=decision,
        criterion=point.id,
        clause=point.clause,
        words=point.text.vi,
        answer=given.answer,
        note=note,
    )


def _refusal(kind: type[Refusal], point: Criterion, version: ProgrammeVersion, message: str, step: str) -> Refusal:
    words = regulations.in_words(point.text)
    named = {"point": words, "clause": regulations.cited(point.clause)}
    return kind(
        message % named,
        step,
        citation=point.clause,
        subject=version.receipt,
        fields={FIELD + point.id: step},
    )

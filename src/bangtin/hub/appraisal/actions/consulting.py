"""A request to a Party body to look at content: its answer is kept if it gives one, and nothing ever waits for it."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.appraisal import policies, queries
from bangtin.hub.appraisal.actions.refusals import NobodyToAsk, WordsNeeded
from bangtin.hub.appraisal.lanes import Consultation
from bangtin.hub.kit import audit, clock
from bangtin.hub.kit.errors import StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes.actions import wording
from bangtin.hub.programmes.models import ProgrammeVersion

WORDS_MOST = 4_000


def consult(*, version: ProgrammeVersion, question: str, actor: User, at: datetime) -> Consultation:
    """Ask the Party body that the instrument names to look at a version; once a version.

    Raises: NotPermitted, NobodyToAsk, WordsNeeded, StaleState.
    Source: Decision 2432/QĐ-UBND (Hà Tĩnh), art. 14.
    """
    on = clock.local_date(at)
    _require_bench(actor, version, on=on)
    body = queries.party_body(version, on)
    if body is None:
        raise NobodyToAsk(
            _("The regulation of %(receipt)s names no Party body to ask.") % {"receipt": version.receipt},
            subject=version.receipt,
        )
    words = _words(question, least=0, field="question")
    try:
        with transaction.atomic(durable=True):
            row = Consultation.objects.create(
                version=version, body_id=body.agency_id, clause=body.clause, question=words, asked_by=actor, asked_at=at
            )
            audit.record("consultation.asked", version, actor=actor, at=at, receipt=version.receipt, body=row.body_id)
    except IntegrityError as error:
        raise StaleState(
            _("%(receipt)s was sent to this body before.") % {"receipt": version.receipt}, subject=version.receipt
        ) from error
    return row


def record_answer(
    *, row: Consultation, answer: str, reference: str, answered_on: date, actor: User, at: datetime
) -> Consultation:
    """Keep what the body answered, with the number of its paper; an answer is recorded once and never asked for.

    Raises: NotPermitted, WordsNeeded, StaleState.
    Source: Decision 2432/QĐ-UBND (Hà Tĩnh), art. 14.
    """
    on = clock.local_date(at)
    _require_bench(actor, row.version, on=on)
    if answered_on > on:
        raise _needed("answered_on", _("This day has not come yet."))
    words, number = _words(answer, least=3, field="answer"), _words(reference, least=0, field="reference", most=120)
    with transaction.atomic(durable=True):
        changed = Consultation.objects.filter(pk=row.pk, recorded_at=None).update(
            answer=words, answer_reference=number, answered_on=answered_on, recorded_by=actor, recorded_at=at
        )
        if changed != 1:
            raise StaleState(_("The answer was recorded already."), subject=row.version.receipt)
        row.refresh_from_db()
        audit.record("consultation.answered", row.version, actor=actor, at=at, receipt=row.version.receipt)
    return row


def _require_bench(actor: User, version: ProgrammeVersion, *, on: date) -> None:
    require(
        policies.bench_post(actor, version, on=on) is not None,
        message=_("Only an officer who works on this version asks others about it."),
    )


def _words(text: str, *, least: int, field: str, most: int = WORDS_MOST) -> str:
    try:
        return wording.clean(text, longest=most, least=least, is_multiline=True)
    except wording.BadWords as error:
        raise _needed(field, str(error)) from error


def _needed(field: str, words: str) -> WordsNeeded:
    return WordsNeeded(_("Nothing was recorded."), words, fields={field: words})

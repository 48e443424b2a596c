"""Takes down what an agency is asked for under a duty "on request", its answer, and that a row was wrong."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit import audit
from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.kit.errors import Refusal, StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.obligations import policies
from bangtin.hub.obligations.actions.evidence import record_evidence
from bangtin.hub.obligations.models import DutyRequest, Evidence
from bangtin.hub.obligations.queries.facts import REQUEST
from bangtin.hub.obligations.queries.requests import may_be_asked
from bangtin.hub.regulations import queries as regulations


class RequestRefused(Refusal):
    """A request, or the answer to one, is not recorded as given."""

    code = "BT-DUTY-001"


@dataclass(frozen=True)
class Asked:
    """What a paper asks for: by whom, about what, its number, its day, and the day it sets (None: none)."""

    asked_by: str
    subject: str
    requested_on: date
    document_number: str = ""
    due_on: date | None = None


def record_request(
    *, instrument_id: str, obligation_id: str, agency: Agency, asked: Asked, actor: User, at: datetime
) -> DutyRequest:
    """Record that `agency` is asked for something; from now on the duty stands among its own.

    Raises: NotPermitted, RequestRefused, rulebook.errors.UnknownName.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 15.3.
    """
    today = local_date(at)
    require(
        policies.may_record_request(actor, agency.pk, on=today),
        message=_("Your post does not record what this agency is asked for."),
        next_step=_(
            "Send the paper to the department that watches over the duties, or to the agency's report officer."
        ),
    )
    rule = regulations.regulation(instrument_id).obligation(obligation_id)
    if agency.pk not in may_be_asked(instrument_id, obligation_id, on=today):
        raise RequestRefused(
            _("“%(duty)s” is not owed by %(agency)s.")
            % {"duty": regulations.in_words(rule.title), "agency": agency.name(today)},
            _("Choose an agency that the clause names."),
            citation=rule.clauses[0],
            subject=obligation_id,
            fields={"agency": _("The clause does not name this agency.")},
        )
    _refuse_days(asked, today, citation=rule.clauses[0])
    with transaction.atomic(durable=True):
        before = DutyRequest.objects.filter(
            obligation_id=obligation_id, agency=agency, requested_on=asked.requested_on
        ).count()
        key = asked.requested_on.isoformat() + (f"-{before + 1}" if before else "")
        row = DutyRequest.objects.create(
            obligation_id=obligation_id,
            agency=agency,
            key=key,
            requested_on=asked.requested_on,
            due_on=asked.due_on,
            subject=asked.subject,
            document_number=asked.document_number,
            asked_by=asked.asked_by,
            recorded_at=at,
        )
        audit.record(
            "request.recorded",
            row,
            actor=actor,
            at=at,
            name=asked.subject,
            basis=asked.document_number,
            on=asked.requested_on.isoformat(),
        )
    return row


def record_answer(*, request: DutyRequest, paper: str, answered_on: date, actor: User, at: datetime) -> Evidence:
    """Record the paper that answered a request; it counts on its own day.

    Raises: NotPermitted, RequestRefused, StaleState if the request was withdrawn or answered meanwhile.
    """
    today = local_date(at)
    require(policies.may_record_answer(actor, request.agency_id, on=today))
    if not request.requested_on <= answered_on <= today:
        raise RequestRefused(
            _("An answer of %(day)s is not recorded: it lies before the request or in the future.")
            % {"day": f"{answered_on:%d/%m/%Y}"},
            _("Give the day of the paper that answered."),
            subject=request.key,
            fields={"answered_on": _("Between the day of the request and today.")},
        )
    happened = at if answered_on == today else datetime.combine(answered_on, time(23, 59), LOCAL)
    with transaction.atomic(durable=True):
        row = DutyRequest.objects.select_for_update().get(pk=request.pk)
        is_answered = Evidence.objects.filter(subject_type=REQUEST, subject_id=str(row.pk)).exists()
        if row.withdrawn_at is not None or is_answered:
            raise StaleState(
                _("This request was answered or withdrawn meanwhile; nothing was recorded."), _("Load the page again.")
            )
        row.answer = paper
        row.save(update_fields=["answer"])
        found = record_evidence(
            obligation_id=row.obligation_id,
            agency=row.agency,
            period_start=row.requested_on,
            subject=row,
            at=happened,
        )
        audit.record("request.answered", row, actor=actor, at=at, name=paper, on=answered_on.isoformat())
    return found


def withdraw_request(*, request: DutyRequest, reason: str, actor: User, at: datetime) -> DutyRequest:
    """Take back a request that was recorded by mistake; it stands in the history.

    Raises: NotPermitted; StaleState if it was answered or withdrawn before.
    """
    require(policies.may_record_request(actor, request.agency_id, on=local_date(at)))
    with transaction.atomic(durable=True):
        is_answered = Evidence.objects.filter(subject_type=REQUEST, subject_id=str(request.pk)).exists()
        open_row = DutyRequest.objects.filter(pk=request.pk, withdrawn_at=None)
        if is_answered or not open_row.update(withdrawn_at=at, withdrawn_reason=reason):
            raise StaleState(_("This request was answered or withdrawn meanwhile."), _("Load the page again."))
        audit.record("request.withdrawn", request, actor=actor, at=at, name=request.subject, reason=reason)
    request.refresh_from_db()
    return request


def _refuse_days(asked: Asked, today: date, *, citation: str) -> None:
    if asked.requested_on > today or asked.requested_on < today - timedelta(days=366):
        raise RequestRefused(
            _("The day of the request is in the future or more than a year ago."),
            _("Give the day on the paper."),
            citation=citation,
            fields={"requested_on": _("Today or earlier, within a year.")},
        )
    if asked.due_on is not None and asked.due_on < asked.requested_on:
        raise RequestRefused(
            _("The day by which to answer lies before the day of the request."),
            _("Give the day as the paper sets it, or leave it empty if it sets none."),
            citation=citation,
            fields={"due_on": _("Not before the day of the request.")},
        )

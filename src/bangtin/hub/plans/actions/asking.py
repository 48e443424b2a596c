"""Information requests: sent, answered (the intake desk takes answers in), used; or asked again, or withdrawn."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit import audit, workflow
from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.policies import require
from bangtin.hub.plans import policies, queries
from bangtin.hub.plans.actions import mails
from bangtin.hub.plans.actions.numbering import next_number
from bangtin.hub.plans.errors import BadRequest
from bangtin.hub.plans.models import InformationRequest
from bangtin.hub.plans.states import REQUEST_MOVES, RequestState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument

PREFIX = "YC"


@dataclass(frozen=True)
class Asked:
    """What is asked for, in a line and in full, and the day by which to answer."""

    subject: str
    what: str
    due_on: date
    letter_number: str = ""


def ask(*, instrument: Instrument, agency: Agency, asked: Asked, actor: User, at: datetime) -> InformationRequest:
    """Ask an agency for information that may be published; its officers with an address get a mail.

    Raises: NotPermitted, BadRequest.
    Source: Cao Bằng art. 14.2, Lai Châu art. 13.6, Hà Tĩnh art. 13.2.
    """
    on = local_date(at)
    _require_lead(actor, instrument.pk, on=on)
    _check(asked, instrument.pk, agency, on=on)
    own = regulations.leads(instrument.pk, on=on) & set(actor.posts.values_list("agency_id", flat=True))
    with transaction.atomic(durable=True):
        row = InformationRequest.objects.create(
            instrument=instrument,
            number=next_number(InformationRequest, PREFIX, instrument=instrument, at=at),
            subject=asked.subject.strip(),
            what=asked.what.strip(),
            asked_by=Agency.objects.get(pk=min(own)),
            agency=agency,
            due_on=asked.due_on,
            letter_number=asked.letter_number.strip(),
            sent_by=actor,
            sent_at=at,
        )
        audit.record("information.asked", row, actor=actor, at=at, number=row.number, agency=agency.pk)
        mails.tell_asked(row, at=at)
    return row


def ask_again(*, row: InformationRequest, reason: str, actor: User, at: datetime) -> InformationRequest:
    """Give an answer back that is not full or not correct, with the reason; the day stays.

    Raises: NotPermitted, BadRequest without a reason, StaleState.
    """
    _require_lead(actor, row.instrument_id, on=local_date(at))
    reason = _reason(reason)
    return _move(row, RequestState.SENT, "information.asked_again", actor, at, returned_note=reason)


def note_used(*, row: InformationRequest, note: str, actor: User, at: datetime) -> InformationRequest:
    """Take down what the answer was used for.

    Raises: NotPermitted, StaleState.
    """
    _require_lead(actor, row.instrument_id, on=local_date(at))
    return _move(row, RequestState.USED, "information.used", actor, at, used_note=note.strip()[:300], used_at=at)


def withdraw(*, row: InformationRequest, reason: str, actor: User, at: datetime) -> InformationRequest:
    """Take a request back that was not answered, with the reason.

    Raises: NotPermitted, BadRequest without a reason, StaleState.
    """
    _require_lead(actor, row.instrument_id, on=local_date(at))
    reason = _reason(reason)
    return _move(row, RequestState.WITHDRAWN, "information.withdrawn", actor, at, withdrawn_reason=reason)


def _move(
    row: InformationRequest, to: RequestState, deed: str, actor: User, at: datetime, **fields: object
) -> InformationRequest:
    with transaction.atomic(durable=True):
        workflow.move(row, REQUEST_MOVES, to=to, **fields)
        notes = {key: str(value) for key, value in fields.items() if key.endswith(("note", "reason"))}
        audit.record(deed, row, actor=actor, at=at, number=row.number, **notes)
    return row


def _require_lead(actor: User, instrument_id: str, *, on: date) -> None:
    require(
        policies.may_lead(actor, instrument_id=instrument_id, on=on),
        message=_("Only officers of the lead agency ask other agencies for information."),
    )


def _reason(reason: str) -> str:
    found = reason.strip()[:300]
    if len(found) < 5:
        words = _("Write the reason; the agency reads it.")
        raise BadRequest(_("Nothing was recorded: the reason is missing."), words, fields={"reason": words})
    return found


def _check(asked: Asked, instrument_id: str, agency: Agency, *, on: date) -> None:
    errors: dict[str, str] = {}
    if not 3 <= len(asked.subject.strip()) <= 200:
        errors["subject"] = _("Say in 3 to 200 characters what it is about.")
    if len(asked.what.strip()) < 10:
        errors["what"] = _("Say what is needed: which figures or pictures, of which time.")
    if asked.due_on < on:
        errors["due_on"] = _("This day is over.")
    if agency not in queries.may_be_turned_to(instrument_id, on=on):
        errors["agency"] = _("Choose an agency that the regulation binds.")
    if errors:
        raise BadRequest(
            _("The request was not sent: %(reasons)s") % {"reasons": " ".join(errors.values())},
            _("Correct the marked fields and send again."),
            fields=errors,
        )

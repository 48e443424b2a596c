"""What is done about an incident: who is told, notes, its cause, opening it again. Each is a step that stays."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.devices import errors, policies
from bangtin.hub.devices.actions.incidents import DETAIL_LEAST
from bangtin.hub.devices.models import Incident, IncidentStep
from bangtin.hub.devices.queries import telling
from bangtin.hub.devices.states import IncidentCause, StepKind, Way
from bangtin.hub.kit import audit
from bangtin.hub.kit.policies import require

# after that what went wrong is another incident: days whose figures were reported stay as they are
REOPENED_WITHIN = timedelta(days=7)
MINUTE = timedelta(minutes=1)
_NEEDS_WORDS = (IncidentCause.OTHER, IncidentCause.MISTAKE, IncidentCause.INTRUSION, IncidentCause.DAMAGE)


@dataclass(frozen=True)
class Telling:
    """Who was told, how, when, and what was said or proposed."""

    agency: Agency
    way: Way
    told_at: datetime
    words: str = ""


def tell(*, incident: Incident, told: Telling, actor: User, at: datetime) -> IncidentStep:
    """Note that an agency was told; the provincial committee is told with what is proposed to be done.

    Raises: NotPermitted, BadIncident.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.3 (the department is told promptly), 7.3 (what goes to the
    committee goes with a proposal).
    """
    require(policies.may_report(actor, incident.cluster, at=at))
    if not incident.opened_at - MINUTE < told.told_at <= at + MINUTE:
        raise _short(incident, "told_at", _("It was told after it was noticed, and not later than now."))
    if telling.needs_proposal(incident.cluster, told.agency.pk) and len(told.words.strip()) < DETAIL_LEAST:
        raise _short(incident, "words", _("What goes to the People's Committee says what is proposed."))
    with transaction.atomic(durable=True):
        row = _step(incident, StepKind.TOLD, told.words, actor, at, told_at=told.told_at)
        row.agency, row.way = told.agency, told.way
        row.save(update_fields=["agency", "way"])
        audit.record(
            "incident.told", incident, actor=actor, at=at, agency=told.agency.pk, way=str(told.way), words=row.words
        )
    return row


def note(*, incident: Incident, words: str, actor: User, at: datetime) -> IncidentStep:
    """Add what was seen or done meanwhile.

    Raises: NotPermitted, BadIncident.
    """
    require(policies.may_report(actor, incident.cluster, at=at))
    if len(words.strip()) < DETAIL_LEAST:
        raise _short(incident, "words", _("Write in a few words what was seen or done."))
    with transaction.atomic(durable=True):
        row = _step(incident, StepKind.NOTE, words, actor, at)
        audit.record("incident.noted", incident, actor=actor, at=at, words=row.words)
    return row


def name_cause(*, incident: Incident, cause: IncidentCause, words: str, actor: User, at: datetime) -> IncidentStep:
    """Say why it happened, or set right what was said before; the former cause stays to be read.

    Raises: NotPermitted, BadIncident.
    """
    require(policies.may_close(actor, incident.cluster, at=at))
    if cause in _NEEDS_WORDS and len(words.strip()) < DETAIL_LEAST:
        raise _short(incident, "words", _("Say in a few words what happened."))
    before = telling.cause_of(incident)
    if before is not None and (before.cause, before.words) == (cause, words.strip()[:500]):
        raise _short(incident, "cause", _("This cause stands here already."))
    with transaction.atomic(durable=True):
        row = _step(incident, StepKind.CAUSE, words, actor, at)
        row.cause = cause
        row.save(update_fields=["cause"])
        former = before.cause if before else ""
        audit.record("incident.cause", incident, actor=actor, at=at, cause=str(cause), before=former, words=row.words)
    return row


def reopen(*, incident: Incident, reason: str, actor: User, at: datetime) -> Incident:
    """Open an incident again that was closed too early; it then was open all the time.

    Raises: NotPermitted, BadIncident.
    """
    require(policies.may_close(actor, incident.cluster, at=at))
    if len(reason.strip()) < DETAIL_LEAST:
        raise _short(incident, "reason", _("Write in a few words why it is not over."))
    closed_at = incident.closed_at
    if closed_at is None or at - closed_at > REOPENED_WITHIN:
        raise _not_again(incident)
    try:
        with transaction.atomic(durable=True):
            same = Incident.objects.filter(pk=incident.pk, closed_at=closed_at)
            if not same.update(closed_at=None, closed_by=None, findings=""):
                raise _not_again(incident)
            _step(incident, StepKind.REOPENED, reason, actor, at)
            audit.record("incident.reopened", incident, actor=actor, at=at, reason=reason.strip()[:500])
    except IntegrityError as error:  # what opens by itself is open once, and it has opened anew
        raise _not_again(incident) from error
    incident.refresh_from_db()
    return incident


def _step(
    incident: Incident, kind: StepKind, words: str, actor: User, at: datetime, *, told_at: datetime | None = None
) -> IncidentStep:
    return IncidentStep.objects.create(
        incident=incident,
        kind=kind,
        words=words.strip()[:500],
        at=min(told_at or at, at),
        recorded_at=at,
        recorded_by=actor,
    )


def _short(incident: Incident, field: str, words: str) -> errors.BadIncident:
    return errors.BadIncident(
        _("Nothing was recorded for this incident yet."), words, subject=str(incident.pk), fields={field: words}
    )


def _not_again(incident: Incident) -> errors.BadIncident:
    return errors.BadIncident(
        _("This incident cannot be opened again: it is open, or was closed more than seven days ago."),
        _("Report what is wrong now as a new incident, on the page of the screen."),
        subject=str(incident.pk),
    )

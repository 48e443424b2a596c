"""Closing a month's intake: the batch of the receiving agency, which meets the duty where the regulation has one."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import audit, clock
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.obligations.actions.evidence import record_evidence
from bangtin.hub.programmes import policies, queries
from bangtin.hub.programmes.paperwork import IntakeBatch
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument, Task

INTAKE_BATCH = "intake_batch"


class BatchClosed(Refusal):
    """The intake of the month is closed already, or its month has not begun."""

    code = "BT-NHAN-001"
    http_status = 409


def close_batch(*, instrument: Instrument, month: date, actor: User, at: datetime) -> IntakeBatch:
    """Close the intake of a month; what comes later for it still is taken and stands below the line.

    Raises: NotPermitted, BatchClosed.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 7.1; Decision 2432/QĐ-UBND (Hà Tĩnh), art. 4.3.a.
    """
    on, month = clock.local_date(at), month.replace(day=1)
    require(
        policies.may_register(actor, instrument_id=instrument.pk, on=on),
        message=_("Only officers of the agency that receives content close its intake."),
    )
    if month > on:
        raise BatchClosed(_("This month has not begun."), _("Close its intake once the month runs."))
    with transaction.atomic(durable=True):
        row, made = IntakeBatch.objects.get_or_create(
            instrument=instrument,
            month=month,
            defaults={
                "closed_at": at,
                "closed_by": actor,
                "programmes_count": queries.arrived(instrument_id=instrument.pk, month=month).count(),
            },
        )
        if not made:
            raise BatchClosed(_("The intake of this month is closed already."), subject=str(row))
        _meet_duty(row, on=on, at=at)
        audit.record("intake.closed", row, actor=actor, at=at, month=month.isoformat(), count=row.programmes_count)
    return row


def _meet_duty(row: IntakeBatch, *, on: date, at: datetime) -> None:
    pack = regulations.regulation(row.instrument_id)
    receiving = [one.agency for one in queries.mandates(Task.APPRAISE, on=on, instrument_id=row.instrument_id)]
    for duty in pack.obligations:
        if duty.evidence.fact == INTAKE_BATCH and duty.period.kind == "month":
            for agency in receiving:
                record_evidence(obligation_id=duty.id, agency=agency, period_start=row.month, subject=row, at=at)

"""Lifts one occurrence of a duty by a decision with a legal basis, and takes such a decision back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import audit
from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.errors import Refusal, StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.obligations import policies
from bangtin.hub.obligations.models import Waiver
from bangtin.hub.obligations.queries import Duty


class WaiverRefused(Refusal):
    """A duty is not lifted: it is met already, or lifted already."""

    code = "BT-DUTY-002"


def waive(*, duty: Duty, basis: str, actor: User, at: datetime) -> Waiver:
    """Lift one occurrence by a decision; `basis` names the paper. Its evidence and its days stay on record.

    Raises: NotPermitted, WaiverRefused.
    """
    _require(actor, at)
    if duty.is_done or Waiver.objects.filter(occurrence_id=duty.id, withdrawn_at=None).exists():
        raise WaiverRefused(
            _("“%(duty)s” (%(period)s) is not lifted: it is done or lifted already.")
            % {"duty": duty.title, "period": duty.period_label},
            _("Load the page again and look at its state."),
            citation=duty.clauses[0],
            subject=duty.id,
        )
    with transaction.atomic(durable=True):
        row = Waiver.objects.create(occurrence_id=duty.id, basis=basis, recorded_at=at)
        audit.record("waiver.recorded", row, actor=actor, at=at, name=duty.id, basis=basis)
    return row


def withdraw_waiver(*, waiver: Waiver, reason: str, actor: User, at: datetime) -> Waiver:
    """Let a duty hold again that was lifted.

    Raises: NotPermitted; StaleState if that was done before.
    """
    _require(actor, at)
    with transaction.atomic(durable=True):
        standing = Waiver.objects.filter(pk=waiver.pk, withdrawn_at=None)
        if not standing.update(withdrawn_at=at, withdrawn_reason=reason):
            raise StaleState(_("This decision was taken back meanwhile."), _("Load the page again."))
        audit.record("waiver.withdrawn", waiver, actor=actor, at=at, name=waiver.occurrence_id, reason=reason)
    waiver.refresh_from_db()
    return waiver


def _require(actor: User, at: datetime) -> None:
    require(
        policies.may_waive(actor, on=local_date(at)),
        message=_("Only a leader of the provincial committee lifts a duty."),
        next_step=_("Propose it to the provincial committee with its legal basis."),
    )

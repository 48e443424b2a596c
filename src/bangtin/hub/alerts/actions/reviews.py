"""The review afterwards: another person looks at the order; it holds nothing up and is owed until it is done."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts import queries as accounts
from bangtin.hub.accounts.models import User
from bangtin.hub.alerts import errors, policies
from bangtin.hub.alerts.models import Alert
from bangtin.hub.alerts.specs import tidy
from bangtin.hub.alerts.states import AlertState, ReviewOutcome
from bangtin.hub.kit import audit
from bangtin.hub.kit.errors import StaleState
from bangtin.hub.kit.policies import require


def review(*, alert: Alert, outcome: str, findings: str, actor: User, at: datetime) -> Alert:
    """Record what another person said of the order; once for each order, running or over.

    Raises: NotPermitted, OwnReview, BadAlert, StaleState.
    """
    require(policies.may_review(actor, alert, at=at))
    if alert.ordered_by is not None and accounts.is_same_person(alert.ordered_by, actor):
        raise errors.OwnReview(
            _("Who ordered a notice does not review the order."),
            _("Leave it to another officer who may order."),
            alert.clause,
            subject=alert.number,
        )
    said, chosen = tidy(findings)[:1000], ReviewOutcome(outcome) if outcome in ReviewOutcome.values else None
    if chosen is None or (chosen is ReviewOutcome.FAULTY and not said):
        field = "findings" if chosen else "outcome"
        words = _("Say what was at fault.") if chosen else _("Choose an outcome.")
        raise errors.BadAlert(_("The review is not complete."), words, fields={field: words})
    with transaction.atomic(durable=True):
        open_ones = Alert.objects.filter(pk=alert.pk, reviewed_by=None).exclude(
            state__in=(AlertState.WAITING, AlertState.DISMISSED)
        )
        if not open_ones.update(outcome=chosen, findings=said, reviewed_by=actor, reviewed_at=at):
            raise StaleState(
                _("This order is reviewed already, or was never given."),
                _("Load the page again and look at the present state."),
                subject=alert.number,
            )
        alert.refresh_from_db()
        audit.record("alert.reviewed", alert, actor=actor, at=at, number=alert.number, outcome=str(chosen))
    return alert

"""The life of an emergency notice, and of a message that came from outside."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bangtin.hub.kit.workflow import Moves


class AlertState(models.TextChoices):
    """A notice waits for an officer's order, runs until its end, or is cancelled before; it never comes back."""

    WAITING = "waiting", pgettext_lazy("alert", "Waits for an order")
    ISSUED = "issued", pgettext_lazy("alert", "Issued")
    CANCELLED = "cancelled", pgettext_lazy("alert", "Cancelled")
    REPLACED = "replaced", pgettext_lazy("alert", "Replaced by an update")
    ENDED = "ended", pgettext_lazy("alert", "Ended")
    DISMISSED = "dismissed", pgettext_lazy("alert", "Not issued")


ALERT_MOVES: Moves = {
    AlertState.WAITING: frozenset({AlertState.ISSUED, AlertState.DISMISSED}),
    AlertState.ISSUED: frozenset({AlertState.CANCELLED, AlertState.REPLACED, AlertState.ENDED}),
    AlertState.CANCELLED: frozenset(),
    AlertState.REPLACED: frozenset(),
    AlertState.ENDED: frozenset(),
    AlertState.DISMISSED: frozenset(),
}


class ReviewOutcome(models.TextChoices):
    """What another person said of an order afterwards."""

    PROPER = "proper", _("The order was proper")
    FAULTY = "faulty", _("Faults were found")

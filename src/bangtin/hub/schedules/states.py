"""The life of a slot."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bangtin.hub.kit.workflow import Moves


class SlotState(models.TextChoices):
    """A slot is on the plan until it is taken down; what aired is known from play records alone."""

    PLACED = "placed", _("Placed")
    TAKEN_DOWN = "taken_down", _("Taken down")


MOVES: Moves = {
    SlotState.PLACED: frozenset({SlotState.TAKEN_DOWN}),
    SlotState.TAKEN_DOWN: frozenset(),
}


class DispatchState(models.TextChoices):
    """A dispatch is sent until its receiver's focal point acknowledges it."""

    SENT = "sent", pgettext_lazy("dispatch", "Sent, not acknowledged")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("dispatch", "Acknowledged")


DISPATCH_MOVES: Moves = {
    DispatchState.SENT: frozenset({DispatchState.ACKNOWLEDGED}),
    DispatchState.ACKNOWLEDGED: frozenset(),
}

"""The life of a slot."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bangtin.hub.kit.workflow import Moves


class SlotState(models.TextChoices):
    """A slot is on the plan until it is taken down, or withdrawn before it began; what aired, play records say."""

    PLACED = "placed", _("Placed")
    TAKEN_DOWN = "taken_down", _("Taken down")
    WITHDRAWN = "withdrawn", pgettext_lazy("slot", "Withdrawn")


MOVES: Moves = {
    SlotState.PLACED: frozenset({SlotState.TAKEN_DOWN, SlotState.WITHDRAWN}),
    SlotState.TAKEN_DOWN: frozenset(),
    SlotState.WITHDRAWN: frozenset({SlotState.PLACED}),  # its author's undo
}


class PlacementState(models.TextChoices):
    """A placement is in its playlist until it is withdrawn, or its programme taken down."""

    PLACED = "placed", _("Placed")
    TAKEN_DOWN = "taken_down", _("Taken down")
    WITHDRAWN = "withdrawn", pgettext_lazy("slot", "Withdrawn")


PLACEMENT_MOVES: Moves = {
    PlacementState.PLACED: frozenset({PlacementState.TAKEN_DOWN, PlacementState.WITHDRAWN}),
    PlacementState.TAKEN_DOWN: frozenset(),
    PlacementState.WITHDRAWN: frozenset({PlacementState.PLACED}),  # its author's undo
}


class ReleaseState(models.TextChoices):
    """A plan asked to be approved waits for another person; its author may take the question back."""

    ASKED = "asked", pgettext_lazy("plan", "Waits for approval")
    APPROVED = "approved", pgettext_lazy("plan", "Approved")
    RETURNED = "returned", pgettext_lazy("plan", "Returned")
    WITHDRAWN = "withdrawn", pgettext_lazy("plan", "Taken back")


RELEASE_MOVES: Moves = {
    ReleaseState.ASKED: frozenset({ReleaseState.APPROVED, ReleaseState.RETURNED, ReleaseState.WITHDRAWN}),
    ReleaseState.APPROVED: frozenset(),
    ReleaseState.RETURNED: frozenset(),
    ReleaseState.WITHDRAWN: frozenset(),
}


class DispatchState(models.TextChoices):
    """A dispatch is sent until its receiver's focal point acknowledges it."""

    SENT = "sent", pgettext_lazy("dispatch", "Sent, not acknowledged")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("dispatch", "Acknowledged")


DISPATCH_MOVES: Moves = {
    DispatchState.SENT: frozenset({DispatchState.ACKNOWLEDGED}),
    DispatchState.ACKNOWLEDGED: frozenset(),
}

"""The life of a slot."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.kit.workflow import Moves


class SlotState(models.TextChoices):
    """A slot is on the plan until it is taken down; what aired is known from play records alone."""

    PLACED = "placed", _("Placed")
    TAKEN_DOWN = "taken_down", _("Taken down")


MOVES: Moves = {
    SlotState.PLACED: frozenset({SlotState.TAKEN_DOWN}),
    SlotState.TAKEN_DOWN: frozenset(),
}

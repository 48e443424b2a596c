"""What becomes of an item of the source system."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.kit.workflow import Moves


class ItemState(models.TextChoices):
    """Where an item stands."""

    TAKING = "taking", _("Being taken in")
    TAKEN = "taken", _("Taken in")
    FAILED = "failed", _("Not taken in")


# a failed item is tried again: after the mapping was put right, or when it comes once more
ITEM_MOVES: Moves = {
    ItemState.TAKING: frozenset({ItemState.TAKEN, ItemState.FAILED}),
    ItemState.FAILED: frozenset({ItemState.TAKING}),
    ItemState.TAKEN: frozenset(),
}

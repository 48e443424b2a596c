"""The life of a report."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.kit.workflow import Moves


class ReportState(models.TextChoices):
    """Figures are provisional until the report is frozen; a frozen report never changes."""

    WRITING = "writing", _("Being written")
    FROZEN = "frozen", _("Frozen")
    SENT = "sent", _("Sent")


MOVES: Moves = {
    ReportState.WRITING: frozenset({ReportState.FROZEN}),
    ReportState.FROZEN: frozenset({ReportState.SENT}),
    ReportState.SENT: frozenset(),
}

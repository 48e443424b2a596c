"""The life of a translation job: six states."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bangtin.hub.kit.workflow import Moves


class JobState(models.TextChoices):
    """Where a translation stands on its way to air."""

    REQUESTED = "requested", _("Translation requested")
    ASSIGNED = "assigned", _("Being translated")
    DELIVERED = "delivered", _("Translation waits for approval")
    REVIEWED = "reviewed", _("Language checked")
    RELEASED = "released", pgettext_lazy("translation", "Approved")
    WITHDRAWN = "withdrawn", pgettext_lazy("translation", "Withdrawn")


# Back to ASSIGNED: the checker returned it, or the original says something else than what was translated.
MOVES: Moves = {
    JobState.REQUESTED: frozenset({JobState.ASSIGNED, JobState.WITHDRAWN}),
    JobState.ASSIGNED: frozenset({JobState.DELIVERED, JobState.WITHDRAWN}),
    JobState.DELIVERED: frozenset({JobState.REVIEWED, JobState.ASSIGNED, JobState.WITHDRAWN}),
    JobState.REVIEWED: frozenset({JobState.RELEASED, JobState.ASSIGNED}),
    JobState.RELEASED: frozenset({JobState.ASSIGNED}),
    JobState.WITHDRAWN: frozenset(),
}
OPEN = (JobState.REQUESTED, JobState.ASSIGNED, JobState.DELIVERED, JobState.REVIEWED)
# the words may be worked on
WRITABLE = (JobState.REQUESTED, JobState.ASSIGNED)

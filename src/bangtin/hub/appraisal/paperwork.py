"""Rows beside a decision: the answers to the instrument's points, and remarks at a moment of the film.

Nothing of it goes on air, so none of it is in the content descriptor: the descriptor's digest is what officers approve.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.rulebook import appraising


class Answer(models.TextChoices):
    """What an officer says of one point; the values are the rulebook's."""

    MET = appraising.MET, _("Met")
    NOT_MET = appraising.NOT_MET, _("Not met")
    NOT_APPLICABLE = appraising.NOT_APPLICABLE, _("Does not apply")


class ChecklistAnswer(models.Model):
    """One point of the instrument as an officer answered it with the decision; `words` as the point read that day."""

    decision = models.ForeignKey("appraisal.Decision", on_delete=models.PROTECT, related_name="answers")
    criterion = models.CharField(max_length=80)
    clause = models.CharField(max_length=80)
    words = models.CharField(max_length=400)
    answer = models.CharField(max_length=14, choices=Answer.choices)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        app_label = "appraisal"
        verbose_name = _("answer to a point of appraisal")
        ordering = ("decision", "id")
        constraints = (models.UniqueConstraint(fields=("decision", "criterion"), name="answer_once"),)

    def __str__(self) -> str:
        return f"{self.criterion}: {self.get_answer_display()}"


class Remark(models.Model):
    """What an officer says of one moment: `at_ms` from the beginning; `geometry` and `spot` where on which screen.

    `spot` is {"x", "y", "w", "h"} in thousandths of the picture. `is_shared`: goes to the sender with the decision.
    """

    version = models.ForeignKey("programmes.ProgrammeVersion", on_delete=models.PROTECT, related_name="remarks")
    at_ms = models.PositiveIntegerField()
    geometry = models.CharField(max_length=20, blank=True)
    spot = models.JSONField(null=True, blank=True)
    text = models.TextField()
    is_shared = models.BooleanField(default=True)
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="remarks")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "appraisal"
        verbose_name = _("remark at a moment")
        ordering = ("version", "at_ms", "id")

    def __str__(self) -> str:
        return f"{self.version_id} {self.at_ms} ms"
